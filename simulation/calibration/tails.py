"""Tails of the distributions that intervals and tests of fit need."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import vectorize

from data.model.columns import FloatArray

CONFIDENCE = 0.95
"""Of every interval of a calibration."""


def _normal_below_at(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2.0))


_normal_below = vectorize(cache=True)(_normal_below_at)  # type: ignore[no-untyped-call]  # numba does not type it


def normal_below(values: FloatArray | float) -> FloatArray:
    """P(Z <= value) of the standard normal; accurate in the lower tail."""
    return np.asarray(_normal_below(np.asarray(values, dtype=np.float64)))


def chi_square_above(value: float, freedom: int) -> float:
    """P(X > value) of the chi-square distribution: the finite sums of Abramowitz & Stegun 26.4.4 and 26.4.5.

    Raises:
        ValueError: without a degree of freedom.
    """
    if freedom < 1:
        raise ValueError(f"expected freedom >= 1, got {freedom}")
    half = max(value, 0.0) / 2.0
    if freedom % 2 == 0:
        term, above = math.exp(-half), 0.0
        for step in range(1, freedom // 2 + 1):
            above += term
            term *= half / step
        return min(above, 1.0)
    above = math.erfc(math.sqrt(half))
    term = math.exp(-half) * math.sqrt(half) / math.gamma(1.5)
    for step in range(1, (freedom - 1) // 2 + 1):
        above += term
        term *= half / (step + 0.5)
    return min(above, 1.0)


def share_interval(events: int, trials: int) -> tuple[float, float]:
    """The exact interval of a probability (Clopper & Pearson 1934), by bisection of the binomial tails.

    Raises:
        ValueError: unless 0 <= events <= trials and trials > 0.
    """
    if not 0 <= events <= trials or not trials:
        raise ValueError(f"expected 0 <= events <= trials and trials > 0, got {events}, {trials}")
    tail = (1.0 - CONFIDENCE) / 2.0
    low, high = 0.0, 1.0
    if events:
        low = _root(lambda share: 1.0 - _binomial_below(events - 1, trials, share) - tail)
    if events < trials:
        high = _root(lambda share: tail - _binomial_below(events, trials, share))
    return low, high


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if rising(middle) > 0.0 else (middle, high)
    return 0.5 * (low + high)


def _binomial_below(events: int, trials: int, share: float) -> float:
    """P(X <= events) of the binomial distribution; share strictly between 0 and 1."""
    counts = np.arange(events + 1)
    choose = np.cumsum(np.log((trials - counts[1:] + 1.0) / counts[1:])) if events else np.zeros(0)
    logs = np.concatenate([[0.0], choose]) + counts * math.log(share) + (trials - counts) * math.log1p(-share)
    return min(float(np.exp(logs).sum()), 1.0)
