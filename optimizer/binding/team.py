"""Who is in service when, turned round: for each slot a set of agents instead of a set of slots an agent.

A set of agents is a Python integer whose bit a stands for agent a, so that "agents who are free for six slots
from here" is a few ands, whatever the number of agents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from optimizer.allocation.problem import Problem


class Kind(NamedTuple):
    """What matters about a session for the agents: skill, set-up and whole occupation in slots."""

    skill: int
    set_up: int
    occupied: int


class Service(NamedTuple):
    """An interval of an agent in service, without a break; slots, half-open.

    `earliest` and `latest` are the session starts that the agent's credential allows, both included.
    """

    agent: int
    start: int
    end: int
    earliest: int
    latest: int


def members(agents: int) -> Iterator[int]:
    """The agents of a set, lowest first."""
    while agents:
        lowest = agents & -agents
        yield lowest.bit_length() - 1
        agents ^= lowest


@dataclass(frozen=True)
class Team:
    """Agents with their skills and their intervals in service; an agent's intervals do not overlap.

    Attributes:
        slots: slots in the horizon.
        skills: for each skill, the set of agents who have it.
        services: all intervals.
        on_duty: for each slot, the set of agents in service.
    """

    slots: int
    agents: int
    skills: tuple[int, ...]
    services: tuple[Service, ...]
    on_duty: tuple[int, ...] = field(init=False)
    _able: dict[Kind, list[int]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        change = [0] * (self.slots + 1)
        for service in self.services:
            change[service.start] ^= 1 << service.agent
            change[service.end] ^= 1 << service.agent
        object.__setattr__(self, "on_duty", tuple(_running(change[: self.slots])))

    @classmethod
    def of(cls, problem: Problem) -> Team:
        """The team of an allocation problem."""
        skills = [0] * problem.agent_skills.shape[1]
        for agent, row in enumerate(problem.agent_skills.tolist()):
            for skill, has in enumerate(row):
                if has:
                    skills[skill] |= 1 << agent
        services = tuple(Service(*row) for row in problem.segments.rows)
        return cls(problem.slots, problem.agents, tuple(skills), services)

    def able(self, kind: Kind) -> Sequence[int]:
        """For each start, the set of agents who could hold such a session then, were all free."""
        if kind not in self._able:
            self._able[kind] = self._compute(kind)
        return self._able[kind]

    def _compute(self, kind: Kind) -> list[int]:
        change = [0] * (self.slots + 1)
        skilled = self.skills[kind.skill] if 0 <= kind.skill < len(self.skills) else 0
        for agent, start, end, earliest, latest in self.services:
            first = max(start + kind.set_up, earliest)
            last = min(end - kind.occupied + kind.set_up, latest)
            # The starts of different intervals of one agent do not overlap, so that xor adds and removes.
            if first <= last and skilled >> agent & 1:
                change[first] ^= 1 << agent
                change[last + 1] ^= 1 << agent
        return list(_running(change[: self.slots]))


def _running(change: Sequence[int]) -> Iterator[int]:
    """The sets that come about by adding and removing members slot by slot."""
    agents = 0
    for step in change:
        agents ^= step
        yield agents
