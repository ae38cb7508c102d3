"""The least value of an L-natural-convex function of whole numbers, by steepest descent over sets.

A function is L-natural-convex if f(p) + f(q) >= f((p + q) / 2 rounded up) + f((p + q) / 2 rounded down). A
point is then the minimum if no set of coordinates can be raised or lowered by one together with a gain
(Murota 2003, Discrete Convex Analysis, theorem 7.14), and the best such set is the minimum of a submodular
function. The cost of appointments of one agent is such a function (Begen & Queyranne 2011, Math. Oper. Res.
36(2)).
Larger steps come first: on a coarser grid the function is L-natural-convex, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.model.columns import BoolArray, FloatArray, IntArray
from optimizer.tuning.submodular import least_set

Costs = Callable[[IntArray], FloatArray]
"""From points, shape (points, coordinates), to their costs, shape (points,)."""

_RELATIVE = 1e-9


@dataclass(frozen=True, eq=False)
class GridLimits:
    """Where points may be: an L-natural-convex set.

    Attributes:
        low, high: shape (coordinates,): bounds of each.
        gap: shape (coordinates - 1,): least rise from each coordinate to the next.
    """

    low: IntArray
    high: IntArray
    gap: IntArray

    def excess(self, points: IntArray) -> FloatArray:
        """By how much points break the limits, summed; L-natural-convex; shape (points,)."""
        outside = np.maximum(self.low - points, 0) + np.maximum(points - self.high, 0)
        close = np.maximum(self.gap - np.diff(points, axis=1), 0)
        return np.asarray(outside.sum(axis=1) + close.sum(axis=1), dtype=np.float64)

    def allow(self, point: IntArray) -> bool:
        """Whether the point keeps the limits."""
        return float(self.excess(point[np.newaxis, :])[0]) == 0.0


@dataclass(frozen=True, eq=False)
class GridMinimum:
    """What was found.

    Attributes:
        point: shape (coordinates,).
        cost: its cost.
        slack: no raise or fall of a set of coordinates by one gains more than this. With 0, a minimum.
    """

    point: IntArray
    cost: float
    slack: float


def descend_on_grid(costs: Costs, start: IntArray, limits: GridLimits, first_step: int = 1) -> GridMinimum:
    """The minimum of an L-natural-convex function within limits; a local minimum of any other.

    Args:
        costs: of points, also of such as break the limits.
        start: shape (coordinates,), within the limits.
        limits: of points.
        first_step: a power of 2: the coarsest step.

    Raises:
        ValueError: when the start breaks the limits, or no power of 2 is given.
    """
    point = np.asarray(start, dtype=np.int64)
    if not limits.allow(point):
        raise ValueError(f"expected a start within the limits, got {point.tolist()}")
    if first_step < 1 or first_step & (first_step - 1):
        raise ValueError(f"expected a power of 2, got {first_step}")
    cost, slack, step = float(costs(point[np.newaxis, :])[0]), 0.0, first_step
    while step:
        while True:
            moves = [_best_move(costs, point, cost, limits, sign * step) for sign in (1, -1)]
            moved, value, _ = min(moves, key=lambda move: move[1])
            slack = max(0.0, *(-bound for _, _, bound in moves))
            if value >= cost - _RELATIVE * max(1.0, abs(cost)):
                break
            point, cost = moved, value
        step //= 2
    return GridMinimum(point, cost, 0.0 if slack <= 1e-8 * max(1.0, abs(cost)) else slack)


def _best_move(
    costs: Costs, point: IntArray, cost: float, limits: GridLimits, change: int
) -> tuple[IntArray, float, float]:
    """The best set to change together: the point then, its cost, and a bound on the change of any set."""

    def gain(sets: BoolArray) -> FloatArray:
        points = point + change * sets.astype(np.int64)
        excess = limits.excess(points)
        # Points outside are priced above all that a legal move can gain, without end for the outermost.
        return np.asarray(costs(points) - cost + price * excess)

    price = _price_of_excess(costs, point, cost, change)
    found = least_set(gain, len(point), _RELATIVE * max(1.0, abs(cost)))
    moved = point + change * found.members.astype(np.int64)
    if not limits.allow(moved):
        return point, cost, found.bound
    return moved, cost + found.value, found.bound


def _price_of_excess(costs: Costs, point: IntArray, cost: float, change: int) -> float:
    """More than the cost can change by while any coordinates move by one step.

    What a coordinate adds to a set lies between what it adds to nothing and what it adds to all the others.
    """
    each = change * np.eye(len(point), dtype=np.int64)
    whole = point + change
    alone = costs(point + each) - cost
    last = costs(whole[np.newaxis, :]) - costs(whole - each)
    return 1.0 + float(np.sum(np.maximum(np.abs(alone), np.abs(last))))
