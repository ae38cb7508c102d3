"""The baseline: the last known day with the same weekday."""

from __future__ import annotations

import numpy as np

from data.model.columns import FloatArray, IntArray
from simulation.forecast.fitting.past import Past, Prediction

WEEK = 7


def seasonal_naive(past: Past) -> Prediction:
    """Each day to come is as the last known day of its weekday (Hyndman and Athanasopoulos 2021, 5.2).

    A weekday of which no day is known has none.

    The spread is what so old a day missed in the past, by moments: of days that lie k weeks apart.
    """
    days = len(past.count)
    mean, spread = np.zeros(days - past.end), np.zeros(days - past.end)
    found: dict[int, float] = {}
    for place, day in enumerate(range(past.end, days)):
        last = _last_known(past, day)
        if last is None:
            continue
        weeks = (day - last) // WEEK
        if weeks not in found:
            found[weeks] = _spread(past.count[: past.end], weeks)
        mean[place], spread[place] = past.count[last], found[weeks]
    return Prediction(mean, spread)


def _last_known(past: Past, day: int) -> int | None:
    known: IntArray = np.flatnonzero(past.known & (past.weekday[: past.end] == past.weekday[day]))
    return int(known[-1]) if len(known) else None


def _spread(count: FloatArray, weeks: int) -> float:
    """Squared relative error of a day for the same weekday some weeks later, beyond that of mere chance."""
    lag = weeks * WEEK
    earlier, later = count[:-lag], count[lag:]
    both = np.isfinite(earlier) & np.isfinite(later)
    if not both.any():
        return 1.0
    before, after = earlier[both], later[both]
    beyond = ((after - before) ** 2 - before).sum()
    return float(max(beyond, 0.0) / max((before**2).sum(), 1.0))
