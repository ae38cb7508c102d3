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
    from data.identity import masked

    problems = _problems(error)
    message = masked(str(error))
    if problems:
        message = message.splitlines()[0]
    told = {"exit_code": int(code), "kind": code.name.lower(), "message": message, "problems": problems}
    print_json({"error": told})


def _problems(error: Exception) -> list[dict[str, Any]]:
    from data.files import BadDataError
    from data.identity import masked
    from optimizer.planning.faults import IllegalRosterError, IllegalSessionsError

    match error:
        case BadDataError():
            return [
                {
                    "file": problem.file,
                    "row": problem.row,
                    "column": problem.column,
                    "value": masked(problem.value),
                    "expected": problem.expected,
                    "sentence": masked(str(problem)),
                }
                for problem in error.problems
            ]
        case IllegalRosterError() | IllegalSessionsError():
            return [{"sentence": masked(fault)} for fault in error.faults]
        case _:
            return []


class UsageErrorsAsDocuments(TyperGroup):
    """Commands whose errors of usage are printed as documents too; Typer tells people."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was called."""
        try:
            return super().invoke(ctx)
        except TyperException as error:
            print_error_document(error, ExitCode.USAGE)
            raise
