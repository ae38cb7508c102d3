"""Several agents who serve one list of fixed appointments, exponential services: exact, and optimised.

Between appointments the number present only falls (a pure death process), so that waits are linear in its
distribution; the setting is that of Kuiper & Lee 2022, Manag. Sci. 68(10). With one agent it agrees with
`static_schedule`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
from simulation.theory.minimise import minimise_convex
from simulation.theory.uniformisation import poisson_probabilities


@dataclass(frozen=True, eq=False)
class PooledSchedule:
    """What a schedule of a pool brings.

    Attributes:
        times: shape (n,): appointments, the first at 0.
        waits: shape (n,): expected wait of each customer, given that the customer comes.
        finish: expected end: when the last customer leaves, and at least the last appointment.
        cost: waiting of customers who come, and the time until the end of all agents together, by the prices.
    """

    times: FloatArray
    waits: FloatArray
    finish: float
    cost: float


class PooledDay:
    """Customers of a pool, alike, served in order of appointment.

    Args:
        servers: agents of the pool, >= 1.
        customers: n >= 1.
        service_rate: of one busy agent.
        show_probability: that a customer comes.

    Raises:
        ValueError: when an argument is out of its range.
    """

    def __init__(
        self, servers: int, customers: int, service_rate: float = 1.0, show_probability: float = 1.0
    ) -> None:
        if servers < 1 or customers < 1 or not service_rate > 0.0 or not 0.0 <= show_probability <= 1.0:
            raise ValueError("expected an agent and a customer or more, a rate above 0, and a probability")
        self.servers, self.customers, self.service_rate = servers, customers, service_rate
        self.show_probability = show_probability
        present = np.arange(customers + 1)
        self._busy = np.minimum(present, servers) / servers
        self._wait = np.maximum(present - servers + 1, 0) / (servers * service_rate)
        self._empty = np.concatenate(
            [[0.0], np.cumsum(1.0 / (np.minimum(present[1:], servers) * service_rate))]
        )

    def evaluate(self, times: FloatArray, waiting: float = 1.0, agent: float = 1.0) -> PooledSchedule:
        """Waits, end and cost of a schedule.

        Args:
            times: shape (n,), rising; counted from the first.
            waiting: price of a customer's unit of time.
            agent: price of an agent's unit of time until the end, idle or not.

        Raises:
            ValueError: when the times are too few or many, or fall.
        """
        times = np.asarray(times, dtype=np.float64)
        gaps = np.diff(times)
        if times.shape != (self.customers,) or np.any(gaps < 0):
            raise ValueError(f"expected {self.customers} rising appointments, got {times}")
        found, last = self._states(gaps)
        waits = np.array([float(state @ self._wait) for state in found])
        finish = float(times[-1] - times[0]) + float(last @ self._empty)
        cost = waiting * self.show_probability * float(waits.sum()) + agent * self.servers * finish
        return PooledSchedule(times - times[0], waits, finish, cost)

    def optimise(self, waiting: float, agent: float) -> PooledSchedule:
        """The appointments of least cost.

        Raises:
            ArithmeticError: when the search doesn't converge.
        """
        start = np.full(self.customers - 1, self.show_probability / (self.servers * self.service_rate))
        gaps = minimise_convex(lambda x: self._cost(x, waiting, agent), start)
        return self.evaluate(np.concatenate([[0.0], np.cumsum(gaps)]), waiting, agent)

    def _states(self, gaps: FloatArray) -> tuple[list[FloatArray], FloatArray]:
        """Distributions of the number that each customer finds, and of the number present after the last."""
        found = [np.eye(self.customers + 1)[0]]
        for gap in gaps.tolist():
            found.append(self._later(self._joined(found[-1]), gap))
        return found, self._joined(found[-1])

    def _joined(self, state: FloatArray) -> FloatArray:
        come: FloatArray = np.zeros_like(state)
        come[1:] = state[:-1]
        return np.asarray(self.show_probability * come + (1.0 - self.show_probability) * state)

    def _later(self, state: FloatArray, gap: float) -> FloatArray:
        """The distribution of the number present after a gap without arrivals."""
        if gap == 0.0:
            return state
        total = np.zeros_like(state)
        for weight in poisson_probabilities(self.servers * self.service_rate * gap).tolist():
            total += weight * state
            leaving = state * self._busy
            state = state - leaving
            state[:-1] += leaving[1:]
        return np.asarray(total)

    def _before(self, value: FloatArray, gap: float) -> FloatArray:
        """Expectations of a value after a gap, by the number present before it."""
        if gap == 0.0:
            return value
        total = np.zeros_like(value)
        for weight in poisson_probabilities(self.servers * self.service_rate * gap).tolist():
            total += weight * value
            value = value + self._slope(value)
        return np.asarray(total)

    def _slope(self, value: FloatArray) -> FloatArray:
        """Change of an expectation in a mean time between possible ends of service."""
        change: FloatArray = np.zeros_like(value)
        change[1:] = self._busy[1:] * (value[:-1] - value[1:])
        return change

    def _cost(self, gaps: FloatArray, waiting: float, agent: float) -> tuple[float, FloatArray]:
        found, last = self._states(gaps)
        wait_price, agent_price = waiting * self.show_probability, agent * self.servers
        cost = agent_price * (float(gaps.sum()) + float(last @ self._empty))
        gradient = np.zeros(len(gaps))
        after = agent_price * self._empty
        for place in range(len(gaps) - 1, -1, -1):
            cost += wait_price * float(found[place + 1] @ self._wait)
            value = wait_price * self._wait + self._before_joining(after)
            slope = self.servers * self.service_rate * self._slope(value)
            gradient[place] = agent_price + float(found[place + 1] @ slope)
            after = self._before(value, float(gaps[place]))
        return cost, gradient

    def _before_joining(self, value: FloatArray) -> FloatArray:
        come = np.append(value[1:], value[-1])
        return np.asarray(self.show_probability * come + (1.0 - self.show_probability) * value)
