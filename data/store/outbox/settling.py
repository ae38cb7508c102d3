"""Which messages of a customer wait: the one that is wanted, and no other.

What a customer knows is the last message that a mailer was given; a wanted message that says the same is not
written, and one that waits and says something else is superseded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    family_of,
    row_of,
)
from data.store.rows import insert_rows, parts_of
from data.store.schema import OUTBOX


@dataclass(frozen=True)
class Customer:
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

    def known(self, family: Family) -> Written | None:
        """The last message that the customer may have read."""
        return next((one for one in reversed(self.messages(family)) if one.may_be_known), None)

    def next_ordinal(self, family: Family) -> int:
        """The place of a new message."""
        messages = self.messages(family)
        return messages[-1].ordinal + 1 if messages else 0


@dataclass
class OutboxChanges:
    """What is to become of the outbox, by a run."""

    writer: Writer
    new: list[dict[str, Any]] = field(default_factory=list)
    superseded: list[int] = field(default_factory=list)

    def settle(self, customer: Customer, family: Family, wanted: Draft | None) -> None:
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
        self.superseded += [one.entry_number for one in waiting if not (is_known and one is known)]
        if wanted is not None and not is_known:
            self.add(customer, wanted)

    def add(self, customer: Customer, message: Draft) -> None:
        """Write a message."""
        ordinal = customer.next_ordinal(family_of(message.kind))
        self.new.append(row_of(self.writer, customer.booking, ordinal, message))

    def give_up(self, customer: Customer, family: Family) -> None:
        """Let no message of a family wait."""
        self.superseded += [one.entry_number for one in customer.waiting(family)]

    def write(self, connection: Connection) -> None:
        """Carry it out."""
        for part in parts_of(self.superseded):
            connection.execute(
                sa.update(OUTBOX).where(OUTBOX.c.entry_number.in_(part)).values(state=SUPERSEDED)
            )
        insert_rows(connection, OUTBOX, self.new)


def _says(message: Draft, wanted: Draft) -> bool:
    """Whether a message says what is wanted, in whatever words; a mail must also be due when it is wanted."""
    if wanted.kind in (LINK, INSTALL):
        return message == wanted
    return all(
        getattr(message, name) == getattr(wanted, name) for name in ("before", "after", "duration_minutes")
    )


class DueDates:
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
