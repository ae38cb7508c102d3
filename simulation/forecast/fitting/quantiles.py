"""Ends of intervals of counts."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.stats import nbinom

from data.model.columns import FloatArray

TAIL: Final = 0.05
"""Probability beyond each end of an interval."""

_LEAST_SPREAD: Final = 1e-9


def with_interval(mean: FloatArray, spread: FloatArray) -> FloatArray:
    """Mean, and 5 % and 95 % quantiles of negative binomial counts, in a last axis of 3.

    Args:
        mean: of each count.
        spread: the variance is mean + spread * mean ** 2.
    """
    safe = np.maximum(np.broadcast_to(spread, mean.shape), _LEAST_SPREAD)
    size, chance = 1.0 / safe, 1.0 / (1.0 + safe * mean)
    low, high = nbinom.ppf(TAIL, size, chance), nbinom.ppf(1.0 - TAIL, size, chance)
    nothing = mean <= 0.0
    return np.stack([mean, np.where(nothing, 0.0, low), np.where(nothing, 0.0, high)], axis=-1)
