"""`pontual tune`: planned minutes, pools, standby and times chosen by simulation, to meet a target."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pontual.options import (
    JsonOption,
    Language,
    PlanFolderArgument,
    ScenarioOption,
    SeedOption,
)
from pontual.targets import TARGET, read_targets, refuse

if TYPE_CHECKING:
    from dashboard.texts import Texts
    from optimizer.tuning.search import Tuning
    from optimizer.tuning.targets import Target

CAPACITIES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75)


def command(
    folder: PlanFolderArgument,
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="KPI<=VALUE",
            help="What the 95 % interval of a KPI must keep: KPI<=VALUE or KPI>=VALUE, shares as P% too. "
            f"May be repeated.  [default: {TARGET}]",
            show_default=False,
        ),
    ] = None,
    capacity: Annotated[
        list[float] | None,
        typer.Option(
            "--capacity",
            metavar="SHARE",
            help="Share of the rostered duties to plan with; may be repeated.  "
            f"[default: {', '.join(f'{share:g}' for share in CAPACITIES)}]",
            show_default=False,
        ),
    ] = None,
    largest_pool: Annotated[
        int | None,
        typer.Option(
            "--largest-pool",
            min=1,
            help="No pool that is made anew is larger.  [default: all agents]",
            show_default=False,
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option("--replications", min=2, max=100_000, help="How many times to play each result.")
    ] = 100,
    scenario: ScenarioOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Folder for the frontier (table and plot) and the plan proposed; must be new.",
        ),
    ] = None,
    work: Annotated[
        float,
        typer.Option("--work", min=0.1, help="Work for each plan of the engine, about seconds on one core."),
    ] = 20.0,
    seed: SeedOption = 1,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the tables and the plot.")
    ] = Language.PORTUGUESE,
    as_json: JsonOption = False,
) -> None:
    """Choose planned minutes, capacity, pools, standby, times in runs and overbooking by simulation."""
    from dataclasses import replace

    from dashboard.texts import Texts
    from data.files import MissingInputError, write_folder
    from optimizer.planning.faults import NoRosterError
    from optimizer.solve_result import SolveLimits
    from optimizer.tuning.levers import Levers
    from optimizer.tuning.search import tune
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from pontual.tuning_report import print_tuning, tuning_document

    targets = _targets(target or [TARGET])
    capacities = _capacities(capacity or CAPACITIES)
    runs.refuse_to_overwrite(out)
    case = runs.read_case(folder)
    if not len(case.duties):
        raise NoRosterError("there are no duties to tune; make a roster first: pontual roster")
    if not len(case.sessions):
        raise MissingInputError([f"sessions in {folder}; make them first: pontual allocate"])
    inputs = runs.scenario_from(case, scenario)
    levers = replace(Levers.of(case, largest_pool), capacities=capacities)
    limits = SolveLimits(work=work, gap=0.0, seed=seed)
    found = runs.run_whole(
        "Tuning", lambda report: tune(case, inputs, targets, levers, limits, replications, report)
    )
    document = tuning_document(found, seed)
    texts = Texts(language.value)
    if out is not None:
        write_folder(out, _files(found, document, texts))
        document["folder"] = str(out)
    code = ExitCode.OK if found.chosen is not None else ExitCode.NOT_GOOD_ENOUGH
    runs.finish(code, document, as_json, lambda: print_tuning(document, texts))


def _targets(texts: list[str]) -> list[Target]:
    """What was asked for; all faults are told at once.

    Raises:
        typer.BadParameter: when one can't be read, or a figure is asked for twice.
    """
    from optimizer.tuning.targets import Target

    found, faults = read_targets(texts, Target.parse)
    named = [target.kpi for target in found]
    faults += [f"{kpi} is asked for twice" for kpi in sorted(set(named)) if named.count(kpi) > 1]
    refuse(faults)
    return found


def _capacities(shares: Sequence[float]) -> tuple[float, ...]:
    """The shares, each once.

    Raises:
        typer.BadParameter: when one is not above 0 and at most 1.
    """
    bad = [f"{share:g}" for share in shares if not 0.0 < share <= 1.0]
    if bad:
        raise typer.BadParameter(
            f"expected shares above 0 and at most 1, got {', '.join(bad)}", param_hint="--capacity"
        )
    return tuple(sorted(set(shares), reverse=True))


def _files(found: Tuning, document: Mapping[str, Any], texts: Texts) -> dict[str, bytes]:
    """The frontier as table and plot, and the plan that is proposed as a plan folder."""
    from dashboard.charts import frontier_chart
    from dashboard.report.image_files import png_file, svg_file
    from dashboard.results.tuning import frontier_points, plotted_target
    from data.files import case_files
    from pontual.tuning_report import frontier_csv

    chart = frontier_chart(frontier_points(document), plotted_target(document), texts)
    files = {
        "tuning.json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(),
        "frontier.csv": frontier_csv(document),
        "frontier.svg": svg_file(chart),
        "frontier.png": png_file(chart),
    }
    if found.chosen is not None:
        files |= {f"plan/{name}": body for name, body in case_files(found.chosen.plan.case, "csv").items()}
    return files
