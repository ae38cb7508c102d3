"""Entries of the outbox: what one is, and its key.

Every booking has three families of messages: announcements of its appointment (at most one of which waits),
mails with the link, and mails with the instructions to install. Within a family entries are numbered 0, 1, 2
and so on; the number is the SEQUENCE of an announcement's calendar file, and keys are made from it, so that
no change can be written twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.store.rows import parts_of
from data.store.schema import OUTBOX, RUNS

Family = Literal["announcement", "link_mail", "install_mail"]
ANNOUNCEMENT: Family = "announcement"
LINK: Family = "link_mail"
INSTALL: Family = "install_mail"

ANNOUNCEMENTS = ("confirmation", "reschedule", "cancellation", "contact")
KINDS = (*ANNOUNCEMENTS, LINK, INSTALL)

WAITING, SENT, SUPERSEDED, WITHDRAWN = "waiting", "sent", "superseded", "withdrawn"
STATES = (WAITING, SENT, SUPERSEDED, WITHDRAWN)
"""To be sent once it is due; acknowledged by a mailer; not to be sent, as the session has changed since; not
to be sent, as the session was not held."""

KEY_DIGITS = 20
"""Hexadecimal digits of a key: 80 bits, so that no two of a million messages share one."""


@dataclass(frozen=True)
class Appointment:
    """A session as its customer knows it: when it starts, in minutes since 1970, and its planned minutes."""

    starts_at: int
    duration_minutes: int

    @property
    def ends_at(self) -> int:
        """When it is planned to end, in minutes since 1970."""
        return self.starts_at + self.duration_minutes


@dataclass(frozen=True)
class Draft:
    """A message to be written.

    Attributes:
        before, after: the start that the customer knows and the one instead, in minutes since 1970; None
            where there is none.
        duration_minutes: of the session after, or of the one before where there is none after.
        due_at: not to be sent earlier, in minutes since 1970.
        last_day: the last day on which it is in time; None: no such day.
        details: a JSON object with more, or empty.
    """

    kind: str
    before: int | None
    after: int | None
    duration_minutes: int
    due_at: int
    last_day: date | None = None
    details: str = ""


@dataclass(frozen=True)
class Written:
    """A message that was written before."""

    entry_number: int
    ordinal: int
    state: str
    claims: int
    message: Draft

    @property
    def may_be_known(self) -> bool:
        """Whether the customer may have read it: a mailer was given it, or it is known not to be needed."""
        return self.claims > 0 or self.state in (SENT, WITHDRAWN)

    @property
    def is_untouched(self) -> bool:
        """Whether it waits, and no mailer was ever given it."""
        return self.state == WAITING and not self.claims


@dataclass(frozen=True)
class Writer:
    """The run that writes.

    Attributes:
        now: in seconds since 1970.
        customers_know: what is announced need not be sent.
    """

    run_number: int
    plan_id: int
    now: int
    customers_know: bool = False


def writer_of(
    connection: Connection, run_number: int, plan_id: int, *, customers_know: bool = False
) -> Writer:
    """The run that writes, as the store has recorded it; its moment is that of the messages."""
    query = sa.select(RUNS.c.recorded_at).where(RUNS.c.run_number == run_number)
    return Writer(run_number, plan_id, int(connection.execute(query).scalar_one()), customers_know)


def family_of(kind: str) -> Family:
    """The family of a kind of message."""
    match kind:
        case "link_mail" | "install_mail":
            return kind
        case _:
            return ANNOUNCEMENT


def written_of(connection: Connection, bookings: list[str]) -> dict[str, dict[Family, list[Written]]]:
    """All messages of some bookings, by booking and family, in their order."""
    found: dict[str, dict[Family, list[Written]]] = {}
    for part in parts_of(bookings):
        query = sa.select(OUTBOX).where(OUTBOX.c.booking_id.in_(part))
        for row in connection.execute(query.order_by(OUTBOX.c.booking_id, OUTBOX.c.ordinal)):
            message = Draft(
                row.kind, row.starts_at_before, row.starts_at_after, row.duration_minutes, row.due_at,
                row.last_day, row.details,
            )  # fmt: skip
            entry = Written(row.entry_number, row.ordinal, row.state, row.claims, message)
            found.setdefault(row.booking_id, {}).setdefault(row.family, []).append(entry)
    return found


def row_of(writer: Writer, booking: str, ordinal: int, message: Draft) -> dict[str, Any]:
    """The row of a new message."""
    family = family_of(message.kind)
    is_told = writer.customers_know and family == ANNOUNCEMENT
    return {
        "message_id": key_of(booking, ordinal, message),
        "run_number": writer.run_number,
        "plan_id": writer.plan_id,
        "booking_id": booking,
        "family": family,
        "ordinal": ordinal,
        "kind": message.kind,
        "state": SENT if is_told else WAITING,
        "starts_at_before": message.before,
        "starts_at_after": message.after,
        "duration_minutes": message.duration_minutes,
        "due_at": message.due_at,
        "last_day": message.last_day,
        "details": message.details,
        "written_at": writer.now,
        "claims": 0,
        "sent_at": writer.now if is_told else None,
    }


def key_of(booking: str, ordinal: int, message: Draft) -> str:
    """The key of a message: it depends on the booking, the change, and its place among the booking's."""
    starts = ["" if at is None else str(at) for at in (message.before, message.after)]
    parts = [booking, family_of(message.kind), str(ordinal), message.kind, *starts]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:KEY_DIGITS]
