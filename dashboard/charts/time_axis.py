"""The horizontal axis of a day, or of several days side by side with their nights cut out.

Places on the axis are plain numbers with labels of our own, so that a reader in another time zone sees the
wall-clock times of the service.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import altair as alt

from dashboard.texts import Formats
from data.model import PlanningAxis

HOUR = 60
BETWEEN_DAYS = 45
"""Free minutes between two days that stand side by side."""


@dataclass(frozen=True)
class TimeAxis:
    """Places minutes of the planning axis on the chart's axis.

    Attributes:
        axis: the planning axis.
        days: numbers of the days shown, in order.
        first: wall-clock minute of the day at the left edge of each day; a full hour.
        last: the same for the right edge; may lie after midnight (over 1440).
    """

    axis: PlanningAxis
    days: tuple[int, ...]
    first: int
    last: int

    @classmethod
    def around(
        cls, axis: PlanningAxis, days: tuple[int, ...], spans: Iterable[tuple[int, int, int]]
    ) -> TimeAxis:
        """The axis that holds all of these (day, start, end), widened to full hours; 8 to 20 h for none."""
        empty = cls(axis, days, 0, 1440)
        edges = [
            (empty.wall_clock(start, day), empty.wall_clock(end, day))
            for day, start, end in spans
            if day in days
        ]
        if not edges:
            return cls(axis, days, 8 * HOUR, 20 * HOUR)
        first = min(start for start, _ in edges) // HOUR * HOUR
        last = -(-max(end for _, end in edges) // HOUR) * HOUR
        return cls(axis, days, first, last)

    @cached_property
    def _order(self) -> dict[int, int]:
        return {day: place for place, day in enumerate(self.days)}

    @cached_property
    def _noons(self) -> dict[int, int]:
        return {day: self.axis.at(day, 12 * HOUR) for day in range(-1, self.axis.days + 1)}

    @property
    def day_width(self) -> int:
        """Distance of the same time on two neighbouring days."""
        return self.last - self.first + (BETWEEN_DAYS if len(self.days) > 1 else 0)

    @property
    def length(self) -> int:
        """Where the last day ends."""
        return (len(self.days) - 1) * self.day_width + self.last - self.first

    def wall_clock(self, minute: int, day: int) -> int:
        """Wall-clock minutes since the day's midnight; clocks change at night, so noon is the anchor."""
        noon = self._noons.get(day)
        return 12 * HOUR + minute - (self.axis.at(day, 12 * HOUR) if noon is None else noon)

    def place(self, minute: int, day: int) -> int:
        """Where a minute that belongs to a day stands on the chart."""
        return self._order[day] * self.day_width + self.wall_clock(minute, day) - self.first

    def x_axis(self, texts: Formats) -> alt.Axis:
        """Ticks and labels: full hours of a single day, else the names of the days."""
        if len(self.days) == 1:
            labels = {
                minute - self.first: texts.hour(minute) for minute in range(self.first, self.last + 1, HOUR)
            }
        else:
            middle = (self.last - self.first) // 2
            labels = {
                place * self.day_width + middle: texts.short_day(self.axis.date_of(day))
                for place, day in enumerate(self.days)
            }
        written = json.dumps({str(place): text for place, text in labels.items()}, ensure_ascii=False)
        return alt.Axis(
            values=list(labels),
            labelExpr=f"{written}[datum.value]",
            grid=len(self.days) == 1,
            labelFlush=False,
            title=None,
            orient="top" if len(self.days) > 1 else "bottom",
            labelFontSize=12 if len(self.days) > 1 else 11,
        )

    def scale(self, room: int = 0) -> alt.Scale:
        """The scale, with room at the right for labels."""
        return alt.Scale(domain=[0, self.length + room], nice=False, zero=False)

    def separators(self) -> list[int]:
        """Places between two days."""
        return [place * self.day_width - BETWEEN_DAYS // 2 for place in range(1, len(self.days))]
