"""What a run of appointments costs over a fixed sample of what chance may bring: one agent, or a pool.

Sample average approximation: the sample is drawn once, and every vector of starts is judged by it, so that
differences between vectors are their own (common random numbers) and the cost is a fixed function of the
starts. For one agent all times of a scenario are maxima of sums of starts and constants (Lindley's
recursion), and the cost is L-natural-convex in the starts: `grid_descent` then finds the best of all vectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from data.model.columns import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class RunPrices:
    """What a minute costs.

    Attributes:
        waiting: of each customer who is served, beyond the later of appointment and arrival.
        long_wait: in addition, of each minute waited beyond `long_wait_after`.
        long_wait_after: minutes.
        idle: of an agent without work, until the last session is over.
        overtime: after the planned end of the run.
    """

    waiting: float
    idle: float
    overtime: float = 0.0
    long_wait: float = 0.0
    long_wait_after: float = 10.0

    def __post_init__(self) -> None:
        if min(self.waiting, self.idle, self.overtime, self.long_wait, self.long_wait_after) < 0.0:
            raise ValueError(f"expected prices of 0 or more, got {self}")


@dataclass(frozen=True, eq=False)
class RunSample:
    """Equally or unequally likely scenarios of the sessions of one run, in their order.

    Attributes:
        service: shape (scenarios, sessions): minutes with the customer; of those who come.
        lateness: likewise: arrival relative to the appointment; negative: early.
        comes: likewise: whether the customer is there before the tolerance ends.
        weight: shape (scenarios,): probabilities.
        set_up, wrap_up: shape (sessions,): the agent's minutes before and after; set-up does not wait for the
            customer.
        tolerance: how long after the appointment the agent waits for a customer who does not come.
    """

    service: FloatArray
    lateness: FloatArray
    comes: BoolArray
    weight: FloatArray
    set_up: FloatArray
    wrap_up: FloatArray
    tolerance: float

    def __post_init__(self) -> None:
        if self.service.ndim != 2 or 0 in self.service.shape:
            raise ValueError(f"expected a scenario and a session or more, got {self.service.shape}")
        if self.lateness.shape != self.service.shape or self.comes.shape != self.service.shape:
            raise ValueError("expected service, lateness and presence of the same scenarios and sessions")
        if np.any(self.service < 0.0) or abs(float(self.weight.sum()) - 1.0) > 1e-9:
            raise ValueError("expected services of 0 minutes or more, and probabilities with the sum 1")

    @classmethod
    def punctual(cls, service: FloatArray, weight: FloatArray | None = None) -> RunSample:
        """Everybody comes, at the appointment; no set-up, no wrap-up.

        Args:
            service: shape (scenarios, sessions).
            weight: shape (scenarios,); default: equally likely.
        """
        scenarios, sessions = service.shape
        return cls(
            service=np.ascontiguousarray(service, dtype=np.float64),
            lateness=np.zeros(service.shape),
            comes=np.ones(service.shape, dtype=np.bool_),
            weight=np.full(scenarios, 1.0 / max(scenarios, 1)) if weight is None else weight,
            set_up=np.zeros(sessions),
            wrap_up=np.zeros(sessions),
            tolerance=0.0,
        )

    def __len__(self) -> int:
        return int(self.service.shape[1])

    def costs(self, starts: FloatArray, prices: RunPrices, begin: float, end: float) -> FloatArray:
        """Expected cost of vectors of starts, one agent serving in order.

        Args:
            starts: shape (vectors, sessions): minutes.
            begin: when the agent begins, minutes.
            end: planned end of the run, after which overtime begins.

        Returns:
            shape (vectors,).
        """
        found: FloatArray = _run_costs(
            np.ascontiguousarray(starts, dtype=np.float64),
            self.service,
            self.lateness,
            self.comes,
            self.weight,
            self.set_up,
            self.wrap_up,
            self.tolerance,
            _figures(prices),
            float(begin),
            float(end),
        )
        return found

    def pool_costs(self, starts: FloatArray, prices: RunPrices, agents: int, end: float) -> FloatArray:
        """The same of a pool of agents who begin at 0 and serve the customers in order of appointment.

        Punctual customers, no set-up and wrap-up: whoever is free first serves (Kiefer & Wolfowitz 1955).
        Idle time is that of all agents until the last customer has left.
        """
        found: FloatArray = _pool_costs(
            np.ascontiguousarray(starts, dtype=np.float64),
            self.service,
            self.comes,
            self.weight,
            agents,
            _figures(prices),
            float(end),
        )
        return found


def _figures(prices: RunPrices) -> FloatArray:
    return np.array([prices.waiting, prices.idle, prices.overtime, prices.long_wait, prices.long_wait_after])


@njit(cache=True)
def _run_costs(
    starts: FloatArray,
    service: FloatArray,
    lateness: FloatArray,
    comes: BoolArray,
    weight: FloatArray,
    set_up: FloatArray,
    wrap_up: FloatArray,
    tolerance: float,
    prices: FloatArray,
    begin: float,
    end: float,
) -> Any:
    found = np.zeros(len(starts))
    waiting, idle, overtime, long_wait, limit = prices
    for vector in range(len(starts)):
        for scenario in range(len(service)):
            free, cost, work = begin, 0.0, 0.0
            for session in range(service.shape[1]):
                appointed = starts[vector, session]
                if comes[scenario, session]:
                    late = lateness[scenario, session]
                    begun = max(free + set_up[session], appointed + late)
                    wait = max(begun - appointed - max(late, 0.0), 0.0)
                    cost += waiting * wait + long_wait * max(wait - limit, 0.0)
                    free = begun + service[scenario, session] + wrap_up[session]
                    work += set_up[session] + service[scenario, session] + wrap_up[session]
                else:
                    free = max(free, appointed + tolerance)
            cost += idle * (free - begin - work) + overtime * max(free - end, 0.0)
            found[vector] += weight[scenario] * cost
    return found


@njit(cache=True)
def _pool_costs(
    starts: FloatArray,
    service: FloatArray,
    comes: BoolArray,
    weight: FloatArray,
    agents: int,
    prices: FloatArray,
    end: float,
) -> Any:
    found = np.zeros(len(starts))
    waiting, idle, overtime, long_wait, limit = prices
    free = np.zeros(agents)
    for vector in range(len(starts)):
        for scenario in range(len(service)):
            free[:] = 0.0
            cost, work, last = 0.0, 0.0, 0.0
            for session in range(service.shape[1]):
                appointed = starts[vector, session]
                last = max(last, appointed)
                if comes[scenario, session]:
                    agent = int(np.argmin(free))
                    wait = max(free[agent] - appointed, 0.0)
                    cost += waiting * wait + long_wait * max(wait - limit, 0.0)
                    free[agent] = appointed + wait + service[scenario, session]
                    work += service[scenario, session]
            last = max(last, free.max())
            cost += idle * (agents * last - work)
            for agent in range(agents):
                cost += overtime * max(free[agent] - end, 0.0)
            found[vector] += weight[scenario] * cost
    return found


def sample_places(scenarios: int, sessions: int, seed: int) -> IntArray:
    """For each session a random order of the scenarios, to share out its chance evenly over them.

    Latin hypercube sampling (McKay, Beckman & Conover 1979, Technometrics 21): with a quantile function q,
    ``q((places + 0.5) / scenarios)`` has every session's distribution almost exactly.

    Returns:
        shape (scenarios, sessions).
    """
    dice = np.random.default_rng(seed)
    return np.stack([dice.permutation(scenarios) for _ in range(sessions)], axis=1).astype(np.int64)
