"""The tables of the store, for queries. Those of a plan follow from the columns that the model declares.

Databases are made by `migrations/` alone, which stays as it was written; a test holds both together.

Instants are whole minutes since 1970-01-01T00:00Z, so that plans can be compared with each other: in
PostgreSQL ``to_timestamp(60 * starts_at)``, in SQLite ``datetime(60 * starts_at, 'unixepoch')``. Days are
dates; times of day are minutes since local midnight; a missing value is NULL. `place` is a row's place in its
table.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from data.model import INPUT_TABLES, RESULT_TABLES, Sessions, Table
from data.model.columns import Column, Day, Flag, Instant, Integer, Kind, Number, TimeOfDay

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_1_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}
METADATA = sa.MetaData(naming_convention=NAMES)
PLAN_TABLES: tuple[type[Table], ...] = (*INPUT_TABLES, *RESULT_TABLES)


def may_be_missing(column: Column) -> bool:
    """Whether the column has a value that stands for none, which the store keeps as NULL."""
    return column.optional and column.default is None and not isinstance(column.kind, Flag)


def sql_type(kind: Kind) -> sa.types.TypeEngine[Any]:
    """The type of a column of this kind."""
    match kind:
        case Flag():
            return sa.Boolean()
        case Number():
            return sa.Double()
        case Integer() | TimeOfDay():
            return sa.Integer()
        case Instant():
            return sa.BigInteger()
        case Day():
            return sa.Date()
        case _:
            return sa.Text()


def tables_with(*columns: str) -> tuple[sa.Table, ...]:
    """The tables that have one of these columns, those that refer to others before those."""
    return tuple(
        table for table in reversed(METADATA.sorted_tables) if any(name in table.c for name in columns)
    )


def _plan_table(kind: type[Table]) -> sa.Table:
    columns = [sa.Column(c.name, sql_type(c.kind), nullable=may_be_missing(c)) for c in kind.columns()]
    if kind is Sessions:
        columns += [sa.Column(name, sa.BigInteger, nullable=False) for name in OCCUPATION]
    keys = [c.name for c in kind.columns() if c.key]
    by_agent = [sa.Index("ix_sessions_agent_id", "agent_id", "occupied_from")] if kind is Sessions else []
    whole = not any(may_be_missing(c) for c in kind.columns() if c.key)
    references = []
    for column in kind.columns():
        if column.refers_to:
            table, name = column.refers_to.split(".")
            references.append(
                sa.ForeignKeyConstraint(
                    ["plan_id", column.name],
                    [f"{table}.plan_id", f"{table}.{name}"],
                    deferrable=True,
                    initially="DEFERRED",
                    name=f"fk_{kind.TABLE}_{column.name}",
                )
            )
    return sa.Table(
        kind.TABLE,
        METADATA,
        sa.Column("plan_id", sa.Integer, sa.ForeignKey("plans.plan_id", name=f"fk_{kind.TABLE}_plan_id")),
        sa.Column("place", sa.Integer, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("plan_id", *(keys if whole else ["place"])),
        *references,
        *by_agent,
    )


OCCUPATION = ("occupied_from", "occupied_until")
"""Columns of sessions beyond the model's: when the agent is occupied, set-up and wrap-up included."""

