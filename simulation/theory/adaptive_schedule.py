"""One agent, exponential services, each next appointment set when a customer arrives: the best there is.

Mahes, Mandjes, Boon & Taylor 2024, EJOR 312(2): when customer i arrives and finds k - 1 others, the gap to
the next appointment is chosen by dynamic programming over (i, k). The number of services that end in a gap is
Poisson, cut off at k.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
from simulation.theory.minimise import minimise_on_line


@dataclass(frozen=True, eq=False)
class AdaptiveSchedule:
    """The best answers to every state of the day.

    Attributes:
        gaps: shape (n - 1, n): row i - 1, column k - 1 is the gap to the next appointment when customer i has
            just arrived and k customers are present; nan where k > i.
        costs: shape (n, n): the same for the expected cost from then on.
        cost: of the whole day.
    """

    gaps: FloatArray
    costs: FloatArray

    @property
    def cost(self) -> float:
        """Expected cost of the whole day."""
        return float(self.costs[0, 0])


def adaptive_schedule(
    customers: int, waiting: float, idle: float, service_rate: float = 1.0
) -> AdaptiveSchedule:
    """The best gaps by customer and number present.

    Args:
        customers: n >= 1; all come, and are punctual.
        waiting: price of a unit of time of a customer before service.
        idle: price of a unit of time of the agent between services.
        service_rate: per unit of time.

    Raises:
        ValueError: when there is no customer, or a price or rate is not positive.
    """
    if customers < 1 or not min(waiting, idle, service_rate) > 0.0:
        raise ValueError("expected a customer or more, and prices and a rate above 0")
    gaps = np.full((max(customers - 1, 0), customers), np.nan)
    costs = np.full((customers, customers), np.nan)
    present = np.arange(1, customers + 1, dtype=np.float64)
    costs[-1] = waiting * present * (present - 1.0) / 2.0
    for customer in range(customers - 1, 0, -1):
        later = costs[customer]
        for number in range(1, customer + 1):

            def cost(gap: float, number: int = number, later: FloatArray = later) -> float:
                return _cost(gap, number, later, waiting, idle)

            high = number + 2.0
            while cost(2.0 * high) < cost(high):
                high *= 2.0
            gap = minimise_on_line(cost, 0.0, 2.0 * high, 1e-7)
            gaps[customer - 1, number - 1], costs[customer - 1, number - 1] = gap, cost(gap)
    return AdaptiveSchedule(gaps / service_rate, costs / service_rate)


def last_gap(waiting: float, idle: float, service_rate: float = 1.0) -> float:
    """The gap before the last customer when one is present: the news-vendor's quantile, in closed form.

    P(service > gap) = idle / (idle + waiting), so that gap = ln((idle + waiting) / idle) / rate.
    """
    return math.log((idle + waiting) / idle) / service_rate


def _cost(gap: float, number: int, later: FloatArray, waiting: float, idle: float) -> float:
    """Expected cost from a gap on, with services of rate 1, when `number` are present."""
    ended = _poisson(gap, number + 1)
    left = number - np.arange(number)
    none_left = 1.0 - float(ended[:number].sum())
    # Time with j or more services still to end: E min(gap, Erlang(m)) = sum over i < m of P(N > i).
    more = 1.0 - np.cumsum(ended)
    busy = float(more[:number].sum())
    ahead = np.cumsum(more[:number])
    waited = float(ahead[: number - 1].sum())
    arriving = float(ended[:number] @ later[left]) + none_left * float(later[0])
    return idle * (gap - busy) + waiting * waited + arriving


def _poisson(mean: float, count: int) -> FloatArray:
    """The first probabilities of a Poisson number."""
    chances = [math.exp(-mean)]
    for number in range(1, count):
        chances.append(chances[-1] * mean / number)
    return np.array(chances)
