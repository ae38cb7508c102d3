"""Whether one agent alone could make a roster better, and whether that would cover a given interval.

The effect of an agent's duties, all others staying, is additive over intervals, over shift types and over the
overtime of days, and over wishes that have a price, unless duties of several days may touch one of them. So
the best of all legal tours of the duties considered is found exactly (`optimizer.roster.tours`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.coverage import coverage
from data.model import Case, Duty
from data.model.columns import FloatArray
from data.overtime import overtime_costs
from optimizer.roster.menu import DayMenu
from optimizer.roster.replanning import Published
from optimizer.roster.requirement import Cover
from optimizer.roster.rules import Rule
from optimizer.roster.shift_cover import ShiftCover
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.team import Team, assemble_team
from optimizer.roster.terms import terms_of_agents
from optimizer.roster.wishes import AgentWishes, Span, spans_of, worth_of_shifts
from optimizer.roster_explanations.change_prices import ChangePrices
from optimizer.roster_explanations.standing import RosterStanding

PRICES_OF_A_MINUTE = 20
"""How many prices of a minute of work are tried to prove that a budget leaves no gain."""


@dataclass(frozen=True, eq=False)
class Extra:
    """What an agent's duties are worth for the shift demand and for wishes that have a price.

    Attributes:
        of_type: worth of a duty of each day and type; shape (days, types + 1), the last for no type.
        wish_price: price of a unit of weight.
        wishes: of the agent.
    """

    of_type: FloatArray
    wish_price: int
    wishes: AgentWishes

    def of_duty(self, day: int, span: Span) -> float:
        """The worth of one duty."""
        kind = span[2]
        touched = sum(w.weight if w.work else -w.weight for w in self.wishes if w.touches(*span))
        return float(self.of_type[day, -1 if kind is None else kind]) + self.wish_price * touched

    def of_shifts(self, day: int, menu: DayMenu) -> FloatArray:
        """The worth of the duties of each shift of a menu; shape (shifts,)."""
        of_wishes = worth_of_shifts(menu, self.wishes, [1.0] * len(self.wishes))
        return np.asarray(self.of_type[day][menu.types] + self.wish_price * of_wishes)


class Gains:
    """What each agent alone could gain.

    Args:
        standing: the roster.
        checkpoint: called before each agent's duties are listed; may raise to give up.
        before: the published roster that was replanned: what it froze stays, changes have their price, and
            only what is missing, or in excess, beyond that of the published roster is to come back. What is
            told of a gain is then an upper bound.
    """

    def __init__(
        self, standing: RosterStanding, checkpoint: Callable[[], None], before: Case | None = None
    ) -> None:
        self._standing = standing
        rules: tuple[Rule, ...] = standing.rules
        self._changes: ChangePrices | None = None
        self._weights = (1.0, 1.0)
        if before is None:
            self._team: Team = assemble_team(standing.case, standing.pins, rules, checkpoint, standing.menus)
        else:
            published_cover, now = coverage(before), coverage(standing.case)
            self._weights = (
                float(now.under > published_cover.under),
                float(now.over > published_cover.over),
            )
            published = Published(before, terms_of_agents(before))
            seen, pins, maker = published.to_plan, published.pins, published.menus(standing.menus)
            self._team = assemble_team(seen, pins, rules, checkpoint, maker)
            self._changes = ChangePrices(before, published)
        self._cover = Cover(self._team.requirement)
        self._shifts = ShiftCover(self._team.shift_requirement)
        self._types = ShiftTypes(standing.case)
        self._overtime_costs = overtime_costs(standing.case, standing.case.roster)
        for agent, service in enumerate(standing.in_service):
            self._count(agent, service.astype(np.int64))
            self._count_shifts(agent)

    def known(self, agent: int) -> bool:
        """Whether an agent's gain is exact.

        It is not where duties of several days touch a wish that has a price, nor where it is not sure how
        much of a duty is overtime that costs something.
        """
        team = self._team
        if team.overtime_is_unsure:
            return False
        return not team.wish_price or team.patterns[agent].tells_apart(team.wishes[agent])

    @property
    def nothing_is_lost(self) -> bool:
        """Whether no more is missing, and no more in excess, than in the published roster."""
        return not any(self._weights)

    def _count(self, agent: int, service: np.ndarray, sign: int = 1) -> None:
        everywhere = slice(0, len(service))
        self._cover.add(int(self._team.requirement.class_of_agent[agent]), everywhere, service, sign)

    def _count_shifts(self, agent: int, sign: int = 1) -> None:
        for day, (_, _, kind) in self._spans(agent):
            if kind is not None:
                self._shifts.add(day, kind, sign)

    def _spans(self, agent: int) -> list[tuple[int, Span]]:
        """The agent's duties as they stand, each with its day."""
        duties, axis = self._standing.duties(agent), self._standing.case.axis
        spans = spans_of(self._types, duties)
        return [(axis.day_of(duty.start), span) for duty, span in zip(duties, spans, strict=True)]

    def _extra(self, agent: int) -> Extra:
        """What duties are worth to an agent besides the intervals in service, all others staying."""
        self._count_shifts(agent, -1)
        worth = self._shifts.worth()
        self._count_shifts(agent)
        return Extra(worth, self._team.wish_price, self._team.wishes[agent])

    def values(self, agent: int) -> FloatArray:
        """What each interval in service is worth to an agent, all others staying; shape (intervals,)."""
        own = self._standing.in_service[agent].astype(np.int64)
        self._count(agent, own, -1)
        room = self._cover.room(int(self._team.requirement.class_of_agent[agent]))
        self._count(agent, own)
        requirement, (missing, excess) = self._team.requirement, self._weights
        return np.where(room > 0, missing * requirement.under_price, -excess * requirement.over_price)

    def best(self, agent: int, interval: int | None = None) -> int | None:
        """The most agent-intervals by which another tour of the agent is better than the present one.

        With an interval, among the tours that cover it; None when there is none.
        """
        found = self._best(agent, interval, 0.0)
        return None if found is None else round(found[0])

    def best_of_work(self, agent: int, interval: int, spare: int) -> tuple[float, bool]:
        """No tour that covers an interval and takes no more work than `spare` minutes gains more than this.

        Some tour that covers the interval is legal. Minutes have a price, found by bisection, so that the
        bound holds for tours of any breaks (Lagrangian relaxation). Returns the bound, and whether a tour was
        found that surely takes no more work and gains.
        """
        bound, low, high = math.inf, 0.0, 4.0 * self._team.usual_price / self._standing.interval_minutes
        for _ in range(PRICES_OF_A_MINUTE):
            price = (low + high) / 2
            found = self._best(agent, interval, price)
            if found is None:
                return -math.inf, False
            gain, least, most = found
            if most <= spare and gain > 0.5:
                return gain, True
            bound = min(bound, gain + price * (spare - least))
            if least > spare:
                low = price
            else:
                high = price
        return bound, False

    def _best(self, agent: int, interval: int | None, minute_price: float) -> tuple[float, int, int] | None:
        """What the best tour gains at a price of work, the price not counted; its least and most work."""
        values, extra = self.values(agent), self._extra(agent)
        present = float(values[self._standing.in_service[agent]].sum())
        present += sum(extra.of_duty(day, span) for day, span in self._spans(agent))
        present -= self._overtime_costs.get(self._team.names[agent], 0)
        costs = [
            float(self._team.overtime_costs(choice).max(initial=0.0))
            for choice in self._team.patterns[agent].choices
            if choice.menu is not None
        ]
        besides = sum(costs) + 1440.0 * len(costs) * minute_price
        if self._changes is not None:
            besides += self._changes.highest * len(costs)
            present += sum(
                self._changes.of_duty(agent, self._standing.case.axis.day_of(duty.start), duty)
                for duty in self._standing.duties(agent)
                if not self._is_pinned(agent, duty)
            )
        insistence = 0.0 if interval is None else _insistence(values, extra, besides)
        if interval is not None:
            values[interval] += insistence
        found, least, most = self._best_value(agent, values, extra, minute_price)
        if interval is not None:
            found -= insistence
            if found < -insistence / 2:
                return None
        return found - present, least, most

    def _is_pinned(self, agent: int, duty: Duty) -> bool:
        day = self._standing.case.axis.day_of(duty.start)
        return self._team.patterns[agent].choices[day].pinned is not None

    def _best_value(
        self, agent: int, values: FloatArray, extra: Extra, minute_price: float
    ) -> tuple[float, int, int]:
        """The value of the best legal tour, pinned duties included, at a price of work, which is not counted.

        Then the minutes of work of the tour, at least and at most.
        """
        team, pattern = self._team, self._team.patterns[agent]
        single = values.astype(np.float32)
        by_kind: list[FloatArray] = []
        for day, choice in enumerate(pattern.choices):
            worth = np.full(choice.kinds, -np.inf)
            if choice.pinned is not None:
                when, service = team.pinned_service(choice.pinned)
                worth[:] = float(values[when] @ service) + extra.of_duty(day, choice.span(0))
                worth -= team.overtime_cost(choice, 0) + minute_price * choice.work_of_kinds[0]
            elif choice.menu is not None and choice.kinds:
                each, of_shift = choice.menu.shift_values(single)
                if self._changes is not None:
                    changed = each.astype(np.float64)
                    self._changes.add_to(changed, agent, day, choice)
                    of_shift = np.maximum.reduceat(changed, choice.menu.first[:-1])
                allowed = choice.kind_of_shift >= 0
                total = of_shift + extra.of_shifts(day, choice.menu) - team.overtime_costs(choice)
                np.maximum.at(worth, choice.kind_of_shift[allowed], total[allowed])
                if minute_price:
                    worth -= minute_price * choice.work_of_kinds[0]
            by_kind.append(worth)
        tour = pattern.graph.best(by_kind)
        value, least, most = 0.0, 0, 0
        for choice, worth, kind in zip(pattern.choices, by_kind, tour, strict=True):
            if kind >= 0:
                shortest, longest = choice.work_of_kinds
                least, most = least + int(shortest[kind]), most + int(longest[kind])
                value += float(worth[kind]) + minute_price * int(shortest[kind])
        return value, least, most


def _insistence(values: FloatArray, extra: Extra, overtime: float) -> float:
    """Worth of the interval that a tour is asked to cover: more than twice all the rest."""
    rest = float(np.abs(values).sum() + np.abs(extra.of_type).sum()) + overtime
    rest += extra.wish_price * sum(wish.weight for wish in extra.wishes)
    return float(2.0 ** math.ceil(math.log2(2.0 * rest + 2.0)))
