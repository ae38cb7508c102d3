"""What one agent may choose, priced: the duties of each day, what they meet and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data.model.columns import FloatArray, IntArray
from optimizer.roster.columns.pricing import FlatGraph
from optimizer.roster.search import Tour
from optimizer.roster.tours import OFF


@dataclass(frozen=True)
class Column:
    """A tour of an agent.

    Attributes:
        agent: position of the agent.
        tour: the duty of each day's menu, 0 for a pinned one, or OFF.
        cells: what of the shift demand its duties meet, positions of days and types; in order of time.
        cost: of its duties, but for what they do to the demand.
    """

    agent: int
    tour: Tour
    cells: tuple[int, ...]
    cost: float


@dataclass(frozen=True, eq=False)
class Choices:
    """The duties that an agent may choose from, one for each shift of each day.

    Attributes:
        agent: position of the agent.
        graph: the legal tours.
        day, kind, duty, cell: of each offered duty; `cell` is its day times the shift types + its type.
        cost: what each offered duty costs by itself; shape (offers,).
        fixed: cost of the agent, whatever is chosen.
        types: shift types.
        late_limits: (type, most) where tours of the graph may have more duties of a type than allowed.
    """

    agent: int
    graph: FlatGraph
    day: IntArray
    kind: IntArray
    duty: IntArray
    cell: IntArray
    cost: FloatArray
    fixed: float
    types: int
    late_limits: tuple[tuple[int, int], ...] = ()

    @property
    def days(self) -> int:
        """Days of the horizon."""
        return len(self.graph.days) - 1

    @cached_property
    def _options(self) -> int:
        return int(max(self.graph.option.max(initial=0), self.kind.max(initial=-1) + 1)) + 1

    def values(self, worth: FloatArray, penalty: FloatArray) -> FloatArray:
        """The value of each option of each day.

        Args:
            worth: of one more duty of each day and type; shape (days * types,).
            penalty: for each duty of a type; shape (types,).
        """
        values = np.full((self.days, self._options), -np.inf)
        values[:, 0] = 0.0
        np.maximum.at(values, (self.day, self.kind + 1), self._each(worth, penalty))
        return values

    def _each(self, worth: FloatArray, penalty: FloatArray) -> FloatArray:
        return worth[self.cell] - self.cost - penalty[self.cell % self.types]

    def best(self, worth: FloatArray, penalty: FloatArray) -> tuple[float, Column | None]:
        """The highest value of a tour, the fixed cost taken off, and that tour; None when none is legal."""
        total, options = self.graph.best(self.values(worth, penalty))
        if not np.isfinite(total):
            return total, None
        return total - self.fixed, self._column(options, self._each(worth, penalty))

    def within(self, worth: FloatArray, penalty: FloatArray, least: float, most: int) -> list[Column] | None:
        """Every tour of at least this value, the fixed cost taken off; None for more than `most`."""
        found = self.graph.within(self.values(worth, penalty), least + self.fixed, most)
        if found is None:
            return None
        each = self._each(worth, penalty)
        return [column for column in (self._column(row, each) for row in found) if self.keeps_limits(column)]

    def keeps_limits(self, column: Column) -> bool:
        """Whether the tour has no more duties of a type than allowed."""
        return all(self.count(column, of_type) <= most for of_type, most in self.late_limits)

    def broken_limits(self, column: Column) -> list[int]:
        """The types of which a tour has more duties than allowed."""
        return [of_type for of_type, most in self.late_limits if self.count(column, of_type) > most]

    def count(self, column: Column, of_type: int) -> int:
        """Duties of a type in a tour."""
        return sum(cell % self.types == of_type for cell in column.cells)

    def column_of(self, tour: Tour) -> Column:
        """The column of a tour made elsewhere."""
        where = {
            (day, duty): place for place, (day, duty) in enumerate(zip(self.day, self.duty, strict=True))
        }
        offers = [where[day, duty] for day, duty in enumerate(tour) if duty != OFF]
        return self._of_offers(offers)

    def _column(self, options: IntArray, each: FloatArray) -> Column:
        offers = []
        for day in np.flatnonzero(options):
            among = self._offers_of[int(day), int(options[day]) - 1]
            offers.append(among[0] if len(among) == 1 else among[int(np.argmax(each[among]))])
        return self._of_offers(offers)

    @cached_property
    def _offers_of(self) -> dict[tuple[int, int], list[int]]:
        listed: dict[tuple[int, int], list[int]] = {}
        for place, key in enumerate(zip(self.day.tolist(), self.kind.tolist(), strict=True)):
            listed.setdefault(key, []).append(place)
        return listed

    def _of_offers(self, offers: list[int]) -> Column:
        tour = [OFF] * self.days
        for place in offers:
            tour[int(self.day[place])] = int(self.duty[place])
        cells = tuple(int(self.cell[place]) for place in offers)
        return Column(self.agent, tuple(tour), cells, self.fixed + float(self.cost[offers].sum()))
