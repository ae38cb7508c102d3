"""How the bookings of a day spread over its hours."""

from __future__ import annotations

import numpy as np

from data.model.columns import BoolArray, FloatArray, IntArray

HALF_LIFE = 91.0
"""Days after which a past day counts half."""

PRIOR = 100.0
"""Bookings that the common profile of all series counts against those of one."""


def day_profiles(count: IntArray, groups: IntArray, used: BoolArray, number: int) -> FloatArray:
    """Share of each interval in the bookings of a day: groups x intervals x series; each sums to 1.

    A series with few bookings leans on the profile of all (the mean of a Dirichlet posterior), and a group
    of days with few on that of all days.

    Args:
        count: bookings: days x intervals x series.
        groups: of each day, 0 and up, such as working days and Saturdays.
        used: days that count.
        number: of groups.
    """
    age = len(count) - np.arange(len(count))
    weighted = count * np.where(used, 0.5 ** (age / HALF_LIFE), 0.0)[:, None, None]
    everything = weighted.sum(axis=(0, 2))
    overall = everything / everything.sum()
    profiles = np.empty((number, count.shape[1], count.shape[2]))
    for group in range(number):
        of_group = weighted[groups == group].sum(axis=0)
        total = of_group.sum(axis=1)
        usual = total / total.sum() if total.sum() >= PRIOR else _leaning(total, overall)
        for series in range(count.shape[2]):
            profiles[group, :, series] = _leaning(of_group[:, series], usual)
    return profiles


def _leaning(bookings: FloatArray, usual: FloatArray) -> FloatArray:
    shares: FloatArray = (bookings + PRIOR * usual) / (bookings.sum() + PRIOR)
    return shares


def profile_spread(count: IntArray, profiles: FloatArray, groups: IntArray, used: BoolArray) -> FloatArray:
    """Squared relative noise of an interval, given the day's total, beyond a multinomial split; by series.

    The moment estimator: what the squares exceed N p (1 - p) by, over the sum of (N p)^2.
    """
    share = profiles[groups[used]]
    total = count[used].sum(axis=1, keepdims=True)
    expected = total * share
    beyond = ((count[used] - expected) ** 2 - expected * (1.0 - share)).sum(axis=(0, 1))
    size = (expected**2).sum(axis=(0, 1))
    spread: FloatArray = np.maximum(beyond, 0.0) / np.maximum(size, 1e-12)
    return spread
