"""What starts unplaced bookings have: the facts behind their reasons."""

from __future__ import annotations

import numpy as np

from data.model.columns import BoolArray, IntArray
from data.referee.booking_facts import BookingFacts
from data.referee.service_starts import ServiceStarts
from data.referee.start_windows import StartWindows


class Openings:
    """Which of some bookings have a start at all, one within the proxy's limit, and an agent for it.

    Over all bookings; false for those that were not asked about.

    Attributes:
        has_window: the participants, the opening hours and the lead time leave a start.
        proxy_expires: there is such a start, but none at which the proxy counts.
        has_agent: an agent with the skill is in service at a start at which the proxy counts.
    """

    has_window: BoolArray
    proxy_expires: BoolArray
    has_agent: BoolArray

    def __init__(
        self, chosen: IntArray, bookings: BookingFacts, windows: StartWindows, service: ServiceStarts
    ) -> None:
        count = len(bookings)
        entry, first, last = windows.intervals(chosen)
        booking = chosen[entry]
        self.has_window = _mask(booking, count)
        counts = windows.proxy_counts(booking, first)
        booking, first, last = booking[counts], first[counts], last[counts]
        self.proxy_expires = self.has_window & ~_mask(booking, count)
        occupied = bookings.occupied(bookings.kind[booking], bookings.table.duration_minutes[booking])
        served = service.any_between(
            bookings.table.skill[booking], bookings.set_up[booking], occupied, first, last
        )
        self.has_agent = _mask(booking[served], count)


def _mask(rows: IntArray, count: int) -> BoolArray:
    found = np.zeros(count, dtype=np.bool_)
    found[rows] = True
    return found
