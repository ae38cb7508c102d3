"""The values of all duties of a menu, in compiled code: each duty is a few ranges of intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def sums_over_pieces(
    pieces: NDArray[np.int16],
    first: NDArray[np.int64],
    before: NDArray[np.float64],
    extra: NDArray[np.float32],
) -> Any:
    """The value of every duty, and of the best duty of every shift.

    Args:
        pieces: half-open ranges of intervals, first and end in turn; shape (duties, 2 x pieces).
        first: position of the first duty of each shift, and the number of duties; shape (shifts + 1,).
        before: sum of the values of the intervals before each one; shape (intervals + 1,).
        extra: added to the value of each duty; shape (duties,).

    Returns:
        Two arrays of 32-bit floats, of shapes (duties,) and (shifts,).
    """
    each = np.empty(len(pieces), np.float32)
    best = np.empty(len(first) - 1, np.float32)
    width = pieces.shape[1]
    for shift in range(len(first) - 1):
        most = -np.inf
        for duty in range(first[shift], first[shift + 1]):
            value = 0.0
            for column in range(0, width, 2):
                value += before[pieces[duty, column + 1]] - before[pieces[duty, column]]
            value += extra[duty]
            each[duty] = value
            most = max(most, each[duty])
        best[shift] = most
    return each, best


@njit(cache=True)
def best_of_kinds(
    best: NDArray[np.float32], kind_of_shift: NDArray[np.int64], worth: NDArray[np.float64]
) -> None:
    """Raise the worth of each kind of duty to that of its best shift; shifts of kind -1 are left out."""
    for shift in range(len(best)):
        kind = kind_of_shift[shift]
        if kind >= 0 and best[shift] > worth[kind]:
            worth[kind] = best[shift]
