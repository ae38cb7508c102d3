"""Make a roster, then let the referee judge it and recompute its objective before anybody sees it."""

from __future__ import annotations

from data.model import Case, Roster
from data.progress import Progress, no_progress
from data.referee import judge_replanning, judge_roster, recount, recount_changes
from optimizer.planning.faults import NoRosterError, demand_agreement
from optimizer.roster import solve_roster
from optimizer.roster.replanning import changes_of
from optimizer.solve_result import SolveLimits, SolveResult


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
    demand_agreement(
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
