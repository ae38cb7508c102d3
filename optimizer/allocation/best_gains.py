"""What each booking gains at its best start when starts have prices, compiled by Numba."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def best_gains(  # type: ignore[no-untyped-def]
    booking, first, last, kind_of, wish, no_wish, grid, worth, movable_slot, bonus, scale, prices, served
):
    """The gains of all bookings, added up; whoever gains at no start takes none.

    Args:
        booking, first, last: windows of starts in slots.
        kind_of, wish, worth, movable_slot: over bookings; `no_wish` stands for a wish that there is not,
            `bonus` is gained at the movable slot.
        scale: of the prices, to a minute.
        prices, served: (kinds, slots); starts that nobody could serve gain nothing.
    """
    best = np.zeros(len(kind_of), dtype=np.int64)
    for window in range(len(booking)):
        who = booking[window]
        kind, wished, most = kind_of[who], wish[who], best[who]
        for slot in range(first[window], last[window] + 1):
            if served[kind, slot]:
                gain = worth[who]
                if wished != no_wish:
                    gain -= abs(slot * grid - wished)
                if slot == movable_slot[who]:
                    gain += bonus
                most = max(most, scale * gain - prices[kind, slot])
        best[who] = most
    return best.sum()
