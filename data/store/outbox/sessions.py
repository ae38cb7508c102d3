"""What changes of sessions make of the outbox, in the transaction that changes them.

An appointment is announced when it differs from the one that the customer knows; so a session that moves
twice before anybody is told is announced once, and one that moves back is not announced at all. Another agent
or other planned minutes concern no customer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.model import Plan
from data.store.outbox.entries import (
    ANNOUNCEMENT,
    INSTALL,
    LINK,
    Appointment,
    Draft,
    Writer,
    written_of,
)
from data.store.outbox.settling import Customer, DueDates, OutboxChanges
from data.store.rows import parts_of
from data.store.schema import SESSIONS

Held = Mapping[str, Appointment]


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
    due = DueDates(plan)
    changes = OutboxChanges(writer)
    for name in bookings:
        appointment = now.get(name) or elsewhere.get(name)
        _follow(changes, due, Customer(name, written.get(name, {}), before.get(name), appointment))
    changes.write(connection)


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


def _follow(changes: OutboxChanges, due: DueDates, customer: Customer) -> None:
    minute = changes.writer.now // 60
    last = customer.now or customer.before
    if last is None:
        return
    if last.ends_at <= minute:
        _let_rest(changes, due, customer)
        return
    known = customer.known(ANNOUNCEMENT)
    wanted = announcement(None if known is None else known.message, customer.now, minute)
    changes.settle(customer, ANNOUNCEMENT, wanted)
    settle_mails(changes, due, customer)


def _let_rest(changes: OutboxChanges, due: DueDates, customer: Customer) -> None:
    """Of a session that is over nothing is told any more; the instructions to install are still due."""
    for family in (ANNOUNCEMENT, LINK):
        changes.give_up(customer, family)
    if customer.now is not None and customer.waiting(INSTALL):
        changes.settle(customer, INSTALL, due.mail(INSTALL, customer.now))


def settle_mails(changes: OutboxChanges, due: DueDates, customer: Customer) -> None:
    """Have the mails with the link and with the instructions wait for the appointment, if there is one."""
    for family in (LINK, INSTALL):
        wanted = None if customer.now is None else due.mail(family, customer.now)
        changes.settle(customer, family, wanted)


def announcement(known: Draft | None, now: Appointment | None, due_at: int) -> Draft | None:
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
