"""`pontual calibrate`: the parameters of the simulation from past sessions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pontual.options import JsonOption, Language


def command(
    history: Annotated[
        Path,
        typer.Argument(metavar="HISTORY", help="Past sessions as CSV, Parquet or JSON.", show_default=False),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE.json", help="Scenario file to write, for simulate --scenario."),
    ],
    base: Annotated[
        Path | None,
        typer.Option(
            "--base",
            metavar="FILE.json",
            help="Scenario with what the history does not tell, such as the tolerance; else the defaults.",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE.html",
            help="Report with a picture of each fitted distribution to write.",
        ),
    ] = None,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the report.")
    ] = Language.PORTUGUESE,
    as_json: JsonOption = False,
) -> None:
    """Fit no-shows, lateness, patience, durations, failures and missing documents, with 95 % intervals."""
    from data.files import (
        BadDataError,
        CannotWriteError,
        Problem,
        read_past_sessions,
        read_scenario_file,
        write_scenario_file,
    )
    from data.model import Scenario
    from pontual.calibration_report import calibration_document, print_calibration
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from simulation.calibration import TooShortError, calibrate

    for written in (out, report):
        if written is not None and written.resolve() == history.resolve():
            raise CannotWriteError(f"cannot write {written}: it is the history itself")
    if report is not None and report.resolve() == out.resolve():
        raise CannotWriteError(f"cannot write {report}: it is the scenario file itself")
    assumed = Scenario() if base is None else read_scenario_file(base, Scenario())
    read = read_past_sessions(history)
    try:
        found = calibrate(read.history, assumed)
    except TooShortError as error:
        left_out = f"; left out as bad: {len(read.bad)}" if read.bad else ""
        raise BadDataError([Problem(history.name, None, "", "", f"{error}{left_out}")]) from error
    document = calibration_document(read, found)
    beside = {}
    if report is not None:
        from dashboard.report.calibration import calibration_html

        beside[report] = calibration_html(history.name, read, found, language.value).encode()
    write_scenario_file(out, found.parameters(), {"history": history.name, **document}, beside)
    document["scenario"] = str(out)
    if report is not None:
        document["report"] = str(report)
    runs.finish(ExitCode.OK, document, as_json, lambda: print_calibration(document))
