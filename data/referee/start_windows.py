"""When a booking can start: its participants' windows and local hours, opening hours, lead time and proxy.

Everything is asked of pairs (booking, start), so that the rules for sessions and the verification of the
reasons of unplaced bookings rest on the same statements.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from data.model import MISSING, Plan
from data.model.columns import BoolArray, IntArray, numbered
from data.referee.booking_facts import BookingFacts
from data.referee.calendar import ServiceCalendar

FIRST_LOCAL_DAY = -1
"""A horizon that begins at midnight in Brasília touches the day before in the west."""

NEVER = 2**40
"""A minute beyond all plans."""


class StartWindows:
    """Which starts are possible for bookings, by each of the rules that limit them."""

    def __init__(self, plan: Plan, bookings: BookingFacts, calendar: ServiceCalendar) -> None:
        self._plan = plan
        self._axis = plan.axis
        self._bookings = bookings
        self._people = bookings.people
        self._calendar = calendar

    @cached_property
    def _zones(self) -> tuple[IntArray, list[str]]:
        return numbered(self._people.time_zone)

    @cached_property
    def _local_days(self) -> range:
        return range(FIRST_LOCAL_DAY, self._plan.days + 1)

    @cached_property
    def _midnights(self) -> list[IntArray]:
        """Per zone, the instant at which each local day begins, the end of the last one included."""
        days = (*self._local_days, self._local_days.stop)
        return [
            np.array([self._axis.at(day, 0, zone) for day in days], dtype=np.int64) for zone in self._zones[1]
        ]

    def _wall_clock(self, minutes: IntArray) -> tuple[IntArray, IntArray]:
        """Instants of a time of day (one per participant row): table (pair x local day), pair of each row.

        Where clocks are set back and an hour comes twice, its times mean the first one.
        """
        codes, names = self._zones
        pairs, pair = np.unique(codes * 2048 + np.clip(minutes, 0, 1440), return_inverse=True)
        instants = [
            [self._axis.at(day, value % 2048, names[value // 2048]) for day in self._local_days]
            for value in pairs.tolist()
        ]
        return np.array(instants, dtype=np.int64).reshape(len(pairs), len(self._local_days)), pair

    @cached_property
    def _daily_from(self) -> tuple[IntArray, IntArray]:
        return self._wall_clock(self._people.daily_from)

    @cached_property
    def _daily_until(self) -> tuple[IntArray, IntArray]:
        return self._wall_clock(self._people.daily_until)

    def _local_day(self, rows: IntArray, start: IntArray) -> IntArray:
        """Column of the local day on which each start falls for a participant row; may be out of range."""
        zone = self._zones[0][rows]
        day = np.empty(len(rows), dtype=np.int64)
        for code, midnights in enumerate(self._midnights):
            here = zone == code
            day[here] = np.searchsorted(midnights, start[here], side="right") - 1
        return day

    def local_hours(self, rows: IntArray, start: IntArray) -> tuple[IntArray, IntArray]:
        """The participant's hours on the local day of a start: from when, and until when."""
        day = self._local_day(rows, start)
        inside = (day >= 0) & (day < len(self._local_days))
        day = np.where(inside, day, 0)
        opens, closes = self._daily_from, self._daily_until
        return (
            np.where(inside, opens[0][opens[1][rows], day], NEVER),
            np.where(inside, closes[0][closes[1][rows], day], -NEVER),
        )

    def opening(self, start: IntArray) -> tuple[IntArray, IntArray]:
        """The service's hours on the day of a start: from when, and until when; never on days not planned."""
        day = np.searchsorted(self._axis.day_starts, start, side="right") - 1
        inside = (day >= 0) & (day < self._plan.days)
        day = np.where(inside, day, 0)
        opens, closes = self._calendar.opening
        return np.where(inside, opens[day], NEVER), np.where(inside, closes[day], -NEVER)

    def earliest(self, bookings: IntArray) -> IntArray:
        """R2: the first start that leaves the lead time; a start fixed by a pin needs none."""
        table = self._bookings.table
        asked = np.maximum(table.booked_at[bookings], self._plan.as_of_minute)
        lead = asked + self._bookings.policy.lead_minutes
        return np.where(table.pin[bookings] == "fixed", -NEVER, lead)

    def proxy_days(self, bookings: IntArray) -> tuple[IntArray, IntArray]:
        """R23: first and last day on which the proxy counts; all days without one or after a death."""
        issued = self._bookings.table.proxy_issued_on[bookings]
        given = self._bookings.proxy_given[bookings] & ~self._bookings.deceased[bookings]
        last = issued + self._bookings.policy.proxy_longest_days
        return np.where(given, issued, -NEVER), np.where(given, last, NEVER)

    def proxy_counts(self, bookings: IntArray, start: IntArray) -> BoolArray:
        """R23: whether the proxy of each booking, if any, counts on the day of a start."""
        first, last = self.proxy_days(bookings)
        day = self._axis.days_of(start)
        return (first <= day) & (day <= last)

    def intervals(self, bookings: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Intervals of possible starts, the proxy aside: position in `bookings`, first and last start.

        `first` is a grid point; the intervals hold all possible starts of the grid within the horizon, and
        may share some; each is within one day. An interval begins where some limit begins: opening hours, a
        participant's window or local hours, the lead time or a fixed pin. So these beginnings are tried,
        rounded up to the grid, against all limits.
        """
        entry, start, last = self._tried(bookings)
        duration = self._bookings.table.duration_minutes[bookings]
        opens, closes = self.opening(start)
        last = np.minimum(last, closes - duration[entry])
        possible = (start >= opens) & (start <= last)
        entry, start, last = entry[possible], start[possible], last[possible]
        pair, rows = self._bookings.attendance(bookings[entry])
        opens, closes = self.local_hours(rows, start[pair])
        until = last.copy()
        np.minimum.at(until, pair, closes - duration[entry][pair])
        fits = until >= start
        fits[pair[start[pair] < opens]] = False
        return entry[fits], start[fits], until[fits]

    def _tried(self, bookings: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Beginnings of limits, within windows and lead time: position, start, and last start by windows."""
        entry, rows = self._bookings.attendance(bookings)
        low = np.maximum(self.earliest(bookings), 0)
        high = self._axis.end - self._bookings.table.duration_minutes[bookings]
        np.maximum.at(low, entry, self._people.window_start[rows])
        ends = self._people.window_end[rows] - self._bookings.table.duration_minutes[bookings][entry]
        np.minimum.at(high, entry, ends)
        table = self._bookings.table
        fixed = (table.pin[bookings] == "fixed") & (table.pinned_start[bookings] != MISSING)
        pinned = table.pinned_start[bookings[fixed]]
        low[fixed], high[fixed] = np.maximum(low[fixed], pinned), np.minimum(high[fixed], pinned)
        opening = self._calendar.opening[0][self._calendar.opening[0] < self._calendar.opening[1]]
        daily, pair = self._daily_from
        parts = [(np.arange(len(bookings)), low)]
        parts += [(np.arange(len(bookings)), np.full(len(bookings), minute)) for minute in opening.tolist()]
        parts += [(entry, daily[pair[rows], column]) for column in range(daily.shape[1])]
        kept = []
        for places, beginnings in parts:
            grid = self._plan.grid_minutes
            start = -(-beginnings // grid) * grid
            within = (start >= low[places]) & (start <= high[places])
            kept.append((places[within], start[within]))
        places = np.concatenate([part[0] for part in kept])
        start = np.concatenate([part[1] for part in kept])
        return places, start, high[places]
