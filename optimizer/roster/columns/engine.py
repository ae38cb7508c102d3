"""The search: a bound by column generation, a first roster by diving, better ones a few agents at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from heapq import nsmallest

import numpy as np

from optimizer.roster.columns.choices import Choices, Column
from optimizer.roster.columns.exact import choose_exactly, promising
from optimizer.roster.columns.generation import Mixture, dive, generate, reduced_cost
from optimizer.roster.columns.master import CellDemand, Master, NoMixtureError
from optimizer.roster.search import Tour

CLOSE = 0.3
"""Difference of cost and bound at which column generation ends: costs are whole numbers."""

CLOSE_IN_A_DIVE = 1.0

LOT = 0.3
"""Random numbers up to this are added to the shares of tours when agents choose anew."""

GROUPS = (4, 6, 8, 10, 13, 16, 20, 26, 34)
"""How many agents choose anew together; more when fewer gain nothing."""

TRIES = 1.5
"""How often every agent is in a group, on average, before the groups grow."""

MOST_TOURS = 40_000
MOST_POOLED = 2_000
"""Tours among which the best are chosen exactly: all that could improve, and those known from the search."""

NODES = 50
"""Nodes of that search."""

KNOWN = 0
"""Known tours of each agent with which a group begins."""

ASIDE = 0.3
"""Share of groups without a better choice that look for another one as good."""

EPSILON = 1e-3


class ColumnSearch:
    """One search; `best` holds the tours found so far whenever it is left.

    Args:
        agents: what each agent may choose.
        demand: what is asked.
        seed: of all random choices.
        checkpoint: told the deterministic work done since it was last called, and what is being done; may
            raise to end the search.
        found: called with each better choice of tours and the bound so far; may raise to end the search.
        seconds_left: wall-clock seconds; None for no limit.
    """

    def __init__(
        self,
        agents: Sequence[Choices],
        demand: CellDemand,
        seed: int,
        checkpoint: Callable[[float, str], None],
        found: Callable[[dict[int, Column], int], None],
        seconds_left: Callable[[], float | None],
    ) -> None:
        self._agents = {choices.agent: choices for choices in agents}
        self._demand = demand
        self._chance = np.random.default_rng(seed)
        self._checkpoint = checkpoint
        self._found = found
        self._seconds_left = seconds_left
        self.best: dict[int, Column] | None = None
        self.cost = math.inf
        self.bound = -(2**62)
        self._mixture: Mixture | None = None
        self._pool: dict[int, dict[Tour, tuple[float, Column]]] = {agent: {} for agent in self._agents}

    @property
    def agents(self) -> tuple[Choices, ...]:
        """What each agent may choose."""
        return tuple(self._agents.values())

    def start_from(self, columns: dict[int, Column]) -> None:
        """Begin with a known roster."""
        self._keep(columns)

    def run(self) -> None:
        """Search until it is proven that nothing better can be."""
        master = Master(self._agents.values(), self._demand)
        for column in (self.best or {}).values():
            master.add(column)
        self._mixture = generate(master, CLOSE, lambda work: self._checkpoint(work, "bound"))
        self.bound = math.ceil(self._mixture.bound - EPSILON)
        if self.best is not None:
            self._found(self.best, self.bound)
        chosen = dive(
            master,
            CLOSE_IN_A_DIVE,
            lambda work: self._checkpoint(work, "first roster"),
            lambda count: np.zeros(count),
            self._mixture,
        )
        self._remember(master)
        if chosen is not None:
            self._keep(chosen)
        self._improve()

    def _improve(self) -> None:
        sizes = [size for size in GROUPS if size < len(self._agents)] + [len(self._agents)]
        level, idle = 0, 0
        while self.cost > self.bound:
            self._checkpoint(0.0, "agents choose anew")
            before = self.cost
            with suppress(NoMixtureError):
                self._some(sizes[level])
            idle = 0 if self.cost < before else idle + 1
            if self.cost < before:
                level = max(level - 1, 0)
            elif idle * sizes[level] >= TRIES * len(self._agents):
                idle = 0
                level += 1
                if level == len(sizes):
                    level = max(level - 3, 0)
                    if self._everybody():
                        return

    def _keep(self, columns: dict[int, Column]) -> None:
        cost = round(self._demand.cost(columns.values()))
        if cost <= self.cost:
            better = cost < self.cost
            self.best, self.cost = dict(columns), cost
            if better:
                self._found(self.best, self.bound)

    def _everybody(self) -> bool:
        """Choose exactly among all tours that could improve, or among known ones; whether that settles it."""
        if self._mixture is None or self.best is None:
            return False
        below = self.cost - 1 + EPSILON
        columns = promising(self._agents.values(), self._mixture, below, MOST_TOURS)
        settled = columns is not None
        if columns is None:
            columns = self._pooled(below)
        exact = choose_exactly(
            columns,
            self._demand,
            below + EPSILON,
            NODES,
            self._seconds_left(),
            lambda: self._checkpoint(0.0, "known tours"),
        )
        self._checkpoint(exact.work, "known tours")
        if exact.columns is not None:
            self._keep(exact.columns)
        return settled and exact.complete

    def _pooled(self, below: float) -> dict[int, list[Column]]:
        """The known tours that could be part of a roster of less than a cost, and of these the best."""
        assert self._mixture is not None  # noqa: S101 - asked before
        assert self.best is not None  # noqa: S101 - asked before
        slack = below - self._mixture.bound
        listed = [
            (above, column)
            for agent, known in self._pool.items()
            for above, column in known.values()
            if above <= slack and self._agents[agent].keeps_limits(column)
        ]
        listed.sort(key=lambda entry: entry[0])
        columns: dict[int, list[Column]] = {agent: [column] for agent, column in self.best.items()}
        for _, column in listed[:MOST_POOLED]:
            if column != self.best[column.agent]:
                columns[column.agent].append(column)
        return columns

    def _some(self, size: int) -> None:
        """A few agents choose anew, the others staying put."""
        everybody = sorted(self._agents)
        chosen = sorted(int(a) for a in self._chance.choice(everybody, size=size, replace=False))
        best = self.best or {}
        others = [column for agent, column in best.items() if agent not in chosen]
        demand = self._demand.left_by(others)
        master = Master([self._agents[agent] for agent in chosen], demand)
        for agent in chosen:
            if agent in best:
                master.add(best[agent])
            for _, column in nsmallest(KNOWN, self._pool[agent].values(), key=lambda entry: entry[0]):
                master.add(column)
        mixture = generate(master, CLOSE, lambda work: self._checkpoint(work, "agents choose anew"))
        before = demand.cost(best[agent] for agent in chosen) if best else math.inf
        found = None
        if math.ceil(mixture.bound - EPSILON) < before or self._chance.random() < ASIDE:
            found = dive(
                master,
                CLOSE_IN_A_DIVE,
                lambda work: self._checkpoint(work, "agents choose anew"),
                lambda count: LOT * self._chance.random(count),
                mixture,
            )
        self._remember(master)
        if found is not None and (best or size == len(everybody)):
            self._keep({**best, **found})

    def _remember(self, master: Master) -> None:
        """Keep the tours of a program, with how much their reduced cost is above the least."""
        assert self._mixture is not None  # noqa: S101 - the first program is the one of the bound
        for column in master.columns:
            known = self._pool[column.agent]
            if column.tour not in known:
                choices, penalty = self._agents[column.agent], self._mixture.penalties[column.agent]
                cost = reduced_cost(choices, column, self._mixture.worth, penalty)
                known[column.tour] = (cost - self._mixture.reduced[column.agent], column)
