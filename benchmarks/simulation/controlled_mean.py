"""Means with intervals, made narrower by control variates whose expectations are known to be zero.

Regression on controls (Lavenberg & Welch 1981, Manag. Sci. 27(3)): the mean of what is observed less what the
controls' chance explains. Sums alone are kept, so that memory does not grow with the observations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
from simulation.distributions import normal_quantile, student_t_quantile

LEAST_A_CONTROL = 10
"""With fewer observations for each control the plain mean is taken."""


@dataclass(frozen=True)
class Estimate:
    """A mean.

    Attributes:
        mean: estimated.
        deviation: of one observation, after the controls.
        error: standard error of the mean.
        observations: how many.
        freedom: degrees of freedom left.
    """

    mean: float
    deviation: float
    error: float
    observations: int
    freedom: int

    def half_width(self, risk: float) -> float:
        """Of the two-sided interval that misses with this probability."""
        if self.error == 0.0:
            return 0.0
        if self.freedom <= 1000:
            return student_t_quantile(1.0 - risk / 2.0, self.freedom) * self.error
        return float(normal_quantile(np.array([1.0 - risk / 2.0]))[0]) * self.error


class ControlledMean:
    """Collects observations and their controls."""

    def __init__(self, controls: int) -> None:
        self._moments = np.zeros((controls + 2, controls + 2))
        self._shift: float | None = None

    def add(self, observed: FloatArray, controls: FloatArray) -> None:
        """More observations; those that are nan are left out.

        Args:
            observed: shape (n,).
            controls: shape (n, controls), of expectation zero also given that the observation is there.
        """
        known = ~np.isnan(observed)
        if not known.any():
            return
        if self._shift is None:
            self._shift = float(observed[known][0])
        rows = np.column_stack([np.ones(known.sum()), controls[known], observed[known] - self._shift])
        self._moments += rows.T @ rows

    def estimate(self) -> Estimate:
        """What has been found.

        Raises:
            ValueError: with fewer than two observations.
        """
        count = round(self._moments[0, 0])
        if count < 2 or self._shift is None:
            raise ValueError("expected two observations or more")
        means = self._moments[0, 1:] / count
        spread = self._moments[1:, 1:] - count * np.outer(means, means)
        used = len(means) - 1 if count >= LEAST_A_CONTROL * len(means) else 0
        if used == 0:
            variance = max(float(spread[-1, -1]), 0.0) / (count - 1)
            deviation = math.sqrt(variance)
            mean = self._shift + float(means[-1])
            return Estimate(mean, deviation, deviation / math.sqrt(count), count, count - 1)
        scale = np.sqrt(np.maximum(np.diag(spread)[:-1], 1e-300))
        between = spread[:-1, :-1] / np.outer(scale, scale)
        inverse = np.linalg.pinv(between, rcond=1e-10, hermitian=True)
        slope = inverse @ (spread[:-1, -1] / scale)
        left = max(float(spread[-1, -1] - slope @ (spread[:-1, -1] / scale)), 0.0)
        freedom = count - used - 1
        variance = left / freedom
        off = means[:-1] / scale
        mean = self._shift + float(means[-1] - off @ slope)
        error = math.sqrt(variance * (1.0 / count + float(off @ inverse @ off)))
        return Estimate(mean, math.sqrt(variance), error, count, freedom)
