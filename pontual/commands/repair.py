"""`pontual repair`: the day as the events so far make it, and the least that must change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pontual.moments import moment_of
from pontual.options import (
    JsonOption,
    Language,
    PlanFolderArgument,
    ScenarioOption,
    TimeLimitOption,
    WorkOption,
)

if TYPE_CHECKING:
    from data.model import Case
    from optimizer.planning.repairing import RepairedDay


def command(
    folder: PlanFolderArgument,
    events: Annotated[
        Path,
        typer.Option(
            "--events",
            metavar="FILE",
            help="Events of the day so far, one JSON object a line (docs/live.md).",
            show_default=False,
        ),
    ],
    now: Annotated[
        str | None,
        typer.Option("--now", metavar="INSTANT", help="The moment. [default: of the latest event]"),
    ] = None,
    scenario: ScenarioOption = None,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the sentences.")
    ] = Language.ENGLISH,
    time_limit: TimeLimitOption = None,
    work: WorkOption = 4.0,
    as_json: JsonOption = False,
) -> None:
    """Mend the day once: who takes over, who is told of what, who is rebooked; nothing is written."""
    from data.files.day_events import read_day_events
    from optimizer.planning.repairing import repaired_day
    from optimizer.solve_result import SolveLimits
    from pontual.commands.runs import read_case, scenario_from
    from pontual.console import print_json

    moment = moment_of(now)
    case = read_case(folder)
    likely = scenario_from(case, scenario)
    told = read_day_events(events, case)
    limits = SolveLimits(seconds=time_limit, work=work)
    mended = repaired_day(case, likely, told, moment, limits, events.name)
    if as_json:
        print_json(_document(case, mended, language.value))
    else:
        _print(case, mended, language.value)


def _document(case: Case, mended: RepairedDay, language: str) -> dict[str, Any]:
    from optimizer.live import anomaly_document
    from optimizer.repair.documents import foreseen_document, repair_document

    return repair_document(case.axis, mended.state, mended.now, mended.repair, language) | {
        "foreseen": foreseen_document(case.axis, mended.after, mended.foreseen, language),
        "events": mended.state.number,
        "anomalies": [anomaly_document(odd) for odd in mended.state.anomalies],
        "missing_events": [list(gap) for gap in mended.gaps],
        "conflicting_events": list(mended.conflicts),
    }


def _print(case: Case, mended: RepairedDay, language: str) -> None:
    from data.identity import masked
    from optimizer.live import anomaly_sentence, ranges
    from optimizer.repair.documents import foreseen_sentences, levels, limited_by, sentences
    from optimizer.repair.texts import say as text
    from pontual.console import print_table, say

    for number in mended.conflicts:
        say(text(language, "conflict", number=number))
    for odd in mended.state.anomalies:
        say(text(language, "anomaly", number=odd.number, sentence=anomaly_sentence(odd, language)))
    if mended.gaps:
        say(text(language, "missing", ranges=ranges(mended.gaps)))
    repair, moment = mended.repair, case.axis.instant_of(mended.now)
    when = {"date": f"{moment:%d/%m/%Y}" if language == "pt-BR" else f"{moment:%Y-%m-%d}"}
    count, clock = len(repair.plan.decisions), f"{moment:%H:%M}"
    typer.echo(text(language, "title" if count else "nothing", time=clock, count=count, **when))
    for line in sentences(case.axis, mended.state, repair, language):
        typer.echo(f"  {masked(line)}")
    if repair.touched:
        print_table(
            "",
            [text(language, name) for name in ("level", "value", "bound")],
            [
                (text(language, level.name), f"{level.objective:g}", f"{level.bound:g}")
                for level in levels(repair)
            ],
        )
    limit = limited_by(repair)
    if limit:
        typer.echo(f"{text(language, 'limited_by')}: {text(language, f'limit.{limit}')}")
    for line in foreseen_sentences(case.axis, mended.after, mended.foreseen, language):
        typer.echo(masked(line))
