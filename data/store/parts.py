"""As much of a plan as the selling of some days needs, so that a long plan costs no more than a short one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.model import (
    Absences,
    Agents,
    Bookings,
    Breaks,
    Case,
    Contracts,
    Demand,
    Duties,
    Participants,
    Sessions,
    Table,
)
from data.store.plans import StoredPlan
from data.store.rows import columns_of, origin_of, parts_of, read_rows_of_bookings, read_table, table_of
from data.store.schema import OF_PLAN

MARGIN_MINUTES = 360
"""Duties that come so near to a day belong to it: sessions at midnight meet those of both days."""


def case_of_days(
    connection: Connection, stored: StoredPlan, days: Iterable[int], bookings: Collection[str]
) -> Case:
    """The duties that touch some days, all that their agents hold in them, and some bookings besides.

    Sessions of these days are there too when no duty holds them. There is no demand, and nothing unplaced.

    Args:
        days: counted from the first day of the horizon.
        bookings: those of the plan are there, with or without a session.
    """
    axis, plan_id = stored.plan.axis, stored.plan_id
    duty, session, pause = (OF_PLAN[kind] for kind in (Duties, Sessions, Breaks))
    origin = origin_of(axis)
    times = [
        (axis.midnight(day) + origin - MARGIN_MINUTES, axis.midnight(day + 1) + origin + MARGIN_MINUTES)
        for day in sorted(set(days))
    ]

    def near(start: Any, end: Any) -> Any:
        return sa.or_(sa.false(), *(sa.and_(start < last, end > first) for first, last in times))

    def in_a_duty(agent: Any, start: Any, end: Any) -> Any:
        holding = (duty.c.plan_id == plan_id, duty.c.agent_id == agent)
        inside = (duty.c.starts_at <= start, duty.c.ends_at >= end)
        return sa.exists().where(*holding, *inside, near(duty.c.starts_at, duty.c.ends_at))

    wanted: dict[type[Table], Any] = {
        Duties: near(duty.c.starts_at, duty.c.ends_at),
        Breaks: in_a_duty(pause.c.agent_id, pause.c.starts_at, pause.c.ends_at),
        Sessions: sa.or_(
            near(session.c.occupied_from, session.c.occupied_until),
            in_a_duty(session.c.agent_id, session.c.occupied_from, session.c.occupied_until),
            session.c.booking_id.in_(sorted(bookings)),
        ),
    }
    tables: dict[str, Any] = {}
    for kind, where in wanted.items():
        table = OF_PLAN[kind]
        query = columns_of(kind).where(table.c.plan_id == plan_id, where).order_by(table.c.place)
        tables[kind.TABLE] = table_of(kind, connection.execute(query).all(), axis)
    whole: tuple[type[Table], ...] = (Agents, Contracts, Absences)
    for kind in whole:
        tables[kind.TABLE] = read_table(connection, plan_id, kind, axis)
    names = sorted({*tables[Sessions.TABLE].booking_id.tolist(), *bookings})
    of_bookings: tuple[type[Table], ...] = (Bookings, Participants)
    for kind in of_bookings:
        tables[kind.TABLE] = read_rows_of_bookings(connection, plan_id, kind, names, axis)
    return Case(plan=stored.plan, demand=Demand.empty(), **tables)


def days_of_sessions(connection: Connection, stored: StoredPlan, bookings: Collection[str]) -> set[int]:
    """Days of the horizon on which these bookings have sessions."""
    axis, session = stored.plan.axis, OF_PLAN[Sessions]
    origin = origin_of(axis)
    starts: list[int] = []
    for part in parts_of(sorted(bookings)):
        query = sa.select(session.c.starts_at).where(
            session.c.plan_id == stored.plan_id, session.c.booking_id.in_(part)
        )
        starts += connection.execute(query).scalars()
    return {axis.day_of(start - origin) for start in starts}
