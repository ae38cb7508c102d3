"""Poisson arrivals, one agent, any service time (M/G/1), in the long run, in order of arrival."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceMoments:
    """The first three moments of a service time about zero."""

    first: float
    second: float
    third: float

    @classmethod
    def of_lognormal(cls, mean: float, squared_variation: float) -> ServiceMoments:
        """Lognormal of this mean and squared variation c^2: E B^k = m^k (1 + c^2)^(k (k - 1) / 2)."""
        growth = 1.0 + squared_variation
        return cls(mean, mean**2 * growth, mean**3 * growth**3)

    @classmethod
    def of_gamma(cls, mean: float, squared_variation: float) -> ServiceMoments:
        """Gamma of this mean and squared coefficient of variation; exponential at 1."""
        second = mean**2 * (1.0 + squared_variation)
        return cls(mean, second, second * mean * (1.0 + 2.0 * squared_variation))

    @classmethod
    def of_constant(cls, value: float) -> ServiceMoments:
        """Always the same."""
        return cls(value, value**2, value**3)


def mean_wait(arrival_rate: float, service: ServiceMoments) -> float:
    """Pollaczek-Khinchine: E W = lambda E B^2 / (2 (1 - rho)).

    Raises:
        ValueError: when the queue would grow for ever.
    """
    return arrival_rate * service.second / (2.0 * (1.0 - _occupancy(arrival_rate, service.first)))


def wait_variance(arrival_rate: float, service: ServiceMoments) -> float:
    """Takacs 1962: Var W = (E W)^2 + lambda E B^3 / (3 (1 - rho))."""
    idle = 1.0 - _occupancy(arrival_rate, service.first)
    return mean_wait(arrival_rate, service) ** 2 + arrival_rate * service.third / (3.0 * idle)


@dataclass(frozen=True)
class BusyPeriod:
    """From a customer who finds the agent idle until the agent is idle again: the length of a knock-on.

    Takacs 1962: E = E B / (1 - rho), Var = (Var B + rho (E B)^2) / (1 - rho)^3, 1 / (1 - rho) customers.

    Attributes:
        mean, variance: of the length.
        customers: served in it, in the mean.
    """

    mean: float
    variance: float
    customers: float

    @classmethod
    def of(cls, arrival_rate: float, service: ServiceMoments) -> BusyPeriod:
        """The busy period of M/G/1; ValueError when it may last for ever."""
        occupancy = _occupancy(arrival_rate, service.first)
        spread = service.second - service.first**2 + occupancy * service.first**2
        return cls(
            service.first / (1.0 - occupancy), spread / (1.0 - occupancy) ** 3, 1.0 / (1.0 - occupancy)
        )


def knock_on_length(occupancy: float, customers: int) -> float:
    """P(K = customers) served in a busy period of M/D/1: the Borel distribution (Borel 1942).

    Args:
        occupancy: arrival rate times service time, in [0, 1].
        customers: >= 1.
    """
    if not 0.0 <= occupancy <= 1.0 or customers < 1:
        raise ValueError(
            f"expected an occupancy in [0, 1] and a customer or more, got {occupancy}, {customers}"
        )
    if occupancy == 0.0:
        return float(customers == 1)
    mean = occupancy * customers
    return math.exp((customers - 1) * math.log(mean) - mean - math.lgamma(customers + 1))


def _occupancy(arrival_rate: float, mean_service: float) -> float:
    occupancy = arrival_rate * mean_service
    if not 0.0 <= occupancy < 1.0:
        raise ValueError(f"expected an occupancy below 1, got {occupancy}")
    return occupancy
