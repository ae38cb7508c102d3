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

from data.model.columns import FloatArray
from data.overtime import overtime_costs
from optimizer.roster.menu import DayMenu
from optimizer.roster.requirement import Cover
from optimizer.roster.rules import Rule
from optimizer.roster.shift_cover import ShiftCover
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.team import Pattern, Team, assemble_team
from optimizer.roster.wishes import AgentWishes, Span, spans_of, worth_of_shifts
from optimizer.roster_explanations.standing import RosterStanding


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
    """

    def __init__(self, standing: RosterStanding, checkpoint: Callable[[], None]) -> None:
        self._standing = standing
        rules: tuple[Rule, ...] = standing.rules
        self._team: Team = assemble_team(standing.case, standing.pins, rules, checkpoint)
        self._cover = Cover(self._team.requirement)
        self._shifts = ShiftCover(self._team.shift_requirement)
        self._types = ShiftTypes(standing.case)
        self._overtime_costs = overtime_costs(standing.case, standing.case.roster)
        for agent, service in enumerate(standing.in_service):
            self._count(agent, service.astype(np.int64))
            self._count_shifts(agent)

    def known(self, agent: int) -> bool:
        """Whether an agent's gain is exact.

        It is not where a budget of work may stand in its way, nor where duties of several days touch a wish
        that has a price, nor where it is not sure how much of a duty is overtime that costs something.
        """
        team = self._team
        if self._standing.case.plan.work_minutes_budget is not None or team.overtime_is_unsure:
            return False
        return not team.wish_price or team.patterns[agent].tells_apart(team.wishes[agent])

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
        requirement = self._team.requirement
        return np.where(room > 0, 1.0 * requirement.under_price, -1.0 * requirement.over_price)

    def best(self, agent: int, interval: int | None = None) -> int | None:
        """The most agent-intervals by which another tour of the agent is better than the present one.

        With an interval, among the tours that cover it; None when there is none.
        """
        values, extra = self.values(agent), self._extra(agent)
        present = float(values[self._standing.in_service[agent]].sum())
        present += sum(extra.of_duty(day, span) for day, span in self._spans(agent))
        present -= self._overtime_costs.get(self._team.names[agent], 0)
        costs = [
            float(self._team.overtime_costs(choice).max(initial=0.0))
            for choice in self._team.patterns[agent].choices
            if choice.menu is not None
        ]
        insistence = 0.0 if interval is None else _insistence(values, extra, sum(costs))
        if interval is not None:
            values[interval] += insistence
        found = _best_value(self._team, self._team.patterns[agent], values, extra)
        if interval is not None:
            found -= insistence
            if found < -insistence / 2:
                return None
        return round(found - present)


def _insistence(values: FloatArray, extra: Extra, overtime: float) -> float:
    """Worth of the interval that a tour is asked to cover: more than twice all the rest."""
    rest = float(np.abs(values).sum() + np.abs(extra.of_type).sum()) + overtime
    rest += extra.wish_price * sum(wish.weight for wish in extra.wishes)
    return float(2.0 ** math.ceil(math.log2(2.0 * rest + 2.0)))


def _best_value(team: Team, pattern: Pattern, values: FloatArray, extra: Extra) -> float:
    """The value of the best legal tour, pinned duties included."""
    single = values.astype(np.float32)
    by_kind: list[FloatArray] = []
    for day, choice in enumerate(pattern.choices):
        worth = np.full(choice.kinds, -np.inf)
        if choice.pinned is not None:
            when, service = team.pinned_service(choice.pinned)
            worth[:] = float(values[when] @ service) + extra.of_duty(day, choice.span(0))
            worth -= team.overtime_cost(choice, 0)
        elif choice.menu is not None and choice.kinds:
            _, of_shift = choice.menu.shift_values(single)
            allowed = choice.kind_of_shift >= 0
            total = of_shift + extra.of_shifts(day, choice.menu) - team.overtime_costs(choice)
            np.maximum.at(worth, choice.kind_of_shift[allowed], total[allowed])
        by_kind.append(worth)
    tour = pattern.graph.best(by_kind)
    return float(sum(worth[kind] for worth, kind in zip(by_kind, tour, strict=True) if kind >= 0))
