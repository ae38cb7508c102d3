"""Solve, then let the referee judge the answer and recompute its objective before anybody sees it."""

from __future__ import annotations

from typing import Any

from data.model import Case, Roster, Schedule
from data.progress import Progress, no_progress
from data.referee import (
    Violation,
    judge_replanning,
    judge_roster,
    judge_schedule,
    recount,
    recount_changes,
)
from optimizer.allocation import Engine, allocate
from optimizer.roster import solve_roster
from optimizer.roster.replanning import changes_of
from optimizer.solve_result import SolveLimits, SolveResult


class RefereeDisagreesError(Exception):
    """The referee found a fault in a solver's answer: a defect of Pontual, never the user's."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"the referee disagrees with the solver; nothing was written\n{_listed(faults)}")


class NoRosterError(Exception):
    """There is no roster to allocate on."""


class IllegalRosterError(Exception):
    """The roster to allocate on breaks hard rules: somebody has edited it, or the inputs have changed."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"the roster breaks hard rules; make a new one, or mend it\n{_listed(faults)}")


def judged_roster(
    case: Case,
    limits: SolveLimits,
    progress: Progress = no_progress,
    *,
    from_published: bool = False,
) -> tuple[Case, SolveResult[Roster]]:
    """Make a roster and have it judged; `from_published`, one that changes few duties of the case's own.

    Returns the case with the new roster (the unchanged case where there is none), and the result.

    Raises:
        NoRosterError: when a published roster is to be followed and the case brings no duties.
        RefereeDisagreesError: when the roster breaks a rule or an objective is not what the solver states.
    """
    if from_published and not len(case.duties):
        raise NoRosterError("there is no published roster to follow; make one first: pontual roster")
    result = solve_roster(case, limits, progress, from_published=from_published)
    if result.answer is None:
        return case, result
    planned = case.with_roster(result.answer)
    counted = recount(planned)
    violations = judge_roster(planned)
    if from_published:
        violations += judge_replanning(case, planned, changes_of(case, case.roster, planned.roster))
    _agree(
        violations,
        result,
        {
            "changes": recount_changes(case, planned),
            "under_plus_over": counted.under + counted.over,
            "staffing_cost": counted.staffing_cost,
            "wishes": counted.wishes_not_met,
            "fairness": counted.unfair_shares,
            "start_shift_minutes": counted.start_shift_minutes,
        },
    )
    return planned, result


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
    counted = recount(planned)
    _agree(
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
    return planned, result


def _agree(violations: list[Violation], result: SolveResult[Any], counted: dict[str, int]) -> None:
    """Compare what the solver states, level by level, with what the plan holds."""
    faults = sentences(violations)
    for level in result.levels:
        if level.objective != counted[level.name]:
            faults.append(
                f"OBJECTIVE {level.name}: the solver states {level.objective:g}, "
                f"the plan holds {counted[level.name]:g}"
            )
    if faults:
        raise RefereeDisagreesError(faults)


def _listed(faults: list[str]) -> str:
    shown = "\n".join(f"  {fault}" for fault in faults[:20])
    return shown + (f"\n  and {len(faults) - 20} more" if len(faults) > 20 else "")


def sentences(violations: list[Violation]) -> list[str]:
    """Violations in words."""
    return [f"{found.rule} {found.where}: {found.what}" for found in violations]
