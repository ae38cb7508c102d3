"""What is asked for: a booking that the planning case knows, or one described in a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from data.eligibility import evaluate
from data.model import MISSING, Case
from optimizer.allocation.problem import Problem
from optimizer.allocation.translation import build_problem
from optimizer.offers.kinds import KindOfBooking, Terms, kinds_of

ORDINARY = 5
"""Priority of a booking that has none of its own."""


@dataclass(frozen=True)
class Wanted:
    """A booking to be sold a start.

    Attributes:
        booking: its surrogate.
        people: surrogates of participants who must attend; fewer than `kind.participants` where not given.
        priority: 1 to 9; 1 may use the capacity held back.
        window: starts that rules, participants and opening hours allow, as bits; the present moment is set
            aside.
        broken: rules of eligibility that it breaks, with | between them; then it can't be sold.
    """

    booking: str
    kind: KindOfBooking
    people: tuple[str, ...] = ()
    priority: int = ORDINARY
    window: int = 0
    broken: str = ""


class KnownBookings:
    """The bookings of a planning case as something to be sold; pins are set aside."""

    def __init__(self, case: Case) -> None:
        nobody = np.array([""] * len(case.bookings), dtype=object)
        nowhen = np.full(len(case.bookings), MISSING, dtype=np.int64)
        free = replace(case.bookings, pin=nobody, pinned_start=nowhen, pinned_agent=nobody)
        self.case = case
        self.problem: Problem = build_problem(replace(case, bookings=free))
        self.terms = Terms.of(self.problem)
        self._sessions = evaluate(case).kind

    def __contains__(self, booking: str) -> bool:
        return booking in self.case.bookings.position

    def wanted(self, booking: str) -> Wanted:
        """The booking of this surrogate.

        Raises:
            KeyError: when the case has none.
        """
        row = self.case.bookings.position[booking]
        people = self._people.get(row, ())
        kind = KindOfBooking(
            self.case.bookings.skill[row],
            self._sessions[row],
            int(self.case.bookings.duration_minutes[row]),
            len(people),
        )
        return Wanted(
            booking,
            kind,
            people,
            int(self.case.bookings.priority[row]),
            self.problem.window_bits(row),
            self.problem.broken[row],
        )

    @cached_property
    def kinds(self) -> list[KindOfBooking]:
        """The kinds of booking that occur."""
        return kinds_of(self.problem, self._sessions)

    @cached_property
    def _people(self) -> dict[int, tuple[str, ...]]:
        """Participants who must attend, by row of the booking."""
        found: dict[int, list[str]] = {}
        rows = np.flatnonzero(self.problem.attending)
        ids = self.case.participants.participant_id[rows].tolist()
        for row, person in zip(self.problem.booking_of[rows].tolist(), ids, strict=True):
            found.setdefault(row, []).append(person)
        return {row: tuple(people) for row, people in found.items()}


def to_record(wanted: Wanted) -> dict[str, Any]:
    """What a journal keeps of it; the window is left out."""
    return {
        "booking": wanted.booking,
        **wanted.kind._asdict(),
        "people": list(wanted.people),
        "priority": wanted.priority,
    }


def from_record(record: Mapping[str, Any], window: int = 0) -> Wanted:
    """What a journal kept.

    Raises:
        KeyError, TypeError, ValueError: when something is missing, or of another type.
    """
    kind = KindOfBooking(*(record[name] for name in KindOfBooking._fields))
    return Wanted(
        str(record["booking"]), kind, tuple(map(str, record["people"])), int(record["priority"]), window
    )
