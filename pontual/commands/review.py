"""`pontual review`: plan against reality."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pontual.options import JsonOption, Language, PlanFolderArgument, ScenarioOption


def command(
    folder: PlanFolderArgument,
    events: Annotated[
        list[Path] | None,
        typer.Option(
            "--events",
            metavar="FILE",
            help="Events of a day, one JSON object a line (docs/live.md), or the journal of a followed day; "
            "may be repeated, a day each.  [default: the journals of the plan folder, days/*.jsonl]",
            show_default=False,
        ),
    ] = None,
    scenario: ScenarioOption = None,
    replications: Annotated[
        int,
        typer.Option("--replications", min=20, max=10_000, help="How often the plan is played to compare."),
    ] = 200,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="New folder for review.json, past_sessions.csv and, if anything differs, scenario.json.",
        ),
    ] = None,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the tables.")
    ] = Language.PORTUGUESE,
    as_json: JsonOption = False,
) -> None:
    """Hold days against their plan: figures, why customers waited, demand, agents, what to recalibrate."""
    from dashboard.texts import Texts
    from data.files import MissingInputError, write_folder
    from optimizer.planning.reviewing import JOURNALS, journals, reviewed_days
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from pontual.review_report import print_review
    from simulation.review import review_document, review_files

    runs.refuse_to_overwrite(out)
    case = runs.read_case(folder)
    files = events or journals(folder)
    if not files:
        raise MissingInputError([str(folder / JOURNALS)], "give files of events: --events FILE")
    assumed = runs.scenario_from(case, scenario)
    found, signal_number = runs.run_interruptibly(
        "Reviewing", lambda report: reviewed_days(case, files, assumed, replications, report)
    )
    document = review_document(case.axis, found)
    if out is not None:
        write_folder(out, review_files(case.axis, found, document))
        document["folder"] = str(out)
    code = runs.signal_code(signal_number) if signal_number is not None else ExitCode.OK
    runs.finish(code, document, as_json, lambda: print_review(document, Texts(language.value)))
