"""Errors for programs: the one JSON document of a command with `--json` that ends without its result."""

from __future__ import annotations

import sys
from typing import Any

from typer import TyperException
from typer.core import TyperGroup

from pontual.console import print_json
from pontual.exit_codes import ExitCode


def print_error_document(error: Exception, code: ExitCode) -> None:
    """Print what went wrong on standard output, if the command was called with `--json`.

    ``error`` has the exit code and its name, the message, and all ``problems``, each with its sentence; those
    of files also with file, row, column, value and what was expected. Personal data is masked.
    """
    if "--json" not in sys.argv[1:]:
        return
    from pontual.faults import error_fields

    print_json({"error": error_fields(error, code)})


class UsageErrorsAsDocuments(TyperGroup):
    """Commands whose errors of usage are printed as documents too; Typer tells people."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was called."""
        try:
            return super().invoke(ctx)
        except TyperException as error:
            print_error_document(error, ExitCode.USAGE)
            raise
