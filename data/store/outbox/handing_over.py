"""Messages handed to mailers: each to one of them at a time, until one says that it was sent.

A mailer claims messages for a while, sends them, and acknowledges them by their keys. What is not
acknowledged when the while is over is handed out again, to whoever asks: a mailer that died has perhaps sent
it, so its successor looks up the key in its own list of what it sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.store.outbox.entries import ANNOUNCEMENT, SENT, SUPERSEDED, WAITING, WITHDRAWN
from data.store.plans import known_plan
from data.store.rows import parts_of
from data.store.schema import OUTBOX, PLANS, RUNS


@dataclass(frozen=True)
class Message:
    """A message of the outbox; instants are in the zone of the service.

    Attributes:
        message_id: the same however often it is handed out.
        kind: one of `KINDS`.
        state: one of `STATES`.
        booking_id: surrogate of the booking.
        before: start that the customer knows; None: none.
        after: start of the session that the message is about; None when it is cancelled.
        duration_minutes: planned; of the session after or, where there is none, of the one before.
        due_at: not to be sent earlier.
        last_day: the last day on which it is in time (R6); None: no such day.
        sequence: of an announcement, SEQUENCE of its calendar file; None of other messages.
        details: more about it, by kind.
        written_at: when the change was made that it tells of.
        attempt: how often it was handed out.
        claimed_until: until when a mailer has it.
        sent_at: when a mailer said that it was sent.
    """

    message_id: str
    kind: str
    state: str
    plan: str
    booking_id: str
    before: datetime | None
    after: datetime | None
    duration_minutes: int
    due_at: datetime
    last_day: date | None
    sequence: int | None
    details: Mapping[str, Any]
    written_at: datetime
    attempt: int
    claimed_until: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True)
class Acknowledged:
    """What acknowledging did.

    Attributes:
        acknowledged: keys of messages that are sent from now on.
        repeated: keys that were acknowledged before.
        unknown: keys of no message; perhaps it was erased meanwhile.
    """

    acknowledged: tuple[str, ...]
    repeated: tuple[str, ...]
    unknown: tuple[str, ...]


def claim(connection: Connection, name: str, limit: int, seconds: int, now: int) -> list[Message]:
    """Take messages that are due and that no other mailer has, the longest due first.

    Args:
        connection: a transaction of a writer.
        name: of this claim; sent again after a lost answer, it gets the same messages.
        limit: how many at most.
        seconds: how long they are the mailer's.
        now: in seconds since 1970.
    """
    mine = sa.select(OUTBOX.c.entry_number).where(OUTBOX.c.claim == name)
    taken = list(connection.execute(mine).scalars())
    if not taken:
        free = sa.or_(OUTBOX.c.claimed_until.is_(None), OUTBOX.c.claimed_until <= now)
        query = (
            sa.select(OUTBOX.c.entry_number)
            .where(OUTBOX.c.state == WAITING, OUTBOX.c.due_at <= now // 60, free)
            .order_by(OUTBOX.c.due_at, OUTBOX.c.entry_number)
            .limit(limit)
        )
        taken = list(connection.execute(query).scalars())
        values = {"claim": name, "claims": OUTBOX.c.claims + 1, "claimed_until": now + seconds}
        for part in parts_of(taken):
            connection.execute(sa.update(OUTBOX).where(OUTBOX.c.entry_number.in_(part)).values(values))
    return _messages(connection, [OUTBOX.c.claim == name])


def acknowledge(connection: Connection, keys: Sequence[str], now: int) -> Acknowledged:
    """Remember that messages were sent; one that was superseded meanwhile was sent all the same."""
    states: dict[str, str] = {}
    for part in parts_of(list(keys)):
        query = sa.select(OUTBOX.c.message_id, OUTBOX.c.state).where(OUTBOX.c.message_id.in_(part))
        states |= {row.message_id: row.state for row in connection.execute(query)}
    wanted = list(dict.fromkeys(keys))
    new = [key for key in wanted if states.get(key) in (WAITING, SUPERSEDED, WITHDRAWN)]
    for part in parts_of(new):
        values = {"state": SENT, "sent_at": now, "claimed_until": None}
        connection.execute(sa.update(OUTBOX).where(OUTBOX.c.message_id.in_(part)).values(values))
    return Acknowledged(
        tuple(new),
        tuple(key for key in wanted if states.get(key) == SENT),
        tuple(key for key in wanted if key not in states),
    )


def messages_since(
    connection: Connection, since: datetime | None, states: Sequence[str], limit: int | None
) -> list[Message]:
    """Messages written at or after a moment, in the order in which they are due."""
    where: list[sa.ColumnElement[bool]] = [OUTBOX.c.state.in_(states)]
    if since is not None:
        where.append(OUTBOX.c.written_at >= since.timestamp())
    return _messages(connection, where, limit)


def messages_of_run(connection: Connection, run_id: str) -> list[Message]:
    """The messages that a run has written, in the order in which they are due."""
    number = sa.select(RUNS.c.run_number).where(RUNS.c.run_id == run_id).scalar_subquery()
    return _messages(connection, [OUTBOX.c.run_number == number])


def _messages(
    connection: Connection, where: list[sa.ColumnElement[bool]], limit: int | None = None
) -> list[Message]:
    query = (
        sa.select(OUTBOX, PLANS.c.name)
        .join(PLANS, PLANS.c.plan_id == OUTBOX.c.plan_id)
        .where(*where)
        .order_by(OUTBOX.c.due_at, OUTBOX.c.entry_number)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    zones = {name: known_plan(connection, name).plan.axis.zone for name in {row.name for row in rows}}
    return [_message(row, zones[row.name]) for row in rows]


def _message(row: Any, zone: ZoneInfo) -> Message:
    return Message(
        message_id=row.message_id,
        kind=row.kind,
        state=row.state,
        plan=row.name,
        booking_id=row.booking_id,
        before=_instant(row.starts_at_before, 60, zone),
        after=_instant(row.starts_at_after, 60, zone),
        duration_minutes=row.duration_minutes,
        due_at=_at(row.due_at, 60, zone),
        last_day=row.last_day,
        sequence=row.ordinal if row.family == ANNOUNCEMENT else None,
        details=json.loads(row.details) if row.details else {},
        written_at=_at(row.written_at, 1, zone),
        attempt=row.claims,
        claimed_until=_instant(row.claimed_until, 1, zone),
        sent_at=_instant(row.sent_at, 1, zone),
    )


def _instant(number: int | None, seconds: int, zone: ZoneInfo) -> datetime | None:
    return None if number is None else _at(number, seconds, zone)


def _at(number: int, seconds: int, zone: ZoneInfo) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number * seconds)).astimezone(zone)
