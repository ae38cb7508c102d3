"""The set of least value of a submodular function: all sets while they are few, else the least-norm base.

Fujishige & Isotani 2011 (Pac. J. Optim. 7) minimise a submodular function f, f({}) = 0, by the point x of
least norm in its base polyhedron, found by Wolfe 1976 (Math. Program. 11); the elements with x < 0 are a
minimum.
For every base x, f(S) >= sum of min(0, x_i): this bounds what any set can be worth, whatever rounding did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.model.columns import BoolArray, FloatArray

FEW = 8
"""Elements up to which all sets are tried."""

MANY = 14
"""Elements up to which all sets are tried where rounding keeps the least-norm base from settling."""

_NEGLIGIBLE = 1e-12
_ROUNDS = 40

SetFunction = Callable[[BoolArray], FloatArray]
"""From sets, shape (sets, elements), to their values, shape (sets,); the empty set is worth 0."""


@dataclass(frozen=True, eq=False)
class LeastSet:
    """What was found.

    Attributes:
        members: shape (elements,): the set of least value found; may be empty.
        value: its value, at most 0.
        bound: no set is worth less, but for rounding.
    """

    members: BoolArray
    value: float
    bound: float


def least_set(function: SetFunction, elements: int, tolerance: float = 1e-9) -> LeastSet:
    """The set of least value of a submodular function.

    Args:
        function: submodular.
        elements: >= 1.
        tolerance: by how much another set may be worth less.
    """
    if elements <= FEW:
        return _among_all(function, elements)
    found = _by_least_norm(function, elements, tolerance)
    if found.value - found.bound > tolerance and elements <= MANY:
        return _among_all(function, elements)
    return found


def all_sets(elements: int) -> BoolArray:
    """Shape (2^elements, elements); the first is empty."""
    numbers = np.arange(1 << elements)
    return np.asarray((numbers[:, np.newaxis] >> np.arange(elements)) & 1, dtype=np.bool_)


def _among_all(function: SetFunction, elements: int) -> LeastSet:
    sets = all_sets(elements)
    values = function(sets)
    values[0] = 0.0
    best = int(np.argmin(values))
    return LeastSet(sets[best], float(values[best]), float(values[best]))


def _by_least_norm(function: SetFunction, elements: int, tolerance: float) -> LeastSet:
    best = LeastSet(np.zeros(elements, dtype=np.bool_), 0.0, -np.inf)
    corner, best = _extreme_base(function, np.zeros(elements), best)
    corners, weights = corner[np.newaxis, :], np.ones(1)
    point = corner.copy()
    for _ in range(_ROUNDS):
        best = LeastSet(best.members, best.value, max(best.bound, float(np.minimum(point, 0.0).sum())))
        if best.value - best.bound <= tolerance:
            break
        corner, best = _extreme_base(function, point, best)
        scale = max(1.0, float(np.max(np.abs(corners))))
        if point @ (point - corner) <= _NEGLIGIBLE * scale * scale:
            break
        corners, weights = np.vstack([corners, corner]), np.append(weights, 0.0)
        while True:
            affine = _least_norm_of_hull(corners)
            if np.all(affine > _NEGLIGIBLE):
                weights = affine
                break
            falling = affine < weights
            falling &= affine <= _NEGLIGIBLE
            step = float(np.min(weights[falling] / (weights[falling] - affine[falling]), initial=1.0))
            weights = weights + step * (affine - weights)
            kept = weights > _NEGLIGIBLE
            if np.all(kept):
                kept[int(np.argmin(weights))] = False
            corners, weights = corners[kept], weights[kept] / weights[kept].sum()
        point = weights @ corners
    return best


def _extreme_base(function: SetFunction, weight: FloatArray, best: LeastSet) -> tuple[FloatArray, LeastSet]:
    """The base of least weighted sum (Edmonds' greedy algorithm), and the best set seen on the way."""
    order = np.argsort(weight, kind="stable")
    chain = np.zeros((len(order), len(order)), dtype=np.bool_)
    for place, element in enumerate(order.tolist()):
        chain[place:, element] = True
    values = function(chain)
    base = np.empty(len(order))
    base[order] = np.diff(values, prepend=0.0)
    least = int(np.argmin(values))
    if values[least] < best.value:
        best = LeastSet(chain[least], float(values[least]), best.bound)
    return base, best


def _least_norm_of_hull(corners: FloatArray) -> FloatArray:
    """Weights with the sum 1, of any sign, of the corners' combination of least norm."""
    count = len(corners)
    system = np.ones((count + 1, count + 1))
    system[0, 0] = 0.0
    system[1:, 1:] = corners @ corners.T
    right = np.zeros(count + 1)
    right[0] = 1.0
    solution = np.linalg.lstsq(system, right, rcond=None)[0]
    return np.asarray(solution[1:])
