"""Poisson arrivals, exponential services, several agents: Erlang's formulas and what staffing needs of them.

Rates are per unit of time and times in the same unit; `load` is arrival rate / service rate of one agent, the
agents busy in the mean ("erlangs").
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


def loss_probability(servers: int, load: float) -> float:
    """Erlang B: the share of customers turned away when nobody can wait (any service time of this mean).

    Erlang 1917; recursion B(c) = a B(c - 1) / (c + a B(c - 1)), stable for any number of servers.

    Args:
        servers: >= 0.
        load: >= 0.

    Raises:
        ValueError: when an argument is negative.
    """
    if servers < 0 or load < 0.0:
        raise ValueError(f"expected servers and load of 0 or more, got {servers} and {load}")
    lost = 1.0
    for server in range(1, servers + 1):
        lost = load * lost / (server + load * lost)
    return lost


def delay_probability(servers: int, load: float) -> float:
    """Erlang C: the share of customers who wait in M/M/c; 1 where the load is not below the servers.

    Erlang 1917, through Erlang B: C = B / (1 - rho (1 - B)).
    """
    lost = loss_probability(servers, load)
    if load >= servers:
        return 1.0
    return lost / (1.0 - load / servers * (1.0 - lost))


@dataclass(frozen=True)
class ErlangDelay:
    """M/M/c with patient customers, served in order of arrival, in the long run.

    Attributes:
        servers: number of agents.
        arrival_rate: customers per unit of time.
        service_rate: of one busy agent.

    Raises:
        ValueError: when the queue would grow for ever.
    """

    servers: int
    arrival_rate: float
    service_rate: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.load < self.servers:
            raise ValueError(f"expected a load below {self.servers} servers, got {self.load}")

    @property
    def load(self) -> float:
        """Agents busy in the mean."""
        return self.arrival_rate / self.service_rate

    @property
    def occupancy(self) -> float:
        """The share of time that an agent is busy."""
        return self.load / self.servers

    @property
    def delayed(self) -> float:
        """P(W > 0)."""
        return delay_probability(self.servers, self.load)

    @property
    def mean_wait(self) -> float:
        """E W = C / (c mu - lambda)."""
        return self.delayed / (self.servers * self.service_rate - self.arrival_rate)

    def wait_exceeds(self, limit: float) -> float:
        """P(W > limit) = C exp(-(c mu - lambda) limit), for limit >= 0."""
        return self.delayed * math.exp(-(self.servers * self.service_rate - self.arrival_rate) * limit)


@dataclass(frozen=True)
class ErlangAbandonment:
    """M/M/c+M, Erlang A: customers leave the queue when their exponential patience ends.

    Palm 1957; Garnett, Mandelbaum & Reiman 2002, M&SOM 4(3): the number of customers is a
    birth-and-death process, summed here until what is left is below rounding.

    Attributes:
        servers: number of agents.
        arrival_rate: customers per unit of time.
        service_rate: of one busy agent.
        patience_rate: of one waiting customer: 1 / mean patience, > 0.
    """

    servers: int
    arrival_rate: float
    service_rate: float
    patience_rate: float

    def __post_init__(self) -> None:
        if self.servers < 0 or not min(self.arrival_rate, self.service_rate, self.patience_rate) > 0.0:
            raise ValueError("expected servers of 0 or more and rates above 0")

    @property
    def delayed(self) -> float:
        """P(all agents are busy): the share of customers who can't be served at once."""
        return self._sums()[0]

    @property
    def mean_queue(self) -> float:
        """Customers waiting, in the mean."""
        return self._sums()[1]

    @property
    def abandoning(self) -> float:
        """The share of customers who leave unserved: theta E[queue] / lambda."""
        return self.patience_rate * self.mean_queue / self.arrival_rate

    @property
    def mean_wait(self) -> float:
        """Mean time in queue of all customers, served or not (Little's law)."""
        return self.mean_queue / self.arrival_rate

    def wait_exceeds(self, limit: float) -> float:
        """P(W > limit) of all customers, served or not, for limit >= 0.

        Zeltyn & Mandelbaum 2005, Queueing Syst. 51, section 4: the wait V of a customer who never leaves has
        P(V > t) = J(t) / (1 / (lambda B) + J(0)) with J(t) the integral from t of
        exp(lambda (1 - exp(-theta u)) / theta - c mu u), B being Erlang's loss of one server fewer; and
        W > t when neither V nor the patience ends before.
        """
        if self.servers == 0:
            return math.exp(-self.patience_rate * limit)
        lost = loss_probability(self.servers - 1, self.arrival_rate / self.service_rate)
        if lost == 0.0:
            return 0.0
        rates = self.arrival_rate, self.servers * self.service_rate, self.patience_rate
        top = _exponent(_peak(*rates), *rates)
        whole = math.exp(-top) / (self.arrival_rate * lost) + _integral_of_exponent(0.0, top, *rates)
        return math.exp(-self.patience_rate * limit) * _integral_of_exponent(limit, top, *rates) / whole

    def _sums(self) -> tuple[float, float]:
        """P(all busy) and the mean queue; weights are relative to the state of `servers` customers."""
        below, weight = 0.0, 1.0
        for present in range(self.servers, 0, -1):
            weight *= present * self.service_rate / self.arrival_rate
            below += weight
        busy, queue, weight, waiting = 1.0, 0.0, 1.0, 0
        ratio = 1.0
        # What is left is below a geometric series, weighted with the number waiting.
        while ratio >= 1.0 or weight * (waiting + 1.0 / (1.0 - ratio)) > 1e-17 * busy * (1.0 - ratio):
            waiting += 1
            ratio = self.arrival_rate / (self.servers * self.service_rate + waiting * self.patience_rate)
            weight *= ratio
            busy += weight
            queue += waiting * weight
        return busy / (below + busy), queue / (below + busy)


