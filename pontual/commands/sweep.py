"""`pontual sweep`: many scenarios on the same chance, ranked, with what matters and what service costs."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.progress import Progress
from pontual.options import JsonOption, Language, PlanFolderArgument, SeedOption

if TYPE_CHECKING:
    from dashboard.texts import Texts

FIGURE = "wait_over_10"
REPLICATIONS = 200
MORE_BLOCKS = 5


def command(
    folder: PlanFolderArgument,
    scenarios: Annotated[
        Path,
        typer.Option(
            "--scenarios",
            metavar="FILE",
            help="Scenarios in YAML, or a folder of such files.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Folder of the sweep: what was played is kept there, and the same command goes on with it.",
            show_default=False,
        ),
    ],
    figure: Annotated[
        str, typer.Option("--kpi", metavar="KPI", help="Key figure by which scenarios are ranked.")
    ] = FIGURE,
    indifference: Annotated[
        float | None,
        typer.Option(
            "--indifference",
            metavar="VALUE",
            help="A difference of it that does not matter, in its unit (shares from 0 to 1).  "
            "[default: 0.005 of a share, else 2% of today's]",
            show_default=False,
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option("--replications", min=2, max=100_000, help="How many times to play each scenario.")
    ] = REPLICATIONS,
    most: Annotated[
        int | None,
        typer.Option(
            "--most-replications",
            min=2,
            max=1_000_000,
            help="How many times at most to play those that may be the best, to tell which one is.  "
            f"[default: {MORE_BLOCKS} times --replications; where plans are made anew, --replications]",
            show_default=False,
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario",
            metavar="FILE.json",
            help="Parameters of the simulation that all scenarios begin with; those left out are plan.json's "
            "or the defaults.",
        ),
    ] = None,
    work: Annotated[
        float,
        typer.Option(
            "--work",
            min=0.1,
            help="Work for each roster and each allocation that is made anew, about seconds on one core.",
        ),
    ] = 20.0,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            max=1024,
            help="Processes on this machine; the results do not depend on it.  [default: one for each core]",
            show_default=False,
        ),
    ] = None,
    dask: Annotated[
        str,
        typer.Option(
            "--dask",
            metavar="ADDRESS",
            help="Play on the workers of this Dask scheduler, such as tcp://10.0.0.5:8786.",
            show_default=False,
        ),
    ] = "",
    seed: SeedOption = 1,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the tables and the plot.")
    ] = Language.PORTUGUESE,
    as_json: JsonOption = False,
) -> None:
    """Play many scenarios on the same chance: the best with a guarantee, what matters, cost and service."""
    from dashboard.results.sweep import kept_so_far
    from dashboard.texts import Texts
    from data.executors import ExecutorError, open_executor
    from data.files import MissingInputError
    from optimizer.planning.faults import NoRosterError
    from optimizer.solve_result import SolveLimits
    from optimizer.sweep.playing import SweepInputs
    from optimizer.sweep.reading import read_scenarios
    from optimizer.sweep.store import SweepFolder
    from optimizer.sweep.sweep import sweep
    from pontual.commands import runs
    from pontual.console import say
    from pontual.exit_codes import ExitCode

    if dask and workers is not None:
        raise typer.BadParameter("the cluster has workers of its own", param_hint="--workers")
    case = runs.read_case(folder)
    base = runs.scenario_from(case, scenario)
    specification = read_scenarios(scenarios, case, base, seed)
    if not specification.changes_plan:
        if not len(case.duties):
            raise NoRosterError("there are no duties to play; make a roster first: pontual roster")
        if not len(case.sessions):
            raise MissingInputError([f"sessions in {folder}; make them first: pontual allocate"])
    usual = replications * (1 if specification.changes_plan else MORE_BLOCKS)
    question = _question(figure, indifference, (most or usual) // replications)
    inputs = SweepInputs(
        case=case,
        base=base,
        scenarios=specification.scenarios,
        plans_anew=specification.changes_plan,
        replications=replications,
        limits=SolveLimits(work=work, seed=seed),
    )
    sweep_folder, texts = SweepFolder(out), Texts(language.value)

    def work_on(report: Progress) -> dict[str, Any] | None:
        try:
            with open_executor(workers or os.cpu_count() or 1, dask) as executor:
                return sweep(inputs, specification, question, sweep_folder, executor, report).document
        except KeyboardInterrupt:
            return None

    try:
        document, stopped_by = runs.run_interruptibly("Sweeping", work_on)
    except ExecutorError as error:
        say(str(error))
        raise typer.Exit(int(ExitCode.TRY_AGAIN)) from error
    if document is None:
        done, count = sweep_folder.scenarios_kept(), len(specification.scenarios)
        say(kept_so_far(done, count, str(out), texts))
        raise typer.Exit(int(runs.signal_code(stopped_by)))
    sweep_folder.keep_files(_files(document, texts))
    runs.finish(ExitCode.OK, document | {"folder": str(out)}, as_json, lambda: _print(document, texts))


def _question(figure: str, indifference: float | None, most_blocks: int) -> Any:
    """What is asked.

    Raises:
        typer.BadParameter: when there is no such figure, or no indifference zone above 0.
    """
    from optimizer.sweep.analysis import Question

    if indifference is not None and not (math.isfinite(indifference) and indifference > 0.0):
        raise typer.BadParameter(
            f"expected a difference above 0, got {indifference:g}", param_hint="--indifference"
        )
    try:
        return Question(figure, indifference, max(1, most_blocks))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--kpi") from error


def _print(document: Mapping[str, Any], texts: Texts) -> None:
    from dashboard.results.sweep import (
        effects_table,
        effects_untold,
        frontier_table,
        ranking_table,
        sentences,
    )
    from pontual.console import print_table, standard_output

    print_table(*ranking_table(document, texts))
    for figure, effects in document["effects"].items():
        if effects is None:
            standard_output.print(effects_untold(figure, texts), markup=False)
        else:
            print_table(*effects_table(document, figure, texts))
    print_table(*frontier_table(document, texts))
    for sentence in sentences(document, texts):
        standard_output.print(sentence, markup=False)


def _files(document: Mapping[str, Any], texts: Texts) -> dict[str, bytes]:
    """What is kept beside the table of everything."""
    from dashboard.charts.sweep_frontier import sweep_frontier_chart
    from dashboard.report.image_files import png_file, svg_file
    from dashboard.results.sweep import figure_name, is_share, sweep_points
    from optimizer.sweep.documents import effects_csv, ranking_csv

    service = document["service"]
    chart = sweep_frontier_chart(
        sweep_points(document),
        figure_name(service, texts),
        figure_name("cost", texts),
        is_share(service),
        texts,
    )
    return {
        "sweep.json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(),
        "ranking.csv": ranking_csv(document),
        "effects.csv": effects_csv(document),
        "frontier.svg": svg_file(chart),
        "frontier.png": png_file(chart),
    }
