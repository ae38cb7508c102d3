"""Night hours: how the law counts work between 22:00 and 5:00 (CLT 73; DOMAIN 3.1).

An hour of the night lasts 52 minutes and 30 seconds, so that 7 minutes by the clock count as 8. Of a duty by
day and by night only the night part does; but a duty that has covered a whole night goes on as night until
its end (CLT 73, 5; TST, Súmula 60, II). Meals are no work, by night neither.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from data.model import Duty, LabourRegime, PlanningAxis
from data.model.columns import IntArray

NIGHT_BEGINS = 22 * 60
NIGHT_ENDS = 5 * 60
"""Minutes of the day; the night ends on the day after."""

CLOCK_MINUTES = 7
"""Minutes of the night that count as one more: 60 / 52.5 = 8 / 7."""


@lru_cache(maxsize=16)
def _nights(axis: PlanningAxis) -> tuple[tuple[int, int], ...]:
    """Begin and end of every night that a duty of the horizon can touch, in order."""
    return tuple((axis.at(day, NIGHT_BEGINS), axis.at(day + 1, NIGHT_ENDS)) for day in range(-1, axis.days))


def _at_night(
    axis: PlanningAxis, first: IntArray, last: IntArray, start: IntArray, end: IntArray
) -> IntArray:
    """Minutes at night between `first` and `last`, which lie in duties from `start` to `end`."""
    total, since = np.zeros(len(first), dtype=np.int64), first
    low, high = int(start.min(initial=axis.end)), int(end.max(initial=0))
    for begins, ends in _nights(axis):
        if begins < high and low < ends:
            goes_on = (start <= begins) & (ends <= end)
            until = np.where(goes_on, last, np.minimum(last, ends))
            minutes = until - np.maximum(since, begins)
            total += np.maximum(minutes, 0)
            since = np.maximum(since, until)
    return total


def night_presence(axis: PlanningAxis, starts: IntArray, ends: IntArray) -> IntArray:
    """Minutes of duties that are night, meals in them included; shape (duties,)."""
    return _at_night(axis, starts, ends, starts, ends)


def night_work(axis: PlanningAxis, duty: Duty) -> int:
    """Minutes by the clock that a duty works at night, meals not counted."""
    pieces = [(duty.start, duty.end), *((b.start, b.end) for b in duty.breaks if b.kind == "meal")]
    first, last = np.array(pieces, dtype=np.int64).T
    start, end = np.full(len(pieces), duty.start), np.full(len(pieces), duty.end)
    presence, *meals = _at_night(axis, first, last, start, end).tolist()
    return int(presence - sum(meals))


def counted_work(axis: PlanningAxis, duty: Duty, regime: LabourRegime) -> tuple[int, int]:
    """Minutes of work of a duty as the law counts them, at least and at most (`counted_minutes`)."""
    night, work = (np.array([minutes]) for minutes in (night_work(axis, duty), duty.work_minutes))
    least, most = counted_minutes(regime, work, night, night)
    return int(least[0]), int(most[0])


def counted_minutes(
    regime: LabourRegime, work: IntArray, least_night: IntArray, most_night: IntArray
) -> tuple[IntArray, IntArray]:
    """Minutes of work as the law counts them, in whole minutes: at least so many, and at most.

    Args:
        regime: which may know no shorter hours of the night.
        work: minutes by the clock, meals not counted.
        least_night: of which so many at night at least.
        most_night: and so many at most.
    """
    if not regime.night_rule:
        return work, work
    return work + least_night // CLOCK_MINUTES, work - (-most_night // CLOCK_MINUTES)
