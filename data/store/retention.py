"""How long personal data is kept: what is older is erased, and the statistics stay.

Once a plan has been over for so many days, every row of it that is of a booking or an agent goes, with the
history, messages and events; what stays are the sums that `forget` leaves too. Of plans that go on, old
events go, and the history and messages of bookings that are not in the plan any more. Old runs lose who
wrote, and why, and old requests of the batch job how they were answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.model import Bookings
from data.model.planning_axis import BRASILIA
from data.store.forgetting import keep_sums, sums_of
from data.store.plans import known_plan, plan_names
from data.store.schema import (
    EVENTS,
    OF_PLAN,
    OUTBOX,
    PLANS,
    REQUESTS,
    RUNS,
    SESSION_CHANGES,
    tables_with,
)

BOOKINGS = OF_PLAN[Bookings]

EMPTIED = {RUNS.name: {"who": "", "reason": ""}, REQUESTS.name: {"answer": ""}}
"""Of what rows are emptied that stay: the id of a run and the key of a request are never used twice."""


@dataclass(frozen=True)
class Expired:
    """What is older than it may be.

    Attributes:
        plans: names of plans that have been over for too long and still hold personal data.
        rows: how many rows of each table are to be erased, and of `runs` and `requests` to be emptied.
    """

    plans: tuple[str, ...]
    rows: dict[str, int]


@dataclass(frozen=True)
class _Limit:
    """The first day that is kept, and the plans that were over before it, by number and name."""

    day: date
    plans: dict[int, str]

    @property
    def seconds(self) -> int:
        """When that day begins, in seconds since 1970."""
        midnight = datetime.combine(self.day, datetime.min.time(), tzinfo=ZoneInfo(BRASILIA))
        return int(midnight.timestamp())


def expired(connection: Connection, days: int, now: int) -> Expired:
    """What would be erased.

    Args:
        connection: that reads.
        days: so many days after the last day of a plan, its personal data is kept.
        now: in seconds since 1970.
    """
    limit = _limit(connection, days, now)
    rows = {}
    for table, doomed in _doomed(limit):
        query = sa.select(sa.func.count()).select_from(table).where(doomed)
        rows[table.name] = int(connection.execute(query).scalar_one())
    return Expired(
        tuple(sorted(limit.plans.values())), {name: count for name, count in rows.items() if count}
    )


def erase_expired(connection: Connection, days: int, now: int) -> dict[str, int]:
    """Erase it, and keep the statistics.

    Returns:
        How many `plans` lost their personal data, and how many rows of each table went.
    """
    limit = _limit(connection, days, now)
    for plan_id, name in limit.plans.items():
        for key, sums in sums_of(connection, name, plan_id, None).items():
            keep_sums(connection, plan_id, key, sums)
    # Whoever read one of these plans before must not put its rows in again.
    connection.execute(
        sa.update(PLANS).where(PLANS.c.plan_id.in_(limit.plans)).values(revision=PLANS.c.revision + 1)
    )
    rows: dict[str, int] = {}
    for table, doomed in _doomed(limit):
        emptied = EMPTIED.get(table.name)
        change = sa.delete(table) if emptied is None else sa.update(table).values(emptied)
        rows[table.name] = connection.execute(change.where(doomed)).rowcount
    return {"plans": len(limit.plans), **{name: count for name, count in rows.items() if count}}


def _limit(connection: Connection, days: int, now: int) -> _Limit:
    moment = datetime.fromtimestamp(now, UTC)
    over: dict[int, str] = {}
    for name in plan_names(connection):
        stored = known_plan(connection, name)
        first_kept = moment.astimezone(stored.plan.axis.zone).date() - timedelta(days=days)
        if stored.plan.axis.date_of(stored.plan.days - 1) < first_kept:
            over[stored.plan_id] = name
    holding: set[int] = set()
    for table in (*_personal(), EVENTS):
        query = sa.select(table.c.plan_id).where(table.c.plan_id.in_(over)).distinct()
        holding |= set(connection.execute(query).scalars())
    day = moment.astimezone(ZoneInfo(BRASILIA)).date() - timedelta(days=days)
    return _Limit(day, {plan_id: name for plan_id, name in over.items() if plan_id in holding})


def _personal() -> list[sa.Table]:
    """Tables of single bookings and agents."""
    return [table for table in tables_with("booking_id", "agent_id") if "plan_id" in table.c]


def _doomed(limit: _Limit) -> Iterator[tuple[sa.Table, sa.ColumnElement[bool]]]:
    """Which rows of which tables are too old, in an order in which they can be deleted."""
    for table in _personal():
        of_plan = table.c.plan_id.in_(limit.plans)
        if table in (SESSION_CHANGES, OUTBOX):
            yield table, sa.or_(of_plan, _left_behind(table, limit))
        else:
            yield table, of_plan
    yield EVENTS, sa.or_(EVENTS.c.plan_id.in_(limit.plans), EVENTS.c.day < limit.day)
    told = sa.or_(RUNS.c.who != "", RUNS.c.reason != "")
    yield RUNS, sa.and_(RUNS.c.recorded_at < limit.seconds, told)
    # Those that wait for their answer are in use.
    yield REQUESTS, sa.and_(REQUESTS.c.answered_at < limit.seconds, REQUESTS.c.answer != "")


def _left_behind(table: sa.Table, limit: _Limit) -> sa.ColumnElement[bool]:
    """Rows that an old run has written of bookings that are not in the plan any more."""
    old = sa.select(RUNS.c.run_number).where(RUNS.c.recorded_at < limit.seconds)
    present = sa.exists().where(
        BOOKINGS.c.plan_id == table.c.plan_id, BOOKINGS.c.booking_id == table.c.booking_id
    )
    return sa.and_(table.c.run_number.in_(old), ~present)
