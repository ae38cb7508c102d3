"""The requirement, and what it is worth to have one more agent of a skill set in service.

Covering an interval best is a maximum flow from agents to skills. By Ore's deficiency formula its value is
the least, over all sets S of skills, of ``required outside S + agents with a skill in S``. Keeping that sum
for every S makes the cover of all intervals, and the worth of one more agent in each, a few array operations.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from data.coverage import prices_per_interval, required_per_interval
from data.model import Case, tokens
from data.model.columns import IntArray

MOST_SKILLS = 12
"""With more kinds of skill than this, only some sets of skills are watched."""


class Requirement:
    """The demand of a case per interval of the horizon, seen by the skill sets of its agents.

    Skills that the same agents have are one, and so are agents with the same skills in demand.

    Attributes:
        interval_minutes: length of an interval.
        per_interval: agents required, over all skills; shape (intervals of the horizon,).
        under_price: price of each agent missing; shape (intervals of the horizon,).
        over_price: price of each agent in excess; shape (intervals of the horizon,).
        class_of_agent: skill set of each agent, a position; shape (agents,). 0 is "no skill in demand".
        classes: number of skill sets.
        outside: required outside each watched set of skills; shape (sets, intervals). Of sets that meet the
            same agents only the one with the least counts, so these are kept as one.
        meets: whether each skill set has a skill in each watched set; shape (classes, sets).
    """

    def __init__(self, case: Case) -> None:
        skills = sorted(set(case.demand.skill.tolist()))
        held = [tokens(cell) & set(skills) for cell in case.agents.skills.tolist()]
        by_skill = required_per_interval(case, skills)
        alike: dict[tuple[int, ...], list[int]] = {}
        for column, skill in enumerate(skills):
            holders = tuple(agent for agent, has in enumerate(held) if skill in has)
            alike.setdefault(holders, []).append(column)
        groups = list(alike.values())
        grouped = np.stack([by_skill[:, g].sum(axis=1) for g in groups]) if groups else by_skill.T
        group_of = {skills[column]: n for n, columns in enumerate(groups) for column in columns}
        found: dict[frozenset[int], int] = {frozenset(): 0}
        self.class_of_agent = np.array(
            [found.setdefault(frozenset(group_of[s] for s in has), len(found)) for has in held],
            dtype=np.int64,
        )
        self.interval_minutes = case.plan.demand_interval_minutes
        self.per_interval: IntArray = by_skill.sum(axis=1)
        self.under_price, self.over_price = prices_per_interval(case)
        self.classes = len(found)
        watched = _watched_sets(len(groups), [set(c) for c in found])
        inside = np.array([[n in s for n in range(len(groups))] for s in watched], dtype=np.int64)
        inside = inside.reshape(len(watched), len(groups))
        outside: IntArray = (1 - inside) @ grouped
        met: dict[tuple[bool, ...], list[int]] = {}
        for place, skills_of_set in enumerate(watched):
            met.setdefault(tuple(bool(c & skills_of_set) for c in found), []).append(place)
        self.outside: IntArray = np.stack([outside[places].min(axis=0) for places in met.values()])
        self.meets = np.array(list(met), dtype=np.bool_).T

    @property
    def total(self) -> int:
        """Agent-intervals required."""
        return int(self.per_interval.sum())


def _watched_sets(skills: int, classes: list[set[int]]) -> list[set[int]]:
    """All sets of skills; or, of very many skills, the small ones and those that a skill set leaves out.

    The largest flow under some of Ore's conditions is never less than the true one, so watching few sets
    keeps bounds valid and only makes the search blunter.
    """
    everything = set(range(skills))
    if skills <= MOST_SKILLS:
        return [set(s) for size in range(skills + 1) for s in combinations(range(skills), size)]
    some: list[set[int]] = [set(), everything]
    some += [{n} for n in everything] + [everything - {n} for n in everything]
    some += classes + [everything - c for c in classes]
    return [set(s) for s in dict.fromkeys(frozenset(s) for s in some)]


class Cover:
    """Who is in service, and what that covers; kept up to date as agents come and go.

    Attributes:
        in_service: agents in service; shape (intervals of the horizon,).
        sums: required outside each watched set + agents with a skill in it; shape (sets, intervals).
    """

    def __init__(self, requirement: Requirement) -> None:
        self.requirement = requirement
        self.in_service = np.zeros(len(requirement.per_interval), dtype=np.int64)
        self.sums = requirement.outside.copy()
        self._met = [np.flatnonzero(row) for row in requirement.meets]
        self._missed = [np.flatnonzero(~row) for row in requirement.meets]

    def add(self, skill_set: int, when: slice, service: IntArray, sign: int = 1) -> None:
        """Put one agent in service (or, with sign -1, take one out) where `service` is 1."""
        change = service * sign
        self.in_service[when] += change
        self.sums[self._met[skill_set], when] += change

    def covered(self) -> IntArray:
        """Agent-intervals covered, per interval."""
        return np.asarray(self.sums.min(axis=0), dtype=np.int64)

    def cost(self) -> IntArray:
        """Agents under and over at their prices, per interval."""
        need, covered = self.requirement, self.covered()
        missing, spare = need.per_interval - covered, self.in_service - covered
        return np.asarray(need.under_price * missing + need.over_price * spare, dtype=np.int64)

    def objective(self) -> int:
        """Agent-intervals under + over, at their prices."""
        return int(self.cost().sum())

    def room(self, skill_set: int) -> IntArray:
        """How many more agents of a skill set each interval could use; 0 where one more would be over."""
        return np.asarray(self.sums[self._missed[skill_set]].min(axis=0) - self.covered(), dtype=np.int64)
