"""The desk: carries out requests, one after the other, each with what follows from it.

A request that changes something becomes one record of the journal, which is on the disk before the answer is
given: the events, and the answer under the request's key. Holds end, and freed capacity is proposed to the
waiting list, whenever a request shows that time has passed or frees something.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from optimizer.allocation.problem import span
from optimizer.binding import Limits
from optimizer.offers import events
from optimizer.offers.events import Event
from optimizer.offers.requests import (
    Cancel,
    Changing,
    Check,
    Confirm,
    GetStatus,
    Hold,
    ListOffers,
    Release,
    Request,
    RequestError,
    Reschedule,
    Tick,
    Wait,
)
from optimizer.offers.resolve import Resolver
from optimizer.offers.state import OfferState, Placed, Reason, Status
from optimizer.offers.waiting_list import Waiting
from optimizer.offers.wanted import Wanted

Answer = dict[str, Any]

PROPOSING = Limits(chain=200, exhaustive=0)
"""Work for each start that may be proposed; many are tried when something becomes free."""


@dataclass
class Desk:
    """Sells starts.

    Attributes:
        write: puts a record into the journal; nothing is answered before it returns.
        ended: for bookings that have no start any more: released, expired or cancelled.
        answers: under each key, the fingerprint of the request and its answer.
    """

    state: OfferState
    resolver: Resolver
    write: Callable[[Mapping[str, Any]], None]
    ended: dict[str, str] = field(default_factory=dict)
    answers: dict[str, tuple[str, Answer]] = field(default_factory=dict)
    _events: list[Event] = field(default_factory=list)
    _freed: int = 0

    def handle(self, request: Request, now: datetime) -> Answer:
        """Carry out a request at a moment, which is not before the last one.

        Raises:
            RequestError: when it is not carried out; holds that have ended have ended nevertheless.
            CannotWriteError: when the journal cannot be written; the process must end then.
        """
        self.state.now = max(now, self.state.now)
        self._events, self._freed = [], 0
        self._expire()
        key = getattr(request, "key", None)
        try:
            answer, digest = self._answer(request, key)
        except RequestError as error:
            self._propose()
            error.events = [shown(event) for event in self._events]
            self._commit({})
            raise
        own = len(self._events)
        self._propose()
        answer = {**answer, "events": [shown(e) for e in self._others(request, own)]}
        self._commit({"key": key, "digest": digest, "answer": answer} if key and digest else {})
        return answer

    def end_holds(self) -> None:
        """End the holds whose time is over, for a look at what is free; nothing is written or proposed."""
        self._expire()
        self._events, self._freed = [], 0

    def recall(self, record: Mapping[str, Any]) -> None:
        """Carry out a record of the journal, at the start of a process.

        Raises:
            KeyError, TypeError, ValueError: when it is no record, or does not fit the state.
        """
        self.state.now = max(self.state.now, datetime.fromisoformat(record["at"]))
        for event in record["events"]:
            self._do(event, recall=True)
        if "key" in record:
            self.answers[str(record["key"])] = (str(record["digest"]), dict(record["answer"]))

    def _answer(self, request: Request, key: str | None) -> tuple[Answer, str]:
        """The answer, and the fingerprint when the request was carried out just now."""
        if isinstance(request, Tick):
            return {"status": "ok"}, ""
        if isinstance(request, Check):
            wanted = self.resolver.wanted(request)
            reason = self.state.refusal(wanted, self.resolver.slot(request.start))
            return _checked(wanted, reason), ""
        if isinstance(request, ListOffers):
            return self._offers(self.resolver.wanted(request)), ""
        if isinstance(request, GetStatus):
            return self._status(self.resolver.booking(request)), ""
        booking = self.resolver.booking(request)
        digest = _digest({**request.fingerprint, "booking": booking})
        if key is not None and key in self.answers:
            known, answer = self.answers[key]
            if known != digest:
                raise RequestError("key_reused", "another request had this key", "key")
            return {**answer, "repeated": True, "present": self._status(booking)}, ""
        return self._change(request, booking), digest

    def _change(self, request: Changing, booking: str) -> Answer:
        match request:
            case Hold():
                return self._hold(request)
            case Confirm():
                return self._confirm(booking)
            case Release():
                return self._release(booking)
            case Cancel():
                return self._cancel(booking)
            case Reschedule():
                return self._reschedule(request, booking)
            case Wait():
                return self._wait(request)

    def _hold(self, request: Hold) -> Answer:
        wanted, start = self.resolver.wanted(request), self.resolver.slot(request.start)
        present = self.state.placed.get(wanted.booking)
        if present is not None and present.status is Status.SOLD:
            raise RequestError("conflict", "the booking has a session; reschedule it", "booking")
        self._refuse(wanted, start)
        until = self.state.now + timedelta(seconds=request.seconds)
        self._do(events.held(self.state, wanted, start, until, proposal=False))
        return self._status(wanted.booking)

    def _confirm(self, booking: str) -> Answer:
        if self._placed(booking).status is Status.SOLD:
            return {**self._status(booking), "repeated": True}
        self._do(events.ended("confirmed", booking))
        return self._status(booking)

    def _release(self, booking: str) -> Answer:
        if self._is_over(booking):
            return {**self._status(booking), "repeated": True}
        present = self._placed(booking)
        if present.status is Status.SOLD:
            raise RequestError("conflict", "the booking has a session; cancel or reschedule it", "booking")
        if present.status is Status.PROPOSED:
            self._do(events.ended("left", booking))
        self._do(events.ended("released", booking))
        return self._status(booking)

    def _cancel(self, booking: str) -> Answer:
        if self._is_over(booking):
            return {**self._status(booking), "repeated": True}
        if booking not in self.state.placed and booking not in self.state.waiting:
            self._placed(booking)
        if booking in self.state.waiting:
            self._do(events.ended("left", booking))
        if booking in self.state.placed:
            self._do(events.ended("cancelled", booking))
        return self._status(booking)

    def _reschedule(self, request: Reschedule, booking: str) -> Answer:
        present = self._placed(booking)
        if present.status is not Status.SOLD:
            raise RequestError("conflict", "the booking has no session yet; hold another start", "booking")
        start = self.resolver.slot(request.start)
        if start == present.start:
            return {**self._status(booking), "repeated": True}
        window = events.usual_window(self.state, booking, present.wanted.kind.duration_minutes)
        priority = request.priority or present.wanted.priority
        wanted = replace(present.wanted, window=window, priority=priority)
        self._refuse(wanted, start)
        self._do(events.rescheduled(self.state, wanted, start))
        return self._status(booking)

    def _wait(self, request: Wait) -> Answer:
        wanted = self.resolver.wanted(request)
        if wanted.booking in self.state.placed:
            raise RequestError("conflict", "the booking has a start already", "booking")
        window = self.resolver.window(request.windows, wanted.kind.duration_minutes)
        wanted = replace(wanted, window=wanted.window & window)
        if wanted.broken or not wanted.window:
            reason = Reason.NOT_ELIGIBLE if wanted.broken else Reason.OUTSIDE_WINDOW
            raise RequestError(
                "not_possible", "no start in these windows can be sold ever", "windows", reason
            )
        self._do(events.waiting(self.state, wanted, request.seconds))
        waiting = next(w for w in self.state.waiting if w.wanted.booking == wanted.booking)
        self._propose_to(waiting, waiting.window)
        return self._status(wanted.booking)

    def _offers(self, wanted: Wanted) -> Answer:
        if wanted.broken:
            return {"starts": [], "undecided": [], "reason": Reason.NOT_ELIGIBLE, "rules": wanted.broken}
        found = self.state.offers(wanted)
        return {
            "starts": [
                {
                    "start": events.moment(self.state, start),
                    "count": count,
                    "exact": start not in found.at_least,
                }
                for start, count in found.counts.items()
            ],
            "undecided": [events.moment(self.state, start) for start in found.undecided],
        }

    def _status(self, booking: str) -> Answer:
        placed = self.state.placed.get(booking)
        if placed is not None:
            answer: Answer = {
                "booking": booking,
                "status": placed.status,
                "start": events.moment(self.state, placed.start),
            }
            return answer if placed.until is None else {**answer, "until": placed.until.isoformat()}
        if booking in self.state.waiting:
            position = self.state.waiting.position(booking)
            return {"booking": booking, "status": "waiting", "position": position}
        return {"booking": booking, "status": self.ended.get(booking, "unsold")}

    def _placed(self, booking: str) -> Placed:
        placed = self.state.placed.get(booking)
        if placed is None:
            past = self.ended.get(booking)
            told = f"the booking has no start any more: {past}" if past else "no such booking has a start"
            raise RequestError("unknown_booking", told, "booking")
        return placed

    def _is_over(self, booking: str) -> bool:
        """Whether the booking had a start and has nothing any more."""
        return (
            booking in self.ended and booking not in self.state.placed and booking not in self.state.waiting
        )

    def _refuse(self, wanted: Wanted, start: int) -> None:
        reason = self.state.refusal(wanted, start)
        if reason is not None:
            raise RequestError("not_possible", "the booking cannot have this start", "start", reason)

    def _expire(self) -> None:
        """End the holds whose time is over, the earliest first."""
        over = [
            (placed.until, booking)
            for booking, placed in self.state.placed.items()
            if placed.until is not None and placed.until <= self.state.now
        ]
        for _, booking in sorted(over):
            self._do(events.ended("expired", booking))

    def _propose(self) -> None:
        """Ask the waiting list, in its order, about starts that touch the time that became free."""
        if self._freed:
            for waiting in list(self.state.waiting):
                kind = self.state.terms.occupation(waiting.wanted.kind)
                near = 0
                for shift in range(kind.occupied):
                    near |= (self._freed << kind.set_up) >> shift
                self._propose_to(waiting, near)

    def _propose_to(self, waiting: Waiting, among: int) -> None:
        """Hold the first of these starts that this customer can have."""
        wanted = waiting.wanted
        if wanted.booking in self.state.placed:
            return
        starts = self.state.possible(wanted) & waiting.window & among
        while starts:
            start = (starts & -starts).bit_length() - 1
            starts &= starts - 1
            if self.state.refusal(wanted, start, PROPOSING) is None:
                until = self.state.now + timedelta(seconds=waiting.seconds)
                self._do(events.held(self.state, wanted, start, until, proposal=True))
                return

    def _do(self, event: Event, *, recall: bool = False) -> None:
        lost = events.carry_out(self.state, event, recall=recall)
        if lost is not None:
            session = self.state.session_of(lost.wanted, lost.start)
            self._freed |= span(session.begin, session.end - 1)
        booking = str(event["booking"])
        if event["event"] in ("released", "expired", "cancelled"):
            self.ended[booking] = str(event["event"])
        elif event["event"] == "left":
            self.ended.setdefault(booking, "cancelled")
        else:
            self.ended.pop(booking, None)
        self._events.append(event)

    def _others(self, request: Request, own: int) -> list[Event]:
        """Events about other bookings than the request's, and proposals."""
        mine = None if isinstance(request, Tick) else self.resolver.asked_for(request)
        return [e for place, e in enumerate(self._events) if place >= own or e["booking"] != mine]

    def _commit(self, kept: Answer) -> None:
        if self._events:
            self.write({"at": self.state.now.isoformat(), **kept, "events": self._events})
            if kept:
                self.answers[kept["key"]] = (kept["digest"], kept["answer"])


def shown(event: Event) -> Event:
    """An event as answers tell it."""
    return {name: event[name] for name in ("event", "booking", "start", "until") if name in event}


def _checked(wanted: Wanted, reason: Reason | None) -> Answer:
    match reason:
        case None:
            return {"answer": "yes"}
        case Reason.UNDECIDED:
            return {"answer": "undecided", "reason": reason}
        case Reason.NOT_ELIGIBLE:
            return {"answer": "no", "reason": reason, "rules": wanted.broken}
        case _:
            return {"answer": "no", "reason": reason}


def _digest(fingerprint: Mapping[str, Any]) -> str:
    text = json.dumps(fingerprint, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
