"""The lower levels in the exact model; see `optimizer.allocation.lower_levels` for what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from ortools.sat.python import cp_model

from optimizer.allocation.adjacency import follows_by
from optimizer.allocation.problem import NOBODY
from optimizer.allocation.session_model import SessionModel
from optimizer.allocation.working_plan import Placement

MOST_NEIGHBOURS = 20_000
"""Pairs of sessions in a segment up to which the order in runs is modelled."""


class LowerModel:
    """Adds the lower levels, one by one, to a model of all bookings in all segments."""

    def __init__(self, model: SessionModel) -> None:
        self.sessions = model
        self.model = model.model
        self.problem = model.problem
        self._pairs: dict[tuple[int, int], cp_model.IntVar] = {}
        self._inverted: dict[tuple[int, int], cp_model.IntVar] = {}
        self._apart: dict[int, cp_model.IntVar] = {}
        self._minutes: dict[int, cp_model.IntVar] = {}

    def back_to_back(self) -> cp_model.LinearExpr:
        """Pairs of one holder in which the second session follows right behind the first."""
        starts, chosen = self.sessions.starts, self.sessions.chosen
        for orders in self.problem.orders_of_holders:
            for first in orders:
                for second in orders:
                    if first == second or first not in starts or second not in starts:
                        continue
                    pair = self.model.new_bool_var("")
                    behind = starts[first] + follows_by(self.problem, first, second)
                    self.model.add(starts[second] == behind).only_enforce_if(pair)
                    self.model.add_bool_or(list(chosen[first].values())).only_enforce_if(pair)
                    for segment, here in chosen[first].items():
                        also = chosen[second].get(segment)
                        self.model.add_bool_or(
                            [here.negated(), *([also] if also is not None else [])]
                        ).only_enforce_if(pair)
                    self._pairs[first, second] = pair
        return cp_model.LinearExpr.sum(list(self._pairs.values()))

    def unfairness(self) -> cp_model.LinearExpr:
        """Minutes of unfairness, rounded down in each pool; at least that, and equal at the optimum."""
        problem, model = self.problem, self.model
        load: list[list[tuple[cp_model.IntVar, int]]] = [[] for _ in problem.pool]
        for booking, choices in self.sessions.chosen.items():
            for segment, here in choices.items():
                agent = problem.person[problem.segments.agent[segment]]
                load[agent].append((here, int(problem.occupied[booking])))
        loads = [_weighted(terms) for terms in load]
        for pool, own in self._pools():
            service = int(problem.service[own].sum())
            together = cp_model.LinearExpr.sum([loads[agent] for agent in own])
            for agent in own:
                away = model.new_int_var(0, service * service, "")
                above = loads[agent] * service - together * int(problem.service[agent])
                model.add(away >= above)
                model.add(away >= -above)
                self._apart[agent] = away
            whole = model.new_int_var(0, problem.grid * service, "")
            total = cp_model.LinearExpr.sum([self._apart[agent] for agent in own]) * problem.grid
            model.add(whole * service + (service - 1) >= total)
            self._minutes[pool] = whole
        return cp_model.LinearExpr.sum(list(self._minutes.values()))

    def _pools(self) -> Iterator[tuple[int, list[int]]]:
        """Pools with anybody in service, and the agents of each."""
        for pool in range(int(self.problem.pool.max(initial=NOBODY)) + 1):
            own: list[int] = np.flatnonzero(self.problem.pool == pool).tolist()
            if self.problem.service[own].any():
                yield pool, own

    def order_inversions(self) -> cp_model.LinearExpr | None:
        """Single sessions right behind joint or judicial ones; None where there are too many neighbours."""
        problem, model = self.problem, self.model
        starts, chosen = self.sessions.starts, self.sessions.chosen
        early = [booking for booking in starts if problem.varies[booking]]
        late = [booking for booking in starts if not problem.varies[booking]]
        together = [
            (first, second, segment)
            for first in early
            for second in late
            for segment in chosen[first]
            if segment in chosen[second]
        ]
        if len(together) > MOST_NEIGHBOURS:
            return None
        for first, second, segment in together:
            if (first, second) not in self._inverted:
                self._inverted[first, second] = model.new_bool_var("")
            both = [chosen[first][segment], chosen[second][segment]]
            behind = starts[first] + follows_by(problem, first, second)
            model.add(starts[second] != behind).only_enforce_if(
                [self._inverted[first, second].negated(), *both]
            )
        return cp_model.LinearExpr.sum(list(self._inverted.values()))

    def hint(self, sessions: Mapping[int, Placement]) -> None:
        """Hint all that these sessions say about what has been added so far."""
        for pairs in (self._pairs, self._inverted):
            for (first, second), literal in pairs.items():
                self.model.add_hint(literal, self._follows(sessions, first, second))
        if self._minutes:
            self._hint_unfairness(sessions)

    def _hint_unfairness(self, sessions: Mapping[int, Placement]) -> None:
        problem = self.problem
        loads = [0] * len(problem.pool)
        for booking, (_, agent) in sessions.items():
            loads[problem.person[agent]] += int(problem.occupied[booking])
        for pool, own in self._pools():
            service, together = int(problem.service[own].sum()), sum(loads[agent] for agent in own)
            apart = [abs(loads[a] * service - together * int(problem.service[a])) for a in own]
            for agent, away in zip(own, apart, strict=True):
                self.model.add_hint(self._apart[agent], away)
            self.model.add_hint(self._minutes[pool], problem.grid * sum(apart) // service)

    def _follows(self, sessions: Mapping[int, Placement], first: int, second: int) -> bool:
        if first not in sessions or second not in sessions:
            return False
        (start, agent), (later, other) = sessions[first], sessions[second]
        return agent == other and later == start + follows_by(self.problem, first, second)


def _weighted(terms: list[tuple[cp_model.IntVar, int]]) -> cp_model.LinearExpr:
    return cp_model.LinearExpr.weighted_sum([term for term, _ in terms], [weight for _, weight in terms])
