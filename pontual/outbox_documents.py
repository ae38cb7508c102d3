"""Messages of the outbox as documents for the issuer's mailer, with the calendar files of announcements."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from data.store import Message, Settings

MESSAGE_SCHEMA = "pontual/outbox-message@1.0"

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""An instant with its offset."""


class OutboxMessage(BaseModel):
    """A message for a customer; what does not apply is null."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    schema_: Literal["pontual/outbox-message@1.0"] = Field(alias="schema")
    id: str = Field(description="the same however often it is handed out")
    kind: Literal["confirmation", "reschedule", "cancellation", "contact", "link_mail", "install_mail"]
    state: Literal["waiting", "sent", "superseded", "withdrawn"]
    plan: str = Field(description="name of the plan in the store")
    booking: str = Field(description="surrogate")
    start_before: Moment | None = Field(description="the start that the customer knows")
    start: Moment | None = Field(description="of the session; null when it is given up")
    end: Moment | None = Field(description="its planned end")
    due_at: Moment = Field(description="not to be sent earlier")
    last_day: str | None = Field(
        description="the last day on which it is in time (R6)", json_schema_extra={"format": "date"}
    )
    sequence: int | None = Field(description="of an announcement: SEQUENCE of its calendar file")
    details: dict[str, Any] = Field(description="of a contact: channel, deadline, alternatives and words")
    written_at: Moment
    attempt: int = Field(ge=0, description="how often it was handed out")
    claimed_until: Moment | None = Field(description="until when a mailer has it")
    sent_at: Moment | None
    ics: str | None = Field(description="calendar file of an announcement, where the store has an organizer")


def message_schema() -> dict[str, Any]:
    """The JSON Schema of messages."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": MESSAGE_SCHEMA,
        **OutboxMessage.model_json_schema(by_alias=True, mode="serialization"),
        "title": "Message of pontual outbox",
    }


def message_document(message: Message, settings: Settings) -> dict[str, Any]:
    """A message for programs.

    Raises:
        ValidationError: when it is not as its schema says: a defect.
    """
    ends_at = None if message.after is None else message.after + timedelta(minutes=message.duration_minutes)
    fields = {
        "schema": MESSAGE_SCHEMA,
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
    return OutboxMessage.model_validate(fields).model_dump(by_alias=True)


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
