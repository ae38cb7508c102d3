"""What changes of published duties cost an agent, as when the roster was replanned."""

from __future__ import annotations

from data.model import Case, Duty
from data.model.columns import FloatArray
from optimizer.roster.replanning.menus import place_of
from optimizer.roster.replanning.published import Published
from optimizer.roster.team import DayChoice


class ChangePrices:
    """The price, in agent-intervals, of the days on which an agent's duty is not the published one.

    Worths are relative to another duty in place of a published one: keeping it is worth the price, a duty on
    a day without a published one costs it.

    Args:
        case: the published roster; the plan says what a change is to bring back.
        published: what of it may stay.
    """

    def __init__(self, case: Case, published: Published) -> None:
        self._published = published
        self._price = -(-case.plan.change_worth_minutes // case.plan.demand_interval_minutes)

    @property
    def highest(self) -> int:
        """The price of one change."""
        return self._price

    def of_duty(self, agent: int, day: int, duty: Duty) -> int:
        """The worth of a duty of the agent."""
        if day in self._published.forced[agent]:
            return 0
        if day not in self._published.days[agent]:
            return -self._price
        kept = self._published.open[agent].get(day)
        same = kept is not None and (kept.start, kept.end, kept.breaks) == (duty.start, duty.end, duty.breaks)
        return self._price if same else 0

    def add_to(self, each: FloatArray, agent: int, day: int, choice: DayChoice) -> None:
        """Add the worth to that of each duty of the day's menu; shape (duties,)."""
        if day in self._published.forced[agent] or choice.menu is None:
            return
        if day not in self._published.days[agent]:
            each -= self._price
            return
        kept = self._published.open[agent].get(day)
        place = None if kept is None else place_of(choice.menu, kept)
        if place is not None:
            each[place] += self._price
