"""What changes of sessions make of the outbox, in the transaction that changes them.

An appointment is announced when it differs from the one that the customer knows, which is that of the last
message a mailer was given; so a session that moves twice before anybody is told is announced once, and one
that moves back is not announced at all. Messages that a change has made wrong are superseded. Another agent
or other planned minutes concern no customer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.calendars import install_email_due
from data.model import Plan
from data.store.outbox.entries import (
    ANNOUNCEMENT,
    INSTALL,
    LINK,
    SENT,
    SUPERSEDED,
    WAITING,
    Appointment,
    Draft,
    Family,
    Writer,
    Written,
    row_of,
    written_of,
)
from data.store.rows import insert_rows, parts_of
from data.store.schema import OUTBOX, SESSIONS

Held = Mapping[str, Appointment]


@dataclass
class _Changes:
    """What is to become of the outbox."""

    new: list[dict[str, Any]] = field(default_factory=list)
    superseded: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Customer:
    """One booking's messages so far, and what its appointment is and was."""

    booking: str
    written: Mapping[Family, list[Written]]
    before: Appointment | None
    now: Appointment | None

    def messages(self, family: Family) -> list[Written]:
        """The messages of a family in their order.

        Where the outbox says nothing of a booking, its session was announced before there was an outbox.
        """
        if not self.written and family == ANNOUNCEMENT and self.before is not None:
            known = Draft("confirmation", None, self.before.starts_at, self.before.duration_minutes, 0)
            return [Written(0, 0, SENT, 0, known)]
        return self.written.get(family, [])

    def waiting(self, family: Family) -> list[Written]:
        """Messages that a mailer would be given."""
        return [one for one in self.messages(family) if one.state == WAITING]

    def next_ordinal(self, family: Family) -> int:
        """The place of a new message."""
        messages = self.messages(family)
        return messages[-1].ordinal + 1 if messages else 0

    def known(self, family: Family) -> Written | None:
        """The last message that the customer may have read."""
        return next((one for one in reversed(self.messages(family)) if one.may_be_known), None)


def appointments(rows: Mapping[str, Mapping[str, Any]], bookings: Collection[str]) -> Held:
    """The appointments of some bookings, from rows of sessions by booking."""
    return {
        name: Appointment(rows[name]["starts_at"], rows[name]["duration_minutes"])
        for name in bookings
        if name in rows
    }


def follow_sessions(
    connection: Connection, writer: Writer, plan: Plan, before: Held, now: Held, changed: Collection[str]
) -> None:
    """Bring the outbox to the appointments that bookings have now.

    Args:
        connection: the transaction in which the sessions change.
        writer: the run that changes them.
        plan: whose policy says when messages are due.
        before, now: sessions of the changed bookings in this plan, as they were and are.
        changed: bookings to look at.
    """
    bookings = sorted(changed)
    written = written_of(connection, bookings)
    elsewhere = _elsewhere(connection, writer, [name for name in bookings if name not in now])
    due = _DueDates(plan)
    changes = _Changes()
    for name in bookings:
        appointment = now.get(name) or elsewhere.get(name)
        customer = _Customer(name, written.get(name, {}), before.get(name), appointment)
        _follow(changes, writer, due, customer)
    for part in parts_of(changes.superseded):
        connection.execute(sa.update(OUTBOX).where(OUTBOX.c.entry_number.in_(part)).values(state=SUPERSEDED))
    insert_rows(connection, OUTBOX, changes.new)


def _elsewhere(connection: Connection, writer: Writer, bookings: list[str]) -> dict[str, Appointment]:
    """The first session that these bookings have in other plans and that is not over."""
    found: dict[str, Appointment] = {}
    for part in parts_of(bookings):
        query = sa.select(SESSIONS.c.booking_id, SESSIONS.c.starts_at, SESSIONS.c.duration_minutes).where(
            SESSIONS.c.plan_id != writer.plan_id,
            SESSIONS.c.booking_id.in_(part),
            SESSIONS.c.starts_at + SESSIONS.c.duration_minutes > writer.now // 60,
        )
        for booking, start, minutes in connection.execute(query.order_by(SESSIONS.c.starts_at)):
            found.setdefault(booking, Appointment(start, minutes))
    return found


