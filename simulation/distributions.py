"""Distributions by inversion: a random variable is a rising function of one uniform number.

Inversion keeps common random numbers in step when a parameter changes, and makes antithetic numbers possible.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit, vectorize

from data.model.columns import FloatArray

_CENTRAL = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
     1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
     3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2,
     5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4,
     2.8729085735721942674e4, 5.2264952788528545610e3),
)  # fmt: skip
_MIDDLE = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0,
     6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
     5.47593808499534494600e-4, 1.05075007164441684324e-9),
)  # fmt: skip
_TAIL = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
     1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
     1.42151175831644588870e-7, 2.04426310338993978564e-15),
)  # fmt: skip


@njit(cache=True)
def normal_quantile_at(probability: float) -> Any:
    """The standard normal quantile, to about 16 digits (Wichura 1988, algorithm AS 241).

    Args:
        probability: a number in the open interval (0, 1).
    """
    centred = probability - 0.5
    if abs(centred) <= 0.425:
        return _ratio(_CENTRAL, 0.180625 - centred * centred) * centred
    depth = math.sqrt(-math.log(min(probability, 1.0 - probability)))
    outer = _ratio(_MIDDLE, depth - 1.6) if depth <= 5.0 else _ratio(_TAIL, depth - 5.0)
    return math.copysign(outer, centred)


@njit(cache=True)
def lognormal_at(uniform: float, median: float, sigma: float) -> Any:
    """The lognormal value of this median, and this sigma of the logarithm."""
    return median * math.exp(sigma * normal_quantile_at(uniform))


@njit(cache=True)
def exponential_at(uniform: float, mean: float) -> Any:
    """The exponential value of this mean."""
    return -mean * math.log1p(-uniform)


@njit(cache=True)
def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], argument: float) -> Any:
    return _polynomial(coefficients[0], argument) / _polynomial(coefficients[1], argument)


@njit(cache=True)
def _polynomial(coefficients: tuple[float, ...], argument: float) -> Any:
    value = coefficients[-1]
    for place in range(len(coefficients) - 2, -1, -1):
        value = value * argument + coefficients[place]
    return value


# Functions of their own: of one function compiled in two ways Numba would take one from disk for the other,
# and the array's version has no entry for Python (segmentation fault).


def _each_normal_quantile(probability: float) -> Any:
    return normal_quantile_at(probability)


def _each_lognormal(uniform: float, median: float, sigma: float) -> Any:
    return lognormal_at(uniform, median, sigma)


def _each_exponential(uniform: float, mean: float) -> Any:
    return exponential_at(uniform, mean)


_normal_quantiles = vectorize(cache=True)(_each_normal_quantile)  # type: ignore[no-untyped-call]  # numba does not type it
_lognormals = vectorize(cache=True)(_each_lognormal)  # type: ignore[no-untyped-call]  # numba does not type it
_exponentials = vectorize(cache=True)(_each_exponential)  # type: ignore[no-untyped-call]  # numba does not type it


def normal_quantile(probability: FloatArray) -> FloatArray:
    """`normal_quantile_at` of each."""
    return np.asarray(_normal_quantiles(probability))


def lognormal(uniforms: FloatArray, median: FloatArray | float, sigma: float) -> FloatArray:
    """Lognormal values of this median, and this sigma of the logarithm."""
    return np.asarray(_lognormals(uniforms, median, sigma))


def lognormal_of_mean(uniforms: FloatArray, mean: FloatArray | float, sigma: float) -> FloatArray:
    """Lognormal values of this mean, and this sigma of the logarithm."""
    return lognormal(uniforms, mean * math.exp(-sigma * sigma / 2.0), sigma)


def exponential(uniforms: FloatArray, mean: float) -> FloatArray:
    """Exponential values of this mean."""
    return np.asarray(_exponentials(uniforms, mean))


MANY_FREEDOM = 200
"""Above this, Student's t quantile comes from its series."""


@lru_cache(maxsize=4096)
def student_t_quantile(probability: float, freedom: int) -> float:
    """The quantile of Student's t for whole degrees of freedom.

    By bisection of the exact distribution; above MANY_FREEDOM by the expansion about the normal quantile
    (Abramowitz & Stegun 26.7.5), for the usual probabilities to ten digits.

    Raises:
        ValueError: when the probability is not between 0.5 and 1, or there is no degree of freedom.
    """
    if not 0.5 <= probability < 1.0 or freedom < 1:
        raise ValueError(f"expected 0.5 <= probability < 1 and freedom >= 1, got {probability}, {freedom}")
    if freedom > MANY_FREEDOM:
        return _student_t_series(float(normal_quantile_at(probability)), freedom)
    low, high = 0.0, 1.0
    while _student_t_below(high, freedom) < probability:
        high *= 2.0
    while high - low > 1e-13 * high:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if _student_t_below(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _student_t_series(normal: float, freedom: int) -> float:
    square = normal * normal
    terms = (
        (square + 1.0) / 4.0,
        ((5.0 * square + 16.0) * square + 3.0) / 96.0,
        (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0,
        ((((79.0 * square + 776.0) * square + 1482.0) * square - 1920.0) * square - 945.0) / 92160.0,
    )
    factor = 1.0
    for place, term in enumerate(terms, start=1):
        factor += term / float(freedom) ** place
    return normal * factor


def _student_t_below(value: float, freedom: int) -> float:
    """P(T <= value) for value >= 0: the finite sums of Abramowitz & Stegun 26.7.3 and 26.7.4."""
    angle = math.atan2(value, math.sqrt(freedom))
    sine, square = math.sin(angle), math.cos(angle) ** 2
    term = total = 1.0 if freedom % 2 == 0 else math.cos(angle)
    if freedom == 1:
        return 0.5 + angle / math.pi
    step = 1 if freedom % 2 == 0 else 2
    while step <= freedom - 3:
        term *= square * step / (step + 1)
        total += term
        step += 2
    inside = sine * total if freedom % 2 == 0 else 2.0 * (angle + sine * total) / math.pi
    return 0.5 + inside / 2.0
