"""Independent gaps between arrivals, exponential services, several agents (GI/M/c).

Seen by arriving customers the number present is a Markov chain. While a gap lasts, possible ends of service
come at the rate of all agents together, an idle agent's being void (uniformisation), so that the chain needs
nothing of the gaps but how many such ends fall into one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from data.model.columns import FloatArray
from simulation.theory.minimise import falling_root, minimise_on_line
from simulation.theory.uniformisation import poisson_probabilities


class Gaps(Protocol):
    """Independent times between arrivals."""

    @property
    def mean(self) -> float:
        """Mean gap."""

    def transform(self, argument: float) -> float:
        """E exp(-argument * gap)."""

    def events(self, rate: float) -> FloatArray:
        """P(0), P(1), ... events of a Poisson process of this rate in a gap, up to rounding."""


@dataclass(frozen=True)
class ConstantGaps:
    """One appointment every so many units of time."""

    mean: float

    def transform(self, argument: float) -> float:
        """exp(-argument * mean)."""
        return math.exp(-argument * self.mean)

    def events(self, rate: float) -> FloatArray:
        """Poisson."""
        return poisson_probabilities(rate * self.mean)


@dataclass(frozen=True)
class ErlangGaps:
    """Sums of so many exponential phases: with one phase Poisson arrivals.

    Attributes:
        mean: of the whole gap.
        phases: >= 1.
    """

    mean: float
    phases: int = 1

    def transform(self, argument: float) -> float:
        """(1 + argument * mean / phases)^-phases."""
        return (1.0 + argument * self.mean / self.phases) ** -self.phases

    def events(self, rate: float) -> FloatArray:
        """Negative binomial."""
        share = rate * self.mean / (self.phases + rate * self.mean)
        chances = [(1.0 - share) ** self.phases]
        while chances[-1] > 1e-19 or len(chances) < 2.0 * rate * self.mean:
            chances.append(chances[-1] * share * (self.phases + len(chances) - 1) / len(chances))
        return np.array(chances)


class RenewalArrivals:
    """GI/M/c in order of arrival.

    Args:
        servers: >= 1.
        gaps: between arrivals.
        service_rate: of one busy agent.
    """

    def __init__(self, servers: int, gaps: Gaps, service_rate: float) -> None:
        self.servers, self.gaps, self.service_rate = servers, gaps, service_rate
        self._events = gaps.events(servers * service_rate)

    @property
    def decay(self) -> float:
        """The root sigma in (0, 1) of sigma = E exp(-c mu (1 - sigma) gap) (Smith 1953; Takacs 1962).

        For one server it is P(W > 0).

        Raises:
            ValueError: when the queue would grow for ever.
        """
        rate = self.servers * self.service_rate
        if rate * self.gaps.mean <= 1.0:
            raise ValueError(f"expected a load below {self.servers} servers")

        def excess(share: float) -> float:
            return self.gaps.transform(rate * (1.0 - share)) - share

        # The only other root is 1; just below it the function is negative.
        return falling_root(excess, high=1.0 - 1e-12)

    def long_run(self) -> tuple[float, float]:
        """P(W > 0) and E W of customers in the long run."""
        decay = self.decay
        size = self.servers + 2 + math.ceil(math.log(1e-18) / math.log(decay))
        moves = self._moves(size)
        equations = moves.T - np.eye(size)
        equations[-1] = 1.0
        seen = np.maximum(np.linalg.solve(equations, np.eye(size)[-1]), 0.0)
        return self._waits(seen)

    def of_customer(self, number: int) -> tuple[float, float]:
        """P(W > 0) and E W of a customer, numbered from 1, when the first finds nobody.

        Raises:
            ValueError: when the number is not positive.
        """
        if number < 1:
            raise ValueError(f"expected a number from 1, got {number}")
        moves = self._moves(number + 1)
        seen = np.eye(number + 1)[0]
        for _ in range(number - 1):
            seen = seen @ moves
        return self._waits(seen)

    def _moves(self, size: int) -> FloatArray:
        """Shape (size, size): from what one customer finds to what the next one finds."""
        busy = np.minimum(np.arange(size), self.servers) / self.servers
        power, after = np.eye(size), np.zeros((size, size))
        for chance in self._events.tolist():
            after += chance * power
            leaving = power * busy
            power -= leaving
            power[:, :-1] += leaving[:, 1:]
        after /= self._events.sum()
        joined = np.minimum(np.arange(size) + 1, size - 1)
        return np.asarray(after[joined])

    def _waits(self, seen: FloatArray) -> tuple[float, float]:
        ahead = np.maximum(np.arange(len(seen)) - self.servers + 1, 0)
        return float(seen[self.servers :].sum()), float(seen @ ahead) / (self.servers * self.service_rate)


def plateau_gap(waiting: float, idle: float, service_rate: float = 1.0) -> tuple[float, float]:
    """The best constant gap between the appointments of one agent in a very long day, and its cost.

    The middle of an optimal schedule of many exponential services tends to it (Stein & Cote 1994, Comput.
    Oper. Res. 21; Kuiper & Mandjes 2015, Qual. Reliab. Eng. Int. 31). The cost for each customer is
    idle * (gap - mean service) + waiting * E W of D/M/1.

    Args:
        waiting: price of a unit of time of the customer, > 0.
        idle: price of a unit of time of the agent, > 0.
        service_rate: > 0.
    """

    def cost(gap: float) -> float:
        decay = RenewalArrivals(1, ConstantGaps(gap), service_rate).decay
        return idle * (gap - 1.0 / service_rate) + waiting * decay / ((1.0 - decay) * service_rate)

    high = 2.0 / service_rate
    while cost(2.0 * high) < cost(high):
        high *= 2.0
    gap = minimise_on_line(cost, 1.0001 / service_rate, 2.0 * high, 1e-8 / service_rate)
    return gap, cost(gap)


def constant_gap_for_wait(limit: float, service_rate: float = 1.0) -> float:
    """The gap between appointments of one agent at which D/M/1 has E W = limit, in closed form.

    With s the decay, E W = s / (mu (1 - s)) and s = exp(-mu (1 - s) gap).
    """
    decay = limit * service_rate / (1.0 + limit * service_rate)
    return -math.log(decay) / ((1.0 - decay) * service_rate)
