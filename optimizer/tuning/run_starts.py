"""The starts of a run of sessions that cost least over a sample, on the planning grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray, IntArray
from optimizer.tuning.grid_descent import Costs, GridLimits, GridMinimum, descend_on_grid
from optimizer.tuning.run_sample import RunPrices, RunSample


@dataclass(frozen=True, eq=False)
class Run:
    """The sessions of one agent between two breaks, in their order; times in minutes.

    Attributes:
        sample: what chance may bring.
        prices: of waits, idle time and overtime.
        begin, end: of the agent's time.
        grid: minutes of a step of starts.
        limits: of starts, in steps of the grid.
    """

    sample: RunSample
    prices: RunPrices
    begin: float
    end: float
    grid: float
    limits: GridLimits

    @property
    def costs(self) -> Costs:
        """Expected costs of starts in steps of the grid."""
        return lambda points: self.sample.costs(
            _minutes(points, self.grid), self.prices, self.begin, self.end
        )


def best_starts(run: Run, start: IntArray, first_step: int = 1) -> GridMinimum:
    """The starts of least expected cost over the sample: no others on the grid cost less.

    Args:
        start: shape (sessions,): starts within the limits, in steps of the grid.
        first_step: a power of 2: the coarsest step of the search.
    """
    return descend_on_grid(run.costs, start, run.limits, first_step)


def best_pool_starts(
    sample: RunSample,
    prices: RunPrices,
    agents: int,
    grid: float,
    limits: GridLimits,
    start: IntArray,
    first_step: int = 1,
    end: float = np.inf,
) -> GridMinimum:
    """Starts for a pool that no joint shift of a set of them by one step improves.

    With several agents the cost is not L-natural-convex (whoever is free first serves), so that this is a
    local minimum; see `RunSample.pool_costs` for the model.
    """

    def costs(points: IntArray) -> FloatArray:
        return sample.pool_costs(_minutes(points, grid), prices, agents, end)

    return descend_on_grid(costs, start, limits, first_step)


def rising(sessions: int, last: int, first: int = 0) -> GridLimits:
    """Limits of starts that rise: the first fixed, no other later than `last`; in steps."""
    low = np.full(sessions, first, dtype=np.int64)
    high = np.full(sessions, last, dtype=np.int64)
    high[0] = first
    return GridLimits(low, high, np.zeros(sessions - 1, dtype=np.int64))


def _minutes(points: IntArray, grid: float) -> FloatArray:
    return np.asarray(points * grid, dtype=np.float64)
