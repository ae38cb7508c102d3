"""`pontual simulate`: play the plan as the day would, many times."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pontual.options import JsonOption, PlanFolderArgument, SeedOption


class Engine(StrEnum):
    """Simulation engines."""

    TWIN = "twin"
    SIMPY = "simpy"


def command(
    folder: PlanFolderArgument,
    replications: Annotated[
        int, typer.Option("--replications", min=2, max=1_000_000, help="How many times to play the plan.")
    ] = 20,
    engine: Annotated[
        Engine,
        typer.Option(
            "--engine", help="Compiled twin, or SimPy; both give the same figures, the twin much sooner."
        ),
    ] = Engine.TWIN,
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario",
            metavar="FILE.json",
            help="Parameters of the simulation; those left out are plan.json's or the defaults.",
        ),
    ] = None,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Play the schedule with lateness, no-shows, overruns and failures; KPIs with 95 % intervals."""
    from data.files import MissingInputError, read_scenario_file
    from optimizer.planning import simulation_summary
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from pontual.reports import KPI_DOCUMENT, kpi_document
    from pontual.summaries import print_kpis
    from simulation import SimpyEngine, TwinEngine, scenario_of, simulate

    with runs.open_for_a_run(folder) as plan_folder:
        case = plan_folder.read(runs.key_from_environment())
        if not len(case.sessions):
            raise MissingInputError([f"sessions in {folder}; make them first: pontual allocate"])
        inputs = scenario_of(case.plan.policy)
        if scenario is not None:
            inputs = read_scenario_file(scenario, inputs)
        played, _ = runs.run_interruptibly(
            "Simulating",
            lambda report: simulate(
                case,
                inputs,
                replications=replications,
                seed=seed,
                progress=report,
                engine=TwinEngine() if engine is Engine.TWIN else SimpyEngine(),
            ),
        )
        document = simulation_summary(played)
        results = runs.earlier_results(plan_folder, keep=("roster", "import-roster", "allocate")) | {
            "simulate": document
        }
        documents = {KPI_DOCUMENT: kpi_document(document, played)}
        document["run"] = str(runs.write_run(plan_folder, case, "simulate", results, documents))
    runs.finish(ExitCode.OK, document, as_json, lambda: print_kpis(document))
