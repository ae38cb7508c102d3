"""Messages of the outbox as documents for the issuer's mailer, with the calendar files of announcements."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.store import Message, Settings

SCHEMA = "pontual/outbox-message@1.0"


def message_document(message: Message, settings: Settings) -> dict[str, Any]:
    """A message for programs; instants have offsets.

    ``ics`` is the calendar file of an announcement; null where the store has no organizer set, and of others.
    """
    ends_at = None if message.after is None else message.after + timedelta(minutes=message.duration_minutes)
    return {
        "schema": SCHEMA,
        "id": message.message_id,
        "kind": message.kind,
        "state": message.state,
        "plan": message.plan,
        "booking": message.booking_id,
        "start_before": _told(message.before),
        "start": _told(message.after),
        "end": _told(ends_at),
        "due_at": _told(message.due_at),
        "last_day": None if message.last_day is None else message.last_day.isoformat(),
        "sequence": message.sequence,
        "details": dict(message.details),
        "written_at": _told(message.written_at),
        "attempt": message.attempt,
        "claimed_until": _told(message.claimed_until),
        "sent_at": _told(message.sent_at),
        "ics": _calendar_file(message, settings),
    }


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _calendar_file(message: Message, settings: Settings) -> str | None:
    from data.exports.invitations import Invitation, Organizer, invitation_file

    start = message.before if message.after is None else message.after
    if message.sequence is None or settings.organizer is None or start is None:
        return None
    if not message.duration_minutes:
        # A booking that an event has added: the plan says nothing of its length.
        return None
    invitation = Invitation(
        message.booking_id,
        message.sequence,
        message.written_at,
        start,
        message.duration_minutes,
        cancelled=message.after is None,
    )
    return invitation_file(invitation, Organizer(settings.organizer, settings.organizer_name or "")).decode()
