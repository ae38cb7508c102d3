"""`pontual simulate`: play the plan as the day would, many times."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.progress import Progress
from pontual.options import (
    JsonOption,
    PlanFolderArgument,
    ScenarioOption,
    SeedOption,
)

if TYPE_CHECKING:
    from simulation import HalfWidth


class Engine(StrEnum):
    """Simulation engines."""

    TWIN = "twin"
    SIMPY = "simpy"


class Policy(StrEnum):
    """Who serves whom, and whether the plan is mended."""

    DEDICATED = "dedicated"
    POOL = "pool"
    REPAIR = "repair"


class Interval(StrEnum):
    """Lengths of intervals of the day, in minutes."""

    QUARTER = "15"
    HALF_HOUR = "30"
    HOUR = "60"


REPLICATIONS = 20


def command(
    folder: PlanFolderArgument,
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications",
            min=2,
            max=1_000_000,
            help="How many times to play the plan; with --half-width, at most so many.  "
            f"[default: {REPLICATIONS}; with --half-width 10000]",
            show_default=False,
        ),
    ] = None,
    half_width: Annotated[
        list[str] | None,
        typer.Option(
            "--half-width",
            metavar="KPI=VALUE",
            help="Play until the 95 % interval of this KPI reaches so far to each side: VALUE in its unit "
            "(shares from 0 to 1), or P% of the mean. With --against, of the difference. May be repeated.",
        ),
    ] = None,
    interval: Annotated[
        Interval,
        typer.Option("--interval", help="Minutes of the intervals of the day for KPIs."),
    ] = Interval.HOUR,
    engine: Annotated[
        Engine,
        typer.Option(
            "--engine", help="Compiled twin, or SimPy; both give the same figures, the twin much sooner."
        ),
    ] = Engine.TWIN,
    scenario: ScenarioOption = None,
    policy: Annotated[
        Policy | None,
        typer.Option(
            "--policy",
            help="dedicated: each agent the own list; pool: whoever of the pool is free; repair: pools, and "
            "the plan mended every 10 minutes as by pontual repair (slow).  [default: as the scenario says]",
            show_default=False,
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="FILE.json",
            help="Another scenario, played on the same chance: paired differences of the KPIs.",
        ),
    ] = None,
    stratified: Annotated[
        bool,
        typer.Option(
            "--stratified",
            help="Share out the chance of every 25 replications evenly: more exact means of the same number. "
            "Whole batches are played.",
        ),
    ] = False,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Play the schedule with lateness, no-shows, overruns and failures; KPIs with 95 % intervals."""
    from data.files import MissingInputError, read_scenario_file
    from optimizer.planning.summaries import comparison_summary, simulation_summary
    from pontual.commands import runs
    from pontual.exit_codes import ExitCode
    from pontual.reports import KPI_DOCUMENT, kpi_document
    from pontual.summaries import print_differences, print_kpis
    from simulation import (
        BATCH,
        MOST_REPLICATIONS,
        Comparison,
        Mended,
        Player,
        SimpyEngine,
        SimulationResult,
        TwinEngine,
        compare,
        policy_of,
        scenario_of,
        simulate,
    )

    asked = _half_widths(half_width or [])
    most = replications or (MOST_REPLICATIONS if asked else REPLICATIONS)
    if stratified:
        most = BATCH * max(2, -(-most // BATCH))
    with runs.open_for_a_run(folder) as plan_folder:
        case = plan_folder.read(runs.key_from_environment())
        if not len(case.sessions):
            raise MissingInputError([f"sessions in {folder}; make them first: pontual allocate"])
        inputs = other = scenario_of(case.plan.policy)
        if scenario is not None:
            inputs = read_scenario_file(scenario, inputs)
        if policy is not None:
            inputs = inputs.model_copy(update={"pooled": policy is not Policy.DEDICATED})
        if policy is Policy.REPAIR and (inputs.overbooking_share or inputs.overbooking_risk):
            raise typer.BadParameter("nobody mends bookings beyond the plan", param_hint="--policy repair")
        rules = None
        if policy is Policy.REPAIR:
            # Here, as the repair takes long to load.
            from optimizer.repair import REVIEW_MINUTES, DayMender

            rules = Mended(policy_of(inputs), DayMender(case, inputs), REVIEW_MINUTES)
        if against is not None:
            other = read_scenario_file(against, other)

        def work(report: Progress) -> tuple[SimulationResult, Comparison | None]:
            """The simulation, and the comparison on the same chance if there is another scenario."""
            chosen = TwinEngine if engine is Engine.TWIN else SimpyEngine
            compared = None
            if against is not None:
                compared = compare(
                    Player(case, inputs, rules, engine=chosen(), stratified=stratified),
                    Player(case, other, engine=chosen(), stratified=stratified),
                    replications=most,
                    seed=seed,
                    half_widths=asked,
                    progress=report,
                )
            result = simulate(
                case,
                inputs,
                replications=most if compared is None else compared.replications,
                seed=seed,
                progress=report,
                mender=None if rules is None else rules.mender,
                engine=chosen(),
                half_widths=asked if compared is None else (),
                interval_minutes=int(interval.value),
                stratified=stratified,
            )
            return result, compared

        (played, compared), _ = runs.run_interruptibly("Simulating", work)
        document = simulation_summary(played)
        if compared is not None:
            document["against"] = comparison_summary(compared)
        results = runs.earlier_results(plan_folder, keep=("roster", "import-roster", "allocate")) | {
            "simulate": document
        }
        documents = {KPI_DOCUMENT: kpi_document(document, played)}
        document["run"] = str(runs.write_run(plan_folder, case, "simulate", results, documents))

    def summary() -> None:
        print_kpis(document)
        if "against" in document:
            print_differences(document["against"])

    runs.finish(ExitCode.OK, document, as_json, summary)


def _half_widths(texts: list[str]) -> list[HalfWidth]:
    """What was asked for; all faults are told at once.

    Raises:
        typer.BadParameter: when one can't be read.
    """
    from simulation import HalfWidth

    found, faults = [], []
    for text in texts:
        try:
            found.append(HalfWidth.parse(text))
        except ValueError as fault:
            faults.append(str(fault))
    named = [asked.kpi for asked in found]
    faults += [f"{kpi} is asked for twice" for kpi in sorted(set(named)) if named.count(kpi) > 1]
    if faults:
        raise typer.BadParameter("; ".join(faults), param_hint="--half-width")
    return found
