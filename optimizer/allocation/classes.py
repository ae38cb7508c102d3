"""Bookings that are alike on one day, and the starts among which each may choose.

A day of 22,748 bookings has about 6,000 classes when each booking looks no further than an hour from its
wish: the model grows with the kinds of wishes, hardly with the number of bookings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.model import MISSING
from data.model.columns import BoolArray, FloatArray, IntArray
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.ranges import ranges
from optimizer.distinct_rows import distinct_rows

PLACED_WORTH = 3_000
"""Minutes of deviation that a placed booking of the least urgent priority is worth in the linear model. A
weight: levels are compared exactly elsewhere."""

URGENCY_FACTOR, MOST_FACTORS = 4, 4
"""How many times more a booking of the next more urgent priority is worth; and how often that is applied."""

KEPT_WORTH = 1_000
"""Minutes of deviation that a kept confirmation is worth in the linear model."""

DENSE, SPARSE = 2, 3
"""With few starts: slots from the wish up to which every start is offered, further away every other one; and
without a wish, one in so many. Where many bookings compete, somebody else takes the starts in between."""


@dataclass(frozen=True)
class BookingClasses:
    """Classes of bookings, and one column for each start that a class may take.

    Attributes:
        members: bookings, class after class.
        offsets: where the members of each class begin; one entry more than there are classes.
        kind: over classes, the row of `Problem.kinds`.
        owner: over columns, the class.
        start: over columns, the start slot.
        gain: over columns, what a booking placed there is worth.
    """

    members: IntArray
    offsets: IntArray
    kind: IntArray
    owner: IntArray
    start: IntArray
    gain: FloatArray

    @property
    def sizes(self) -> IntArray:
        """Bookings in each class."""
        return np.diff(self.offsets)

    def __len__(self) -> int:
        return len(self.kind)


def worth_of_priorities(problem: Problem) -> IntArray:
    """Over bookings: what placing one is worth in the linear model."""
    levels = np.unique(problem.priority[problem.placeable])[::-1]
    steps = np.minimum(np.arange(len(levels)), MOST_FACTORS)
    worth = np.zeros(10, dtype=np.int64)
    worth[levels] = PLACED_WORTH * URGENCY_FACTOR**steps
    return worth[np.clip(problem.priority, 0, 9)]


def classes_of_day(
    problem: Problem, bookings: IntArray, day: tuple[int, int], radius: int, *, coarse: bool = False
) -> BookingClasses:
    """Group bookings that can do the same on a day.

    Args:
        problem: the problem.
        bookings: the bookings that the day is to place.
        day: its first slot, and the first slot after it.
        radius: starts further than so many slots from the nearest one to the wish are left out, in each
            window; a booking without a wish keeps all its starts.
        coarse: take all for equally urgent, count deviations from the nearest start of the window, and offer
            few starts to bookings with one window. The first two change what a class earns by a constant, so
            that the best of the plans that place all is the same; and far more bookings are alike.
    """
    booking, low, high = problem.windows_of(bookings)
    low, high = np.maximum(low, day[0]), np.minimum(high, day[1] - 1)
    today = low <= high
    booking, low, high = booking[today], low[today], high[today]
    pinned = problem.movable_slot[booking]
    confirmed = np.flatnonzero((low <= pinned) & (pinned <= high))
    booking, low, high = _clipped(problem, booking, low, high, radius)
    # A confirmed start is one more window of a single start, told apart by what it is worth.
    booking = np.concatenate((booking, booking[confirmed]))
    low, high = np.concatenate((low, pinned[confirmed])), np.concatenate((high, pinned[confirmed]))
    kept = np.arange(len(booking)) >= len(booking) - len(confirmed)
    return _grouped(problem, booking, low, high, kept, coarse)


def wished_nearby(problem: Problem, bookings: IntArray, day: tuple[int, int], most: int) -> IntArray:
    """Of these bookings, those without a wish, or with a start on the day so near to it, in minutes."""
    booking, low, high = problem.windows_of(bookings)
    low, high = np.maximum(low, day[0]), np.minimum(high, day[1] - 1)
    nearest = centre_of(problem, booking, low, high)
    wish = problem.wish[booking]
    near = (wish == MISSING) | (np.abs(nearest * problem.grid - wish) <= most)
    return bookings[np.isin(bookings, booking[near & (low <= high)])]


def centre_of(problem: Problem, booking: IntArray, low: IntArray, high: IntArray) -> IntArray:
    """The start of each window that is nearest to the wish."""
    wish = problem.wish[booking]
    rounded = (wish + problem.grid // 2) // problem.grid
    return np.where(wish == MISSING, low, np.clip(rounded, low, high))


def _clipped(
    problem: Problem, booking: IntArray, low: IntArray, high: IntArray, radius: int
) -> tuple[IntArray, IntArray, IntArray]:
    centre = centre_of(problem, booking, low, high)
    wished = problem.wish[booking] != MISSING
    return (
        booking,
        np.where(wished, np.maximum(low, centre - radius), low),
        np.where(wished, np.minimum(high, centre + radius), high),
    )


def _grouped(
    problem: Problem, booking: IntArray, low: IntArray, high: IntArray, kept: BoolArray, coarse: bool
) -> BookingClasses:
    """Put bookings with one and the same window into classes; those with several are classes of one.

    The most urgent members of a class come first.
    """
    order = np.argsort(booking, kind="stable")
    booking, low, high, kept = booking[order], low[order], high[order], kept[order]
    members, first, count = np.unique(booking, return_index=True, return_counts=True)
    worth = worth_of_priorities(problem)[members]
    wish = problem.wish[members]
    if coarse:
        worth = np.full(len(members), PLACED_WORTH)
        near = np.clip(wish, problem.grid * low[first], problem.grid * high[first])
        wish = np.where((wish == MISSING) | (count > 1), wish, near)
    own = np.where(count > 1, members, NOBODY)
    keys = np.stack(
        (problem.kinds[1][members], wish, worth, low[first], high[first], own),
        axis=1,
    ).reshape(-1, 6)
    found, which = distinct_rows(keys)
    by_class = np.lexsort((problem.priority[members], which))
    offsets = np.concatenate(([0], np.cumsum(np.bincount(which, minlength=len(found)))))
    leader = by_class[offsets[:-1]]  # one member stands for all
    rows = ranges(first[leader], count[leader])
    owner_of_window = np.repeat(np.arange(len(found)), count[leader])
    widths = high[rows] - low[rows] + 1
    owner_at = ranges(low[rows], widths)
    owner = np.repeat(owner_of_window, widths)
    bonus = np.repeat(np.where(kept[rows], KEPT_WORTH, 0), widths)
    if coarse:
        offered = (found[owner, 5] != NOBODY) | _offered(problem, found[owner], owner_at)
        owner, owner_at, bonus = owner[offered], owner_at[offered], bonus[offered]
    wish = found[owner, 1]
    deviation = np.where(wish == MISSING, 0, np.abs(owner_at * problem.grid - wish))
    return BookingClasses(
        members=members[by_class],
        offsets=offsets,
        kind=found[:, 0],
        owner=owner,
        start=owner_at,
        gain=(found[owner, 2] - deviation + bonus).astype(np.float64),
    )


def _offered(problem: Problem, keys: IntArray, start: IntArray) -> BoolArray:
    """Which starts are among the few, given the keys of their classes: all near the wish, then some."""
    wish, low = keys[:, 1], keys[:, 3]
    away = np.abs(start - (wish + problem.grid // 2) // problem.grid)
    offered: BoolArray = np.where(
        wish == MISSING, (start - low) % SPARSE == 0, (away <= DENSE) | (away % 2 == 1)
    )
    return offered
