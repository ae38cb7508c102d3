"""Figures of a store for whoever watches it: how much there is, what wrote last, how far mailers are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.model import Bookings, Sessions, Unplaced
from data.store.outbox.entries import WAITING
from data.store.schema import OF_PLAN, OUTBOX, PLANS, PROMISES, REQUESTS, RUNS, SESSION_CHANGES


@dataclass(frozen=True)
class LastRun:
    """The last run of a command.

    Attributes:
        count: how many runs of the command there were.
    """

    command: str
    count: int
    recorded_at: datetime
    objective: float | None
    bound: float | None


@dataclass(frozen=True)
class MailersWork:
    """What mailers have to do.

    Attributes:
        messages: how many there are, by kind and state.
        due: how many wait, are due, and no mailer has.
        oldest_due_at: since when the first of them is due; None: none is.
    """

    messages: Mapping[tuple[str, str], int]
    due: int
    oldest_due_at: datetime | None


@dataclass(frozen=True)
class Figures:
    """Figures of a store at one moment.

    Attributes:
        now: by the clock of this machine.
        plans: how many rows plans have, by name and table (`bookings`, `sessions`, `unplaced`).
        runs: by command.
        pending_requests: of the batch job, without an answer.
        expired_holds: starts held or proposed whose time is over, and that nothing has taken back yet.
        changes: how often sessions were placed, moved and so on, as far as the history goes back.
    """

    now: datetime
    plans: Mapping[tuple[str, str], int]
    runs: tuple[LastRun, ...]
    changes: Mapping[str, int]
    mailers: MailersWork
    pending_requests: int
    expired_holds: int

    @property
    def last_run(self) -> LastRun | None:
        """The last run of all."""
        return max(self.runs, key=lambda run: run.recorded_at, default=None)


def figures_of(connection: Connection, now: int) -> Figures:
    """The figures of a store; `now` in seconds since 1970."""
    return Figures(
        now=_instant(now),
        plans=_plans(connection),
        runs=_runs(connection),
        changes=_changes(connection),
        mailers=_mailers(connection, now),
        pending_requests=_count(connection, REQUESTS, REQUESTS.c.answered_at.is_(None)),
        expired_holds=_count(
            connection, PROMISES, PROMISES.c.status.in_(("held", "proposed")), PROMISES.c.until < now
        ),
    )


def _plans(connection: Connection) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for kind in (Bookings, Sessions, Unplaced):
        table = OF_PLAN[kind]
        query = (
            sa.select(PLANS.c.name, sa.func.count(table.c.booking_id))
            .outerjoin(table, table.c.plan_id == PLANS.c.plan_id)
            .group_by(PLANS.c.name)
        )
        counts |= {(name, kind.TABLE): count for name, count in connection.execute(query)}
    return counts


def _runs(connection: Connection) -> tuple[LastRun, ...]:
    of_command = (
        sa.select(sa.func.max(RUNS.c.run_number).label("last"), sa.func.count().label("runs"))
        .group_by(RUNS.c.command)
        .subquery()
    )
    query = sa.select(RUNS, of_command.c.runs).join(of_command, of_command.c.last == RUNS.c.run_number)
    return tuple(
        LastRun(row.command, row.runs, _instant(row.recorded_at), row.objective, row.bound)
        for row in connection.execute(query.order_by(RUNS.c.command))
    )


def _changes(connection: Connection) -> dict[str, int]:
    query = sa.select(SESSION_CHANGES.c.change, sa.func.count()).group_by(SESSION_CHANGES.c.change)
    return {row.change: row[1] for row in connection.execute(query)}


def _mailers(connection: Connection, now: int) -> MailersWork:
    by_kind = sa.select(OUTBOX.c.kind, OUTBOX.c.state, sa.func.count()).group_by(
        OUTBOX.c.kind, OUTBOX.c.state
    )
    messages = {(kind, state): count for kind, state, count in connection.execute(by_kind)}
    free = sa.or_(OUTBOX.c.claimed_until.is_(None), OUTBOX.c.claimed_until <= now)
    due = sa.select(sa.func.count(), sa.func.min(OUTBOX.c.due_at)).where(
        OUTBOX.c.state == WAITING, OUTBOX.c.due_at <= now // 60, free
    )
    count, oldest = connection.execute(due).one()
    return MailersWork(messages, count, None if oldest is None else _instant(oldest * 60))


def _count(connection: Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(*where)
    return int(connection.execute(query).scalar_one())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
