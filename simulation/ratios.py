"""Ratios of sums over replications, with intervals, in constant memory.

A group of sessions (an hour, a skill) may be small in one replication, or empty; the mean of its
replications' ratios would then count a lonely customer as much as a crowd. The ratio of the sums counts all
customers alike. Its interval is that of the ratio estimator, replications being the clusters (Cochran 1977,
Sampling Techniques, chapter 6; Student's t as for means). Where the whole is 1 in each replication it is the
plain mean with its plain interval.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from data.model.columns import FloatArray
from simulation.distributions import student_t_quantile


class Ratios(NamedTuple):
    """Ratios with their 95 % intervals; nan where the whole is empty or replications are fewer than two."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray


class RunningRatios:
    """Means and comoments of parts and wholes (Welford 1962).

    Args:
        shape: of parts and wholes.
        batch: replications that depend on each other and count as one.
    """

    def __init__(self, shape: tuple[int, ...], batch: int = 1) -> None:
        self.count = 0
        self._batch, self._held = batch, 0
        self._sums = np.zeros((2, *shape))
        self._part, self._whole = np.zeros(shape), np.zeros(shape)
        self._part_part, self._part_whole, self._whole_whole = (np.zeros(shape) for _ in range(3))

    def add(self, part: FloatArray, whole: FloatArray) -> None:
        """Count one replication; both of the shape given at first."""
        if self._batch > 1:
            self._sums += np.stack((part, whole))
            self._held += 1
            if self._held % self._batch:
                return
            part, whole = self._sums / self._batch
            self._sums[:] = 0.0
        self.count += 1
        by_part, by_whole = part - self._part, whole - self._whole
        self._part += by_part / self.count
        self._whole += by_whole / self.count
        after = whole - self._whole
        self._part_part += by_part * (part - self._part)
        self._part_whole += by_part * after
        self._whole_whole += by_whole * after

    def estimates(self) -> Ratios:
        """The ratios."""
        known = self._whole > 0
        ratio = np.divide(self._part, self._whole, out=np.full(known.shape, np.nan), where=known)
        if self.count < 2:
            return Ratios(ratio, np.full(known.shape, np.nan), np.full(known.shape, np.nan))
        squares = self._part_part - 2.0 * ratio * self._part_whole + ratio * ratio * self._whole_whole
        variance = np.maximum(squares, 0.0) / (self.count - 1) / self.count
        error = np.divide(np.sqrt(variance), self._whole, out=np.full(known.shape, np.nan), where=known)
        half_width = student_t_quantile(0.975, self.count - 1) * error
        return Ratios(ratio, ratio - half_width, ratio + half_width)


class RunningQuantiles:
    """Quantiles of the waits of all customers of each group, from counts of waits up to each edge of a grid.

    The interval is Woodruff's (1952, J. Am. Stat. Assoc. 47): the interval of the share of waits up to the
    quantile, replications being the clusters, carried back through the distribution. Between two edges waits
    are taken as evenly spread. `batch` is as for ratios.
    """

    STEP = 0.1
    """Minutes between edges."""

    LONGEST = 120.0
    """Minutes; longer waits count as this."""

    def __init__(self, groups: int, batch: int = 1) -> None:
        self._groups, self._batch, self._held = groups, batch, 0
        self._cells = np.zeros(groups * (round(self.LONGEST / self.STEP) + 1))
        self._edges = round(self.LONGEST / self.STEP) + 1
        shape = (groups, self._edges)
        self._clusters = 0
        self._below, self._below_below, self._below_all = (np.zeros(shape) for _ in range(3))
        self._all_all = np.zeros(groups)

    def add(self, group: np.ndarray, waits: FloatArray) -> None:
        """Count one replication: the attending customers' groups and waits in minutes."""
        edge = np.minimum(np.ceil(waits / self.STEP).astype(np.int64), self._edges - 1)
        found = np.bincount(group * self._edges + edge, minlength=self._groups * self._edges)
        self._cells += found
        self._held += 1
        if self._held % self._batch:
            return
        cells = self._cells.copy()
        self._cells[:] = 0.0
        self._clusters += 1
        below = np.cumsum(cells.reshape(self._groups, self._edges), axis=1)
        everybody = below[:, -1]
        self._below += below
        self._below_below += below * below
        self._below_all += below * everybody[:, None]
        self._all_all += everybody * everybody

    def estimates(self, probability: float) -> Ratios:
        """The quantile of each group."""
        found = np.full((3, self._groups), np.nan)
        for group in range(self._groups):
            found[:, group] = self._estimate(group, probability)
        return Ratios(*found)

    def _estimate(self, group: int, probability: float) -> tuple[float, float, float]:
        everybody, count = self._below[group, -1], self._clusters
        if not everybody:
            return (math.nan,) * 3
        share = self._below[group] / everybody
        quantile = self._carried_back(share, probability)
        if count < 2:
            return quantile, math.nan, math.nan
        edge = min(math.ceil(quantile / self.STEP), self._edges - 1)
        squares = (
            self._below_below[group, edge]
            - 2.0 * share[edge] * self._below_all[group, edge]
            + share[edge] ** 2 * self._all_all[group]
        )
        error = math.sqrt(max(squares, 0.0) * count / (count - 1)) / everybody
        reach = student_t_quantile(0.975, count - 1) * error
        return (
            quantile,
            self._carried_back(share, max(probability - reach, 0.0)),
            self._carried_back(share, min(probability + reach, 1.0)),
        )

    def _carried_back(self, share: FloatArray, probability: float) -> float:
        edge = int(np.searchsorted(share, probability * (1.0 - 1e-12)))
        if edge == 0:
            return 0.0
        step = share[edge] - share[edge - 1]
        return float(self.STEP * (edge - 1 + (probability - share[edge - 1]) / step))
