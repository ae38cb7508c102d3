"""Contact lists of a day that was repaired (docs/contacts.md), as announcements of the outbox."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.store.outbox.entries import (
    ANNOUNCEMENT,
    Appointment,
    Draft,
    Writer,
    Written,
    written_of,
)
from data.store.outbox.sessions import settle_mails
from data.store.outbox.settling import Customer, DueDates, OutboxChanges
from data.store.plans import StoredPlan
from data.store.rows import parts_of
from data.store.schema import SESSIONS

if TYPE_CHECKING:
    from data.files.contact_entries import ContactEntry


def add_contacts(
    connection: Connection, writer: Writer, stored: StoredPlan, entries: Sequence[ContactEntry]
) -> dict[str, int]:
    """Announce changes by the entries of a contact list, in the place of what waits for the same customers.

    An entry that waits already, or that is the last thing its customer was told, is passed over.

    Returns:
        How many were new, and how many were known.
    """
    last = {entry.booking: entry for entry in entries}
    bookings = sorted(last)
    written = written_of(connection, bookings)
    minutes = _planned_minutes(connection, stored.plan_id, bookings)
    due, changes = DueDates(stored.plan), OutboxChanges(writer)
    for booking in bookings:
        entry = last[booking]
        before = Appointment(_minute(entry.before), minutes.get(booking, 0))
        now = None if entry.after is None else Appointment(_minute(entry.after), before.duration_minutes)
        customer = Customer(booking, written.get(booking, {}), before, now)
        if _is_known(customer, entry):
            continue
        changes.give_up(customer, ANNOUNCEMENT)
        changes.add(customer, _message(entry, before, now, writer.now // 60))
        settle_mails(changes, due, customer)
    changes.write(connection)
    new = sum(row["kind"] == "contact" for row in changes.new)
    return {"contacts": new, "known": len(bookings) - new}


def _is_known(customer: Customer, entry: ContactEntry) -> bool:
    standing = [*customer.waiting(ANNOUNCEMENT), customer.known(ANNOUNCEMENT)]
    return any(one is not None and _contact_id(one) == entry.contact_id for one in standing)


def _contact_id(message: Written) -> str:
    details = json.loads(message.message.details) if message.message.details else {}
    return str(details.get("contact_id", ""))


def _message(entry: ContactEntry, before: Appointment, now: Appointment | None, due_at: int) -> Draft:
    details = entry.model_dump(mode="json", exclude={"booking", "before", "after"})
    return Draft(
        kind="contact",
        before=before.starts_at,
        after=None if now is None else now.starts_at,
        duration_minutes=before.duration_minutes,
        due_at=due_at,
        details=json.dumps(details, ensure_ascii=False, sort_keys=True),
    )


def _planned_minutes(connection: Connection, plan_id: int, bookings: list[str]) -> dict[str, int]:
    """Of the sessions of these bookings; a booking that an event has added has none in the plan."""
    found: dict[str, int] = {}
    for part in parts_of(bookings):
        query = sa.select(SESSIONS.c.booking_id, SESSIONS.c.duration_minutes).where(
            SESSIONS.c.plan_id == plan_id, SESSIONS.c.booking_id.in_(part)
        )
        found |= {row.booking_id: row.duration_minutes for row in connection.execute(query)}
    return found


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
