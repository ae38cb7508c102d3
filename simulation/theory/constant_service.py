"""Poisson arrivals, constant service times, several agents (M/D/c), in the long run, in order of arrival."""

from __future__ import annotations

import math

import numpy as np

from data.model.columns import FloatArray
from simulation.theory.minimise import falling_root
from simulation.theory.uniformisation import poisson_probabilities


class ConstantService:
    """M/D/c.

    Whoever is in service now has left after one service time, and those who arrived meanwhile are all still
    there: the number present, seen at such steps, is a Markov chain (Crommelin 1932).
    Its balance equations are solved directly, cut off where the geometric tail is below rounding.

    Args:
        servers: >= 1.
        arrival_rate: per unit of time, > 0.
        service_time: in the same unit, > 0.

    Raises:
        ValueError: when the queue would grow for ever.
    """

    def __init__(self, servers: int, arrival_rate: float, service_time: float) -> None:
        self.servers, self.arrival_rate, self.service_time = servers, arrival_rate, service_time
        self.load = arrival_rate * service_time
        if not 0.0 < self.load < servers:
            raise ValueError(f"expected a load above 0 and below {servers} servers, got {self.load}")
        self.present = self._balance()

    @property
    def mean_queue(self) -> float:
        """Customers waiting, in the mean."""
        return float(self.present @ np.maximum(np.arange(len(self.present)) - self.servers, 0))

    @property
    def mean_wait(self) -> float:
        """E W, by Little's law."""
        return self.mean_queue / self.arrival_rate

    def wait_exceeds(self, limit: float) -> float:
        """P(W > limit), limit >= 0: Franx 2001, Oper. Res. Lett. 29, a sum of positive terms."""
        steps = math.floor(limit / self.service_time) + 1
        mean = self.arrival_rate * (steps * self.service_time - limit)
        arrivals = poisson_probabilities(mean)[: steps * self.servers]
        queue_at_most = np.cumsum(self.present)[self.servers :]
        places = np.minimum(steps * self.servers - 1 - np.arange(len(arrivals)), len(queue_at_most) - 1)
        return max(0.0, 1.0 - float(arrivals @ queue_at_most[places]))

    def _balance(self) -> FloatArray:
        """Shape (n,): P(so many customers are present)."""
        size = self.servers + 2 + math.ceil(math.log(1e-18) / math.log(self._tail()))
        arrivals = np.zeros(size)
        found = poisson_probabilities(self.load)[:size]
        arrivals[: len(found)] = found
        moves = np.zeros((size, size))
        for present in range(size):
            stay = max(present - self.servers, 0)
            moves[present, stay:] = arrivals[: size - stay]
        moves[:, -1] += 1.0 - moves.sum(axis=1)
        equations = moves.T - np.eye(size)
        equations[-1] = 1.0
        solved = np.linalg.solve(equations, np.eye(size)[-1])
        return np.asarray(np.maximum(solved, 0.0))

    def _tail(self) -> float:
        """The root z in (0, 1) of load (1 / z - 1) = -c ln z: the tail falls like its powers."""

        def excess(gap: float) -> float:
            return self.servers * gap - self.load * math.expm1(gap)

        # In gap = -ln z; positive just above 0, where the other root is.
        return math.exp(-falling_root(excess, low=1e-9, high=2e-9))
