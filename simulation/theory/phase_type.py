"""Phase-type service times: the time until a Markov chain of a few phases ends (Neuts 1981)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray


@dataclass(frozen=True, eq=False)
class PhaseType:
    """A phase-type distribution.

    Attributes:
        initial: shape (m,): probability of starting in each phase. What is missing to 1 is the probability
            that the service takes no time at all: the customer does not come.
        rates: shape (m, m): rates between phases; on the diagonal minus the total rate out of a phase. What a
            row lacks to 0 is the rate at which the service ends.

    Raises:
        ValueError: when the arrays don't describe such a chain.
    """

    initial: FloatArray
    rates: FloatArray

    def __post_init__(self) -> None:
        phases = len(self.initial)
        if self.rates.shape != (phases, phases):
            raise ValueError(f"expected rates of shape {(phases, phases)}, got {self.rates.shape}")
        if np.any(self.initial < 0) or self.initial.sum() > 1 + 1e-12:
            raise ValueError(f"expected initial probabilities with a sum up to 1, got {self.initial}")
        away = self.rates - np.diag(np.diag(self.rates))
        if np.any(away < 0) or np.any(self.rates.sum(axis=1) > 1e-9) or np.any(np.diag(self.rates) >= 0):
            raise ValueError("expected rates between phases >= 0, and a rate out of every phase")

    @classmethod
    def exponential(cls, mean: float) -> PhaseType:
        """Exponential service of this mean (minutes, or any unit; > 0)."""
        return cls.erlang(1, mean)

    @classmethod
    def erlang(cls, phases: int, mean: float) -> PhaseType:
        """The sum of so many equal exponential phases, with this mean in total."""
        return cls(np.eye(phases)[0], _chain(phases, phases / _positive(mean)))

    @classmethod
    def two_moment_fit(cls, mean: float, squared_variation: float) -> PhaseType:
        """The usual fit of mean and squared coefficient of variation (Tijms 1994, appendix B).

        Below 1 a mixture of Erlang distributions of k - 1 and k phases with the same rate; from 1 on the
        hyperexponential of two phases with balanced means.

        Args:
            mean: > 0.
            squared_variation: variance / mean^2, > 0; the number of phases is about its inverse.
        """
        if not squared_variation > 0.0:
            raise ValueError(f"expected a squared coefficient of variation above 0, got {squared_variation}")
        if squared_variation < 1.0:
            phases = max(2, math.ceil(1.0 / squared_variation - 1e-12))
            root = math.sqrt(max(phases * (1.0 + squared_variation) - phases**2 * squared_variation, 0.0))
            fewer = (phases * squared_variation - root) / (1.0 + squared_variation)
            initial = np.zeros(phases)
            initial[0], initial[1] = 1.0 - fewer, fewer
            return cls(initial, _chain(phases, (phases - fewer) / _positive(mean)))
        first = 0.5 * (1.0 + math.sqrt((squared_variation - 1.0) / (squared_variation + 1.0)))
        initial = np.array([first, 1.0 - first])
        return cls(initial, np.diag(-2.0 * initial / _positive(mean)))

    def if_present(self, show_probability: float) -> PhaseType:
        """The same service of a customer who comes with this probability, and else takes no time."""
        if not 0.0 <= show_probability <= 1.0:
            raise ValueError(f"expected a probability, got {show_probability}")
        return PhaseType(self.initial * show_probability, self.rates)

    @property
    def mean(self) -> float:
        """Mean; absent customers count with 0."""
        return float(self.initial @ np.linalg.solve(-self.rates, np.ones(len(self.initial))))

    @property
    def variance(self) -> float:
        """Variance; absent customers count with 0."""
        once = np.linalg.solve(-self.rates, np.ones(len(self.initial)))
        return float(2.0 * self.initial @ np.linalg.solve(-self.rates, once)) - self.mean**2

    @property
    def ending(self) -> FloatArray:
        """Shape (m,): rate at which the service ends in each phase."""
        return np.asarray(np.maximum(-self.rates.sum(axis=1), 0.0))


def _chain(phases: int, rate: float) -> FloatArray:
    return np.asarray(rate * (np.eye(phases, k=1) - np.eye(phases)))


def _positive(mean: float) -> float:
    if not 0.0 < mean < math.inf:
        raise ValueError(f"expected a mean above 0, got {mean}")
    return mean
