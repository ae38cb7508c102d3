"""The planning axis: whole minutes since midnight in Brasília on the first day of the horizon.

Solvers and the simulation count on this axis; files and people see timezone-aware instants. Minutes are
*elapsed* minutes, so a day on which the clocks change has 1,380 or 1,500 of them, and no instant is lost or
counted twice should daylight saving time come back.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, partial
from zoneinfo import ZoneInfo

import numpy as np

from data.model.columns import IntArray

BRASILIA = "America/Sao_Paulo"


@dataclass(frozen=True)
class PlanningAxis:
    """Translates between instants and minutes.

    Attributes:
        first_day: first date of the horizon.
        days: number of dates in the horizon.
        grid_minutes: step of the planning grid; starts and ends of duties, breaks and sessions lie on it.
        time_zone: IANA name of the zone of the service.
    """

    first_day: date
    days: int
    grid_minutes: int = 5
    time_zone: str = BRASILIA

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of the service."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def origin(self) -> datetime:
        """The instant of minute 0."""
        return datetime.combine(self.first_day, datetime.min.time(), tzinfo=self.zone)

    @cached_property
    def day_starts(self) -> IntArray:
        """Minute of each local midnight of the horizon, the one after the last day included: days + 1."""
        return np.array([self.midnight(day) for day in range(self.days + 1)], dtype=np.int64)

    @cached_property
    def _midnights(self) -> tuple[int, ...]:
        return tuple(self.day_starts.tolist())

    @property
    def end(self) -> int:
        """First minute after the horizon."""
        return int(self.day_starts[-1])

    def midnight(self, day: int) -> int:
        """Minute at which a day begins; days outside the horizon are allowed."""
        return self.at(day, 0)

    def minute_of(self, instant: datetime) -> int:
        """Whole minutes from the origin to an aware instant; seconds are cut off.

        Raises:
            ValueError: when the instant has no time zone.
        """
        if instant.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return int((instant - self.origin.astimezone(UTC)).total_seconds() // 60)

    def instant_of(self, minute: int) -> datetime:
        """The instant of a minute, in the zone of the service."""
        return (self.origin.astimezone(UTC) + timedelta(minutes=int(minute))).astimezone(self.zone)

    def at(self, day: int, minute_of_day: int, time_zone: str | None = None) -> int:
        """Minute of a wall-clock time on a day of the horizon, in the given zone (default: the service's).

        24:00 (1440) means midnight at the end of the day. A time that the clocks show twice means the first
        of the two; one that they skip means the minute at which they are put forward.
        """
        zone = self.zone if time_zone is None else ZoneInfo(time_zone)
        if minute_of_day >= 1440:
            day, minute_of_day = day + 1, minute_of_day - 1440
        clock = time(minute_of_day // 60, minute_of_day % 60)
        wanted = datetime.combine(self.date_of(day), clock)
        first = self.minute_of(wanted.replace(tzinfo=zone))
        second = self.minute_of(wanted.replace(tzinfo=zone, fold=1))
        if first <= second:
            return first
        # PEP 495: a skipped time is read with the offset before the change (fold 0) or after it (fold 1),
        # and the change lies between these two readings.
        candidates = range(second, first + 1)
        shown = partial(self._shows_at_least, zone=zone, wanted=wanted)
        return candidates[bisect_left(candidates, True, key=shown)]

    def _shows_at_least(self, minute: int, zone: ZoneInfo, wanted: datetime) -> bool:
        return self.instant_of(minute).astimezone(zone).replace(tzinfo=None) >= wanted

    def date_of(self, day: int) -> date:
        """The date of a day number (0 is the first day)."""
        return self.first_day + timedelta(days=int(day))

    def day_number(self, on: date) -> int:
        """Days from the first day of the horizon to a date."""
        return (on - self.first_day).days

    def day_of(self, minute: int) -> int:
        """Number of the day, in the zone of the service, on which a minute falls."""
        if 0 <= minute < self.end:
            return bisect_right(self._midnights, minute) - 1
        return self.day_number(self.instant_of(minute).date())

    def days_of(self, minutes: IntArray) -> IntArray:
        """Day number of each minute; exact inside the horizon, and outside it while no clock changes."""
        inside = np.searchsorted(self.day_starts, minutes, side="right") - 1
        before = np.floor_divide(minutes, 1440)
        after = self.days + np.floor_divide(minutes - self.end, 1440)
        return np.where(minutes < 0, before, np.where(minutes >= self.end, after, inside)).astype(np.int64)

    def minute_of_day(self, minute: int) -> int:
        """Wall-clock minutes since midnight, in the zone of the service."""
        local = self.instant_of(minute)
        return local.hour * 60 + local.minute

    def on_grid(self, minute: int) -> bool:
        """Whether a minute is a grid point."""
        return minute % self.grid_minutes == 0

    def round_up(self, minutes: int) -> int:
        """A duration rounded up to the grid."""
        return -(-minutes // self.grid_minutes) * self.grid_minutes
