"""Kinds of booking: what is sold, as customers see it and as agents are occupied by it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from data.calendars import opening_intervals
from data.model import Case, SessionKind
from optimizer.allocation.problem import NOBODY, Problem, span
from optimizer.binding import Kind


class KindOfBooking(NamedTuple):
    """What is sold.

    Attributes:
        skill: skill that the session needs.
        session: single, joint or judicial; decides on set-up, wrap-up and the limits of the duration.
        duration_minutes: planned minutes with the customers.
        participants: how many must attend.
    """

    skill: str
    session: SessionKind
    duration_minutes: int
    participants: int


@dataclass(frozen=True)
class Terms:
    """How kinds of booking occupy agents and when the service is open for them, in one planning case."""

    case: Case
    slots: int
    grid: int
    skill_numbers: dict[str, int]

    @classmethod
    def of(cls, problem: Problem) -> Terms:
        """The terms of an allocation problem's case."""
        bookings = problem.case.bookings
        words = sorted(
            {word for cell in problem.case.agents.skills.tolist() for word in cell.split("|") if word}
        )
        numbers = {word: number for number, word in enumerate(words)}
        for word in bookings.skill.tolist():
            numbers.setdefault(word, NOBODY)
        return cls(problem.case, problem.slots, problem.grid, numbers)

    def occupation(self, kind: KindOfBooking) -> Kind:
        """Skill, set-up and occupation in slots."""
        policy = self.case.plan.policy.kind(kind.session)
        occupied = policy.occupation_minutes(kind.duration_minutes, self.grid)
        return Kind(
            self.skill_numbers.get(kind.skill, NOBODY),
            policy.set_up_minutes // self.grid,
            occupied // self.grid,
        )

    def held(self, kind: KindOfBooking) -> int:
        """Slots for which the participants are held."""
        return -(-kind.duration_minutes // self.grid)

    def open_starts(self, duration_minutes: int) -> int:
        """Starts at which the service is open until the end of the session, as bits."""
        bits = 0
        for opens, closes in self._hours:
            bits |= self.between(opens, closes - duration_minutes)
        return bits

    def between(self, first: int, last: int) -> int:
        """Starts from one minute to another, both included, as bits."""
        return span(max(0, -(-first // self.grid)), min(self.slots - 1, last // self.grid))

    @cached_property
    def _hours(self) -> list[tuple[int, int]]:
        return [interval for interval in opening_intervals(self.case.plan) if interval is not None]


def kinds_of(problem: Problem, sessions: np.ndarray[tuple[int], np.dtype[np.object_]]) -> list[KindOfBooking]:
    """The kinds of booking that a case's eligible bookings are of, in order.

    Args:
        sessions: over bookings, the kind of session.
    """
    bookings = problem.case.bookings
    attending = np.bincount(problem.booking_of[problem.attending], minlength=len(bookings))
    rows = zip(
        bookings.skill.tolist(),
        sessions.tolist(),
        bookings.duration_minutes.tolist(),
        attending.tolist(),
        problem.eligible.tolist(),
        strict=True,
    )
    return sorted({KindOfBooking(*row[:4]) for row in rows if row[4]})
