"""Places for bookings that find none: agents change sessions among each other until somebody is free."""

from __future__ import annotations

from collections.abc import Sequence

from data.model import MISSING
from optimizer.offers.desk import PROPOSING
from optimizer.offers.state import OfferState, Placed, Status
from optimizer.offers.wanted import Wanted

MOST_LOOKED_AT = 500
"""Bookings tried, the most urgent first."""


def placed_by_exchange(state: OfferState, bookings: Sequence[str]) -> int:
    """Place bookings at the start nearest to the wish at which an exchange of agents makes room.

    No session gets another start. Returns how many were placed.
    """
    table = state.known.case.bookings
    rows = [table.position[name] for name in bookings]
    ordered = sorted(
        zip(bookings, rows, strict=True), key=lambda pair: (int(table.priority[pair[1]]), pair[1])
    )
    placed = 0
    for name, row in ordered[:MOST_LOOKED_AT]:
        wanted, wish = state.known.wanted(name), int(table.preferred_start[row])
        for start in _nearest_first(state, wanted, wish):
            if state.refusal(wanted, start, PROPOSING) is None and state.place(
                Placed(wanted, start, Status.SOLD), PROPOSING
            ):
                placed += 1
                break
    return placed


def _nearest_first(state: OfferState, wanted: Wanted, wish: int) -> list[int]:
    """Starts that rules and participants leave, those nearest to the wish first."""
    bits = 0 if wanted.broken else state.possible(wanted)
    starts = [slot for slot in range(bits.bit_length()) if bits >> slot & 1]
    if wish == MISSING:
        return starts
    return sorted(starts, key=lambda slot: (abs(state.minute(slot) - wish), slot))
