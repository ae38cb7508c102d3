"""Sessions of a case as placements of its instance, for the peers that read the case itself."""

from __future__ import annotations

from benchmarks.allocation.peers.instance import Instance, Placement
from data.model import Case, Sessions


def placements_of(case: Case, instance: Instance, sessions: Sessions) -> list[Placement]:
    """Booking, slot and agent as the instance numbers them."""
    row_of = {name: row for row, name in enumerate(case.bookings.booking_id.tolist())}
    place_of = {booking.row: place for place, booking in enumerate(instance.bookings)}
    listed = zip(
        sessions.booking_id.tolist(), sessions.starts_at.tolist(), sessions.agent_id.tolist(), strict=True
    )
    return [
        (place_of[row_of[booking]], start // instance.grid, case.agents.position[agent])
        for booking, start, agent in listed
    ]
