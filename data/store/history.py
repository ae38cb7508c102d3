"""The history of a booking's session: who moved it, when, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.store.plans import known_plan
from data.store.schema import PLANS, RUNS, SESSION_CHANGES


@dataclass(frozen=True)
class SessionThen:
    """A session as it was: agent, start in the zone of the service, and planned minutes."""

    agent_id: str
    starts_at: datetime
    duration_minutes: int


@dataclass(frozen=True)
class RecordedChange:
    """One change of a booking's session.

    Attributes:
        plan: name of the plan.
        change: one of `CHANGES`.
        before, after: the session; None where there was, or is, none.
        reason: why, in the words of whoever changed it.
        command, who: of the run.
        recorded_at: when, in the zone of the service.
    """

    plan: str
    change: str
    before: SessionThen | None
    after: SessionThen | None
    reason: str
    command: str
    who: str
    recorded_at: datetime


def history_of(connection: Connection, booking: str) -> list[RecordedChange]:
    """Everything that befell the session of a booking, in order, over all plans."""
    query = (
        sa.select(SESSION_CHANGES, PLANS.c.name, RUNS.c.command, RUNS.c.who, RUNS.c.recorded_at)
        .join(RUNS, RUNS.c.run_number == SESSION_CHANGES.c.run_number)
        .join(PLANS, PLANS.c.plan_id == SESSION_CHANGES.c.plan_id)
        .where(SESSION_CHANGES.c.booking_id == booking)
        .order_by(SESSION_CHANGES.c.run_number, SESSION_CHANGES.c.change_number)
    )
    rows = connection.execute(query).all()
    zones = {row.name: known_plan(connection, row.name).plan.axis.zone for row in rows}
    return [
        RecordedChange(
            row.name,
            row.change,
            _session(row, "before", zones[row.name]),
            _session(row, "after", zones[row.name]),
            row.reason,
            row.command,
            row.who,
            datetime.fromtimestamp(row.recorded_at, UTC).astimezone(zones[row.name]),
        )
        for row in rows
    ]


def _session(row: Any, when: str, zone: Any) -> SessionThen | None:
    values = row._mapping
    if values[f"agent_id_{when}"] is None:
        return None
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=values[f"starts_at_{when}"])
    return SessionThen(values[f"agent_id_{when}"], start.astimezone(zone), values[f"duration_minutes_{when}"])
