"""One agent, appointments fixed beforehand, punctual customers, phase-type services: exact, and optimised.

Customers are served in order of appointment, each from the later of the appointment and the end of the one
before. Between appointments the day is a Markov chain of (customer served, phase) that only moves forward, so
that waits are linear in its state (Wang 1997, Comput. Oper. Res. 24; Kuiper, Kemper & Mandjes 2015,
Queueing Syst. 79). Waits are convex functions of the gaps between appointments (Lindley's recursion is a
maximum of linear functions, path by path), so that a local minimum of the cost is the minimum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
from simulation.theory.minimise import falling_root, minimise_convex
from simulation.theory.phase_type import PhaseType
from simulation.theory.uniformisation import advanced, advanced_column


@dataclass(frozen=True, eq=False)
class Prices:
    """What an hour, or any unit of time, of the day costs.

    Attributes:
        waiting: of a customer who comes.
        idle: of the agent, from the first appointment until the last customer has left, and at least until
            the last appointment.
    """

    waiting: float
    idle: float


@dataclass(frozen=True, eq=False)
class EvaluatedSchedule:
    """What a schedule brings.

    Attributes:
        times: shape (n,): appointments, the first at 0.
        waits: shape (n,): expected wait of each customer, given that the customer comes.
        finish: expected end: when the last customer leaves, and at least the last appointment.
        idle: expected idle time of the agent until then.
        cost: waiting of customers who come and idle time, by the prices.
    """

    times: FloatArray
    waits: FloatArray
    finish: float
    idle: float
    cost: float


class StaticDay:
    """The customers of a day in their order.

    Args:
        services: one for each customer; a no-show is a service that takes no time (`PhaseType.if_present`).

    Raises:
        ValueError: when there is no customer.
    """

    def __init__(self, services: Sequence[PhaseType]) -> None:
        if not services:
            raise ValueError("expected one customer or more")
        self.services = tuple(services)
        self.shows = np.array([service.initial.sum() for service in services])
        self.means = np.array([service.mean for service in services])
        sizes = np.cumsum([len(service.initial) for service in services])
        generator = _chain_of(services)
        self._generators = [np.ascontiguousarray(generator[:size, :size]) for size in sizes]
        self._work = [np.linalg.solve(-g, np.ones(len(g))) for g in self._generators]

    def __len__(self) -> int:
        return len(self.services)

    def evaluate(self, times: FloatArray, prices: Prices) -> EvaluatedSchedule:
        """Waits, end, idle time and cost of a schedule.

        Args:
            times: shape (n,), rising (equal times are served in order); counted from the first.
            prices: of waiting and idle time.

        Raises:
            ValueError: when the times are too few or many, or fall.
        """
        times = np.asarray(times, dtype=np.float64)
        gaps = np.diff(times)
        if times.shape != (len(self),) or np.any(gaps < 0):
            raise ValueError(f"expected {len(self)} rising appointments, got {times}")
        before = self._states(gaps)
        waits = np.array([0.0, *(float(p @ w) for p, w in zip(before, self._work, strict=False))])
        finish = float(gaps.sum() + waits[-1] + self.means[-1])
        idle = finish - float(self.means.sum())
        cost = prices.waiting * float(self.shows @ waits) + prices.idle * idle
        return EvaluatedSchedule(times - times[0], waits, finish, idle, cost)

    def wait_exceeds(self, times: FloatArray, customer: int, limit: float) -> float:
        """P(wait > limit) of a customer, numbered from 0, who comes."""
        if customer == 0:
            return 0.0
        before = self._states(np.diff(np.asarray(times, dtype=np.float64))[:customer])
        return float(advanced(before[-1], self._generators[customer - 1], limit).sum())

    def optimise(self, prices: Prices) -> EvaluatedSchedule:
        """The appointments of least cost.

        Raises:
            ArithmeticError: when the search doesn't converge.
        """
        gaps = minimise_convex(lambda x: self._cost(x, prices), self.means[:-1])
        return self.evaluate(np.concatenate([[0.0], np.cumsum(gaps)]), prices)

    def earliest(self, acceptable: Callable[[StaticDay, FloatArray, int], float]) -> FloatArray:
        """Each customer as early as the customer's own service level allows, given the appointments before.

        Args:
            acceptable: from the day, the appointments up to a customer and the number of the customer: how
                far the service level is missed; positive while it is, falling in the last appointment.

        Returns:
            shape (n,): appointments.
        """
        times = np.zeros(1)
        for customer in range(1, len(self)):
            last = float(times[-1])

            def missed(
                gap: float, so_far: FloatArray = times, last: float = last, who: int = customer
            ) -> float:
                return acceptable(self, np.append(so_far, last + gap), who)

            times = np.append(times, last + falling_root(missed))
        return times

    def expected_wait(self, times: FloatArray, customer: int) -> float:
        """Expected wait of a customer, numbered from 0, who comes."""
        if customer == 0:
            return 0.0
        before = self._states(np.diff(np.asarray(times, dtype=np.float64))[:customer])
        return float(before[-1] @ self._work[customer - 1])

    def _states(self, gaps: FloatArray) -> list[FloatArray]:
        """The state just before each appointment but the first."""
        state, before = self.services[0].initial, []
        for place, gap in enumerate(gaps.tolist()):
            state = advanced(state, self._generators[place], gap)
            before.append(state)
            free = 1.0 - float(state.sum())
            state = np.concatenate([state, free * self.services[place + 1].initial])
        return before

    def _cost(self, gaps: FloatArray, prices: Prices) -> tuple[float, FloatArray]:
        """Cost but for what the gaps don't change, and its gradient by going back over the day."""
        before = self._states(gaps)
        weights = prices.waiting * self.shows[1:]
        weights[-1] += prices.idle
        cost = prices.idle * float(gaps.sum())
        gradient = np.zeros(len(gaps))
        later: FloatArray | None = None
        for place in range(len(gaps) - 1, -1, -1):
            generator = self._generators[place]
            size = len(generator)
            value = weights[place] * self._work[place]
            cost += float(before[place] @ value)
            if later is not None:
                value = value + later[:size] - float(self.services[place + 1].initial @ later[size:])
            gradient[place] = prices.idle + float(before[place] @ (generator @ value))
            later = advanced_column(value, generator, float(gaps[place]))
        return cost, gradient


def wait_level(limit: float) -> Callable[[StaticDay, FloatArray, int], float]:
    """The service level E W <= limit, for `StaticDay.earliest`."""
    return lambda day, times, customer: day.expected_wait(times, customer) - limit


def wait_probability_level(limit: float, share: float) -> Callable[[StaticDay, FloatArray, int], float]:
    """The service level P(W > limit) <= share, for `StaticDay.earliest`."""
    return lambda day, times, customer: day.wait_exceeds(times, customer, limit) - share


def _chain_of(services: Sequence[PhaseType]) -> FloatArray:
    """Generator over the phases of all customers; whoever does not come is passed over at once."""
    starts = np.concatenate([[0], np.cumsum([len(service.initial) for service in services])])
    generator = np.zeros((starts[-1], starts[-1]))
    for place, service in enumerate(services):
        rows = slice(starts[place], starts[place + 1])
        generator[rows, rows] = service.rates
        passed = 1.0
        for other in range(place + 1, len(services)):
            columns = slice(starts[other], starts[other + 1])
            generator[rows, columns] = passed * np.outer(service.ending, services[other].initial)
            passed *= 1.0 - float(services[other].initial.sum())
    return generator
