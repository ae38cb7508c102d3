"""Starts held, sold, moved and given up on a case with its promises, judged before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from data.batch.requests import DescribedBooking, HoldItem, OfBooking, RescheduleItem, WaitItem
from data.model import Case, Promise
from data.referee import judge_schedule
from optimizer.allocation.translation import build_problem
from optimizer.offers.desk import Answer, Desk
from optimizer.offers.kinds import KindOfBooking
from optimizer.offers.promised import PromisedDesk, promised_desk, promises_after, standing_case
from optimizer.offers.requests import (
    Cancel,
    Confirm,
    Hold,
    ListOffers,
    Release,
    Request,
    RequestError,
    Reschedule,
    Tick,
    Wait,
)
from optimizer.offers.state import Status
from optimizer.offers.table import OffersOfKind, offer_table
from optimizer.planning.faults import RefereeDisagreesError, sentences
from optimizer.planning.sold_starts import SoldStart, sold_starts


@dataclass(frozen=True)
class Selling:
    """What came of some requests.

    Attributes:
        answers: one a request, in their order; those not carried out have an `error`.
        events: what happened to bookings that no request names: holds that ended, starts proposed.
        sessions: the sessions of the case that are different now, by booking; None: given up.
        promises: that are new or different.
        without_promises: bookings of which none is left.
        days: days of the horizon on which something changed.
    """

    answers: tuple[Answer, ...]
    events: tuple[dict[str, Any], ...]
    sessions: dict[str, SoldStart | None]
    promises: tuple[Promise, ...]
    without_promises: tuple[str, ...]
    days: frozenset[int]


class UnheldError(Exception):
    """The roster has no agent for sessions that are sold; nothing more is sold beside them."""

    def __init__(self, bookings: Sequence[str]) -> None:
        self.bookings = tuple(bookings)
        super().__init__("the roster cannot hold what is sold")


class SellingDesk:
    """Carries out items of request documents, one after the other, on some days of a plan.

    Args:
        days: of which the case has everything; None: all.
        is_late: asked before each item; those that are left then are not carried out.
    """

    def __init__(
        self,
        case: Case,
        promises: Sequence[Promise],
        now: datetime,
        days: Iterable[int] | None = None,
        is_late: Callable[[], bool] = lambda: False,
    ) -> None:
        self._case = case
        self._now = now
        self._is_late = is_late
        self._possible: set[str] = set()
        self._opened: PromisedDesk = promised_desk(case, promises, now, days)

    @property
    def desk(self) -> Desk:
        """The desk itself."""
        return self._opened.desk

    def carry_out(self, mode: str, items: Sequence[OfBooking]) -> Selling:
        """Carry out items, each on its own; whatever follows from them is judged as a whole.

        Raises:
            UnheldError: when the roster cannot hold what is sold; giving up is always possible.
            RefereeDisagreesError: when the referee finds a fault in what would be sold then.
        """
        unheld = self._unheld()
        if unheld and mode not in ("cancel", "release"):
            raise UnheldError(unheld)
        self.desk.handle(Tick(op="tick"), self._now)
        if mode == "confirm":
            held = self.desk.state.placed
            named = {str(item.booking) for item in items} & held.keys()
            self._possible = _could_have(
                self._case, {name: self.desk.state.minute(held[name].start) for name in named}
            )
        answers = [self._answer(mode, item, place) for place, item in enumerate(items)]
        asked = {item.booking for item in items}
        others = (event for event in self._opened.events if _is_of_others(event, asked))
        after = standing_case(self._opened, self._case)
        self._judge(after)
        promises, gone = promises_after(self._opened)
        return Selling(
            tuple(answers),
            tuple({n: e[n] for n in ("event", "booking", "start", "until") if n in e} for e in others),
            self._changed_sessions(),
            tuple(promises),
            tuple(gone),
            self._changed_days(),
        )

    def kinds(self, further: Iterable[KindOfBooking]) -> list[KindOfBooking]:
        """The kinds of booking of the case, and further ones, in order."""
        return sorted({*self.desk.state.known.kinds, *further})

    def table(self, kinds: Iterable[KindOfBooking], priority: int, among: int) -> list[OffersOfKind]:
        """What can be sold of each kind, at these starts (as bits)."""
        return offer_table(self.desk.state, kinds, priority, among)

    def _answer(self, mode: str, item: OfBooking, place: int) -> Answer:
        if self._is_late():
            return {"ok": False, "error": "deadline", "booking": item.booking}
        try:
            request = _request_of(mode, item, place)
            if isinstance(request, Confirm):
                self._identify(str(item.booking))
            answer = self.desk.handle(request, self._now)
        except RequestError as error:
            told = {"error": error.code, "field": error.field, "message": str(error), "reason": error.reason}
            return {"ok": False, "booking": item.booking} | {n: v for n, v in told.items() if v}
        return {"ok": True} | {name: value for name, value in answer.items() if name != "events"}

    def _identify(self, booking: str) -> None:
        """A start is sold to a booking whose row the plan has, and which could have it when it was held.

        Raises:
            RequestError: when it is not so.
        """
        state = self.desk.state
        placed = state.placed.get(booking)
        if placed is None or placed.status is Status.SOLD:
            return
        if booking not in state.known:
            raise RequestError("unknown_booking", "expected its row in bookings", "booking")
        known = state.known.wanted(booking)
        if known.broken:
            raise RequestError("not_possible", "the booking cannot be served", "booking", "not_eligible")
        if known.kind != placed.wanted.kind:
            raise RequestError("conflict", "another kind of booking was held than its row says", "booking")
        if booking not in self._possible:
            reason = "outside_window"
            raise RequestError("not_possible", "the booking cannot have this start", "start", reason)
        state.placed[booking] = replace(placed, wanted=replace(known, priority=placed.wanted.priority))

    def _unheld(self) -> list[str]:
        """Bookings with a start that the roster cannot hold, but for holds that are over anyway."""
        placed = self.desk.state.placed
        ends = {name: placed[name].until for name in self._opened.unheld}
        return [name for name, until in ends.items() if until is None or until > self._now]

    def _judge(self, after: Case) -> None:
        """Compare with what was wrong before: what others have broken must not stop the selling."""
        faults = sentences(judge_schedule(after))
        if not faults:
            return
        known = set(sentences(judge_schedule(standing_case_before(self._case, after))))
        new = [fault for fault in faults if fault not in known]
        if new:
            raise RefereeDisagreesError(new)

    def _changed_sessions(self) -> dict[str, SoldStart | None]:
        state = self.desk.state
        before = sold_starts(self._case.sessions)
        unheld = set(self._opened.unheld)
        after: dict[str, SoldStart | None] = dict.fromkeys(before)
        for name, placed in state.placed.items():
            if placed.status is Status.SOLD:
                sold = SoldStart(
                    before[name].agent_id if name in unheld else state.agent_of(name),
                    state.minute(placed.start),
                    placed.wanted.kind.duration_minutes,
                )
                after[name] = sold
        return {name: now for name, now in sorted(after.items()) if now != before.get(name)}

    def _changed_days(self) -> frozenset[int]:
        axis = self._case.axis
        at = {name: sold.start for name, sold in sold_starts(self._case.sessions).items()}
        minutes: list[int] = []
        for event in self._opened.events:
            name = str(event["booking"])
            promise = self._opened.promises.get(name)
            minutes += [at[name]] if name in at else []
            minutes += [promise.start] if promise is not None and promise.start is not None else []
            if "start" in event:
                minutes.append(axis.minute_of(datetime.fromisoformat(event["start"])))
        return frozenset(day for day in map(axis.day_of, minutes) if 0 <= day < axis.days)


def standing_case_before(before: Case, after: Case) -> Case:
    """As much of the case before as the judgement of the case after is about, with all sessions pinned."""
    rows = before.sessions.booking_id.tolist()
    table = before.bookings
    chosen = np.array([table.position[name] for name in rows], dtype=np.int64)
    bookings = table.take(chosen)
    pinned = replace(
        bookings,
        pin=np.array(["fixed"] * len(rows), dtype=object),
        pinned_start=before.sessions.starts_at,
        pinned_agent=np.array([""] * len(rows), dtype=object),
    )
    listed = set(rows)
    people = [n for n, name in enumerate(before.participants.booking_id.tolist()) if name in listed]
    return replace(
        after,
        bookings=pinned,
        participants=before.participants.take(np.array(people, dtype=np.int64)),
        sessions=before.sessions,
    )


def _request_of(mode: str, item: OfBooking, place: int) -> Request:
    """An item in the terms of the desk."""
    said = {n: getattr(item, n) for n in type(item).model_fields if n not in ("order_number", "tax_id")}
    match item:
        case HoldItem():
            return Hold(op="hold", key=f"item-{place}", **said)
        case WaitItem():
            return Wait(op="wait", **said)
        case RescheduleItem():
            return Reschedule(op="reschedule", **said)
        case DescribedBooking():
            return ListOffers(op="offers", **said)
    match mode:
        case "confirm":
            return Confirm(op="confirm", booking=item.booking)
        case "release":
            return Release(op="release", booking=item.booking)
        case _:
            return Cancel(op="cancel", booking=item.booking)


def _could_have(case: Case, starts: Mapping[str, int]) -> set[str]:
    """Bookings whose windows, hours and proxy allow the start promised before, whatever the lead time."""
    names = [name for name in sorted(starts) if name in case.bookings.position]
    rows = np.array([case.bookings.position[name] for name in names], dtype=np.int64)
    pinned = replace(
        case.bookings.take(rows),
        pin=np.array(["fixed"] * len(names), dtype=object),
        pinned_start=np.array([starts[name] for name in names], dtype=np.int64),
        pinned_agent=np.array([""] * len(names), dtype=object),
    )
    people = np.isin(case.participants.booking_id, names)
    problem = build_problem(replace(case, bookings=pinned, participants=case.participants.take(people)))
    return {name for row, name in enumerate(names) if problem.eligible[row] and problem.window_bits(row)}


def _is_of_others(event: dict[str, Any], named: set[str | None]) -> bool:
    return event["event"] in ("proposed", "expired") and event["booking"] not in named
