"""From a plan folder to a desk: the schedule's sessions are sold, and the journal says what came after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from data.files import BadDataError, Problem
from data.identity import SurrogateKey
from data.model import Case
from optimizer.allocation.problem import NOBODY
from optimizer.binding import Limits
from optimizer.offers.desk import Desk
from optimizer.offers.events import UnplaceableError
from optimizer.offers.resolve import Resolver
from optimizer.offers.state import OfferState, Placed, Status
from optimizer.offers.wanted import KnownBookings

JOURNAL_FILE = "offers/journal.jsonl"

AT_THE_START = Limits(chain=50_000, exhaustive=200_000)
"""Work for a session that no agent is found for at once; only where the roster changed after the sale."""


def open_desk(
    case: Case,
    records: Sequence[Mapping[str, Any]],
    now: datetime,
    key: SurrogateKey | None = None,
    write: Callable[[Mapping[str, Any]], None] = lambda _: None,
) -> Desk:
    """A desk for a planning case with its roster and schedule.

    Sold are the sessions of the schedule, and fixed pins that it lacks; without a schedule all pins are. The
    journal goes before the schedule: its starts were promised, and what it cancelled is free.

    Args:
        records: of the journal, in order.
        now: the present moment; later if the journal knows of a later one.
        key: the secret for order numbers and CPF or CNPJ.
        write: puts a record into the journal.

    Raises:
        BadDataError: when a record cannot be understood.
        UnplaceableError: when the sold sessions cannot all be held.
    """
    known = KnownBookings(case)
    state = OfferState(known, now)
    for placed, nominal in _sold(known):
        if not state.place_as_planned(placed, nominal):
            state.place_unbound(placed)
    state.bind_all(Limits())
    desk = Desk(state, Resolver(state, key), write)
    for row, record in enumerate(records, start=2):
        try:
            desk.recall(record)
        except (KeyError, TypeError, ValueError, AttributeError):
            expected = "expected a record of this plan folder's offers"
            raise BadDataError([Problem(JOURNAL_FILE, row, "", "", expected)]) from None
    left = state.bind_all(AT_THE_START)
    if left:
        raise UnplaceableError(left)
    return desk


def _sold(known: KnownBookings) -> list[tuple[Placed, int]]:
    """Bookings that have a start already, each with its nominal agent (or NOBODY)."""
    case = known.case
    grid, agents = case.axis.grid_minutes, case.agents.position
    bookings = case.bookings
    starts = dict(zip(case.sessions.booking_id.tolist(), case.sessions.starts_at.tolist(), strict=True))
    nominal = dict(zip(case.sessions.booking_id.tolist(), case.sessions.agent_id.tolist(), strict=True))
    pins = ("fixed",) if starts else ("fixed", "movable")
    sold = []
    for row, (booking, pin) in enumerate(
        zip(bookings.booking_id.tolist(), bookings.pin.tolist(), strict=True)
    ):
        pinned = pin in pins and booking not in starts
        if booking not in starts and not pinned:
            continue
        minute = int(bookings.pinned_start[row]) if pinned else starts[booking]
        agent = agents.get(bookings.pinned_agent[row], NOBODY) if pin == "fixed" else NOBODY
        placed = Placed(known.wanted(booking), minute // grid, Status.SOLD, agent=agent)
        sold.append((placed, agents.get(nominal.get(booking, ""), agent)))
    return sold
