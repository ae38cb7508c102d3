"""Half-open intervals of many owners, with the three questions that rules ask of them, all vectorised.

Owner and time are folded into one sortable number, so that one binary search answers for all owners. The
running maximum of the ends makes the answers exact even when intervals of an owner overlap or nest.
"""

from __future__ import annotations

import numpy as np

from data.model.columns import BoolArray, IntArray

NONE = -1
"""Stands for "no such row" in arrays of positions."""


class Intervals:
    """Intervals [start, end) of owners (numbers from 0); rows of no owner or of no length are left out.

    Answers name intervals by their position in the arrays given, or `NONE`.
    """

    def __init__(self, owner: IntArray, start: IntArray, end: IntArray) -> None:
        kept = np.flatnonzero((owner >= 0) & (end > start))
        kept = kept[np.lexsort((end[kept], start[kept], owner[kept]))]
        self._rows = kept
        self._low = int(start[kept].min()) if len(kept) else 0
        high = int(end[kept].max()) if len(kept) else 0
        self._high = high
        self._base = high - self._low + 3
        self._starts = self._key(owner[kept], start[kept])
        ends = self._key(owner[kept], end[kept])
        self._reach = np.maximum.accumulate(ends) if len(kept) else ends
        record = np.where(ends == self._reach, np.arange(len(kept)), 0)
        self._farthest = np.maximum.accumulate(record) if len(kept) else record

    def _key(self, owner: IntArray, minute: IntArray) -> IntArray:
        # A query beyond all intervals is moved just beyond them: every comparison stays the same.
        within = np.clip(minute, self._low - 1, self._high + 1)
        return owner * self._base + (within - self._low + 1)

    def _answers(self, place: IntArray, hit: BoolArray) -> IntArray:
        answers = np.full(len(place), NONE, dtype=np.int64)
        answers[hit] = self._rows[self._farthest[place[hit]]]
        return answers

    def containing(self, owner: IntArray, start: IntArray, end: IntArray) -> IntArray:
        """For each query, an interval of that owner that contains all of it."""
        place = np.searchsorted(self._starts, self._key(owner, start), side="right") - 1
        hit = (owner >= 0) & (place >= 0)
        hit[hit] = self._reach[place[hit]] >= self._key(owner[hit], end[hit])
        return self._answers(place, hit)

    def touching(self, owner: IntArray, start: IntArray, end: IntArray) -> IntArray:
        """For each query of positive length, an interval of that owner that shares a minute with it."""
        place = np.searchsorted(self._starts, self._key(owner, end), side="left") - 1
        hit = (owner >= 0) & (place >= 0) & (end > start)
        hit[hit] = self._reach[place[hit]] > self._key(owner[hit], start[hit])
        return self._answers(place, hit)

    def clashes(self) -> tuple[IntArray, IntArray]:
        """Intervals that begin before an earlier one of the same owner has ended: (those, the earlier ones).

        "Earlier" is by start, then end, then position in the arrays given.
        """
        late = np.flatnonzero(self._starts[1:] < self._reach[:-1]) + 1
        return self._rows[late], self._rows[self._farthest[late - 1]]


def cut(
    start: IntArray, end: IntArray, owner: IntArray, hole_start: IntArray, hole_end: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """What is left of each interval when holes are cut out of it.

    Args:
        start: start of each interval (n).
        end: end of each interval (n).
        owner: position of the interval that each hole lies in (m); holes of one interval may overlap.
        hole_start: start of each hole (m).
        hole_end: end of each hole (m).

    Returns:
        Position of the interval, start and end of each piece, in order of interval and time.
    """
    interval = np.concatenate([owner, np.arange(len(start))])
    opens = np.concatenate([hole_start, end])
    closes = np.concatenate([hole_end, end])
    is_end = np.concatenate([np.zeros(len(owner), dtype=np.int64), np.ones(len(start), dtype=np.int64)])
    order = np.lexsort((opens, is_end, interval))
    interval, opens, closes = interval[order], opens[order], closes[order]
    if not len(interval):
        return interval, opens, closes
    # The running maximum of the ends, kept apart per interval by an offset larger than any time.
    low = int(min(closes.min(), start.min()))
    base = int(max(closes.max(), start.max())) - low + 1
    ended = np.maximum.accumulate(interval * base + (closes - low)) - interval * base + low
    first = np.r_[True, interval[1:] != interval[:-1]]
    begins = np.where(first, start[interval], np.r_[0, ended[:-1]])
    begins = np.maximum(begins, start[interval])
    ends = np.minimum(opens, end[interval])
    kept = ends > begins
    return interval[kept], begins[kept], ends[kept]
