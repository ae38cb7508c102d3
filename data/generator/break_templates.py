"""Where the breaks of a planted duty lie, by its regime and its work (DOMAIN 3.1, 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from data.generator.chance import pick
from data.generator.team import PATTERNS
from data.model.columns import IntArray

NO_BREAK: Final = -1
"""In place of the start and end of a break that is not due."""

GRID: Final = 5
PAUSE: Final = 10

Laid = tuple[IntArray, IntArray, IntArray]
"""Meal minutes; starts and ends, from the duty's start, of a pause, a meal and a pause: duties x 3."""


def lay_breaks(rng: np.random.Generator, pattern: IntArray, work: IntArray) -> Laid:
    """Draw breaks for duties of these patterns and work minutes."""
    meals = np.zeros(len(work), dtype=np.int64)
    starts = np.full((len(work), 3), NO_BREAK, dtype=np.int64)
    ends = starts.copy()
    for regime, minutes, lay in _TEMPLATES:
        of_regime = np.array([p.regime == regime for p in PATTERNS])[pattern]
        rows = np.flatnonzero(of_regime & (work == minutes))
        meals[rows], starts[rows], ends[rows] = lay(rng, len(rows))
    return meals, starts, ends


def _one_meal(
    rng: np.random.Generator, count: int, lengths: IntArray, weights: tuple[float, ...], low: int, high: int
) -> Laid:
    """A meal that begins `low` to `high` minutes after the duty."""
    length = lengths[pick(rng, count, weights)]
    start = _on_grid(rng, count, low, high)
    nothing = np.full(count, NO_BREAK, dtype=np.int64)
    return (
        length,
        np.stack([nothing, start, nothing], axis=1),
        np.stack([nothing, start + length, nothing], axis=1),
    )


def _clt_full_day(rng: np.random.Generator, count: int) -> Laid:
    """480 minutes and a meal of 60 to 120; neither half exceeds 300."""
    return _one_meal(rng, count, np.array([60, 75, 90, 120]), (0.7, 0.1, 0.15, 0.05), 180, 300)


def _part_time_six_hours(rng: np.random.Generator, count: int) -> Laid:
    """360 minutes and a meal of 15 to 60."""
    return _one_meal(rng, count, np.array([15, 30, 60]), (0.2, 0.5, 0.3), 120, 240)


def _part_time_five_hours(rng: np.random.Generator, count: int) -> Laid:
    """300 minutes and a meal of 15 to 60, which fits into the six open hours of a Saturday."""
    return _one_meal(rng, count, np.array([15, 30, 60]), (0.4, 0.4, 0.2), 100, 200)


def _two_pauses_and_a_meal(
    rng: np.random.Generator, count: int, first: tuple[int, int], meal: tuple[int, int], last: tuple[int, int]
) -> Laid:
    starts = np.stack(
        [_on_grid(rng, count, *first), _on_grid(rng, count, *meal), _on_grid(rng, count, *last)], axis=1
    )
    return np.full(count, 20, dtype=np.int64), starts, starts + np.array([PAUSE, 20, PAUSE])


def _nr17_six_hours(rng: np.random.Generator, count: int) -> Laid:
    """360 minutes with two pauses and a meal of 20: present for 380, so that pauses lie in [60, 320]."""
    return _two_pauses_and_a_meal(rng, count, (60, 110), (165, 205), (265, 310))


def _nr17_saturday(rng: np.random.Generator, count: int) -> Laid:
    """340 minutes with two pauses and a meal of 20: present for 360, so that pauses lie in [60, 300]."""
    return _two_pauses_and_a_meal(rng, count, (60, 100), (150, 190), (245, 290))


def _on_grid(rng: np.random.Generator, count: int, low: int, high: int) -> IntArray:
    drawn: IntArray = GRID * rng.integers(low // GRID, high // GRID + 1, count)
    return drawn


_TEMPLATES: Final[tuple[tuple[str, int, Callable[[np.random.Generator, int], Laid]], ...]] = (
    ("CLT_8H", 480, _clt_full_day),
    ("PART_TIME_30", 360, _part_time_six_hours),
    ("PART_TIME_30", 300, _part_time_five_hours),
    ("NR17_6H", 360, _nr17_six_hours),
    ("NR17_6H", 340, _nr17_saturday),
)
"""CLT duties of 240 minutes (Saturdays) need no break (CLT 71)."""
