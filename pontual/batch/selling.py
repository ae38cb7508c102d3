"""Modes that sell: read, carried out, judged and written in one transaction, one job at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data.batch.reading import ResolvedRequest
from data.batch.requests import HoldItem, OfBooking, RescheduleItem, SellingRequest, WaitItem
from data.files import BadDataError, Problem
from data.files.errors import shown
from data.model import PlanningAxis, Promise
from data.store import (
    BatchAnswer,
    BatchRequest,
    Decided,
    Offer,
    OpenPlan,
    PlanChanges,
    Run,
    SessionChange,
    Store,
)
from optimizer.offers.kinds import KindOfBooking
from optimizer.planning.selling import Selling, SellingDesk, UnheldError
from optimizer.planning.sold_starts import sold_starts
from pontual.batch.bringing import brought, with_brought
from pontual.batch.documents import clash_of, result_text, session_changes
from pontual.batch.offering import offers_of_days
from pontual.batch.steps import Steps
from pontual.exit_codes import ExitCode

WHY = {
    "confirm": "sold to the customer",
    "cancel": "cancelled by the customer",
    "reschedule": "moved by the customer",
}
ANOTHER_AGENT = "another agent, so that a start could be sold"


def sell(
    store: Store,
    resolved: ResolvedRequest,
    request: SellingRequest,
    batch: BatchRequest,
    run: Run,
    steps: Steps,
) -> BatchAnswer:
    """Carry out a request that sells.

    Raises:
        BusyError: when the deadline was over before it was this request's turn.
        BadDataError, FilesError: for whatever the request says wrongly, or the store refuses.
        RefereeDisagreesError: when the referee finds a fault in what would be sold then.
    """

    def work(plan: OpenPlan) -> Decided:
        steps.refuse_when_late()
        with steps.step("reading"):
            now = steps.moment(request, plan.stored)
            opened = _Opened(plan, resolved, request.items, now)
        with steps.step("selling"):
            desk = SellingDesk(opened.case, opened.promises, now, opened.days, steps.is_late)
            try:
                selling = desk.carry_out(request.mode, request.items)
            except UnheldError as error:
                return unheld(resolved, steps, now, error)
        with steps.step("offers"):
            offers = {}
            if plan.stored.offered_kinds is not None:
                kinds = [KindOfBooking(*kind) for kind in plan.stored.offered_kinds]
                offers = offers_of_days(desk, opened.case.axis, selling.days, kinds).offers
        return _decided(resolved, request, steps, now, opened, selling, offers)

    return store.carry_out(batch, run, work)


def unheld(resolved: ResolvedRequest, steps: Steps, now: datetime, error: UnheldError) -> Decided:
    """Nothing is sold where the roster cannot hold what was sold before."""
    code = ExitCode.INFEASIBLE

    def document(revision: int) -> str:
        search = clash_of(error.bookings)
        fields = {"outcome": "infeasible", "exit_code": int(code), "search": search}
        return result_text(resolved, steps, now, revision, **fields)

    return Decided(PlanChanges(moment=now), document, int(code))


class _Opened:
    """As much of the plan as the request is about, with the bookings that come along.

    Attributes:
        days: of which the case has everything.
        sessions: as they are, by booking.
        bookings, participants: rows that come along, but for bookings that have a session.
    """

    def __init__(
        self, plan: OpenPlan, resolved: ResolvedRequest, items: Sequence[OfBooking], now: datetime
    ) -> None:
        axis = plan.stored.plan.axis
        names = {str(item.booking) for item in items}
        _check_all_are_named(resolved, names)
        self.promises = plan.promises(names)
        days = plan.days_of_sessions(names) | {day for item in items for day in _days_of(item, axis)}
        days |= {axis.day_of(p.start or 0) for p in self.promises if _matters(p, names, now)}
        self.days = {day for day in days if 0 <= day < axis.days}
        besides = names | {p.booking_id for p in self.promises if p.windows}
        besides |= {p.booking_id for p in self.promises if axis.day_of(p.start or 0) in self.days}
        stored = plan.case_of_days(self.days, besides)
        self.sessions = sold_starts(stored.sessions)
        self.bookings, self.participants = brought(resolved, self.sessions.keys())
        self.case = with_brought(stored, self.bookings, self.participants)


def _check_all_are_named(resolved: ResolvedRequest, names: set[str]) -> None:
    problems = [
        Problem("bookings", row, "booking_id", shown(name), "expected a booking that an item names")
        for row, name in enumerate(resolved.bookings.booking_id.tolist(), start=2)
        if name not in names
    ]
    if problems:
        raise BadDataError(problems)


def _days_of(item: OfBooking, axis: PlanningAxis) -> set[int]:
    match item:
        case HoldItem() | RescheduleItem():
            return {axis.day_of(axis.minute_of(item.start))}
        case WaitItem():
            spans = [
                (axis.day_of(axis.minute_of(w.earliest)), axis.day_of(axis.minute_of(w.ends_by)))
                for w in item.windows
            ]
            return {day for first, last in spans for day in range(max(0, first), min(axis.days, last + 1))}
        case _:
            return set()


def _matters(promise: Promise, names: set[str], now: datetime) -> bool:
    """Whether the day of what is held matters: somebody asks about it, or it has ended."""
    ended = promise.until is not None and promise.until <= now
    return promise.takes_time and (promise.booking_id in names or ended)


def _decided(
    resolved: ResolvedRequest,
    request: SellingRequest,
    steps: Steps,
    now: datetime,
    opened: _Opened,
    selling: Selling,
    offers: dict[int, list[Offer]],
) -> Decided:
    axis = opened.case.axis
    named = {str(item.booking) for item in request.items}
    reason = resolved.request.why or WHY.get(request.mode, "")
    why = {name: reason if name in named else ANOTHER_AGENT for name in selling.sessions}
    refused = {str(answer["booking"]) for answer in selling.answers if not answer["ok"]}
    bookings, participants = brought(resolved, opened.sessions.keys() | refused)
    changes = PlanChanges(
        sessions=tuple(
            SessionChange(name, reason=why[name])
            if sold is None
            else SessionChange(name, sold.agent_id, sold.start, sold.duration_minutes, why[name])
            for name, sold in selling.sessions.items()
        ),
        bookings=bookings,
        participants=participants,
        promises=selling.promises,
        without_promises=selling.without_promises,
        offers=offers,
        moment=now,
    )

    def document(revision: int) -> str:
        return result_text(
            resolved,
            steps,
            now,
            revision,
            reproducible=all(answer.get("error") != "deadline" for answer in selling.answers),
            changes=session_changes(opened.sessions, selling.sessions, why, axis),
            answers=list(selling.answers),
            events=list(selling.events),
        )

    return Decided(changes, document, int(ExitCode.OK))
