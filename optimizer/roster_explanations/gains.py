"""Whether one agent alone could make a roster better, and whether that would cover a given interval.

The effect of an agent's duties, all others staying, is additive over intervals, so the best of all legal
tours of the duties considered is found exactly (`optimizer.roster.tours`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.model.columns import FloatArray
from optimizer.roster.requirement import Cover
from optimizer.roster.rules import Rule
from optimizer.roster.team import Pattern, Team, assemble_team
from optimizer.roster_explanations.standing import RosterStanding

INSISTENCE = 2.0**16
"""Worth of the interval that a tour is asked to cover: more than all the others."""


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
        for agent, service in enumerate(standing.in_service):
            self._count(agent, service.astype(np.int64))

    def _count(self, agent: int, service: np.ndarray, sign: int = 1) -> None:
        everywhere = slice(0, len(service))
        self._cover.add(int(self._team.requirement.class_of_agent[agent]), everywhere, service, sign)

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
        values = self.values(agent)
        present = int(values[self._standing.in_service[agent]].sum())
        if interval is not None:
            values[interval] += INSISTENCE
        found = _best_value(self._team, self._team.patterns[agent], values)
        if interval is not None:
            found -= INSISTENCE
            if found < -INSISTENCE / 2:
                return None
        return round(found) - present


def _best_value(team: Team, pattern: Pattern, values: FloatArray) -> float:
    """The value of the best legal tour, pinned duties included."""
    single = values.astype(np.float32)
    by_kind: list[FloatArray] = []
    for choice in pattern.choices:
        worth = np.full(choice.kinds, -np.inf)
        if choice.pinned is not None:
            when, service = team.pinned_service(choice.pinned)
            worth[:] = float(values[when] @ service)
        elif choice.menu is not None and choice.kinds:
            _, of_shift = choice.menu.shift_values(single)
            allowed = choice.kind_of_shift >= 0
            np.maximum.at(worth, choice.kind_of_shift[allowed], of_shift[allowed])
        by_kind.append(worth)
    tour = pattern.graph.best(by_kind)
    return float(sum(worth[kind] for worth, kind in zip(by_kind, tour, strict=True) if kind >= 0))
