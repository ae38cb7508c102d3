"""The best allowances for sampled durations of the sessions of one agent's run, by linear programming.

Sample average approximation of the two-stage program of Denton & Gupta 2003, IIE Trans. 35(11): the
allowances come first, then in each scenario waits, idle times and overtime follow. All of them are priced, so
that an optimal solution never has an agent idle while a customer waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
from optimizer.linear_program import LinearProgram


@dataclass(frozen=True)
class DayPrices:
    """What a minute costs.

    Attributes:
        waiting: of each customer, beyond the appointment.
        idle: of the agent, between two sessions.
        overtime: after the planned end.
    """

    waiting: float
    idle: float
    overtime: float


@dataclass(frozen=True, eq=False)
class Allowances:
    """The best allowances.

    Attributes:
        minutes: shape (n - 1,): from each appointment to the next.
        cost: mean over the scenarios, by Lindley's recursion (`cost_of`), not as the solver says it.
        bound: the solver's: no allowances cost less, but for its tolerance.
    """

    minutes: FloatArray
    cost: float
    bound: float


def sample_average_allowances(
    durations: FloatArray,
    prices: DayPrices,
    planned_end: float,
    seconds: float | None = None,
    watch: Callable[[], None] = lambda: None,
) -> Allowances | None:
    """The allowances of least mean cost over equally likely scenarios.

    Args:
        durations: shape (scenarios, n): minutes of each session, in order of appointment; n >= 2.
        prices: of waiting, idle time and overtime; all > 0.
        planned_end: minutes after the first appointment at which overtime begins.
        seconds: time limit.
        watch: called several times a second; when it raises, the search ends.

    Returns:
        The allowances, or None when the time was not enough.

    Raises:
        ValueError: when there is nothing to plan, or a duration is negative, or a price is not positive.
    """
    scenarios, sessions = durations.shape
    if scenarios < 1 or sessions < 2 or np.any(durations < 0.0):
        raise ValueError("expected a scenario or more of two sessions or more, of 0 minutes or more")
    if not min(prices.waiting, prices.idle, prices.overtime) > 0.0:
        raise ValueError(f"expected prices above 0, got {prices}")
    program = LinearProgram()
    allowance = program.add_columns(sessions - 1)
    wait = program.add_columns(scenarios * (sessions - 1), -prices.waiting / scenarios)
    wait = wait.reshape(scenarios, sessions - 1)
    idle = program.add_columns(scenarios * (sessions - 1), -prices.idle / scenarios)
    over = program.add_columns(scenarios, -prices.overtime / scenarios)
    # wait of the next - idle before it - wait of this + allowance = duration of this
    between = program.add_rows(
        durations[:, :-1].ravel(), durations[:, :-1].ravel(), scenarios * (sessions - 1)
    ).reshape(scenarios, sessions - 1)
    program.add_entries(between.ravel(), wait.ravel(), 1.0)
    program.add_entries(between.ravel(), idle, -1.0)
    program.add_entries(between[:, 1:].ravel(), wait[:, :-1].ravel(), -1.0)
    program.add_entries(between.ravel(), np.tile(allowance, scenarios), 1.0)
    # overtime - all allowances - last wait >= last duration - planned end
    end = program.add_rows(durations[:, -1] - planned_end, np.inf, scenarios)
    program.add_entries(end, over, 1.0)
    program.add_entries(np.repeat(end, sessions - 1), np.tile(allowance, scenarios), -1.0)
    program.add_entries(end, wait[:, -1], -1.0)
    solution = program.maximise(seconds, watch)
    if solution is None:
        return None
    minutes = solution.values[allowance]
    # By duality, as allowances, waits and the rest are bounded by 0 alone.
    bound = -float(
        solution.prices[between.ravel()] @ durations[:, :-1].ravel()
        + solution.prices[end] @ (durations[:, -1] - planned_end)
    )
    return Allowances(minutes, cost_of(minutes, durations, prices, planned_end), bound)


def cost_of(minutes: FloatArray, durations: FloatArray, prices: DayPrices, planned_end: float) -> float:
    """Mean cost of given allowances, by Lindley's recursion in each scenario."""
    wait = np.zeros(len(durations))
    cost = np.zeros(len(durations))
    for place, allowance in enumerate(minutes.tolist()):
        late = wait + durations[:, place] - allowance
        wait = np.maximum(late, 0.0)
        cost += prices.waiting * wait + prices.idle * np.maximum(-late, 0.0)
    end = float(minutes.sum()) + wait + durations[:, -1]
    return float(np.mean(cost + prices.overtime * np.maximum(end - planned_end, 0.0)))
