"""A roster as it stands: who is in service when, and whom each open requirement is waiting for."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from data.coverage import coverage, intervals_in_service, required_per_interval
from data.model import Case, Duty, tokens
from data.model.columns import BoolArray, IntArray
from optimizer.roster.menu import DayMenu, MenuMaker
from optimizer.roster.pins import Pins, pinned_duties
from optimizer.roster.rules import RULES, Rule, Shift, Terms
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.team import what_binds
from optimizer.roster.terms import terms_of_agents


@dataclass(frozen=True, eq=False)
class RosterStanding:
    """A legal roster, and the questions that explanations ask of it.

    Attributes:
        case: with the roster.
        rules: the rules on the choice of duties.
    """

    case: Case
    rules: tuple[Rule, ...] = RULES

    @cached_property
    def terms(self) -> list[Terms]:
        """The terms of each agent."""
        return terms_of_agents(self.case)

    @cached_property
    def pins(self) -> Pins:
        """The pinned duties of each agent."""
        return pinned_duties(self.case)

    @cached_property
    def names(self) -> list[str]:
        """The ids of the agents."""
        return [str(name) for name in self.case.agents.agent_id.tolist()]

    @cached_property
    def skills(self) -> tuple[str, ...]:
        """The skills with demand, in alphabetical order."""
        return tuple(sorted(set(self.case.demand.skill.tolist())))

    @cached_property
    def held(self) -> list[frozenset[int]]:
        """The skills in demand that each agent has, as positions in `skills`."""
        place = {skill: n for n, skill in enumerate(self.skills)}
        return [
            frozenset(place[skill] for skill in tokens(cell) if skill in place)
            for cell in self.case.agents.skills.tolist()
        ]

    @property
    def interval_minutes(self) -> int:
        """Length of a demand interval."""
        return self.case.plan.demand_interval_minutes

    @cached_property
    def intervals(self) -> int:
        """Intervals of the horizon."""
        return -(-self.case.axis.end // self.interval_minutes)

    @cached_property
    def required(self) -> IntArray:
        """Agents required; shape (intervals, skills)."""
        return required_per_interval(self.case, self.skills)

    @cached_property
    def covered(self) -> IntArray:
        """Agents that cover a skill, by the count that all of Pontual uses; shape (intervals, skills)."""
        counted = coverage(self.case)
        covered = np.zeros_like(self.required)
        covered[counted.starts // self.interval_minutes] = counted.covered_by_skill
        return covered

    def duties(self, agent: int) -> tuple[Duty, ...]:
        """An agent's duties, in order of time."""
        return self.case.roster.by_agent.get(self.names[agent], ())

    @cached_property
    def in_service(self) -> list[BoolArray]:
        """For each agent, the intervals in service for their whole length; shape (intervals,)."""
        listed = []
        for agent in range(len(self.names)):
            service = np.zeros(self.intervals, dtype=np.bool_)
            for first, last in intervals_in_service(self.duties(agent), self.interval_minutes):
                service[max(first, 0) : max(last, 0)] = True
            listed.append(service)
        return listed

    def shifts(self, agent: int) -> Mapping[int, Shift]:
        """The agent's duties by day."""
        if agent not in self._shifts:
            self._shifts[agent] = _by_day(self.case, self.duties(agent), self.terms[agent])
        return self._shifts[agent]

    @cached_property
    def _shifts(self) -> dict[int, Mapping[int, Shift]]:
        return {}

    def pinned_shifts(self, agent: int) -> dict[int, Shift]:
        """The agent's pinned duties by day."""
        return _by_day(self.case, self.pins[agent], self.terms[agent])

    @cached_property
    def menus(self) -> MenuMaker:
        """Makes the menus of days."""
        return MenuMaker(self.case)

    def menu(self, agent: int, day: int) -> DayMenu | None:
        """The duties from which the agent's duty of a day is chosen; None when there are none."""
        return self.menus.menu(self.terms[agent], day)

    def binding(self, agent: int) -> Terms:
        """The agent's terms, without the history that can't matter in the horizon."""
        if agent not in self._binding:
            menus = [self.menu(agent, day) for day in range(self.case.axis.days)]
            starts = [menu.earliest for menu in menus if menu is not None]
            self._binding[agent] = what_binds(self.terms[agent], min(starts, default=self.case.axis.end))
        return self._binding[agent]

    @cached_property
    def _binding(self) -> dict[int, Terms]:
        return {}

    @cached_property
    def _classes(self) -> list[frozenset[int]]:
        return sorted(set(self.held), key=sorted)

    @cached_property
    def _counts(self) -> IntArray:
        """Agents in service of each skill set; shape (intervals, skill sets)."""
        place = {skills: n for n, skills in enumerate(self._classes)}
        counts = np.zeros((self.intervals, len(place)), dtype=np.int64)
        for skills, service in zip(self.held, self.in_service, strict=True):
            counts[:, place[skills]] += service
        return counts

    def relieving(self, interval: int, skill: int) -> frozenset[int]:
        """The skills by one of which one more agent in service would relieve a skill that is missing.

        The skill itself, and whatever the agents who have one of these skills are used for: they could be
        set free by somebody who takes that over.
        """
        flow = _assigned(self.covered[interval].tolist(), self._counts[interval].tolist(), self._classes)
        reached, waiting = {skill}, deque([skill])
        while waiting:
            wanted = waiting.popleft()
            for able, used in zip(self._classes, flow, strict=True):
                if wanted in able:
                    new = {other for other, count in enumerate(used) if count} - reached
                    reached |= new
                    waiting.extend(sorted(new))
        return frozenset(reached)


def _by_day(case: Case, duties: tuple[Duty, ...], terms: Terms) -> dict[int, Shift]:
    days = [case.axis.day_of(duty.start) for duty in duties]
    types = ShiftTypes(case)
    return {day: types.shift(duty, terms.regimes[day]) for day, duty in zip(days, duties, strict=True)}


def _assigned(covered: list[int], counts: list[int], classes: list[frozenset[int]]) -> list[list[int]]:
    """Agents of each skill set by the skill that they cover, so that each skill is covered as stated.

    Augmenting paths; the counts suffice, since they are what the cover was counted from.
    """
    free = list(counts)
    flow = [[0] * len(covered) for _ in classes]
    for skill, wanted in enumerate(covered):
        for _ in range(wanted):
            path = _path(skill, free, flow, classes)
            free[path[-1][1]] -= 1
            for wanting, giving in path:
                flow[giving][wanting] += 1
            for (_, giving), (released, _) in pairwise(path):
                flow[giving][released] -= 1
    return flow


def _path(
    skill: int, free: list[int], flow: list[list[int]], classes: list[frozenset[int]]
) -> list[tuple[int, int]]:
    """A shortest chain of (skill, skill set that gives an agent) that ends where an agent is free."""
    paths: dict[int, list[tuple[int, int]]] = {skill: []}
    waiting = deque([skill])
    while waiting:
        wanting = waiting.popleft()
        for giving, able in enumerate(classes):
            if wanting not in able:
                continue
            path = [*paths[wanting], (wanting, giving)]
            if free[giving]:
                return path
            for other, used in enumerate(flow[giving]):
                if used and other not in paths:
                    paths[other] = path
                    waiting.append(other)
    raise AssertionError("the cover of a roster can be assigned")
