"""One replanning: the search, and then the bounds."""

from __future__ import annotations

from collections.abc import Sequence

from data.model import Case
from optimizer.roster.budget import OverBudgetError
from optimizer.roster.limits import EnoughError, Meter
from optimizer.roster.replanning.bound import Relaxation
from optimizer.roster.replanning.published import Published
from optimizer.roster.replanning.search import Replanning
from optimizer.roster.rules import Rule
from optimizer.roster.search import Working


def replan(
    case: Case, published: Published, working: Working, meter: Meter, rules: Sequence[Rule]
) -> tuple[int, int]:
    """Leave in `working` a roster that changes few published duties; returns two bounds.

    The first is on agent-intervals under + over of every legal roster; the second on the changes of every
    legal roster that covers no worse than the one found (`Relaxation.fewest_changes`). Each is 0 when the
    time was too short for it. When the work or the time is used up, the search ends and bounds are still
    tried.

    Raises:
        EnoughError: when the time is up before the published duties were in place.
        OverBudgetError: when the published duties that stay are more work than the budget has.
    """
    replanning = Replanning(
        case, published, working, rules, lambda: meter.checkpoint("published duties change")
    )
    working.budget = case.plan.work_minutes_budget
    if working.budget is not None and working.is_over_budget:
        raise OverBudgetError(working.work_minutes, working.budget)
    try:
        replanning.run()
        meter.ended_by = "no change brings back enough"
    except EnoughError:
        pass
    relaxation = Relaxation(
        case,
        working.team,
        replanning.kept,
        replanning.counts,
        replanning.must_change,
        published.now,
        rules,
    )
    uncovered = 0  # costs are bounded by nothing better
    if not case.is_priced:
        uncovered = relaxation.least_uncovered(meter.seconds_left(), lambda: meter.report("bound"))
    fewest = relaxation.fewest_changes(
        replanning.under,
        replanning.most_over,
        replanning.changes,
        meter.seconds_left(),
        lambda: meter.report("bound on changes"),
    )
    return uncovered, fewest
