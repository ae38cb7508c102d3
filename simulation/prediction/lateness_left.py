"""When customers come who are not there yet; compiled.

The model is that of `simulation.draws`: each participant is early by an exponential time, or late by a
lognormal one; a session's customer is as late as its last participant, or does not come at all.
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from simulation.distributions import lognormal_at
from simulation.prediction.service_left import survival


@njit(cache=True)
def lateness_cdf(
    minutes: float, late: float, early_mean: float, median: float, sigma: float, cap: float
) -> Any:
    """P(one participant is there so many minutes after the appointment); negative: before it."""
    if minutes < 0.0:
        return (1.0 - late) * math.exp(minutes / early_mean) if early_mean > 0.0 else 0.0
    if minutes >= cap:
        return 1.0
    return 1.0 - late * survival(minutes, median, sigma)


@njit(cache=True)
def lateness_quantile(
    probability: float, late: float, early_mean: float, median: float, sigma: float, cap: float
) -> Any:
    """The inverse of `lateness_cdf`."""
    on_time = 1.0 - late
    if probability < on_time:
        return early_mean * math.log(probability / on_time) if probability > 0.0 else -math.inf
    part = (probability - on_time) / late if late > 0.0 else 1.0
    if part <= 0.0:
        return 0.0
    return cap if part >= 1.0 else min(cap, lognormal_at(part, median, sigma))


@njit(cache=True)
def lateness_beyond(
    uniform: float,
    minutes: float,
    people: int,
    late: float,
    early_mean: float,
    median: float,
    sigma: float,
    cap: float,
) -> Any:
    """How late the last of so many participants is, given that this is more than `minutes`."""
    known = lateness_cdf(minutes, late, early_mean, median, sigma, cap) ** people
    probability = (known + uniform * (1.0 - known)) ** (1.0 / people)
    return max(minutes, lateness_quantile(probability, late, early_mean, median, sigma, cap))
