"""What happened on the days of a plan, and what could be sold: events and offers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.files import BadDataError, Problem
from data.store.outbox.outcomes import follow_events
from data.store.plans import StoredPlan
from data.store.rows import insert_rows, origin_of
from data.store.schema import EVENTS, OFFERS

if TYPE_CHECKING:
    from data.day.events import Event


@dataclass(frozen=True)
class Offer:
    """A start that can still be sold for a kind of booking (docs/offers.md).

    Attributes:
        session: single, joint or judicial.
        participants: how many must attend.
        start: in minutes on the plan's axis.
        count: how many such bookings could be sold at this start together.
        exact: False where there may be more.
    """

    skill: str
    session: str
    duration_minutes: int
    participants: int
    start: int
    count: int
    exact: bool


def add_events(
    connection: Connection, stored: StoredPlan, day: date, events: Sequence[Event]
) -> dict[str, int]:
    """Keep events of a day; one that is there already, with the same words, changes nothing.

    Returns:
        How many were new, and how many were there.

    Raises:
        BadDataError: with every event whose number another event of the day has.
    """
    known = {
        row.number: row.document
        for row in connection.execute(
            sa.select(EVENTS.c.number, EVENTS.c.document).where(
                EVENTS.c.plan_id == stored.plan_id, EVENTS.c.day == day
            )
        )
    }
    new: dict[int, dict[str, Any]] = {}
    problems: list[Problem] = []
    for event in events:
        document = json.dumps(event.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
        if known.get(event.number, document) != document:
            expected = "expected a number of its own; another event of the day has it"
            problems.append(Problem("events", None, "number", str(event.number), expected))
        elif event.number not in known:
            known[event.number] = document
            new[event.number] = {
                "plan_id": stored.plan_id,
                "day": day,
                "number": event.number,
                "kind": event.kind,
                "document": document,
            }
    if problems:
        raise BadDataError(problems)
    insert_rows(connection, EVENTS, list(new.values()))
    follow_events(connection, stored.plan_id, [event for event in events if event.number in new])
    return {"events": len(new), "known": len(events) - len(new)}


def events_of(connection: Connection, stored: StoredPlan, day: date) -> list[Event]:
    """The events of a day, in the order of their numbers."""
    from data.day.events import EVENT

    query = sa.select(EVENTS.c.document).where(EVENTS.c.plan_id == stored.plan_id, EVENTS.c.day == day)
    rows = connection.execute(query.order_by(EVENTS.c.number)).scalars()
    return [EVENT.validate_json(document) for document in rows]


def replace_offers(
    connection: Connection, stored: StoredPlan, offers: Sequence[Offer], of_day: int | None = None
) -> dict[str, int]:
    """Put offers in the place of the plan's present ones: of all days, or of one of the horizon's."""
    axis = stored.plan.axis
    origin = origin_of(axis)
    where = [OFFERS.c.plan_id == stored.plan_id]
    if of_day is not None:
        where.append(OFFERS.c.starts_at >= axis.midnight(of_day) + origin)
        where.append(OFFERS.c.starts_at < axis.midnight(of_day + 1) + origin)
    connection.execute(sa.delete(OFFERS).where(*where))
    rows = [
        {
            "plan_id": stored.plan_id,
            "skill": offer.skill,
            "session": offer.session,
            "duration_minutes": offer.duration_minutes,
            "participants": offer.participants,
            "starts_at": offer.start + origin,
            "count": offer.count,
            "exact": offer.exact,
        }
        for offer in offers
    ]
    insert_rows(connection, OFFERS, rows)
    return {"offers": len(rows)}


def offers_of(connection: Connection, stored: StoredPlan) -> list[Offer]:
    """The offers of a plan, by kind and start."""
    origin = origin_of(stored.plan.axis)
    columns = [column for column in OFFERS.c if column.name != "plan_id"]
    query = sa.select(*columns).where(OFFERS.c.plan_id == stored.plan_id).order_by(*columns[:5])
    return [
        Offer(r.skill, r.session, r.duration_minutes, r.participants, r.starts_at - origin, r[5], r.exact)
        for r in connection.execute(query)
    ]
