"""Past bookings, counted by day, interval of the day and series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from data.files.past_sessions import CLOCK, SessionHistory
from data.model import History, PlanningAxis
from data.model.columns import BoolArray, IntArray, TextArray

DAY_MINUTES = 1440
HISTORY_MINUTES = 60
"""Length of the intervals of the table `history`."""


class Series(NamedTuple):
    """What is forecast by itself: bookings of a kind that need a skill; either may be unknown (empty)."""

    kind: str
    skill: str

    @property
    def name(self) -> str:
        """For people."""
        return " ".join(part for part in self if part)


@dataclass(frozen=True, eq=False)
class BookingCounts:
    """How many bookings there were.

    Attributes:
        first: date of the first day.
        slot_minutes: length of an interval of the day.
        series: what is told apart, in order.
        count: bookings: days x intervals of the day x series.
        later: rows that were left out because they are not past.
    """

    first: date
    slot_minutes: int
    series: tuple[Series, ...]
    count: IntArray
    later: int

    @property
    def recorded(self) -> BoolArray:
        """Whether any booking is recorded of each day."""
        recorded: BoolArray = np.asarray(self.count.any(axis=(1, 2)), dtype=np.bool_)
        return recorded


def counts_of_history(history: History, axis: PlanningAxis, until: date) -> BookingCounts:
    """The counts of a table `history`, whose bookings are told apart by skill.

    Args:
        history: hours with their bookings.
        axis: the axis on which its instants are counted.
        until: days from this one on are not past.

    Raises:
        ValueError: when no booking is past.
    """
    blank = np.full(len(history), "", dtype=object)
    return _counts(axis, history.starts_at, blank, history.skill, history.bookings, HISTORY_MINUTES, until)


def counts_of_sessions(sessions: SessionHistory, slot_minutes: int, until: date) -> BookingCounts:
    """The counts of past sessions by the start that the customer was told, whatever became of them.

    Args:
        sessions: past sessions.
        slot_minutes: length of the intervals in which they are counted.
        until: days from this one on are not past.

    Raises:
        ValueError: when no session is past.
    """
    at = np.floor(sessions.appointed).astype(np.int64)
    once = np.ones(len(sessions), dtype=np.int64)
    return _counts(CLOCK, at, sessions.kind, sessions.skill, once, slot_minutes, until)


def _counts(
    axis: PlanningAxis,
    at: IntArray,
    kind: TextArray,
    skill: TextArray,
    bookings: IntArray,
    slot_minutes: int,
    until: date,
) -> BookingCounts:
    moments, place = np.unique(at, return_inverse=True)
    local = [axis.instant_of(moment) for moment in moments.tolist()]
    day = np.array([axis.day_number(moment.date()) for moment in local], dtype=np.int64)[place]
    minute = np.array([60 * moment.hour + moment.minute for moment in local], dtype=np.int64)[place]
    past = day < axis.day_number(until)
    used = past & (bookings > 0)
    if not used.any():
        raise ValueError(f"expected bookings before {until}; there are none")
    first, last = int(day[used].min()), int(day[used].max())
    pairs = list(zip(kind[used].tolist(), skill[used].tolist(), strict=True))
    series = sorted(set(pairs))
    number = {pair: position for position, pair in enumerate(series)}
    count = np.zeros((last - first + 1, DAY_MINUTES // slot_minutes, len(series)), dtype=np.int64)
    which = np.fromiter((number[pair] for pair in pairs), dtype=np.int64, count=len(pairs))
    np.add.at(count, (day[used] - first, minute[used] // slot_minutes, which), bookings[used])
    return BookingCounts(
        axis.first_day + timedelta(days=first),
        slot_minutes,
        tuple(Series(*pair) for pair in series),
        count,
        int((~past).sum()),
    )
