"""Local days on the planning axis: where each day of a time zone lies, clock changes included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from data.model import PlanningAxis
from data.model.columns import IntArray

_DAY = 1440


@dataclass(frozen=True, eq=False)
class LocalDays:
    """Pieces of local days in which the clock runs evenly, over the horizon, in order of time.

    Most days are one piece. A day on which the clocks change is cut there, and so all its wall-clock times
    can be read off: minute m of piece i shows ``clock[i] + m - start[i]`` minutes since local midnight.

    Attributes:
        start: minute on the axis at which each piece begins.
        end: first minute after it.
        clock: what the clock shows at its start, in minutes since local midnight.
        day: number of the local day, as days since the first day of the horizon.
    """

    start: IntArray
    end: IntArray
    clock: IntArray
    day: IntArray

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, axis: PlanningAxis, time_zone: str) -> LocalDays:
        """The pieces of all local days of a zone that touch the horizon."""
        zone = ZoneInfo(time_zone)
        edges = sorted(_edges(axis, zone))
        local = [axis.instant_of(minute).astimezone(zone) for minute in edges[:-1]]
        return cls(
            start=np.array(edges[:-1], dtype=np.int64),
            end=np.array(edges[1:], dtype=np.int64),
            clock=np.array([at.hour * 60 + at.minute for at in local], dtype=np.int64),
            day=np.array([axis.day_number(at.date()) for at in local], dtype=np.int64),
        )

    def within(self, piece: IntArray, minute_of_day: IntArray) -> IntArray:
        """Minute on the axis at which the clock of a piece shows a time; it may lie outside the piece."""
        return self.start[piece] + minute_of_day - self.clock[piece]


def _edges(axis: PlanningAxis, zone: ZoneInfo) -> set[int]:
    """Minutes at which a local day begins or the clocks change, from before the horizon to after it."""
    edges: set[int] = set()
    minute = -2 * _DAY
    while minute < axis.end + 2 * _DAY:
        following = _next_edge(axis, zone, minute)
        edges.add(following)
        minute = following
    return edges


def _next_edge(axis: PlanningAxis, zone: ZoneInfo, minute: int) -> int:
    """The first minute after this one that is not on the same local day with the same offset."""
    here = _day_and_offset(axis, zone, minute)
    low, high = minute, minute + _DAY
    while _day_and_offset(axis, zone, high) == here:
        low, high = high, high + _DAY
    while high - low > 1:
        middle = (low + high) // 2
        if _day_and_offset(axis, zone, middle) == here:
            low = middle
        else:
            high = middle
    return high


def _day_and_offset(axis: PlanningAxis, zone: ZoneInfo, minute: int) -> tuple[int, timedelta | None]:
    instant: datetime = (axis.origin.astimezone(UTC) + timedelta(minutes=minute)).astimezone(zone)
    return axis.day_number(instant.date()), instant.utcoffset()
