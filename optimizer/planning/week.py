"""The main job: roster, allocation, judgement and simulation of one planning case."""

from __future__ import annotations

import time
from dataclasses import dataclass

from data.model import Case, Roster, Scenario, Schedule
from data.progress import Progress, no_progress
from data.referee import Violation, judge
from optimizer.planning.judged import judged_allocation, judged_roster
from optimizer.solve_result import SolveLimits, SolveResult
from simulation import SimulationResult, simulate


@dataclass(frozen=True)
class PlannedWeek:
    """A planned case and how each step went; later steps are None where an earlier one found no plan."""

    case: Case
    roster: SolveResult[Roster]
    allocation: SolveResult[Schedule] | None
    violations: tuple[Violation, ...]
    simulation: SimulationResult | None
    simulation_seconds: float


def plan_week(
    case: Case,
    limits: SolveLimits,
    *,
    scenario: Scenario,
    replications: int,
    progress: Progress = no_progress,
) -> PlannedWeek:
    """Roster the agents, allocate the bookings, judge the plan and play it `replications` times.

    Raises:
        RefereeDisagreesError: when the referee finds a fault in a solver's answer.
    """
    planned, roster = judged_roster(case, limits, _part(progress, 0.0, 0.45))
    if roster.answer is None:
        return PlannedWeek(case, roster, None, (), None, 0.0)
    planned, allocation = judged_allocation(planned, limits, _part(progress, 0.45, 0.8))
    if allocation.answer is None:
        return PlannedWeek(planned, roster, allocation, (), None, 0.0)
    violations = tuple(judge(planned))
    started = time.perf_counter()
    played = simulate(
        planned,
        scenario,
        replications=replications,
        seed=limits.seed,
        progress=_part(progress, 0.8, 1.0),
    )
    return PlannedWeek(planned, roster, allocation, violations, played, time.perf_counter() - started)


def _part(progress: Progress, begin: float, end: float) -> Progress:
    """The share of a progress bar that one step fills."""

    def report(fraction: float, what: str) -> None:
        progress(begin + (end - begin) * fraction, what)

    return report