def _follow(changes: _Changes, writer: Writer, due: _DueDates, customer: _Customer) -> None:
    minute = writer.now // 60
    last = customer.now or customer.before
    if last is None:
        return
    if last.ends_at <= minute:
        _let_rest(changes, writer, due, customer)
        return
    _announce(changes, writer, customer)
    for family in (LINK, INSTALL):
        wanted = None if customer.now is None else due.mail(family, customer.now)
        _settle(changes, writer, customer, family, wanted)


def _let_rest(changes: _Changes, writer: Writer, due: _DueDates, customer: _Customer) -> None:
    """Of a session that is over nothing is told any more; the instructions to install are still due."""
    for family in (ANNOUNCEMENT, LINK):
        changes.superseded += [one.entry_number for one in customer.waiting(family)]
    if customer.now is not None and customer.waiting(INSTALL):
        _settle(changes, writer, customer, INSTALL, due.mail(INSTALL, customer.now))


def _announce(changes: _Changes, writer: Writer, customer: _Customer) -> None:
    """Announce the appointment where it is not the one that the customer knows."""
    known = customer.known(ANNOUNCEMENT)
    wanted = _announcement(None if known is None else known.message, customer.now, writer.now // 60)
    _settle(changes, writer, customer, ANNOUNCEMENT, wanted)


def _announcement(known: Draft | None, now: Appointment | None, due_at: int) -> Draft | None:
    """What to tell a customer who knows this and has that; None where there is nothing to tell.

    It is made even where both are the same: perhaps it is not certain that the customer knows.
    """
    before = None if known is None else known.after
    if now is not None:
        kind = "confirmation" if before in (None, now.starts_at) else "reschedule"
        before = None if kind == "confirmation" else before
        return Draft(kind, before, now.starts_at, now.duration_minutes, due_at)
    if known is None:
        return None
    given_up = known.before if before is None else before
    return Draft("cancellation", given_up, None, known.duration_minutes, due_at)


def _settle(
    changes: _Changes, writer: Writer, customer: _Customer, family: Family, wanted: Draft | None
) -> None:
    """Have the wanted message wait and no other, unless the customer knows what it says."""
    waiting = customer.waiting(family)
    if wanted is not None and any(one.is_untouched and _says(one.message, wanted) for one in waiting):
        return
    known = customer.known(family)
    # What was superseded after a mailer was given it may never have been sent.
    is_known = (
        known is not None
        and known.state != SUPERSEDED
        and wanted is not None
        and known.message.after == wanted.after
    )
    changes.superseded += [one.entry_number for one in waiting if not (is_known and one is known)]
    if wanted is not None and not is_known:
        changes.new.append(row_of(writer, customer.booking, customer.next_ordinal(family), wanted))


def _says(message: Draft, wanted: Draft) -> bool:
    """Whether a message says what is wanted; an announcement is due from when it was written first."""
    if wanted.kind in (LINK, INSTALL):
        return message == wanted
    return message == replace(wanted, due_at=message.due_at, details=message.details)


class _DueDates:
    """When the mails of an appointment are due, by the policy of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._install: dict[date, date] = {}

    def mail(self, family: Family, appointment: Appointment) -> Draft:
        """The link a lead time before the start (R4), the instructions to install after the end (R6)."""
        start, minutes = appointment.starts_at, appointment.duration_minutes
        if family == LINK:
            return Draft(LINK, None, start, minutes, start - self._plan.policy.link_lead_minutes)
        return Draft(INSTALL, None, start, minutes, appointment.ends_at, self._last_day(appointment))

    def _last_day(self, appointment: Appointment) -> date:
        end = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=appointment.ends_at)
        day = end.astimezone(self._plan.axis.zone).date()
        if day not in self._install:
            self._install[day] = install_email_due(end, self._plan)
        return self._install[day]
