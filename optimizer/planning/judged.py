"""Solve, then let the referee judge the answer and recompute its objective before anybody sees it."""

from __future__ import annotations

from data.model import Case, Roster, Schedule
from data.progress import Progress, no_progress
from data.referee import Violation, judge_roster, judge_schedule, recount
from optimizer.allocation import allocate
from optimizer.roster import solve_roster
from optimizer.solve_result import SolveLimits, SolveResult


class RefereeDisagreesError(Exception):
    """The referee found a fault in a solver's answer: a defect of Pontual, never the user's."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        shown = "\n".join(f"  {fault}" for fault in faults[:20])
        more = f"\n  and {len(faults) - 20} more" if len(faults) > 20 else ""
        super().__init__(f"the referee disagrees with the solver; nothing was written\n{shown}{more}")


def judged_roster(
    case: Case, limits: SolveLimits, progress: Progress = no_progress
) -> tuple[Case, SolveResult[Roster]]:
    """Make a roster and have it judged.

    Returns the case with the new roster (the unchanged case where there is none), and the result.

    Raises:
        RefereeDisagreesError: when the roster breaks a rule or its objective is not what the solver states.
    """
    result = solve_roster(case, limits, progress)
    if result.answer is None:
        return case, result
    planned = case.with_roster(result.answer)
    counted = recount(planned)
    faults = _sentences(judge_roster(planned))
    faults += _mismatch("under + over", result.levels[0].objective, counted.under + counted.over)
    if faults:
        raise RefereeDisagreesError(faults)
    return planned, result


def judged_allocation(
    case: Case, limits: SolveLimits, progress: Progress = no_progress
) -> tuple[Case, SolveResult[Schedule]]:
    """Allocate the bookings and have the schedule judged.

    Returns the case with the new schedule (the unchanged case where there is none), and the result.

    Raises:
        RefereeDisagreesError: when the schedule breaks a rule or its objective is not what the solver states.
    """
    result = allocate(case, limits, progress)
    if result.answer is None:
        return case, result
    planned = case.with_schedule(result.answer)
    counted = recount(planned)
    faults = _sentences(judge_schedule(planned))
    faults += _mismatch("placed", result.levels[0].objective, counted.placed)
    if faults:
        raise RefereeDisagreesError(faults)
    return planned, result


def _sentences(violations: list[Violation]) -> list[str]:
    return [f"{found.rule} {found.where}: {found.what}" for found in violations]


def _mismatch(name: str, stated: float, counted: float) -> list[str]:
    if stated == counted:
        return []
    return [f"OBJECTIVE {name}: the solver states {stated:g}, the plan holds {counted:g}"]
