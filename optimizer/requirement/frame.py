"""One day of the search: its intervals, its skills, and the team that is on the floor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.model import Case, tokens
from data.model.columns import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class TeamMix:
    """Which skills the agents on the floor have.

    Any number of them is a picture of the team: as many have each skill set as its share. But the first few
    have all skills of the demand between them, as a roster that covers every skill sees to.

    Attributes:
        skills: names of all skills with a demand.
        sets: skill sets; shape (sets, skills).
        counts: agents of the team who have each; shape (sets,).
    """

    skills: tuple[str, ...]
    sets: BoolArray
    counts: IntArray

    @classmethod
    def of(cls, case: Case, skills: Sequence[str]) -> TeamMix:
        """The agents of a case. A skill that none of them has counts as one more agent with it alone."""
        held = Counter(tokens(cell) & frozenset(skills) for cell in case.agents.skills.tolist())
        for skill in skills:
            if not any(skill in has for has in held):
                held[frozenset({skill})] += 1
        listed = sorted((has for has in held if has), key=lambda has: (len(has), sorted(has)))
        return cls(
            skills=tuple(skills),
            sets=np.array([[skill in has for skill in skills] for has in listed], dtype=np.bool_),
            counts=np.array([held[has] for has in listed], dtype=np.int64),
        )

    @property
    def holding(self) -> FloatArray:
        """Share of the team that has each skill; shape (skills,)."""
        return np.asarray(self.counts @ self.sets / self.counts.sum())

    def first(self, agents: int) -> IntArray:
        """The skill sets of so many agents, in order; shape (agents,)."""
        order = [chosen for _, chosen in self.covering()][:agents]
        given = np.bincount(np.array(order, dtype=np.int64), minlength=len(self.counts))
        share = self.counts / self.counts.sum()
        while len(order) < agents:
            lacking = share * (len(order) + 1) - given
            chosen = int(np.argmax(lacking))
            given[chosen] += 1
            order.append(chosen)
        return np.array(order, dtype=np.int64)

    def covering(self) -> list[tuple[int, int]]:
        """Skills, and sets that have them: for the rarest missing one the commonest set with it, and so on
        until none is missing."""
        missing, chosen = set(range(len(self.skills))), list[tuple[int, int]]()
        while missing:
            rarest = min(missing, key=lambda skill: (self.holding[skill], skill))
            found = int(np.argmax(np.where(self.sets[:, rarest], self.counts, 0)))
            chosen.append((rarest, found))
            missing -= set(np.flatnonzero(self.sets[found]).tolist())
        return chosen


@dataclass(frozen=True, eq=False)
class Frame:
    """What staffing is given for.

    A *staffing* is an array of agents in service, shape (intervals,).

    Attributes:
        first: start of the first interval, minutes on the planning axis.
        length: of an interval.
        intervals: how many.
        team: who the agents are.
    """

    first: int
    length: int
    intervals: int
    team: TeamMix

    @property
    def skills(self) -> tuple[str, ...]:
        """Names of all skills with a demand."""
        return self.team.skills

    @property
    def starts(self) -> IntArray:
        """Start of each interval; shape (intervals,)."""
        return np.asarray(self.first + self.length * np.arange(self.intervals), dtype=np.int64)

    @property
    def end(self) -> int:
        """End of the last interval."""
        return self.first + self.length * self.intervals

    @property
    def shape(self) -> tuple[int, int]:
        """Of what is counted by interval and skill."""
        return self.intervals, len(self.skills)


def separate_teams(case: Case, skills: Sequence[str]) -> list[tuple[str, ...]]:
    """Skills in groups that no agent connects: each group has agents of its own."""
    groups = [{skill} for skill in skills]
    for cell in case.agents.skills.tolist():
        held = tokens(cell) & frozenset(skills)
        joined = [group for group in groups if group & held]
        if len(joined) > 1:
            groups = [group for group in groups if not group & held] + [set().union(*joined)]
    return sorted(tuple(sorted(group)) for group in groups)
