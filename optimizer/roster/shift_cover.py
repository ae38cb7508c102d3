"""Requirement by shift type: how many agents should work which type on which day, and what the rest costs."""

from __future__ import annotations

import numpy as np

from data.model import Case, Roster
from data.model.columns import FloatArray, IntArray
from optimizer.roster.shift_types import ShiftTypes


class ShiftRequirement:
    """The shift demand of a case; where there is no row, nothing is asked and nothing has a price.

    Attributes:
        required: agents; shape (days, types).
        under_price: price of each agent missing; shape (days, types).
        over_price: price of each agent beyond those required; shape (days, types).
    """

    def __init__(self, case: Case, types: ShiftTypes) -> None:
        shape = (case.axis.days, len(types.names))
        table = case.shift_demand
        where = (table.date, np.array([types.number[name] for name in table.shift_type], dtype=np.int64))
        self.required: IntArray = np.zeros(shape, dtype=np.int64)
        self.under_price: IntArray = np.zeros(shape, dtype=np.int64)
        self.over_price: IntArray = np.zeros(shape, dtype=np.int64)
        self.required[where] = table.required
        self.under_price[where] = table.under_price
        self.over_price[where] = table.over_price
        self._types = types

    def starts(self, day: int) -> list[tuple[int, int]]:
        """The types that can be worked on a day, and the minute at which each starts."""
        return self._types.on_day(day)

    def minutes(self, kind: int) -> int:
        """Length of the duties of a type, meals included."""
        return self._types.times[kind][1]

    @property
    def any(self) -> bool:
        """Whether there is anything with a price."""
        return bool(self.under_price.any() or self.over_price.any())


class ShiftCover:
    """How many agents work each type on each day; kept up to date as agents come and go.

    Attributes:
        at_work: agents; shape (days, types).
    """

    def __init__(self, requirement: ShiftRequirement) -> None:
        self.requirement = requirement
        self.at_work: IntArray = np.zeros_like(requirement.required)

    def add(self, day: int, kind: int, sign: int = 1) -> None:
        """Put one agent to work on a type (or, with sign -1, take one off)."""
        self.at_work[day, kind] += sign

    def objective(self) -> int:
        """Agents missing and in excess at their prices."""
        need = self.requirement
        spare = self.at_work - need.required
        return int((need.over_price * np.maximum(spare, 0) + need.under_price * np.maximum(-spare, 0)).sum())

    def worth(self) -> FloatArray:
        """What one more agent on each type saves; shape (days, types + 1).

        The last column stands for duties of no type, which save nothing.
        """
        need = self.requirement
        saved = np.where(self.at_work < need.required, need.under_price, -need.over_price)
        return np.pad(saved.astype(np.float64), ((0, 0), (0, 1)))


def shift_demand_cost(case: Case, roster: Roster) -> int:
    """What a roster leaves open of the shift demand, and has beyond it, at their prices."""
    types = ShiftTypes(case)
    cover = ShiftCover(ShiftRequirement(case, types))
    for duty in roster.duties:
        kind = types.of(duty.start, duty.end)
        if kind is not None:
            cover.add(case.axis.day_of(duty.start), kind)
    return cover.objective()
