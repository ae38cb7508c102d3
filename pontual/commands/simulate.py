"""`pontual simulate`: play the plan as the day would, many times."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from pontual.options import JsonOption, PlanFolderArgument, SeedOption


class Engine(StrEnum):
    """Simulation engines."""

    SIMPY = "simpy"


def command(
    folder: PlanFolderArgument,
    replications: Annotated[
        int, typer.Option("--replications", min=2, max=1_000_000, help="How many times to play the plan.")
    ] = 20,
    engine: Annotated[Engine, typer.Option("--engine", help="Simulation engine.")] = Engine.SIMPY,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Play the schedule with lateness, no-shows, overruns and failures; KPIs with 95 % intervals."""
    import time

    from data.files import PlanFolder
    from data.model import Scenario
    from optimizer.planning import simulation_summary
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from pontual.reports import KPI_DOCUMENT, kpi_document
    from pontual.summaries import print_kpis
    from simulation import simulate

    plan_folder = PlanFolder(folder)
    case = plan_folder.read(runs.key_from_environment())
    if not len(case.sessions):
        raise typer.BadParameter(f"{folder} holds no sessions; run `pontual allocate` first")
    started = time.perf_counter()
    played, stopped_by = runs.run_interruptibly(
        "Simulating",
        lambda report: simulate(case, Scenario(), replications=replications, seed=seed, progress=report),
    )
    document = simulation_summary(played, engine.value, time.perf_counter() - started)
    results = runs.earlier_results(plan_folder, keep=("roster", "allocate")) | {"simulate": document}
    run = runs.write_run(
        plan_folder, case, "simulate", results, {KPI_DOCUMENT: kpi_document(document, played)}
    )
    document["run"] = str(run)
    code = ExitCode.OK if stopped_by is None else ExitCode.INTERRUPTED
    runs.finish(code, document, as_json, lambda: print_kpis(document))
