"""What happened, as the journal keeps it; carrying it out is the only way in which sales change the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from optimizer.allocation.problem import runs
from optimizer.offers.state import OfferState, Placed, Status
from optimizer.offers.wanted import Wanted, from_record, to_record

SCHEMA = "pontual/offers-journal@1.0"

Event = dict[str, Any]
"""An event by name (`event`) with its booking and details; JSON values only."""


class UnplaceableError(Exception):
    """Sessions that were sold cannot all be held; with the bookings that found no agent."""

    def __init__(self, bookings: list[str]) -> None:
        self.bookings = bookings
        super().__init__("sold sessions that cannot all be held: " + ", ".join(bookings))


def held(state: OfferState, wanted: Wanted, start: int, until: datetime, *, proposal: bool) -> Event:
    """A start is held for a customer, or proposed to one who waits."""
    return {
        "event": "proposed" if proposal else "held",
        **to_record(wanted),
        "start": moment(state, start),
        "until": until.isoformat(),
    }


def rescheduled(state: OfferState, wanted: Wanted, start: int) -> Event:
    """A sold session moves."""
    return {"event": "rescheduled", **to_record(wanted), "start": moment(state, start)}


def waiting(state: OfferState, wanted: Wanted, seconds: int) -> Event:
    """A customer waits for any of these starts."""
    starts = [[moment(state, first), moment(state, last)] for first, last in runs(wanted.window)]
    return {"event": "waiting", **to_record(wanted), "starts": starts, "seconds": seconds}


def ended(name: str, booking: str) -> Event:
    """confirmed, released, expired or cancelled; or left: the waiting list."""
    return {"event": name, "booking": booking}


def moment(state: OfferState, start: int) -> str:
    """A slot as an instant with its offset."""
    return state.axis.instant_of(state.minute(start)).isoformat()


def slot_of(state: OfferState, text: str) -> int:
    """The slot of an instant on the grid."""
    return state.axis.minute_of(datetime.fromisoformat(text)) // state.terms.grid


def carry_out(state: OfferState, event: Mapping[str, Any], *, recall: bool = False) -> Placed | None:
    """Change the state as an event says; returns what lost its start, if anything did.

    Args:
        recall: the event is of the past, and the plan folder may have changed since: a start that cannot be
            held is kept without an agent for the moment, and one outside the horizon is forgotten.

    Raises:
        UnplaceableError: when the start cannot be held; the state is changed in part then.
        KeyError, TypeError, ValueError: when it is no event, or does not fit the state.
    """
    booking = str(event["booking"])
    match event["event"]:
        case "held" | "proposed" as name:
            lost = state.take_away(booking) if booking in state.placed else None
            status = Status.HELD if name == "held" else Status.PROPOSED
            until = datetime.fromisoformat(event["until"])
            _place(
                state, Placed(_wanted(state, event), slot_of(state, event["start"]), status, until), recall
            )
            return lost
        case "rescheduled":
            lost = state.take_away(booking) if booking in state.placed else None
            _place(state, Placed(_wanted(state, event), slot_of(state, event["start"]), Status.SOLD), recall)
            return lost
        case "confirmed" | "released" | "cancelled" | "expired" if recall and booking not in state.placed:
            state.waiting.leave(booking)
        case "confirmed":
            state.placed[booking] = replace(state.placed[booking], status=Status.SOLD, until=None)
            state.waiting.leave(booking)
        case "released" | "cancelled":
            return state.take_away(booking)
        case "expired":
            lost = state.take_away(booking)
            if lost.status is Status.PROPOSED:
                state.waiting.pass_over(booking, lost.start)
            return lost
        case "waiting":
            window = 0
            for first, last in event["starts"]:
                window |= state.terms.between(
                    state.minute(slot_of(state, first)), state.minute(slot_of(state, last))
                )
            state.waiting.join(from_record(event, window), int(event["seconds"]))
        case "left":
            state.waiting.leave(booking)
        case _:
            raise ValueError("no such event")
    return None


def usual_window(state: OfferState, booking: str, duration_minutes: int) -> int:
    """Starts of a booking as the plan folder knows it, or else in the opening hours, as bits."""
    if booking in state.known:
        return state.known.wanted(booking).window
    return state.terms.open_starts(duration_minutes)


def _wanted(state: OfferState, event: Mapping[str, Any]) -> Wanted:
    wanted = from_record(event)
    return replace(wanted, window=usual_window(state, wanted.booking, wanted.kind.duration_minutes))


def _place(state: OfferState, placed: Placed, recall: bool) -> None:
    if recall and not 0 <= placed.start < state.terms.slots:
        return
    if not state.place(placed):
        if not recall:
            raise UnplaceableError([placed.wanted.booking])
        state.place_unbound(placed)
