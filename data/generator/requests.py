"""Requests for sessions, as arrays: when each has its place, for how long, and with which skill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from data.generator.team import SKILLS
from data.model import ServicePolicy, SessionKind
from data.model.columns import FloatArray, IntArray

PF, PJ, JOINT, JUDICIAL, LIBRAS = range(len(SKILLS))
"""Positions in SKILLS."""

SKILL_SHARES: Final = (0.450, 0.365, 0.130, 0.020, 0.035)
"""Of the requests: with joint ones all of companies, PF are about 48 % and PJ 52 % (DOMAIN 2.3)."""

DURATIONS: Final[tuple[dict[int, float], ...]] = (
    {15: 0.32, 20: 0.40, 25: 0.18, 30: 0.10},
    {15: 0.28, 20: 0.40, 25: 0.20, 30: 0.12},
    {20: 0.14, 25: 0.28, 30: 0.28, 35: 0.16, 40: 0.09, 45: 0.05},
    {25: 0.20, 30: 0.35, 35: 0.20, 40: 0.15, 45: 0.10},
    {20: 0.35, 25: 0.35, 30: 0.30},
)
"""Planned minutes with their shares, by skill: about the means of DOMAIN 6.4."""

KINDS: Final[tuple[SessionKind, ...]] = ("single", "single", "joint", "judicial", "single")
"""Kind of session by skill."""


@dataclass(frozen=True)
class Menu:
    """Every kind of request: skill, planned minutes, the agent's minutes, and its share within the skill."""

    skill: IntArray
    duration: IntArray
    set_up: IntArray
    occupied: IntArray
    share: FloatArray

    @classmethod
    def of(cls, policy: ServicePolicy, grid_minutes: int) -> Self:
        """The menu under a service policy."""
        rows = [
            (skill, duration, kind.set_up_minutes, kind.occupation_minutes(duration, grid_minutes), share)
            for skill, (kind, durations) in enumerate(zip(map(policy.kind, KINDS), DURATIONS, strict=True))
            for duration, share in durations.items()
        ]
        return cls(*(np.array(column) for column in zip(*rows, strict=True)))

    def duration_of(self, skill: int, occupied: IntArray) -> IntArray:
        """Planned minutes with which a request of the skill occupies an agent for just so long; -1: none."""
        table = np.full(int(self.occupied.max()) + 1, -1, dtype=np.int64)
        rows = np.flatnonzero(self.skill == skill)
        table[self.occupied[rows]] = self.duration[rows]
        return table[occupied]


@dataclass(frozen=True)
class Requests:
    """Requests as equally long arrays.

    Attributes:
        start: minute at which the session begins, in the planted schedule or for the sake of the wishes.
        duration: planned minutes.
        occupied: minutes of the agent.
        skill: position in SKILLS.
        agent: row of the agent who holds the planted place, or -1.
    """

    start: IntArray
    duration: IntArray
    occupied: IntArray
    skill: IntArray
    agent: IntArray

    def __len__(self) -> int:
        return len(self.start)

    @property
    def end(self) -> IntArray:
        """Minute at which the session ends for the customer."""
        return self.start + self.duration

    def take(self, rows: np.ndarray) -> Requests:
        """Only these rows."""
        return Requests(
            self.start[rows], self.duration[rows], self.occupied[rows], self.skill[rows], self.agent[rows]
        )

    def followed_by(self, other: Requests) -> Requests:
        """These requests and then the others."""
        return Requests(
            np.concatenate([self.start, other.start]),
            np.concatenate([self.duration, other.duration]),
            np.concatenate([self.occupied, other.occupied]),
            np.concatenate([self.skill, other.skill]),
            np.concatenate([self.agent, other.agent]),
        )
