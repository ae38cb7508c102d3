"""What bookings without a session were promised, as rows of the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.model import Promise
from data.store.plans import StoredPlan
from data.store.rows import insert_rows, origin_of, parts_of
from data.store.schema import PROMISES

LIVE = ("held", "proposed", "waiting")
"""What still binds; the rest says how a booking came to have nothing."""


def promises_of(
    connection: Connection, stored: StoredPlan, bookings: Collection[str] | None = ()
) -> list[Promise]:
    """The promises of a plan that bind, and whatever there is of some bookings (None: of all); in order."""
    live = PROMISES.c.status.in_(LIVE)
    where = [live, *(PROMISES.c.booking_id.in_(part) for part in parts_of(sorted(bookings or ())))]
    query = sa.select(PROMISES).where(PROMISES.c.plan_id == stored.plan_id)
    if bookings is not None:
        query = query.where(sa.or_(*where))
    origin = origin_of(stored.plan.axis)
    rows = connection.execute(query.order_by(PROMISES.c.turn, PROMISES.c.booking_id))
    return [_promise(row, origin) for row in rows]


def replace_promises(
    connection: Connection, stored: StoredPlan, promises: Sequence[Promise], gone: Iterable[str]
) -> None:
    """Put promises in the place of what there is of their bookings; take away those of others."""
    origin = origin_of(stored.plan.axis)
    names = sorted({*gone, *(promise.booking_id for promise in promises)})
    for part in parts_of(names):
        connection.execute(
            sa.delete(PROMISES).where(PROMISES.c.plan_id == stored.plan_id, PROMISES.c.booking_id.in_(part))
        )
    insert_rows(connection, PROMISES, [_row(promise, origin, stored.plan_id) for promise in promises])


def _row(promise: Promise, origin: int, plan_id: int) -> dict[str, Any]:
    return {
        "plan_id": plan_id,
        "booking_id": promise.booking_id,
        "status": promise.status,
        "skill": promise.skill,
        "session": promise.session,
        "duration_minutes": promise.duration_minutes,
        "participants": promise.participants,
        "people": "|".join(promise.people),
        "priority": promise.priority,
        "starts_at": None if promise.start is None else promise.start + origin,
        "agent_id": promise.agent_id,
        "until": None if promise.until is None else int(promise.until.timestamp()),
        "windows": "|".join(f"{first + origin}-{last + origin}" for first, last in promise.windows),
        "passed": "|".join(str(start + origin) for start in promise.passed),
        "seconds": promise.seconds,
        "turn": promise.turn,
    }


def _promise(row: Any, origin: int) -> Promise:
    windows = [tuple(map(int, part.split("-"))) for part in row.windows.split("|") if part]
    return Promise(
        booking_id=row.booking_id,
        status=row.status,
        skill=row.skill,
        session=row.session,
        duration_minutes=row.duration_minutes,
        participants=row.participants,
        people=tuple(row.people.split("|")) if row.people else (),
        priority=row.priority,
        start=None if row.starts_at is None else row.starts_at - origin,
        agent_id=row.agent_id,
        until=None if row.until is None else datetime.fromtimestamp(row.until, UTC),
        windows=tuple((first - origin, last - origin) for first, last in windows),
        passed=tuple(int(start) - origin for start in row.passed.split("|") if start),
        seconds=row.seconds,
        turn=row.turn,
    )
