"""A budget of work for all duties together: the price of a minute at which agents choose to spend it best."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.roster.search import Working

STEPS = 9
"""How many prices are tried."""

ROUNDS = 3
"""How often every agent chooses anew at each of them."""


class OverBudgetError(Exception):
    """Raised when duties that stay, and those that must join them, need more work than the budget has."""

    def __init__(self, needed: int, budget: int) -> None:
        self.clash = (
            f"BUDGET: the duties that stay and those that must join them take {needed} minutes of work, "
            f"expected {budget} at most",
        )
        super().__init__(self.clash[0])


def spend_best(
    working: Working, budget: int, keep: Callable[[], None], choose: Callable[[float], None]
) -> float:
    """Look for the lowest price of a minute of work at which agents keep to the budget, by bisection.

    Returns the price; 0 where the budget does not bind.

    Args:
        working: the roster, with nothing but pinned duties.
        budget: minutes of work of all duties.
        keep: called whenever the roster keeps to the budget.
        choose: lets all agents choose in turn, with this depth of the need (`Working.best_tour`).

    Raises:
        OverBudgetError: when no roster of the duties considered keeps to the budget.
    """
    working.price = working.prohibitive
    choose(0.0)
    if working.work_minutes > budget:
        raise OverBudgetError(working.work_minutes, budget)
    keep()
    low, price = 0.0, 0.0
    high = 2.0 * working.team.usual_price / working.team.requirement.interval_minutes
    for _ in range(STEPS):
        working.price = price
        for left in reversed(range(ROUNDS)):
            choose(1.0 if left else 0.0)
        if working.work_minutes <= budget:
            keep()
            if not price:
                return 0.0
            high = price
        else:
            low = price
        price = (low + high) / 2
    return high
