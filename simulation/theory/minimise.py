"""Smooth convex functions of a few non-negative numbers, and roots and minima of one number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.model.columns import BoolArray, FloatArray

_ARMIJO = 1e-4
_GOLDEN = (5.0**0.5 - 1.0) / 2.0


def minimise_convex(
    function: Callable[[FloatArray], tuple[float, FloatArray]],
    start: FloatArray,
    tolerance: float = 1e-9,
    iterations: int = 1000,
) -> FloatArray:
    """The minimum of a smooth convex function over non-negative vectors.

    Projected quasi-Newton: BFGS on the coordinates that are free, steepest descent on those held at zero,
    backtracking along the projection arc (Bertsekas 1982, SIAM J. Control Optim. 20).

    Args:
        function: gives the value and the gradient.
        start: shape (n,), entries >= 0.
        tolerance: on the largest entry of the projected gradient.
        iterations: at most so many.

    Raises:
        ArithmeticError: when the gradient is still larger after so many iterations.
    """
    point = np.maximum(np.asarray(start, dtype=np.float64), 0.0)
    value, gradient = function(point)
    inverse, held_before = np.eye(len(point)), _held(point, gradient)
    for _ in range(iterations):
        held = _held(point, gradient)
        if _steepness(point, gradient) <= tolerance:
            return point
        if np.any(held != held_before):
            inverse, held_before = np.eye(len(point)), held
        downhill = np.where(held, 0.0, -gradient)
        direction = np.where(held, 0.0, inverse @ downhill)
        if float(direction @ gradient) >= 0.0:
            inverse, direction = np.eye(len(point)), downhill
        step = 1.0
        while True:
            moved = np.maximum(point + step * direction, 0.0)
            found, slope = function(moved)
            # Values that differ by rounding alone are told apart by the slope along the way.
            flat = abs(found - value) <= 1e-13 * max(1.0, abs(value))
            if found <= value + _ARMIJO * float(gradient @ (moved - point)) or (
                flat and _steepness(moved, slope) < _steepness(point, gradient)
            ):
                break
            step *= 0.5
            if step < 1e-12:
                return _accepted(point, gradient, tolerance)
        change, bend = moved - point, np.where(held, 0.0, slope - gradient)
        curvature = float(change @ bend)
        if curvature > 1e-14 * float(change @ change):
            left = np.eye(len(point)) - np.outer(change, bend) / curvature
            inverse = left @ inverse @ left.T + np.outer(change, change) / curvature
        point, value, gradient = moved, found, slope
    return _accepted(point, gradient, tolerance)


def minimise_on_line(function: Callable[[float], float], low: float, high: float, width: float) -> float:
    """The minimum of a unimodal function in [low, high], to within `width`: golden section (Kiefer 1953)."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > width:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = function(right)
    return 0.5 * (low + high)


def falling_root(function: Callable[[float], float], low: float = 0.0, high: float = 1.0) -> float:
    """Where a falling function crosses zero, by bisection to the last bit; `high` doubles until it is past.

    Returns `low` where the function is not positive there.

    Raises:
        ArithmeticError: when the function stays positive however far one looks.
    """
    if function(low) <= 0.0:
        return low
    while function(high) > 0.0:
        low, high = high, 2.0 * high
        if not np.isfinite(high):
            raise ArithmeticError("expected a function that falls below zero")
    while low < (middle := 0.5 * (low + high)) < high:
        if function(middle) > 0.0:
            low = middle
        else:
            high = middle
    return high


def _held(point: FloatArray, gradient: FloatArray) -> BoolArray:
    """The coordinates at zero that the gradient keeps there."""
    return np.asarray((point <= 0.0) & (gradient > 0.0))


def _steepness(point: FloatArray, gradient: FloatArray) -> float:
    """The largest entry of the gradient, but for coordinates that are held."""
    return float(np.max(np.abs(np.where(_held(point, gradient), 0.0, gradient)), initial=0.0))


def _accepted(point: FloatArray, gradient: FloatArray, tolerance: float) -> FloatArray:
    """The point, if rounding rather than the function ended the search."""
    left = _steepness(point, gradient)
    if left > 1e3 * tolerance:
        raise ArithmeticError(f"no minimum was found: the gradient is still {left:.2g}")
    return point
