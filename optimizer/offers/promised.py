"""From a case with its promises to a desk, and back: what the store keeps is all that the desk must know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from data.model import MISSING, Bookings, Case, Participants, Promise, Sessions, Unplaced
from optimizer.allocation.problem import NOBODY, runs
from optimizer.binding import Limits
from optimizer.offers.desk import Desk
from optimizer.offers.events import usual_window
from optimizer.offers.kinds import KindOfBooking
from optimizer.offers.loading import AT_THE_START
from optimizer.offers.resolve import Resolver
from optimizer.offers.stand_ins import booking_row, participant_rows
from optimizer.offers.state import OfferState, Placed, Status
from optimizer.offers.waiting_list import Waiting
from optimizer.offers.wanted import KnownBookings, Wanted


@dataclass(frozen=True)
class PromisedDesk:
    """A desk that has sold what the sessions of a case say, and holds what its promises say.

    Attributes:
        events: all that happens at the desk, in order.
        unheld: bookings with a start for which the roster has no agent.
        promises: as they were, by booking.
    """

    desk: Desk
    events: list[dict[str, Any]]
    unheld: tuple[str, ...]
    promises: dict[str, Promise]


def promised_desk(
    case: Case, promises: Sequence[Promise], now: datetime, days: Iterable[int] | None = None
) -> PromisedDesk:
    """Open a desk at a moment.

    Args:
        case: its sessions are sold; pins without a session are not.
        promises: of the whole plan.
        days: of which the case has everything; None: all. Starts held on other days, and customers who wait
            and have one proposed there, are left aside.
    """
    state = OfferState(KnownBookings(case), now)
    axis, chosen = case.axis, None if days is None else set(days)
    happened: list[dict[str, Any]] = []
    desk = Desk(state, Resolver(state, None), lambda record: happened.extend(record["events"]))
    for placed, agent in [*_sold(state), *_held(state, promises, chosen)]:
        if not state.place_as_planned(placed, agent):
            state.place_unbound(placed)
    state.bind_all(Limits())
    unheld = state.bind_all(AT_THE_START)
    for promise in promises:
        aside = promise.start is not None and chosen is not None and axis.day_of(promise.start) not in chosen
        if promise.windows and not aside:
            desk.state.waiting.put_back(_waiting(state, promise))
        if not promise.windows and not promise.takes_time:
            desk.ended[promise.booking_id] = promise.status
    return PromisedDesk(desk, happened, tuple(unheld), {promise.booking_id: promise for promise in promises})


def promises_after(opened: PromisedDesk) -> tuple[list[Promise], list[str]]:
    """What the events at the desk made of the promises.

    Returns:
        Promises that are new or different, and bookings of which none is left.
    """
    state = opened.desk.state
    waiting = {found.wanted.booking: found for found in state.waiting}
    touched = {str(event["booking"]) for event in opened.events}
    # Agents of what is held may have changed for the sake of others.
    touched |= {name for name, placed in state.placed.items() if placed.until is not None}
    changed, gone = [], []
    for name in sorted(touched):
        promise = _promise(opened, name, waiting.get(name))
        if promise is None and name in opened.promises:
            gone.append(name)
        elif promise is not None and promise != opened.promises.get(name):
            changed.append(promise)
    return changed, gone


def standing_case(opened: PromisedDesk, before: Case) -> Case:
    """The case as it stands at the desk: all that is sold or held as its only bookings, and their sessions.

    What had its start before is pinned to it, since the lead time (R2) and the share held back bind only what
    is new.
    """
    state = opened.desk.state
    names = sorted(state.placed.keys() - set(opened.unheld))
    table, people = before.bookings, before.participants
    starts = dict(zip(before.sessions.booking_id.tolist(), before.sessions.starts_at.tolist(), strict=True))
    starts |= {n: p.start for n, p in opened.promises.items() if p.start is not None and p.takes_time}
    sold = {name for name in names if state.placed[name].status is Status.SOLD}
    known = sorted(sold)
    # What is held is judged by its kind: whose it will be is known when it is sold.
    described = [state.placed[name].wanted for name in names if name not in sold]
    bookings = table.take(np.array([table.position[name] for name in known], dtype=np.int64))
    bookings = bookings.followed_by(Bookings.from_rows(booking_row(wanted) for wanted in described))
    rows = [place for place, name in enumerate(people.booking_id.tolist()) if name in sold]
    participants = people.take(np.array(rows, dtype=np.int64)).followed_by(
        Participants.from_rows(row for wanted in described for row in participant_rows(wanted, before))
    )
    placed = [state.placed[name] for name in bookings.booking_id.tolist()]
    kept = [starts.get(p.wanted.booking) == state.minute(p.start) for p in placed]
    pins: dict[str, list[Any]] = {
        "pin": ["fixed" if stays else "" for stays in kept],
        "pinned_start": [
            state.minute(p.start) if stays else MISSING for p, stays in zip(placed, kept, strict=True)
        ],
        "pinned_agent": [""] * len(placed),
        "priority": [p.wanted.priority for p in placed],
    }
    sessions = Sessions.from_rows(
        {
            "booking_id": p.wanted.booking,
            "agent_id": state.agent_of(p.wanted.booking),
            "starts_at": state.minute(p.start),
            "duration_minutes": p.wanted.kind.duration_minutes,
        }
        for p in placed
    )
    return replace(
        before,
        plan=before.plan.model_copy(update={"as_of": max(before.plan.as_of, state.now)}),
        bookings=replace(bookings, **{name: _column(bookings, name, cells) for name, cells in pins.items()}),
        participants=participants,
        sessions=sessions,
        unplaced=Unplaced.empty(),
    )


def wanted_of(promise: Promise) -> Wanted:
    """What was promised to be sold; the window is left out."""
    kind = KindOfBooking(promise.skill, promise.session, promise.duration_minutes, promise.participants)
    return Wanted(promise.booking_id, kind, promise.people, promise.priority)


def _column(table: Bookings, name: str, cells: list[Any]) -> Any:
    return np.array(cells, dtype=getattr(table, name).dtype)


def _sold(state: OfferState) -> list[tuple[Placed, int]]:
    case, agents = state.known.case, state.known.case.agents.position
    rows = zip(
        case.sessions.booking_id.tolist(),
        case.sessions.starts_at.tolist(),
        case.sessions.agent_id.tolist(),
        strict=True,
    )
    sold = []
    for booking, minute, agent in rows:
        row = case.bookings.position[booking]
        fixed = case.bookings.pin[row] == "fixed"
        pinned = agents.get(case.bookings.pinned_agent[row], NOBODY) if fixed else NOBODY
        placed = Placed(state.known.wanted(booking), minute // state.terms.grid, Status.SOLD, agent=pinned)
        sold.append((placed, agents.get(agent, NOBODY)))
    return sold


def _held(state: OfferState, promises: Sequence[Promise], days: set[int] | None) -> list[tuple[Placed, int]]:
    agents = state.known.case.agents.position
    held = []
    for promise in promises:
        if promise.start is None or not promise.takes_time:
            continue
        slot = promise.start // state.terms.grid
        if not 0 <= slot < state.terms.slots or (
            days is not None and state.axis.day_of(promise.start) not in days
        ):
            continue
        wanted = wanted_of(promise)
        window = usual_window(state, wanted.booking, wanted.kind.duration_minutes)
        until = None if promise.until is None else promise.until.astimezone(state.axis.zone)
        placed = Placed(replace(wanted, window=window), slot, Status(promise.status), until)
        held.append((placed, agents.get(promise.agent_id or "", NOBODY)))
    return held


def _waiting(state: OfferState, promise: Promise) -> Waiting:
    window = 0
    for first, last in promise.windows:
        window |= state.terms.between(first, last)
    passed = 0
    for start in promise.passed:
        passed |= state.terms.between(start, start)
    return Waiting(replace(wanted_of(promise), window=window), promise.seconds, promise.turn, passed)


def _promise(opened: PromisedDesk, name: str, waiting: Waiting | None) -> Promise | None:
    """The promise to a booking as the desk knows it; None when it has none, or a session."""
    desk, state = opened.desk, opened.desk.state
    placed = state.placed.get(name)
    if placed is not None and placed.until is None:
        return None
    wanted = placed.wanted if placed is not None else waiting.wanted if waiting is not None else None
    if wanted is None:
        ended = desk.ended.get(name)
        return None if ended is None else Promise(name, _status(ended))
    found = Promise(name, "waiting", *wanted.kind, wanted.people, wanted.priority)
    if placed is not None:
        agent_id = opened.promises[name].agent_id if name in opened.unheld else state.agent_of(name)
        found = replace(
            found,
            status=_status(placed.status.value),
            start=state.minute(placed.start),
            agent_id=agent_id,
            until=placed.until,
        )
    if waiting is not None:
        grid = state.terms.grid
        found = replace(
            found,
            windows=tuple((first * grid, last * grid) for first, last in runs(waiting.wanted.window)),
            passed=tuple(n * grid for first, last in runs(waiting.passed) for n in range(first, last + 1)),
            seconds=waiting.seconds,
            turn=waiting.turn,
        )
    return found


def _status(name: str) -> Any:
    return name
