"""From an error to its exit code, its message and its problems, all without personal data."""

from __future__ import annotations

import signal
from typing import Any

from data.files import BadDataError, BusyError, CannotWriteError, MissingInputError
from data.identity import BadKeyError, masked
from pontual.exit_codes import ExitCode
from pontual.interruption import StoppedError


def exit_code_of(error: Exception) -> ExitCode:
    """The exit code that an error ends a command with."""
    from optimizer.planning.faults import (
        IllegalRosterError,
        IllegalSessionsError,
        NoRosterError,
        NoSessionsError,
    )

    match error:
        case BadDataError() | IllegalRosterError() | IllegalSessionsError():
            return ExitCode.BAD_DATA
        case MissingInputError() | BadKeyError() | NoRosterError() | NoSessionsError():
            return ExitCode.MISSING_INPUT
        case CannotWriteError():
            return ExitCode.CANNOT_WRITE
        case StoppedError():
            return ExitCode.TERMINATED if error.signal_number == signal.SIGTERM else ExitCode.INTERRUPTED
        case BusyError():
            return ExitCode.TRY_AGAIN
        case _:
            return ExitCode.INTERNAL


def message_of(error: Exception) -> str:
    """What went wrong, personal data masked."""
    if exit_code_of(error) is ExitCode.INTERNAL:
        return masked(f"Internal error: {type(error).__name__}: {error}")
    return masked(str(error))


def problems_of(error: Exception) -> list[dict[str, Any]]:
    """Every problem by itself, where the error has several; those of files also with their place."""
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


def error_fields(error: Exception, code: ExitCode) -> dict[str, Any]:
    """What programs are told of an error: exit code, its name, the message, and all problems."""
    problems = problems_of(error)
    message = masked(str(error))
    if problems:
        message = message.splitlines()[0]
    return {"exit_code": int(code), "kind": code.name.lower(), "message": message, "problems": problems}
