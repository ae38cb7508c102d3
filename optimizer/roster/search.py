"""The search: agents take turns to choose the best tour, beginning with nobody on duty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from data.model import Break, Duty, Roster
from data.model.columns import FloatArray
from optimizer.roster.limits import Meter
from optimizer.roster.menu import DayMenu, SingleArray
from optimizer.roster.piece_sums import best_of_kinds
from optimizer.roster.requirement import Cover
from optimizer.roster.shift_cover import ShiftCover
from optimizer.roster.team import Team
from optimizer.roster.tours import OFF
from optimizer.roster.wishes import AgentWishes, not_met, unit, worth_of_shifts

Tour = tuple[int, ...]
"""An agent's choice for each day: a duty of the day's menu, 0 for a pinned duty, or OFF."""

WORK_OF_A_TURN = 1e-3
WORK_OF_A_PIECE = 1e-9
"""Deterministic work of one agent's turn, and of looking up one edge of a piece in it; about seconds."""

SHARES = (0.0, 0.5, 1.0)
"""Of a wish that duties of several days may touch: what each of them is taken to lose or meet, by lot."""

PENALTIES = (0.5, 1.0, 2.0, 4.0, 16.0, 64.0, 1024.0, 2.0**20)
"""What a duty of a shift type costs, one after the other, while a tour has too many of them."""

MINUTES_OF_A_DAY = 1500
"""No day is longer, changes of the clock included."""

PROHIBITIVE = 1e3
"""A price of a minute of work at which nobody works more than rules and pins demand."""

PRICES_TRIED = 6
"""Prices that are tried for a tour within the budget."""

HIGHEST = 4.0
"""The highest of them, in agent-intervals for the minutes of an interval."""


