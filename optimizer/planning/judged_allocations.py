"""Allocate, then let the referee judge the answer and recompute its objective before anybody sees it."""

from __future__ import annotations

from data.model import Case, Schedule
from data.progress import Progress, no_progress
from data.referee import judge_roster, judge_schedule, recount
from optimizer.allocation import Engine, allocate
from optimizer.planning.faults import IllegalRosterError, NoRosterError, demand_agreement, sentences
from optimizer.solve_result import SolveLimits, SolveResult


def judged_allocation(
    case: Case,
    limits: SolveLimits,
    progress: Progress = no_progress,
    engine: Engine = Engine.AUTOMATIC,
) -> tuple[Case, SolveResult[Schedule]]:
    """Allocate the bookings and have the schedule judged.

    Returns the case with the new schedule (the unchanged case where there is none), and the result.

    Raises:
        NoRosterError: when the case brings no duties.
        IllegalRosterError: when the roster that the case brings breaks a hard rule.
        RefereeDisagreesError: when the schedule breaks a rule or an objective is not what the solver states.
    """
    if not len(case.duties):
        raise NoRosterError("there are no duties to allocate on; make a roster first: pontual roster")
    unlawful = sentences(judge_roster(case))
    if unlawful:
        raise IllegalRosterError(unlawful)
    result = allocate(case, limits, progress, engine)
    if result.answer is None:
        return case, result
    planned = case.with_schedule(result.answer)
    judge_allocation(planned, result)
    return planned, result


def judge_allocation(planned: Case, result: SolveResult[Schedule]) -> None:
    """Have the schedule of a case judged, and what the solver says of it.

    Raises:
        RefereeDisagreesError: when the schedule breaks a rule or an objective is not what the solver states.
    """
    counted = recount(planned)
    demand_agreement(
        judge_schedule(planned),
        result,
        {
            "placed": counted.placed,
            "confirmed_kept": counted.pins_kept,
            "deviation": counted.deviation_minutes,
            "back_to_back": counted.back_to_back,
            "unfairness": counted.unfairness_minutes,
            "order_inversions": counted.order_inversions,
        },
    )
