"""`pontual export-roster`: the roster for people, as a workbook, calendars and a plot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from pontual.options import JsonOption, Language, PlanFolderArgument


def command(
    folder: PlanFolderArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to write; must be new.")],
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the workbook, the calendars and the plot.")
    ] = Language.PORTUGUESE,
    as_json: JsonOption = False,
) -> None:
    """Write the roster as an Excel workbook, a calendar for each agent, and the coverage plot."""
    from dashboard.charts import coverage_chart
    from dashboard.report.image_files import png_file, svg_file
    from dashboard.texts import Texts
    from data.coverage import coverage
    from data.exports import agent_calendars, roster_workbook
    from data.files import write_folder
    from optimizer.planning.faults import NoRosterError
    from pontual.commands import runs
    from pontual.console import print_summary
    from pontual.exit_codes import ExitCode

    case = runs.read_case(folder)
    if not len(case.duties):
        raise NoRosterError("there are no duties to export; make a roster first: pontual roster")
    chart = coverage_chart(coverage(case), case.axis, Texts(language.value))
    calendars = agent_calendars(case, language.value)
    files = {"roster.xlsx": roster_workbook(case, language.value)}
    files |= {"coverage.svg": svg_file(chart), "coverage.png": png_file(chart)}
    files |= {f"calendars/{_file_name(agent)}.ics": body for agent, body in calendars.items()}
    write_folder(out, files)
    document: dict[str, Any] = {
        "folder": str(out),
        "agents": len(case.agents),
        "duties": len(case.duties),
        "calendars": len(calendars),
        "files": sorted(files),
    }

    def summary() -> None:
        rows = [(name.capitalize(), f"{document[name]:,}") for name in ("agents", "duties", "calendars")]
        print_summary("Roster for people", [*rows, ("Folder", str(out))])

    runs.finish(ExitCode.OK, document, as_json, summary)


def _file_name(agent: str) -> str:
    """The agent's name with %XX for what a file's name can't hold; no two agents get the same."""
    return quote(agent, safe=" ")