class Working:
    """A roster in the making: a tour for every agent, and the cover that they give.

    Attributes:
        work_minutes: of all duties together.
        budget: most minutes of work; tours chosen keep to it, as long as the roster does. None for no limit.
        price: of a minute of work, in agent-intervals, when tours are chosen.
        overtime_cost: of all overtime, at its price.
    """

    def __init__(self, team: Team, meter: Meter) -> None:
        self.team = team
        self.cover = Cover(team.requirement)
        self.shifts = ShiftCover(team.shift_requirement)
        self._counts_shifts = team.shift_requirement.any
        self._lost = [0] * len(team.patterns)
        self._counts_overtime = team.has_priced_overtime
        self.tours: list[Tour] = []
        self.work_minutes = 0
        self.overtime_cost = 0
        self.budget: int | None = None
        self.price = 0.0
        self._meter = meter
        self._chance = np.random.default_rng(meter.limits.seed)
        for agent, pattern in enumerate(team.patterns):
            pinned = tuple(0 if choice.pinned else OFF for choice in pattern.choices)
            self.tours.append((OFF,) * len(pinned))
            self.put(agent, pinned)

    @property
    def is_over_budget(self) -> bool:
        """Whether there is a budget, and more work than it has."""
        return self.budget is not None and self.work_minutes > self.budget

    def put(self, agent: int, tour: Tour) -> None:
        """Give an agent a tour in place of the present one."""
        self._count(agent, self.tours[agent], -1)
        self._count(agent, tour, 1)
        self.tours[agent] = tour
        if self.team.wish_price:
            self._lost[agent] = self.not_met(agent)

    def objective(self) -> int:
        """What counts in the first level: cover, overtime, shift demand and wishes, all at their prices."""
        cost = self.cover.objective() + self.overtime_cost
        if self._counts_shifts:
            cost += self.shifts.objective()
        if self.team.wish_price:
            cost += self.team.wish_price * sum(self._lost)
        return cost

    def take(self, agent: int) -> Tour:
        """Take an agent out of service on all days, pinned duties included, until `put` is called."""
        before = self.tours[agent]
        self.put(agent, (OFF,) * len(before))
        return before

    def _count(self, agent: int, tour: Tour, sign: int) -> None:
        skill_set = int(self.team.requirement.class_of_agent[agent])
        for day, (choice, duty) in enumerate(zip(self.team.patterns[agent].choices, tour, strict=True)):
            if duty == OFF:
                continue
            self.work_minutes += sign * choice.work(duty)
            if self._counts_overtime:
                self.overtime_cost += sign * self.team.overtime_cost(choice, duty)
            kind = choice.span(duty)[2] if self._counts_shifts else None
            if kind is not None:
                self.shifts.add(day, kind, sign)
            if choice.pinned is not None:
                when, service = self.team.pinned_service(choice.pinned)
                self.cover.add(skill_set, when, service, sign)
            elif choice.menu is not None:
                self.cover.add(skill_set, choice.menu.when, choice.menu.service[duty], sign)

    def best_tour(
        self,
        agent: int,
        *,
        noise: float = 0.0,
        depth: float = 0.0,
        near: float | None = None,
        insistence: float = 0.0,
        extra: Sequence[SingleArray | None] | None = None,
    ) -> Tour:
        """The tour by which an agent who is out of service would improve the cover most, within the budget.

        Where the best tour is beyond the budget, minutes of work get a price, by bisection.

        Args:
            agent: position of the agent.
            noise: tours worth less than this apart are drawn by lot.
            depth: extra worth of the interval in which most is missing, and of others in proportion.
            near: among equally good tours, prefer starts near this minute of the day.
            insistence: what all wishes of the agent together are worth, at most, in agent-intervals: with 1,
                they decide between tours that cover equally well, before `near` does.
            extra: for each day, what is added to the worth of each duty of the menu.
        """
        base = np.full(self.team.days, self.price)
        found = self._within_limits(agent, noise, depth, near, insistence, extra, base)
        if self.budget is None or self._work(agent, found) <= self.budget - self.work_minutes:
            return found
        # Where needs are equal all over, one price for all days would buy all of them or none.
        low, high = 0.0, HIGHEST * self.team.usual_price / self.team.requirement.interval_minutes
        each_day, best = 0.5 + self._chance.random(self.team.days), None
        for _ in range(PRICES_TRIED):
            price = (low + high) / 2
            found = self._within_limits(agent, noise, depth, near, insistence, extra, base + price * each_day)
            if self._work(agent, found) <= self.budget - self.work_minutes:
                high, best = price, found
            else:
                low = price
        return best or self._within_limits(
            agent, noise, depth, near, insistence, extra, base + self.prohibitive
        )

    @property
    def prohibitive(self) -> float:
        """A price of a minute of work at which nobody works more than rules and pins demand."""
        return PROHIBITIVE * self.team.usual_price

    def _work(self, agent: int, tour: Tour) -> int:
        """Minutes of work of a tour."""
        choices = self.team.patterns[agent].choices
        return sum(choice.work(duty) for choice, duty in zip(choices, tour, strict=True) if duty != OFF)

    def _within_limits(
        self,
        agent: int,
        noise: float,
        depth: float,
        near: float | None,
        insistence: float,
        extra: Sequence[SingleArray | None] | None,
        prices: FloatArray,
    ) -> Tour:
        """The best tour where a minute of work has this price on each day; shape (days,).

        The effect of one more agent is additive over intervals, the price of one missing where a requirement
        is open and minus the price of one in excess elsewhere, and so it is over shift types. The best duty
        of each kind and then the best path of kinds are therefore exact. Wishes that have a price are weighed
        as well, exactly where they concern one duty only. Should the tour break a late limit of the pattern,
        duties of that shift type are made dearer until another one does not; that one need not be the best.
        """
        late = self.team.patterns[agent].late_limits
        penalty = np.zeros(self.team.shift_requirement.required.shape[1] + 1)
        for price in (*PENALTIES, None) if late else (0.0,):
            tour = self._chosen(agent, penalty, noise, depth, near, insistence, extra, prices)
            exceeded = self.team.patterns[agent].exceeded(tour)
            if not exceeded:
                break
            if price is None:
                penalty[[kind for kind, _ in late]] = PENALTIES[-1]
                return self._chosen(agent, penalty, 0.0, 0.0, None, 0.0, extra, prices)
            penalty[exceeded] = price * self.team.usual_price
        return tour

    def _chosen(
        self,
        agent: int,
        penalty: FloatArray,
        noise: float,
        depth: float,
        near: float | None,
        insistence: float,
        extra: Sequence[SingleArray | None] | None,
        prices: FloatArray,
    ) -> Tour:
        """The best tour when a duty of a type costs a penalty; shape (types + 1,), the last for no type."""
        pattern, wishes = self.team.patterns[agent], self.team.wishes[agent]
        share = insistence * unit(wishes) if wishes else 0.0
        worth_of_wish = self.team.wish_price + share if wishes else 0.0
        shares = self._shares(wishes, draw=bool(self.team.wish_price and noise))
        worth_of_type = self.shifts.worth() if self._counts_shifts or penalty.any() else None
        values = self._values(agent, depth)
        by_kind: list[FloatArray] = []
        each_day: list[tuple[SingleArray, SingleArray] | None] = []
        for day, (choice, price) in enumerate(zip(pattern.choices, prices.tolist(), strict=True)):
            worth = np.full(choice.kinds, -np.inf if choice.pinned is None else 0.0)
            found = None
            if choice.menu is not None and choice.kinds:
                added = None if extra is None else extra[day]
                if added is None:
                    added = self._tie_break(choice.menu, noise, near, share or 1.0)
                found = choice.menu.shift_values(values, added)
                if worth_of_type is not None:
                    worth_of_shift = (worth_of_type[day] - penalty)[choice.menu.types]
                    found = (found[0], found[1] + worth_of_shift.astype(np.float32))
                if worth_of_wish:
                    worth_of_shift = worth_of_wish * worth_of_shifts(choice.menu, wishes, shares)
                    found = (found[0], found[1] + worth_of_shift.astype(np.float32))
                if price:
                    found = (found[0], found[1] - np.float32(price) * choice.menu.work)
                if self._counts_overtime:
                    found = (found[0], found[1] - self.team.overtime_costs(choice).astype(np.float32))
                best_of_kinds(found[1], choice.kind_of_shift, worth)
                self._meter.work += choice.menu.pieces.size * WORK_OF_A_PIECE
            by_kind.append(worth)
            each_day.append(found)
        self._meter.work += WORK_OF_A_TURN
        tour = []
        for choice, kind, found in zip(pattern.choices, pattern.graph.best(by_kind), each_day, strict=True):
            if kind == OFF or choice.menu is None or found is None:
                tour.append(kind)
                continue
            among = np.flatnonzero(choice.kind_of_shift == kind)
            shift = int(among[np.argmax(found[1][among])])
            tour.append(choice.menu.best_of_shift(found[0], shift))
        return tuple(tour)

    def count_work(self, work: float) -> None:
        """Count deterministic work done with the roster elsewhere."""
        self._meter.work += work

    def not_met(self, agent: int) -> int:
        """Weight of the agent's wishes that the present tour does not meet."""
        wishes = self.team.wishes[agent]
        return not_met(wishes, self.team.patterns[agent].spans(self.tours[agent])) if wishes else 0

    def _values(self, agent: int, depth: float) -> SingleArray:
        """What each interval in service is worth, to an agent who is out of service."""
        room = self.cover.room(int(self.team.requirement.class_of_agent[agent]))
        requirement = self.team.requirement
        values = np.where(room > 0, 1.0 * requirement.under_price, -1.0 * requirement.over_price)
        if depth:
            values += depth * requirement.under_price * room / max(int(room.max()), 1)
        return values.astype(np.float32)

    def _shares(self, wishes: AgentWishes, *, draw: bool) -> list[float]:
        """How much of each wish a duty counts for that touches it.

        Of a long wish it is drawn by lot, for how many duties share in it is known only with the tour.
        """
        if not draw:
            return [1.0] * len(wishes)
        return [float(self._chance.choice(SHARES)) if wish.is_long else 1.0 for wish in wishes]

    def _tie_break(self, menu: DayMenu, noise: float, near: float | None, most: float) -> SingleArray | None:
        """Additions to the worth of a day's duties; with `near`, those of a whole tour stay below `most`."""
        if near is not None:
            share = 0.9 * most / (self.team.days * MINUTES_OF_A_DAY)
            return (-share * np.abs(menu.start_of_day - near)).astype(np.float32)
        if noise:
            return self._chance.random(len(menu.shape), dtype=np.float32) * np.float32(noise / self.team.days)
        return None

    def shuffled(self, agents: Iterable[int]) -> list[int]:
        """The agents in random order."""
        return [int(a) for a in self._chance.permutation(np.array(list(agents), dtype=np.int64))]

    def some(self, agents: Sequence[int], count: int) -> list[int]:
        """Some agents, chosen at random."""
        return [
            int(a) for a in self._chance.choice(np.array(agents), size=min(count, len(agents)), replace=False)
        ]


def roster_of(team: Team, tours: Sequence[Tour]) -> Roster:
    """The roster that tours describe."""
    duties: list[Duty] = []
    for name, pattern, tour in zip(team.names, team.patterns, tours, strict=True):
        for choice, duty in zip(pattern.choices, tour, strict=True):
            if duty == OFF:
                continue
            if choice.pinned is not None:
                duties.append(choice.pinned)
            elif choice.menu is not None:
                shift = choice.menu.shifts[int(choice.menu.shift_of[duty])]
                shape = choice.menu.shapes[int(choice.menu.shape[duty])]
                breaks = tuple(
                    Break(shift.start + b.start, shift.start + b.end, b.kind) for b in shape.breaks
                )
                duties.append(Duty(name, shift.start, shift.end, breaks))
    return Roster.of(duties)
