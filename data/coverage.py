"""Coverage: how many of the required agents a roster puts in service, per interval and skill.

An agent covers a demand interval for *one* of the agent's skills, and only when in service (on duty, not in a
break) for the whole interval. Covering an interval best is therefore a maximum flow from agents, grouped by
skill set, to skills; what the flow leaves open is understaffing, and agents whom it leaves idle are
overstaffing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.model import Case, Duty, tokens
from data.model.columns import BoolArray, IntArray


@dataclass(frozen=True, eq=False)
class Coverage:
    """Requirement and cover of every interval that has demand or an agent in service, in order of time.

    Attributes:
        starts: start of each interval, minutes on the planning axis; shape (intervals,).
        interval_minutes: length of an interval.
        skills: skills with demand, in alphabetical order.
        required_by_skill: agents required; shape (intervals, skills).
        covered_by_skill: agents assigned by a maximum flow; shape (intervals, skills). Where several flows
            are maximum, skills that come first in the alphabet are covered first.
        in_service: agents in service for the whole interval, whatever their skills; shape (intervals,).
        under_price: price of each agent missing; shape (intervals,).
        over_price: price of each agent in excess; shape (intervals,).
    """

    starts: IntArray
    interval_minutes: int
    skills: tuple[str, ...]
    required_by_skill: IntArray
    covered_by_skill: IntArray
    in_service: IntArray
    under_price: IntArray
    over_price: IntArray

    @cached_property
    def under_per_interval(self) -> IntArray:
        """Agents missing in each interval, over all skills; shape (intervals,)."""
        return np.asarray((self.required_by_skill - self.covered_by_skill).sum(axis=1), dtype=np.int64)

    @cached_property
    def over_per_interval(self) -> IntArray:
        """Agents in service in each interval whom no requirement needs; shape (intervals,)."""
        return np.asarray(self.in_service - self.covered_by_skill.sum(axis=1), dtype=np.int64)

    @property
    def required(self) -> int:
        """Agent-intervals required."""
        return int(self.required_by_skill.sum())

    @property
    def covered(self) -> int:
        """Agent-intervals of the requirement that are covered."""
        return int(self.covered_by_skill.sum())

    @property
    def under(self) -> int:
        """Agent-intervals of the requirement that are not covered."""
        return int(self.under_per_interval.sum())

    @property
    def over(self) -> int:
        """Agent-intervals in service beyond the requirement."""
        return int(self.over_per_interval.sum())

    @property
    def cost(self) -> int:
        """Agent-intervals missing and in excess, at their prices."""
        under, over = self.under_per_interval, self.over_per_interval
        return int((self.under_price * under + self.over_price * over).sum())


def coverage(case: Case) -> Coverage:
    """Cover the demand of a case with its roster.

    Raises:
        KeyError: when a duty names an agent that the case does not have.
    """
    length = case.plan.demand_interval_minutes
    skills = tuple(sorted(set(case.demand.skill.tolist())))
    required = required_per_interval(case, skills)
    classes, counts = _in_service_by_class(case, skills)
    asked = np.zeros(len(required), dtype=np.bool_)
    asked[case.demand.starts_at[_in_horizon(case)] // length] = True
    listed = np.flatnonzero(asked | (counts.sum(axis=1) > 0))
    required, counts = required[listed], counts[listed]
    under_price, over_price = prices_per_interval(case)
    return Coverage(
        starts=listed.astype(np.int64) * length,
        interval_minutes=length,
        skills=skills,
        required_by_skill=required,
        covered_by_skill=_covered(required, counts, classes),
        in_service=counts.sum(axis=1),
        under_price=under_price[listed],
        over_price=over_price[listed],
    )


def required_per_interval(case: Case, skills: Sequence[str]) -> IntArray:
    """Agents required in every interval of the horizon; shape (intervals of the horizon, skills).

    Demand outside the horizon is left out.
    """
    length = case.plan.demand_interval_minutes
    required = np.zeros((-(-case.axis.end // length), len(skills)), dtype=np.int64)
    column = {skill: place for place, skill in enumerate(skills)}
    rows = np.flatnonzero(_in_horizon(case))
    columns = np.array([column[skill] for skill in case.demand.skill[rows].tolist()], dtype=np.int64)
    np.add.at(required, (case.demand.starts_at[rows] // length, columns), case.demand.required[rows])
    return required


def prices_per_interval(case: Case) -> tuple[IntArray, IntArray]:
    """Prices of an agent missing and of one in excess; shape (intervals of the horizon,) each.

    Without a row both are 1; an agent in excess costs nothing there where the case has shift demand.
    """
    length = case.plan.demand_interval_minutes
    under = np.ones(-(-case.axis.end // length), dtype=np.int64)
    over = np.zeros_like(under) if len(case.shift_demand) else np.ones_like(under)
    rows = _in_horizon(case)
    under[case.demand.starts_at[rows] // length] = case.demand.under_price[rows]
    over[case.demand.starts_at[rows] // length] = case.demand.over_price[rows]
    return under, over


def _in_horizon(case: Case) -> BoolArray:
    starts = case.demand.starts_at
    return np.asarray((starts >= 0) & (starts < case.axis.end), dtype=np.bool_)


def intervals_in_service(duties: Sequence[Duty], length: int) -> list[tuple[int, int]]:
    """Half-open ranges of intervals that lie wholly within the time in service of one agent's duties.

    Ranges do not overlap, even where duties do, so that an agent never counts twice.
    """
    ranges: list[tuple[int, int]] = []
    begun, until = 0, -1
    for start, end in sorted(segment for duty in duties for segment in duty.segments):
        if start > until:
            ranges.append((-(-begun // length), until // length))
            begun, until = start, end
        until = max(until, end)
    ranges.append((-(-begun // length), until // length))
    return [(first, last) for first, last in ranges if first < last]


def _in_service_by_class(case: Case, skills: Sequence[str]) -> tuple[list[frozenset[int]], IntArray]:
    """Skill sets, as positions in `skills`, and the agents of each in service per interval of the horizon."""
    length = case.plan.demand_interval_minutes
    column = {skill: place for place, skill in enumerate(skills)}
    intervals = -(-case.axis.end // length)
    class_of: dict[frozenset[int], int] = {}
    steps: list[tuple[int, int, int]] = []
    for agent, duties in case.roster.by_agent.items():
        held = tokens(case.agents.skills[case.agents.position[agent]])
        useful = frozenset(column[skill] for skill in held if skill in column)
        place = class_of.setdefault(useful, len(class_of))
        for first, last in intervals_in_service(duties, length):
            steps.append((max(first, 0), place, 1))
            steps.append((min(max(last, 0), intervals), place, -1))
    change = np.zeros((intervals + 1, len(class_of)), dtype=np.int64)
    if steps:
        when, which, by = np.array(steps, dtype=np.int64).T
        inside = when <= intervals
        np.add.at(change, (when[inside], which[inside]), by[inside])
    return list(class_of), np.cumsum(change[:-1], axis=0)


def _covered(required: IntArray, counts: IntArray, classes: Sequence[frozenset[int]]) -> IntArray:
    """Cover each interval by a maximum flow; intervals that look the same are solved once."""
    if not len(required) or not classes or not required.shape[1]:
        return np.zeros_like(required)
    distinct, place = np.unique(np.hstack([required, counts]), axis=0, return_inverse=True)
    skills = required.shape[1]
    solved = [_maximum_flow(row[:skills].tolist(), row[skills:].tolist(), classes) for row in distinct]
    return _rows(solved, skills)[place.reshape(-1)]


def _rows(listed: list[list[int]], width: int) -> NDArray[Any]:
    return np.array(listed, dtype=np.int64).reshape(len(listed), width)


def _maximum_flow(required: list[int], counts: list[int], classes: Sequence[frozenset[int]]) -> list[int]:
    """Agents assigned to each skill by a maximum flow from classes to skills.

    Skills are filled one after the other along augmenting paths; such a path never takes cover away from a
    skill, it only swaps who gives it. Filling a skill as far as possible, in a fixed order, therefore ends in
    a maximum flow, and in one and the same cover whatever the order of agents.
    """
    free = list(counts)
    flow = [[0] * len(required) for _ in classes]
    covered = [0] * len(required)
    for skill, wanted in enumerate(required):
        while covered[skill] < wanted:
            path = _path_to_free_agent(skill, free, flow, classes)
            if path is None:
                break
            amount = min(
                [wanted - covered[skill], free[path[-1][1]]] + [flow[c][s] for s, c in _given_up(path)]
            )
            free[path[-1][1]] -= amount
            for place, (wanting, giving) in enumerate(path):
                flow[giving][wanting] += amount
                if place + 1 < len(path):
                    flow[giving][path[place + 1][0]] -= amount
            covered[skill] += amount
    return covered


def _given_up(path: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The (skill, class) pairs from which a path takes agents."""
    return [(path[place + 1][0], giving) for place, (_, giving) in enumerate(path[:-1])]


def _path_to_free_agent(
    skill: int, free: list[int], flow: list[list[int]], classes: Sequence[frozenset[int]]
) -> list[tuple[int, int]] | None:
    """A shortest chain of (skill that wants, class that gives) ending in a class with a free agent.

    A class without free agents can give one whom another skill uses; that skill is then the next to want.
    """
    reached: dict[int, tuple[int, int] | None] = {skill: None}
    waiting = deque([skill])
    while waiting:
        wanting = waiting.popleft()
        givers = [place for place, able in enumerate(classes) if wanting in able]
        for giving in givers:
            if free[giving] > 0:
                path = [(wanting, giving)]
                at = reached[wanting]
                while at is not None:
                    path.insert(0, at)
                    at = reached[at[0]]
                return path
        for giving in givers:
            for other, used in enumerate(flow[giving]):
                if used > 0 and other not in reached:
                    reached[other] = (wanting, giving)
                    waiting.append(other)
    return None
