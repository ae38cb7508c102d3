"""Fit of what has no likelihood to climb: the range of delays, and the minute of the documents' check."""

from __future__ import annotations

import math

import numpy as np

from data.model.columns import FloatArray
from simulation.calibration.fitting import SPREAD
from simulation.calibration.pictures import Picture, picture
from simulation.calibration.results import LEAST_EVENTS, Estimate, Kept, Note, Part, evenness
from simulation.calibration.rounding import resolution
from simulation.calibration.tails import CONFIDENCE

_LOW, _HIGH, _CHECK = "failure_delay_low", "failure_delay_high", "documents_check"
_ROOT_THREE = math.sqrt(3.0)
_STEPS = 20
"""Of rounded delays over a range of fewer steps, evenness can't be tested."""


def fit_delays(delays: FloatArray) -> Part:
    """The range over which delays by failures that were overcome spread evenly.

    Of n even delays with the range R from the shortest a' to the longest b', (a' - low) / R exceeds t with
    the probability (1 + t)**-(n - 1), and likewise at the other end; the interval follows from that exactly,
    and a' - R / (n - 1) is unbiased. Records that are rounded move an end by half a step. Where delays are
    not spread evenly, the even range of the same mean and deviation is what the simulation can play.
    """
    count = len(delays)
    if count < LEAST_EVENTS:
        return Part(kept=(Kept(_LOW, count), Kept(_HIGH, count)))
    first, last = float(delays.min()), float(delays.max())
    width, step = last - first, resolution(delays)
    too_coarse = width <= _STEPS * step
    even = None if too_coarse else evenness("delays by failures overcome", (delays - first) / width, 0)
    fits = () if even is None else (even,)
    if even is not None and even.doubtful:
        found = _by_moments(delays)
        return Part(found, fits=fits, notes=(Note("uneven_delays"),), pictures=(_drawn(delays, found),))
    tail = (1.0 - CONFIDENCE) / 2.0
    near, far = (width * (share ** (-1.0 / (count - 1)) - 1.0) for share in (1.0 - tail, tail))
    middle, half = width / (count - 1), step / 2.0
    method = "extremes"
    found = (
        Estimate(
            _LOW,
            max(first - middle, 0.0),
            max(first - far - half, 0.0),
            max(first - near + half, 0.0),
            count,
            count,
            method,
        ),
        Estimate(_HIGH, last + middle, last + near - half, last + far + half, count, count, method),
    )
    return Part(found, fits=fits, pictures=(_drawn(delays, found),))


def _drawn(delays: FloatArray, found: tuple[Estimate, ...]) -> Picture:
    low, high = (estimate.value for estimate in found)
    width = max(high - low, 1e-9)
    return picture("failure_delay", delays, lambda edge: min(max((edge - low) / width, 0.0), 1.0))


def _by_moments(delays: FloatArray) -> tuple[Estimate, ...]:
    """Mean -/+ sqrt(3) deviations; errors by the delta method from the third and fourth moments."""
    count = len(delays)
    mean, deviation = float(delays.mean()), float(delays.std(ddof=1))
    third, fourth = (float(((delays - mean) ** power).mean()) for power in (3, 4))
    of_mean = deviation**2 / count
    of_deviation = max(fourth - deviation**4, 0.0) / (4.0 * deviation**2 * count)
    common = third / (2.0 * deviation * count)
    found = []
    for name, sign in ((_LOW, -1.0), (_HIGH, 1.0)):
        value = mean + sign * _ROOT_THREE * deviation
        error = math.sqrt(max(of_mean + 3.0 * of_deviation + sign * 2.0 * _ROOT_THREE * common, 0.0))
        low, high = value - SPREAD * error, value + SPREAD * error
        found.append(Estimate(name, max(value, 0.0), max(low, 0.0), max(high, 0.0), count, count, "moments"))
    return tuple(found)


def fit_check(unready: FloatArray) -> Part:
    """The minute at which missing documents end a session: the median, with its interval by order."""
    count = len(unready)
    if count < LEAST_EVENTS:
        return Part(kept=(Kept(_CHECK, count),))
    ordered = np.sort(unready)
    depth = max(int((count - SPREAD * math.sqrt(count)) / 2.0), 1)
    low, high = float(ordered[depth - 1]), float(ordered[count - depth])
    return Part((Estimate(_CHECK, float(np.median(ordered)), low, high, count, count, "median"),))
