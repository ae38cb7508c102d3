"""Minutes of the planning axis as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from data.model import PlanningAxis


@dataclass(frozen=True)
class Moments:
    """Dates and clock times, in the zone of the service unless another is named."""

    axis: PlanningAxis

    def moment(self, minute: int, time_zone: str = "") -> str:
        """Date and time, such as ``2026-11-30 09:00``."""
        instant = self.axis.instant_of(minute)
        return f"{instant.astimezone(ZoneInfo(time_zone)) if time_zone else instant:%Y-%m-%d %H:%M}"

    def day(self, number: int) -> str:
        """The date of a day number."""
        return f"{self.axis.date_of(number):%Y-%m-%d}"

    def span(self, start: int, end: int, time_zone: str = "") -> str:
        """An interval; the date is said once when both ends share it."""
        first, last = self.moment(start, time_zone), self.moment(end, time_zone)
        if first[:10] == last[:10]:
            return f"{first}-{last[11:]}"
        return f"{first} to {last}"

    def hours(self, start: int, end: int) -> str:
        """The clock times of an interval, without the date."""
        return f"{self.moment(start)[11:]}-{self.moment(end)[11:]}"

    @staticmethod
    def clock(minute_of_day: int) -> str:
        """A time of day."""
        return f"{minute_of_day // 60:02d}:{minute_of_day % 60:02d}"