PLANS = sa.Table(
    "plans",
    METADATA,
    sa.Column("plan_id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("moment", sa.BigInteger),
    sa.Column("offered_kinds", sa.Text),
)
"""Planning cases by name; `document` is plan.json, `revision` counts what was written, `moment` is the latest
moment at which something was sold, in seconds since 1970; `offered_kinds`: the kinds of booking, as JSON, of
which whatever sells keeps the table of offers up to date."""

OF_PLAN: dict[type[Table], sa.Table] = {kind: _plan_table(kind) for kind in PLAN_TABLES}
"""The table of the store for each table of the model."""

SESSIONS = OF_PLAN[Sessions]

ATTENDANCES = sa.Table(
    "attendances",
    METADATA,
    sa.Column("plan_id", sa.Integer, nullable=False),
    sa.Column("booking_id", sa.Text, nullable=False),
    sa.Column("participant_id", sa.Text, nullable=False),
    sa.Column("held_from", sa.BigInteger, nullable=False),
    sa.Column("held_until", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("plan_id", "booking_id", "participant_id"),
    sa.ForeignKeyConstraint(
        ["plan_id", "booking_id"],
        ["sessions.plan_id", "sessions.booking_id"],
        deferrable=True,
        initially="DEFERRED",
        name="fk_attendances_booking_id",
    ),
    sa.Index("ix_attendances_participant_id", "participant_id", "held_from"),
)
"""Who must attend which session, and from when to when."""

RUNS = sa.Table(
    "runs",
    METADATA,
    sa.Column("run_number", sa.Integer, primary_key=True),
    sa.Column("run_id", sa.Text, nullable=False, unique=True),
    sa.Column("plan_id", sa.Integer, sa.ForeignKey("plans.plan_id", name="fk_runs_plan_id")),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("input_hash", sa.Text, nullable=False),
    sa.Column("solver_version", sa.Text, nullable=False),
    sa.Column("objective", sa.Double),
    sa.Column("bound", sa.Double),
    sa.Column("outcome", sa.Text, nullable=False),
)
"""Whatever wrote to the store; `recorded_at` in seconds since 1970, `run_number` in the order of commits."""

_SESSION_THEN = ("agent_id", "starts_at", "duration_minutes")

SESSION_CHANGES = sa.Table(
    "session_changes",
    METADATA,
    sa.Column("change_number", sa.Integer, primary_key=True),
    sa.Column(
        "run_number",
        sa.Integer,
        sa.ForeignKey("runs.run_number", name="fk_session_changes_run_number"),
        nullable=False,
    ),
    sa.Column("plan_id", sa.Integer, nullable=False),
    sa.Column("booking_id", sa.Text, nullable=False),
    sa.Column("change", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    *(
        sa.Column(f"{name}_{when}", sa.Text if name == "agent_id" else sa.BigInteger)
        for when in ("before", "after")
        for name in _SESSION_THEN
    ),
    sa.Index("ix_session_changes_booking_id", "booking_id"),
)
"""The history of sessions: what each was before and after, NULL for none."""

EVENTS = sa.Table(
    "events",
    METADATA,
    sa.Column("plan_id", sa.Integer, sa.ForeignKey("plans.plan_id", name="fk_events_plan_id")),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("plan_id", "day", "number"),
)
"""What happened on a day, as one JSON object each (`data.day.events`)."""

OFFERS = sa.Table(
    "offers",
    METADATA,
    sa.Column("plan_id", sa.Integer, sa.ForeignKey("plans.plan_id", name="fk_offers_plan_id")),
    sa.Column("skill", sa.Text, nullable=False),
    sa.Column("session", sa.Text, nullable=False),
    sa.Column("duration_minutes", sa.Integer, nullable=False),
    sa.Column("participants", sa.Integer, nullable=False),
    sa.Column("starts_at", sa.BigInteger, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("exact", sa.Boolean, nullable=False),
    sa.PrimaryKeyConstraint("plan_id", "skill", "session", "duration_minutes", "participants", "starts_at"),
)
"""Starts that can still be sold, by kind of booking (docs/offers.md)."""

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("entry_number", sa.Integer, primary_key=True),
    sa.Column("message_id", sa.Text, nullable=False, unique=True),
    sa.Column(
        "run_number",
        sa.Integer,
        sa.ForeignKey("runs.run_number", name="fk_outbox_run_number"),
        nullable=False,
    ),
    sa.Column(
        "plan_id", sa.Integer, sa.ForeignKey("plans.plan_id", name="fk_outbox_plan_id"), nullable=False
    ),
    sa.Column("booking_id", sa.Text, nullable=False),
    sa.Column("family", sa.Text, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("starts_at_before", sa.BigInteger),
    sa.Column("starts_at_after", sa.BigInteger),
    sa.Column("duration_minutes", sa.Integer, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("last_day", sa.Date),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("written_at", sa.BigInteger, nullable=False),
    sa.Column("claim", sa.Text),
    sa.Column("claims", sa.Integer, nullable=False),
    sa.Column("claimed_until", sa.BigInteger),
    sa.Column("sent_at", sa.BigInteger),
    sa.UniqueConstraint("booking_id", "family", "ordinal"),
    sa.Index("ix_outbox_state", "state", "due_at"),
)
"""Messages that customers are due (`data.store.outbox`); starts and `due_at` in minutes, the rest in seconds
since 1970."""

SETTINGS = sa.Table(
    "settings",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""Settings of the store as a whole (`data.store.settings`)."""

FORGOTTEN = sa.Table(
    "forgotten",
    METADATA,
    sa.Column("plan_id", sa.Integer, sa.ForeignKey("plans.plan_id", name="fk_forgotten_plan_id")),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("skill", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    *(
        sa.Column(name, sa.Integer, nullable=False)
        for name in ("bookings", "planned_minutes", "participants", "changes")
    ),
    sa.PrimaryKeyConstraint("plan_id", "day", "skill", "outcome"),
)
"""What erased bookings leave to the statistics: sums by day, skill and outcome, and no key of anybody."""

REQUESTS = sa.Table(
    "requests",
    METADATA,
    sa.Column("request_number", sa.Integer, primary_key=True),
    sa.Column("request_key", sa.Text, nullable=False, unique=True),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("input_hash", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("enqueued_at", sa.BigInteger, nullable=False),
    sa.Column("answered_at", sa.BigInteger, index=True),
    sa.Column("exit_code", sa.Integer),
    sa.Column("answer", sa.Text),
)
"""Requests of the batch job by their idempotency keys (docs/batch.md): those to be answered with their
documents, those answered with their answers. `enqueued_at` and `answered_at` in seconds since 1970."""

PROMISES = sa.Table(
    "promises",
    METADATA,
    sa.Column("plan_id", sa.Integer, sa.ForeignKey("plans.plan_id", name="fk_promises_plan_id")),
    *(
        sa.Column(name, sa.Text, nullable=False)
        for name in ("booking_id", "status", "skill", "session", "people", "windows", "passed")
    ),
    *(
        sa.Column(name, sa.Integer, nullable=False)
        for name in ("duration_minutes", "participants", "priority", "seconds", "turn")
    ),
    sa.Column("starts_at", sa.BigInteger),
    sa.Column("agent_id", sa.Text),
    sa.Column("until", sa.BigInteger),
    sa.PrimaryKeyConstraint("plan_id", "booking_id"),
)
"""What bookings without a session were promised (`data.model.promises`): starts held or proposed, `until` in
seconds since 1970, and places in the queue."""
