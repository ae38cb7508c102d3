"""The main job: roster, allocation, judgement and simulation of one planning case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.model import Case, Roster, Scenario, Schedule
from data.progress import Progress, no_progress, part_of
from optimizer.planning.judged_allocations import judged_allocation
from optimizer.planning.judged_rosters import judged_roster
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus
from simulation import SimulationResult, simulate


@dataclass(frozen=True)
class PlannedWeek:
    """A planned case and how each step went.

    Later steps are None where an earlier one found no plan or was interrupted.
    """

    case: Case
    roster: SolveResult[Roster]
    allocation: SolveResult[Schedule] | None
    simulation: SimulationResult | None


def plan_week(
    case: Case,
    limits: SolveLimits,
    *,
    scenario: Scenario,
    replications: int,
    progress: Progress = no_progress,
) -> PlannedWeek:
    """Roster the agents, allocate the bookings and play the plan `replications` times.

    Every answer is judged before the next step builds on it. An interruption ends the pipeline with what
    there is.

    Raises:
        RefereeDisagreesError: when the referee finds a fault in a solver's answer.
    """
    planned, roster = judged_roster(case, limits, part_of(progress, 0.0, 0.45))
    if not _goes_on(roster):
        return PlannedWeek(planned, roster, None, None)
    planned, allocation = judged_allocation(planned, limits, part_of(progress, 0.45, 0.8))
    if not _goes_on(allocation) or not len(planned.sessions):
        return PlannedWeek(planned, roster, allocation, None)
    try:
        played = simulate(
            planned,
            scenario,
            replications=replications,
            seed=limits.seed,
            progress=part_of(progress, 0.8, 1.0),
        )
    except KeyboardInterrupt:
        return PlannedWeek(planned, roster, allocation, None)
    return PlannedWeek(planned, roster, allocation, played)


def _goes_on(result: SolveResult[Any]) -> bool:
    """Whether the next step has something to work on, and nobody asked to stop."""
    return result.answer is not None and result.status is not SolveStatus.INTERRUPTED
