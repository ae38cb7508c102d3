"""Windows of many bookings at once, as rows of arrays."""

from __future__ import annotations

import numpy as np

from data.eligibility import StartWindows
from data.model.columns import IntArray


def windows_in_slots(
    windows: StartWindows, grid: int, fixed_slot: IntArray, bookings: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """All windows of these bookings: booking, first and last start in slots; a fixed pin leaves its own.

    Args:
        windows: of all bookings, in minutes.
        grid: minutes of a slot.
        fixed_slot: over all bookings, the start of a fixed pin; negative where there is none.
        bookings: the bookings.
    """
    offsets = windows.offsets
    counts = offsets[bookings + 1] - offsets[bookings]
    booking = np.repeat(bookings, counts)
    row = ranges(offsets[bookings], counts)
    first = -(-windows.first[row] // grid)
    last = windows.last[row] // grid
    pin = fixed_slot[booking]
    first = np.where(pin == -1, first, np.maximum(first, pin))
    last = np.where(pin == -1, last, np.minimum(last, pin))
    some = first <= last
    return booking[some], first[some], last[some]


def ranges(first: IntArray, counts: IntArray) -> IntArray:
    """first[0], first[0] + 1, ... (counts[0] of them), then the same for the next."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
