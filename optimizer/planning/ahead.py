"""From a forecast to key figures: requirement, roster, allocation and simulation of one planning case."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data.model import Case, Scenario
from data.progress import Progress, no_progress, part_of
from optimizer.planning.week import PlannedWeek, plan_week
from optimizer.requirement.asked_demand import required_demand
from optimizer.requirement.requirement import Request, Requirement, day_tasks, find_requirement
from optimizer.requirement.roster_service import RosterJudge, RosterService
from optimizer.requirement.search import CONFIRMING_FROM
from optimizer.solve_result import SolveLimits


@dataclass(frozen=True, eq=False)
class PlannedAhead:
    """A case planned for the bookings that are expected of it, and how each step went.

    Attributes:
        case: with the demand of the forecast.
        requirement: agents by interval.
        week: roster, allocation and simulation; None where no number of agents keeps the targets.
        service: of the expected customers by the roster, on chance that had no part in the requirement's
            search; None without a roster, or when the work was interrupted.
    """

    case: Case
    requirement: Requirement
    week: PlannedWeek | None
    service: RosterService | None


def plan_ahead(
    case: Case,
    scenario: Scenario,
    request: Request,
    limits: SolveLimits,
    *,
    workers: int = 1,
    progress: Progress = no_progress,
) -> PlannedAhead:
    """Find the requirement of a case's demand, make the roster for it, and place and play its bookings.

    Args:
        case: whose demand says how many bookings to expect.
        scenario: what happens on the day.
        request: the service targets.
        limits: of the roster's search and of the allocation's, each.
        workers: processes for the requirement; the answer is the same.
        progress: may raise KeyboardInterrupt to stop; raised on before there is a roster.

    Raises:
        ValueError, NothingExpectedError: as `find_requirement`.
        RefereeDisagreesError: as `plan_week`.
    """
    found = find_requirement(case, scenario, request, workers, part_of(progress, 0.0, 0.4))
    if not found.is_reached:
        return PlannedAhead(case, found, None, None)
    asked = replace(case, demand=required_demand(case, found))
    week = plan_week(
        asked,
        limits,
        scenario=scenario,
        replications=request.replications,
        progress=part_of(progress, 0.4, 0.9),
    )
    if week.roster.answer is None:
        return PlannedAhead(case, found, week, None)
    judge = RosterJudge(day_tasks(case, scenario, request, found.present), found.days, 1.0 - found.present)
    try:
        service = judge.judge(
            week.case, CONFIRMING_FROM, request.replications, lambda: progress(0.95, "expected customers")
        )
    except KeyboardInterrupt:
        return PlannedAhead(case, found, week, None)
    return PlannedAhead(case, found, week, service)
