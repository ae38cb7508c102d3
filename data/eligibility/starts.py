"""When the session of each booking may start, as intervals of grid points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.calendars import opening_intervals
from data.eligibility.evaluation import Eligibility
from data.eligibility.local_days import LocalDays
from data.eligibility.order import r02_earliest_start
from data.eligibility.proxy import r23_proxy_days
from data.model import MISSING, Case
from data.model.columns import BoolArray, IntArray, numbered

_ALWAYS = 2**40
"""Later than any minute on the axis; minus this, earlier."""


@dataclass(frozen=True, eq=False)
class StartWindows:
    """Intervals of possible starts, booking after booking (compressed sparse rows).

    The intervals of booking b are the entries ``offsets[b]`` to ``offsets[b + 1]`` of `first` and `last`.

    Attributes:
        offsets: where each booking's intervals begin; one entry more than there are bookings.
        first: first start of each interval: minutes on the axis, on the grid.
        last: last start of each interval, included; on the grid. Within a booking, intervals are in order of
            time, and at least one grid point lies between them.
        without_proxy: over bookings: there is no start, but there would be if proxies never aged (R23).
    """

    offsets: IntArray
    first: IntArray
    last: IntArray
    without_proxy: BoolArray

    def of(self, booking: int) -> list[tuple[int, int]]:
        """The intervals of one booking: first and last start of each, both included."""
        rows = slice(int(self.offsets[booking]), int(self.offsets[booking + 1]))
        return list(zip(self.first[rows].tolist(), self.last[rows].tolist(), strict=True))

    @property
    def booking(self) -> IntArray:
        """Over intervals: the row of the booking."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))


@dataclass(frozen=True, eq=False)
class _Intervals:
    """Closed intervals of minutes with their booking; empty ones are dropped."""

    booking: IntArray
    low: IntArray
    high: IntArray

    @classmethod
    def kept(cls, booking: IntArray, low: IntArray, high: IntArray) -> _Intervals:
        some = low <= high
        return cls(booking[some], low[some], high[some])


def start_windows(case: Case, eligibility: Eligibility) -> StartWindows:
    """The grid points at which the session of each eligible booking may start.

    A start s is allowed when the service is open from s to the end of the session; s respects the lead time
    (R2) and the proxy's age on its day (R23); and for every required participant the session lies in the
    window and, in the participant's own time zone, within the daily hours of one local day. Agents, and
    other sessions of the same participants, are not looked at. A booking whose pin is ``fixed`` may only
    start at the pinned start, for which the lead time does not count. Bookings that are not eligible have no
    start.
    """
    fixed = (case.bookings.pin == "fixed") & eligibility.eligible
    found = _in_opening_hours(case, eligibility, fixed)
    for participants in _by_rank(eligibility):
        found = _in_daily_hours(case, found, participants)
    found = _on_grid(found, case.plan.grid_minutes)
    kept = _while_proxy_is_valid(case, found)
    would_have = np.bincount(found.booking, minlength=len(case.bookings)) > 0
    has = np.bincount(kept.booking, minlength=len(case.bookings)) > 0
    merged = _merged(kept, case.plan.grid_minutes)
    counts = np.bincount(merged.booking, minlength=len(case.bookings))
    return StartWindows(
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        first=merged.low,
        last=merged.high,
        without_proxy=would_have & ~has,
    )


def _bounds(case: Case, eligibility: Eligibility, fixed: BoolArray) -> tuple[IntArray, IntArray]:
    """Over bookings: earliest and latest start by windows, lead time and fixed pins, the day set aside."""
    bookings, people = case.bookings, case.participants
    earliest = np.where(fixed, -_ALWAYS, r02_earliest_start(case))
    latest = np.full(len(bookings), _ALWAYS, dtype=np.int64)
    of = eligibility.booking_of[eligibility.required]
    ends = people.window_end[eligibility.required] - bookings.duration_minutes[of]
    np.maximum.at(earliest, of, people.window_start[eligibility.required])
    np.minimum.at(latest, of, ends)
    pinned = bookings.pinned_start[fixed]
    earliest[fixed] = np.maximum(earliest[fixed], pinned)
    latest[fixed] = np.minimum(latest[fixed], np.where(pinned == MISSING, -_ALWAYS, pinned))
    return earliest, latest


def _in_opening_hours(case: Case, eligibility: Eligibility, fixed: BoolArray) -> _Intervals:
    """The bounds of each eligible booking, cut into the open intervals of the horizon."""
    hours = [interval for interval in opening_intervals(case.plan) if interval is not None]
    opens = np.array([interval[0] for interval in hours], dtype=np.int64)
    closes = np.array([interval[1] for interval in hours], dtype=np.int64)
    earliest, latest = _bounds(case, eligibility, fixed)
    minutes = case.bookings.duration_minutes
    booking = np.flatnonzero(eligibility.eligible)
    first = np.searchsorted(closes, earliest[booking] + minutes[booking], side="left")
    stop = np.searchsorted(opens, latest[booking], side="right")
    row, day = _ranges(first, stop)
    booking = booking[row]
    return _Intervals.kept(
        booking,
        np.maximum(earliest[booking], opens[day]),
        np.minimum(latest[booking], closes[day] - minutes[booking]),
    )


