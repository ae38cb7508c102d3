"""Erasing what is kept under one order, and the statistics that stay.

Erased are the booking, its participants, its session or its row of unplaced, the history of its session,
its messages, and events; what other rows say about it (a reason, a snapshot of the day) loses the part that
names it. What stays are sums by day, skill and outcome, which hold no key of anybody and no time of day.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.files import MissingInputError
from data.model import Bookings, Participants, Unplaced
from data.store import clock
from data.store.plans import known_plan
from data.store.schema import (
    EVENTS,
    FORGOTTEN,
    OF_PLAN,
    PLANS,
    REQUESTS,
    RUNS,
    SESSION_CHANGES,
    SESSIONS,
    tables_with,
)

BOOKINGS, PARTICIPANTS, UNPLACED = (OF_PLAN[kind] for kind in (Bookings, Participants, Unplaced))
FORGOTTEN_NAME = "(erased)"
PLACED, OPEN = "placed", "open"
_SUMS = ("bookings", "planned_minutes", "participants", "changes")


@dataclass(frozen=True)
class Statistic:
    """Bookings of one day, skill and outcome.

    Attributes:
        day: of the session or, where there is none, of the booking.
        outcome: placed, why it is unplaced, or open.
        planned_minutes: of the sessions placed.
        changes: how often sessions were placed, moved or given up.
    """

    day: date
    skill: str
    outcome: str
    bookings: int
    planned_minutes: int
    participants: int
    changes: int


def statistics_of(connection: Connection, name: str) -> list[Statistic]:
    """The statistics of a plan, erased bookings included, by day, skill and outcome.

    Raises:
        MissingInputError: when there is no such plan.
    """
    plan_id = known_plan(connection, name).plan_id
    sums = sums_of(connection, name, plan_id, None)
    erased = sa.select(FORGOTTEN).where(FORGOTTEN.c.plan_id == plan_id)
    for row in connection.execute(erased):
        held = sums.setdefault((row.day, row.skill, row.outcome), Counter())
        held.update({column: row._mapping[column] for column in _SUMS})
    return [Statistic(*key, *(sums[key][column] for column in _SUMS)) for key in sorted(sums)]


def forget(connection: Connection, booking: str) -> dict[str, int]:
    """Erase everything that is kept under a booking, in all plans.

    Returns:
        How many plans it was in, and how many of its sessions begin in the future.

    Raises:
        MissingInputError: when nothing is kept under it.
    """
    holding = sa.select(PLANS.c.plan_id, PLANS.c.name).join(BOOKINGS, BOOKINGS.c.plan_id == PLANS.c.plan_id)
    plans = connection.execute(holding.where(BOOKINGS.c.booking_id == booking)).all()
    changed = sa.select(sa.func.count()).where(SESSION_CHANGES.c.booking_id == booking)
    if not plans and not connection.execute(changed).scalar_one():
        raise MissingInputError(["the order"], "nothing is kept of it")
    now = clock.minutes_now()
    still_to_come = sa.select(sa.func.count()).where(
        SESSIONS.c.booking_id == booking, SESSIONS.c.starts_at > now
    )
    ahead = int(connection.execute(still_to_come).scalar_one())
    for plan_id, name in plans:
        for key, sums in sums_of(connection, name, plan_id, booking).items():
            keep_sums(connection, plan_id, key, sums)
        # Whoever read the plan before must not put the booking in again.
        connection.execute(
            sa.update(PLANS).where(PLANS.c.plan_id == plan_id).values(revision=PLANS.c.revision + 1)
        )
    for table in tables_with("booking_id"):
        connection.execute(sa.delete(table).where(table.c.booking_id == booking))
    _erase_from_events(connection, booking)
    _erase_from_requests(connection, booking)
    words = ((SESSION_CHANGES, "reason"), (RUNS, "reason"), (RUNS, "command"), (REQUESTS, "answer"))
    for table, column in words:
        _erase_from_words(connection, table, column, booking)
    return {"plans": len(plans), "sessions_ahead": ahead}


def sums_of(
    connection: Connection, name: str, plan_id: int, booking: str | None
) -> dict[tuple[date, str, str], Counter[str]]:
    """Sums of the bookings that are there: of one, or of all of the plan."""
    zone = known_plan(connection, name).plan.axis.zone

    def day_of(minute: int) -> date:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)).astimezone(zone).date()

    def counted(table: sa.Table) -> dict[str, int]:
        query = sa.select(table.c.booking_id, sa.func.count()).where(table.c.plan_id == plan_id)
        query = query if booking is None else query.where(table.c.booking_id == booking)
        return {row[0]: row[1] for row in connection.execute(query.group_by(table.c.booking_id))}

    query = (
        sa.select(
            BOOKINGS.c.booking_id, BOOKINGS.c.skill, BOOKINGS.c.booked_at, SESSIONS.c.starts_at,
            SESSIONS.c.duration_minutes, UNPLACED.c.reason,
        )
        .outerjoin(SESSIONS, _same_booking(SESSIONS))
        .outerjoin(UNPLACED, _same_booking(UNPLACED))
        .where(BOOKINGS.c.plan_id == plan_id)
    )  # fmt: skip
    query = query if booking is None else query.where(BOOKINGS.c.booking_id == booking)
    people, changes = counted(PARTICIPANTS), counted(SESSION_CHANGES)
    sums: dict[tuple[date, str, str], Counter[str]] = {}
    for row in connection.execute(query):
        is_placed = row.starts_at is not None
        outcome = PLACED if is_placed else row.reason or OPEN
        key = (day_of(row.starts_at if is_placed else row.booked_at), row.skill, outcome)
        sums.setdefault(key, Counter()).update(
            bookings=1,
            planned_minutes=row.duration_minutes or 0,
            participants=people.get(row.booking_id, 0),
            changes=changes.get(row.booking_id, 0),
        )
    return sums


def _same_booking(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.plan_id == BOOKINGS.c.plan_id, table.c.booking_id == BOOKINGS.c.booking_id)


def keep_sums(connection: Connection, plan_id: int, key: tuple[date, str, str], sums: Counter[str]) -> None:
    """Add what erased bookings leave to the statistics."""
    day, skill, outcome = key
    where = (
        FORGOTTEN.c.plan_id == plan_id,
        FORGOTTEN.c.day == day,
        FORGOTTEN.c.skill == skill,
        FORGOTTEN.c.outcome == outcome,
    )
    more = {name: FORGOTTEN.c[name] + sums[name] for name in _SUMS}
    if not connection.execute(sa.update(FORGOTTEN).where(*where).values(more)).rowcount:
        row = {"plan_id": plan_id, "day": day, "skill": skill, "outcome": outcome}
        connection.execute(sa.insert(FORGOTTEN).values(row | {name: sums[name] for name in _SUMS}))


def _erase_from_events(connection: Connection, booking: str) -> None:
    """Delete events of the booking; take it out of events that are about more than it."""
    of_event = (EVENTS.c.plan_id, EVENTS.c.day, EVENTS.c.number)
    naming = EVENTS.c.document.contains(booking, autoescape=True)
    for row in connection.execute(sa.select(*of_event, EVENTS.c.document).where(naming)).all():
        where = [column == row._mapping[column.name] for column in of_event]
        document = json.loads(row.document)
        left = _without(document, booking)
        if left is None:
            connection.execute(sa.delete(EVENTS).where(*where))
        elif left != document:
            told = json.dumps(left, ensure_ascii=False, sort_keys=True)
            connection.execute(sa.update(EVENTS).where(*where).values(document=told))


def _erase_from_requests(connection: Connection, booking: str) -> None:
    """Take what is about the booking out of requests that wait for their answer."""
    naming = REQUESTS.c.document.contains(booking, autoescape=True)
    query = sa.select(REQUESTS.c.request_number, REQUESTS.c.document).where(naming)
    for number, document in connection.execute(query).all():
        told = json.dumps(_without(json.loads(document), booking), ensure_ascii=False, sort_keys=True)
        where = REQUESTS.c.request_number == number
        connection.execute(sa.update(REQUESTS).where(where).values(document=told))


def _without(document: Any, booking: str) -> Any:
    """The document without the objects and list entries that name the booking; None when it is such a one."""
    match document:
        case dict():
            if booking in (value for value in document.values() if isinstance(value, str)):
                return None
            kept = {name: _without(value, booking) for name, value in document.items() if name != booking}
            lost = [n for n, v in kept.items() if v is None and document[n] is not None]
            # An object that is about one thing goes with it.
            return None if lost else kept
        case list():
            left = [_without(value, booking) for value in document if value != booking]
            return [value for value in left if value is not None]
        case _:
            return document


def _erase_from_words(connection: Connection, table: sa.Table, column: str, booking: str) -> None:
    """Take the booking's name out of a text, and leave longer names that hold it."""
    (key,) = table.primary_key.columns
    name = re.compile(rf"(?<![\w-]){re.escape(booking)}(?![\w-])")
    naming = table.c[column].contains(booking, autoescape=True)
    for number, words in connection.execute(sa.select(key, table.c[column]).where(naming)).all():
        told = name.sub(FORGOTTEN_NAME, words)
        connection.execute(sa.update(table).where(key == number).values({column: told}))
