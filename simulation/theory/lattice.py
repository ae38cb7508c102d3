"""Distributions on a lattice of equal steps, made from continuous ones so that means are kept exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray

_NEGLIGIBLE = 1e-15


@dataclass(frozen=True, eq=False)
class Lattice:
    """A random time on the points first * step, (first + 1) * step, ...

    Attributes:
        step: distance of two points.
        first: number of the first point.
        chances: shape (n,): probability of each point; the sum may be below 1 (a part of what may happen).
    """

    step: float
    first: int
    chances: FloatArray

    @classmethod
    def of_excess(cls, excess: Callable[[float], float], low: float, high: float, step: float) -> Lattice:
        """From the expected excess E (X - x)+ of a random time between two bounds.

        Each bit of probability is shared between the two neighbouring points in proportion to its nearness.
        So the mean is kept, and expectations of smooth functions err by the order of the step squared.

        Args:
            excess: E (X - x)+ by x.
            low, high: X is between, but for what can be neglected.
            step: > 0.
        """
        if not step > 0.0:
            raise ValueError(f"expected a step above 0, got {step}")
        first, last = math.floor(low / step), math.ceil(high / step)
        values = np.array([excess(place * step) for place in range(first - 1, last + 2)])
        return cls(step, first, np.maximum(np.diff(values, 2) / step, 0.0))

    @classmethod
    def constant(cls, value: float, step: float) -> Lattice:
        """A certain time, shared between two points unless it is one."""
        return cls.of_excess(lambda x: max(value - x, 0.0), value, value, step).trimmed()

    @classmethod
    def lognormal(cls, mean: float, deviation: float, step: float) -> Lattice:
        """Lognormal of this mean and standard deviation."""
        sigma = lognormal_sigma(mean, deviation)
        middle = math.log(mean) - sigma**2 / 2.0

        def excess(x: float) -> float:
            if x <= 0.0:
                return mean - x
            depth = (math.log(x) - middle) / sigma
            return mean * _normal_above(depth - sigma) - x * _normal_above(depth)

        return cls.of_excess(excess, 0.0, math.exp(middle + 8.0 * sigma), step).trimmed()

    @classmethod
    def normal(cls, mean: float, deviation: float, step: float, limit: float = math.inf) -> Lattice:
        """Normal; only the part up to a limit, so that the sum of the chances is P(X <= limit)."""

        def excess(x: float) -> float:
            return normal_excess(mean, deviation, x)

        def excess_below(x: float) -> float:
            beyond = _normal_above((limit - mean) / deviation)
            return max(0.0, excess(x) - excess(limit) - (limit - x) * beyond) if x < limit else 0.0

        high = min(limit, mean + 8.0 * deviation)
        found = cls.of_excess(
            excess if limit == math.inf else excess_below, mean - 8.0 * deviation, high, step
        )
        return found.trimmed()

    @property
    def points(self) -> FloatArray:
        """Shape (n,): the times."""
        return np.asarray((self.first + np.arange(len(self.chances))) * self.step)

    @property
    def mass(self) -> float:
        """Sum of the chances."""
        return float(self.chances.sum())

    @property
    def mean(self) -> float:
        """Mean of what is described."""
        return float(self.chances @ self.points) / self.mass

    def exceeds(self, limit: float) -> float:
        """P(X > limit) within what is described; a point at the limit counts half."""
        difference = self.points - limit
        near = np.clip(difference / self.step + 0.5, 0.0, 1.0)
        return float(self.chances @ near) / self.mass

    def plus(self, other: Lattice) -> Lattice:
        """The sum with an independent time."""
        size = len(self.chances) + len(other.chances) - 1
        length = 1 << (size - 1).bit_length()
        product = np.fft.rfft(self.chances, length) * np.fft.rfft(other.chances, length)
        summed = np.maximum(np.fft.irfft(product, length)[:size], 0.0)
        return Lattice(self.step, self.first + other.first, summed).trimmed()

    def later_of(self, other: Lattice) -> Lattice:
        """The later of this and an independent time; its mass is the product of both."""
        first = max(self.first, other.first)
        last = max(self.first + len(self.chances), other.first + len(other.chances))
        below = self._at_most(first, last) * other._at_most(first, last)
        return Lattice(self.step, first, np.diff(below, prepend=0.0))

    def shifted(self, steps: int) -> Lattice:
        """So many steps later."""
        return Lattice(self.step, self.first + steps, self.chances)

    def scaled(self, share: float) -> Lattice:
        """Every chance times a share."""
        return Lattice(self.step, self.first, self.chances * share)

    def mixed(self, other: Lattice) -> Lattice:
        """Either of two exclusive cases: the chances added."""
        first = min(self.first, other.first)
        last = max(self.first + len(self.chances), other.first + len(other.chances))
        chances = np.zeros(last - first)
        for part in (self, other):
            chances[part.first - first : part.first - first + len(part.chances)] += part.chances
        return Lattice(self.step, first, chances)

    def trimmed(self) -> Lattice:
        """Without points at either end that have next to no probability together."""
        kept = np.flatnonzero(self.chances > _NEGLIGIBLE)
        if not len(kept):
            return self
        return Lattice(self.step, self.first + int(kept[0]), self.chances[kept[0] : kept[-1] + 1])

    def _at_most(self, first: int, last: int) -> FloatArray:
        """P(X <= point) for the points from `first` to before `last`."""
        summed = np.concatenate([[0.0], np.cumsum(self.chances)])
        places = np.clip(np.arange(first, last) - self.first + 1, 0, len(self.chances))
        return np.asarray(summed[places])


def lognormal_sigma(mean: float, deviation: float) -> float:
    """Sigma of the logarithm of a lognormal variable with this mean and standard deviation."""
    return math.sqrt(math.log1p((deviation / mean) ** 2))


def _normal_above(value: float) -> float:
    return 0.5 * math.erfc(value / math.sqrt(2.0))


def normal_excess(mean: float, deviation: float, x: float) -> float:
    """E (X - x)+ of a normal variable: d (phi(z) - z P(Z > z)), z = (x - mean) / d."""
    depth = (x - mean) / deviation
    density = math.exp(-0.5 * depth * depth) / math.sqrt(2.0 * math.pi)
    return deviation * (density - depth * _normal_above(depth))