def _by_rank(eligibility: Eligibility) -> list[IntArray]:
    """Over bookings, for the first, second, ... required participant of each: the row, or -1 for none."""
    rows = np.flatnonzero(eligibility.required)
    rows = rows[np.argsort(eligibility.booking_of[rows], kind="stable")]
    of = eligibility.booking_of[rows]
    counts = np.bincount(of, minlength=len(eligibility.eligible))
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    ranked = []
    for number in range(int(counts.max(initial=0))):
        chosen = np.full(len(counts), -1, dtype=np.int64)
        chosen[of[rank == number]] = rows[rank == number]
        ranked.append(chosen)
    return ranked


def _in_daily_hours(case: Case, found: _Intervals, participants: IntArray) -> _Intervals:
    """Cut intervals down to the local daily hours of one participant of each booking (-1: nobody)."""
    person = participants[found.booking]
    parts = [_Intervals(found.booking[person < 0], found.low[person < 0], found.high[person < 0])]
    codes, zones = numbered(case.participants.time_zone)
    for code, zone in enumerate(zones):
        here = np.flatnonzero((person >= 0) & (codes[person] == code))
        if len(here):
            some = _Intervals(found.booking[here], found.low[here], found.high[here])
            parts.append(_in_local_days(case, some, person[here], LocalDays.of(case.axis, zone)))
    return _Intervals(
        np.concatenate([part.booking for part in parts]),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.high for part in parts]),
    )


def _in_local_days(case: Case, found: _Intervals, person: IntArray, days: LocalDays) -> _Intervals:
    """Cut intervals down to the daily hours of their person, all of whom live in one zone.

    A session starts in one piece of a local day and ends in the same piece or, on a day on which the clocks
    change, in the next piece of that day: each such pair of pieces is looked at once.
    """
    minutes = case.bookings.duration_minutes[found.booking]
    opens, closes = case.participants.daily_from[person], case.participants.daily_until[person]
    row, piece = _ranges(
        np.searchsorted(days.end, found.low, side="right"),
        np.searchsorted(days.start, found.high, side="right"),
    )
    kept = []
    for pieces_on in range(_pieces_a_day(days)):
        then = np.minimum(piece + pieces_on, len(days.day) - 1)
        same_day = (days.day[then] == days.day[piece]) & (then == piece + pieces_on)
        at, start, end = row[same_day], piece[same_day], then[same_day]
        low = np.maximum(days.start[start], days.within(start, opens[at]))
        high = np.minimum(days.end[start] - 1, days.within(start, closes[at]))
        low_end = np.maximum(days.start[end], days.within(end, opens[at]))
        high_end = np.minimum(days.end[end], days.within(end, closes[at]))
        kept.append(
            _Intervals.kept(
                found.booking[at],
                np.maximum.reduce([found.low[at], low, low_end - minutes[at]]),
                np.minimum.reduce([found.high[at], high, high_end - minutes[at]]),
            )
        )
    return _Intervals(
        np.concatenate([part.booking for part in kept]),
        np.concatenate([part.low for part in kept]),
        np.concatenate([part.high for part in kept]),
    )


def _pieces_a_day(days: LocalDays) -> int:
    return int(np.unique(days.day, return_counts=True)[1].max())


def _while_proxy_is_valid(case: Case, found: _Intervals) -> _Intervals:
    """Drop the intervals, each of which lies on one day, on whose day the proxy is not valid (R23)."""
    first, last = r23_proxy_days(case)
    day = case.axis.days_of(found.low)
    valid = (first[found.booking] <= day) & (day <= last[found.booking])
    return _Intervals(found.booking[valid], found.low[valid], found.high[valid])


def _on_grid(found: _Intervals, grid: int) -> _Intervals:
    return _Intervals.kept(found.booking, -(-found.low // grid) * grid, found.high // grid * grid)


def _merged(found: _Intervals, grid: int) -> _Intervals:
    """In order of booking and time, with intervals that overlap or follow each other joined."""
    if not len(found.booking):
        return found
    order = np.lexsort((found.low, found.booking))
    booking, low, high = found.booking[order], found.low[order], found.high[order]
    # Shifted booking by booking, so that a running maximum over all rows is one within each booking.
    shift = booking * _ALWAYS
    reached = np.maximum.accumulate(high + shift) - shift
    new = np.ones(len(booking), dtype=np.bool_)
    new[1:] = (booking[1:] != booking[:-1]) | (low[1:] > reached[:-1] + grid)
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(booking)) - 1
    return _Intervals(booking[starts], low[starts], reached[ends])


def _ranges(first: IntArray, stop: IntArray) -> tuple[IntArray, IntArray]:
    """All pairs (row, number) with ``first[row] <= number < stop[row]``, in order."""
    counts = np.maximum(stop - first, 0)
    row = np.repeat(np.arange(len(first)), counts)
    number = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts) + first[row]
    return row, number.astype(np.int64)
