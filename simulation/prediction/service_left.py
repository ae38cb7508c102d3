"""How long a session lasts, given how long it has lasted; compiled.

The model is that of `simulation.draws`: a lognormal time, which a technical failure cuts short at a uniform
part of it or lengthens by a uniform delay; missing documents end a session after a fixed time. What a running
session may still be is a mixture of these, weighed by how likely each was to last so long; each is then drawn
by inversion of its survival function, so that one uniform number gives one, rising, value.
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from simulation.distributions import normal_quantile_at

_ROOT_2 = math.sqrt(2.0)
_HALVINGS = 50
_TINY = 1e-300
PLAIN, CUT, DELAYED = range(3)
"""What happens to the lognormal time of a session."""


@njit(cache=True)
def survival(minutes: float, median: float, sigma: float) -> Any:
    """P(X > minutes) of the lognormal X."""
    if minutes <= 0.0:
        return 1.0
    if sigma <= 0.0:
        return 1.0 if median > minutes else 0.0
    return 0.5 * math.erfc(math.log(minutes / median) / (sigma * _ROOT_2))


@njit(cache=True)
def lognormal_beyond(uniform: float, minutes: float, median: float, sigma: float) -> Any:
    """X given X > minutes, by inversion: P(X > x | X > minutes) = uniform."""
    tail = uniform * survival(minutes, median, sigma)
    if sigma <= 0.0 or tail < _TINY:
        return max(median, minutes)
    return max(minutes, median * math.exp(-sigma * normal_quantile_at(tail)))


@njit(cache=True)
def cut_survival(minutes: float, median: float, sigma: float) -> Any:
    """P(U X > minutes) with U uniform: E[(1 - minutes / X)+]."""
    if minutes <= 0.0:
        return 1.0
    if sigma <= 0.0:
        return max(0.0, 1.0 - minutes / median)
    depth = math.log(median / minutes) / sigma - sigma
    inverse = math.exp(0.5 * sigma * sigma) / median * 0.5 * math.erfc(-depth / _ROOT_2)
    return max(0.0, survival(minutes, median, sigma) - minutes * inverse)


@njit(cache=True)
def delayed_survival(minutes: float, median: float, sigma: float, low: float, high: float) -> Any:
    """P(X + V > minutes) with V uniform between `low` and `high`."""
    if high <= low:
        return survival(minutes - low, median, sigma)
    span = _mean_up_to(minutes - low, median, sigma) - _mean_up_to(minutes - high, median, sigma)
    return min(1.0, max(0.0, span / (high - low)))


@njit(cache=True)
def _mean_up_to(minutes: float, median: float, sigma: float) -> Any:
    """The integral of the survival function from 0, E[min(X, minutes)]; of negative minutes, minutes."""
    if minutes <= 0.0:
        return minutes
    if sigma <= 0.0:
        return min(median, minutes)
    depth = math.log(minutes / median) / sigma - sigma
    below = median * math.exp(0.5 * sigma * sigma) * 0.5 * math.erfc(-depth / _ROOT_2)
    return below + minutes * survival(minutes, median, sigma)


@njit(cache=True)
def _survival_of(what: int, minutes: float, median: float, sigma: float, low: float, high: float) -> Any:
    if what == CUT:
        return cut_survival(minutes, median, sigma)
    if what == DELAYED:
        return delayed_survival(minutes, median, sigma, low, high)
    return survival(minutes, median, sigma)


@njit(cache=True)
def what_happens(
    uniform: float,
    lasted: float,
    median: float,
    sigma: float,
    probabilities: tuple[float, float],
    delay: tuple[float, float],
) -> Any:
    """PLAIN, CUT or DELAYED, given that the session has lasted so long; -1: it can't have.

    Args:
        probabilities: of CUT and DELAYED, before it began.
        delay: the shortest and the longest.
    """
    cut = probabilities[0] * _survival_of(CUT, lasted, median, sigma, delay[0], delay[1])
    delayed = probabilities[1] * _survival_of(DELAYED, lasted, median, sigma, delay[0], delay[1])
    plain = (1.0 - probabilities[0] - probabilities[1]) * survival(lasted, median, sigma)
    whole = cut + delayed + plain
    if whole < _TINY:
        return -1
    if uniform * whole < cut:
        return CUT
    return DELAYED if uniform * whole < cut + delayed else PLAIN


@njit(cache=True)
def minutes_given(
    uniform: float, what: int, lasted: float, median: float, sigma: float, delay: tuple[float, float]
) -> Any:
    """The whole length of a session that has lasted so long: P(length > it) falls with `uniform`."""
    if what == PLAIN:
        return lognormal_beyond(uniform, lasted, median, sigma)
    goal = uniform * _survival_of(what, lasted, median, sigma, delay[0], delay[1])
    low, high = lasted, max(2.0 * lasted, median + delay[1])
    while _survival_of(what, high, median, sigma, delay[0], delay[1]) > goal:
        low, high = high, 2.0 * high
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if _survival_of(what, middle, median, sigma, delay[0], delay[1]) > goal:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
