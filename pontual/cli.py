"""The command line: what every command shares, and the way from an error to an exit code."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated, NoReturn

import typer

from pontual import __version__
from pontual.commands import (
    agents_needed,
    allocate,
    batch,
    calibrate,
    check,
    dashboard,
    demo,
    explain,
    export_roster,
    forecast,
    forget,
    generate,
    health,
    import_roster,
    live,
    metrics,
    offers,
    outbox,
    plan,
    repair,
    requirement,
    review,
    roster,
    schema,
    simulate,
    staff,
    store,
    sweep,
    tune,
    why,
)
from pontual.error_documents import UsageErrorsAsDocuments, print_error_document
from pontual.exit_codes import ExitCode

COLLECTING = 500_000, 20, 20
"""Objects between collections of garbage: tables are many that stay, and need not be looked at so often."""

app = typer.Typer(
    name="pontual",
    cls=UsageErrorsAsDocuments,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Plan the agents and the video-conference appointments of a certificate issuer.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pontual {__version__}")
        raise typer.Exit


@app.callback()
def _shared(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Plan the agents and the video-conference appointments of a certificate issuer."""


app.command("demo")(demo.command)
app.command("generate")(generate.command)
app.command("roster")(roster.command)
app.command("allocate")(allocate.command)
app.command("explain")(explain.command)
app.command("offers")(offers.command)
app.command("repair")(repair.command)
app.command("live")(live.command)
app.command("check")(check.command)
app.command("agents-needed")(agents_needed.command)
app.command("requirement")(requirement.command)
app.command("plan")(plan.command)
app.command("staff")(staff.command)
app.command("import-roster")(import_roster.command)
app.command("export-roster")(export_roster.command)
app.command("simulate")(simulate.command)
app.command("tune")(tune.command)
app.command("sweep")(sweep.command)
app.command("calibrate")(calibrate.command)
app.command("forecast")(forecast.command)
app.command("review")(review.command)
app.command("batch")(batch.command)
app.command("schema")(schema.command)
app.add_typer(store.app, name="store")
app.add_typer(outbox.app, name="outbox")
app.command("why")(why.command)
app.command("forget")(forget.command)
app.command("health")(health.command)
app.command("metrics")(metrics.command)
app.command("dashboard")(dashboard.command)


def main() -> None:
    """Run the command line and end the process with the exit code of `pontual.exit_codes`."""
    gc.set_threshold(*COLLECTING)
    try:
        app()
    except SystemExit as end:
        _end(end.code if isinstance(end.code, int) else ExitCode.OK)
    except Exception as error:
        code = _explain(error)
        print_error_document(error, code)
        _end(code)
    except KeyboardInterrupt:
        _end(ExitCode.INTERRUPTED)


def _end(code: int) -> NoReturn:
    """End the process.

    A solver that was left to itself after an interrupt cannot be stopped, and C++ aborts a process that is
    taken down in good order around it: then the process ends at once.
    """
    from optimizer.watched import left_to_itself

    if left_to_itself():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _explain(error: Exception) -> ExitCode:
    """Say what went wrong, without a traceback and without personal data."""
    from pontual.console import say
    from pontual.faults import exit_code_of, message_of

    say(message_of(error))
    return exit_code_of(error)