def _exponent(moment: float, arrival_rate: float, full_rate: float, patience_rate: float) -> float:
    return -arrival_rate * math.expm1(-patience_rate * moment) / patience_rate - full_rate * moment


def _peak(arrival_rate: float, full_rate: float, patience_rate: float) -> float:
    """Where the exponent, which is concave, is greatest."""
    return max(0.0, math.log(arrival_rate / full_rate) / patience_rate)


def _integral_of_exponent(
    begin: float, top: float, arrival_rate: float, full_rate: float, patience_rate: float
) -> float:
    """Integral of exp(exponent - top) from `begin`, up to where nothing is left; Simpson's rule."""
    rates = arrival_rate, full_rate, patience_rate
    end = max(begin, _peak(*rates)) + 1.0 / full_rate
    while _exponent(end, *rates) > min(top, _exponent(max(begin, _peak(*rates)), *rates)) - 45.0:
        end += end - begin
    steps = 4_000
    moments = np.linspace(begin, end, steps + 1)
    weights = np.full(steps + 1, 2.0)
    weights[1::2], weights[0], weights[-1] = 4.0, 1.0, 1.0
    exponents = -arrival_rate * np.expm1(-patience_rate * moments) / patience_rate - full_rate * moments
    return float(weights @ np.exp(exponents - top)) * (end - begin) / steps / 3.0


def square_root_delay(spare: float) -> float:
    """P(W > 0) of many agents when load + spare * sqrt(load) serve: Halfin & Whitt 1981, Oper. Res. 29.

    Args:
        spare: the coefficient of the square root, > 0.
    """
    if not spare > 0.0:
        raise ValueError(f"expected a coefficient above 0, got {spare}")
    below = 0.5 * math.erfc(-spare / math.sqrt(2.0))
    density = math.exp(-0.5 * spare * spare) / math.sqrt(2.0 * math.pi)
    return 1.0 / (1.0 + spare * below / density)


def square_root_staffing(load: float, delayed: float) -> int:
    """The agents that the square-root rule asks for so that at most this share of customers waits.

    Halfin & Whitt 1981; Borst, Mandelbaum & Reiman 2004, Oper. Res. 52. An approximation, close from
    about ten agents on; `fewest_servers` is exact.

    Args:
        load: > 0.
        delayed: share of customers who may wait, between 0 and 1.
    """
    if not (load > 0.0 and 0.0 < delayed < 1.0):
        raise ValueError(f"expected a load above 0 and a share between 0 and 1, got {load}, {delayed}")
    low, high = 0.0, 1.0
    while square_root_delay(high) > delayed:
        low, high = high, 2.0 * high
    while low < (middle := 0.5 * (low + high)) < high:
        if square_root_delay(middle) > delayed:
            low = middle
        else:
            high = middle
    return math.ceil(load + high * math.sqrt(load))


def fewest_servers(
    arrival_rate: float, service_rate: float, acceptable: Callable[[ErlangDelay], bool]
) -> int:
    """The fewest agents of M/M/c that are acceptable; more agents must be acceptable, too.

    Args:
        arrival_rate: >= 0.
        service_rate: > 0.
        acceptable: such as ``lambda queue: queue.wait_exceeds(10.0) <= 0.02``.
    """
    servers = max(1, math.floor(arrival_rate / service_rate) + 1)
    while not acceptable(ErlangDelay(servers, arrival_rate, service_rate)):
        servers += 1
    return servers
