"""The first version: plans, runs, the history of sessions, events, offers; nobody in two sessions at once."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Type = sa.types.TypeEngine[Any]
TEXT, INTEGER, LONG, FLAG, DAY = sa.Text(), sa.Integer(), sa.BigInteger(), sa.Boolean(), sa.Date()
NUMBER: Type = sa.Double()

PLAN_TABLES: tuple[tuple[str, dict[str, Type], tuple[str, ...], dict[str, str]], ...] = (
    (
        "contracts",
        {
            "contract_id": TEXT,
            "regime": TEXT,
            "daily_minutes": INTEGER,
            "weekly_minutes": INTEGER,
            "overtime_minutes": INTEGER,
            "hourly_cost": NUMBER,
            "min_duty_minutes?": INTEGER,
            "max_duty_minutes?": INTEGER,
            "min_days_in_a_row?": INTEGER,
            "max_days_in_a_row?": INTEGER,
            "min_days_off_in_a_row?": INTEGER,
            "max_weekends?": INTEGER,
            "min_horizon_minutes?": INTEGER,
            "max_horizon_minutes?": INTEGER,
        },
        ("contract_id",),
        {},
    ),
    (
        "demand",
        {
            "starts_at": LONG,
            "skill": TEXT,
            "required": INTEGER,
            "expected_bookings": NUMBER,
            "under_price": INTEGER,
            "over_price": INTEGER,
        },
        ("starts_at", "skill"),
        {},
    ),
    (
        "history",
        {"starts_at": LONG, "skill": TEXT, "bookings": INTEGER, "no_shows": INTEGER},
        ("starts_at", "skill"),
        {},
    ),
    (
        "shift_types",
        {"shift_type": TEXT, "starts": INTEGER, "minutes": INTEGER, "not_followed_by?": TEXT},
        ("shift_type",),
        {},
    ),
    (
        "agents",
        {
            "agent_id": TEXT,
            "contract_id": TEXT,
            "skills": TEXT,
            "pool?": TEXT,
            "state": TEXT,
            "city?": TEXT,
            "sunday_off_every_weeks": INTEGER,
            "credential_from?": DAY,
            "credential_until?": DAY,
            "last_duty_end?": LONG,
            "days_worked_in_a_row": INTEGER,
            "sundays_worked_in_a_row": INTEGER,
            "days_worked_in_week": INTEGER,
            "minutes_worked_in_week": INTEGER,
            "overtime_worked_in_week": INTEGER,
            "weekend_days_worked": INTEGER,
            "late_duties_worked": INTEGER,
            "weekly_rest_due": FLAG,
        },
        ("agent_id",),
        {"contract_id": "contracts.contract_id"},
    ),
    (
        "shift_demand",
        {"date": DAY, "shift_type": TEXT, "required": INTEGER, "under_price": INTEGER, "over_price": INTEGER},
        ("date", "shift_type"),
        {"shift_type": "shift_types.shift_type"},
    ),
    (
        "shift_limits",
        {"contract_id": TEXT, "shift_type": TEXT, "most": INTEGER},
        ("contract_id", "shift_type"),
        {"contract_id": "contracts.contract_id", "shift_type": "shift_types.shift_type"},
    ),
    (
        "absences",
        {"agent_id": TEXT, "starts_at": LONG, "ends_at": LONG},
        ("agent_id", "starts_at"),
        {"agent_id": "agents.agent_id"},
    ),
    (
        "bookings",
        {
            "booking_id": TEXT,
            "order_status": TEXT,
            "holder_type": TEXT,
            "product?": TEXT,
            "skill": TEXT,
            "duration_minutes": INTEGER,
            "booked_at": LONG,
            "preferred_start?": LONG,
            "priority": INTEGER,
            "joint_clause": FLAG,
            "holder_is_administrator": FLAG,
            "holder_is_registered": FLAG,
            "holder_is_deceased": FLAG,
            "proxy_issued_on?": DAY,
            "documents?": TEXT,
            "needs_presence": FLAG,
            "pin?": TEXT,
            "pinned_start?": LONG,
            "pinned_agent?": TEXT,
        },
        ("booking_id",),
        {"pinned_agent": "agents.agent_id"},
    ),
    (
        "breaks",
        {"agent_id": TEXT, "starts_at": LONG, "ends_at": LONG, "kind": TEXT},
        ("agent_id", "starts_at"),
        {"agent_id": "agents.agent_id"},
    ),
    (
        "duties",
        {"agent_id": TEXT, "starts_at": LONG, "ends_at": LONG, "pinned": FLAG},
        ("agent_id", "starts_at"),
        {"agent_id": "agents.agent_id"},
    ),
    (
        "standby",
        {"agent_id": TEXT, "starts_at": LONG, "ends_at": LONG},
        ("agent_id", "starts_at"),
        {"agent_id": "agents.agent_id"},
    ),
    (
        "wishes",
        {
            "agent_id": TEXT,
            "starts_at": LONG,
            "ends_at": LONG,
            "kind": TEXT,
            "weight": INTEGER,
            "shift_type?": TEXT,
        },
        ("place",),
        {"shift_type": "shift_types.shift_type", "agent_id": "agents.agent_id"},
    ),
    (
        "participants",
        {
            "booking_id": TEXT,
            "participant_id": TEXT,
            "role": TEXT,
            "has_cnh": FLAG,
            "cnh_issued_on?": DAY,
            "has_biometrics": FLAG,
            "time_zone": TEXT,
            "window_start": LONG,
            "window_end": LONG,
            "daily_from": INTEGER,
            "daily_until": INTEGER,
        },
        ("booking_id", "participant_id"),
        {"booking_id": "bookings.booking_id"},
    ),
    (
        "sessions",
        {
            "booking_id": TEXT,
            "agent_id": TEXT,
            "starts_at": LONG,
            "duration_minutes": INTEGER,
            "occupied_from": LONG,
            "occupied_until": LONG,
        },
        ("booking_id",),
        {"booking_id": "bookings.booking_id", "agent_id": "agents.agent_id"},
    ),
    (
        "unplaced",
        {"booking_id": TEXT, "reason": TEXT, "rules?": TEXT, "alternatives?": TEXT},
        ("booking_id",),
        {"booking_id": "bookings.booking_id"},
    ),
)
"""Tables of a plan: name, columns (with ? when they may be NULL), key, and columns that refer to others."""

TAKEN_ONCE = (
    ("sessions", "agent_id", "occupied_from", "occupied_until"),
    ("attendances", "participant_id", "held_from", "held_until"),
)
"""Table, whose time, and from when to when: intervals of one key never overlap, whatever plan they are of."""


def upgrade() -> None:
    """Make the tables."""
    _plans_and_runs()
    for table in PLAN_TABLES:
        _plan_table(*table)
    _attendances()
    _history_of_sessions()
    _events_and_offers()
    _forgotten()
    for taken in TAKEN_ONCE:
        if op.get_bind().dialect.name == "postgresql":
            _exclude_overlaps(*taken)
        else:
            _refuse_overlaps(*taken)


def _exclude_overlaps(table: str, key: str, start: str, end: str) -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_{key} "
        f"EXCLUDE USING gist ({key} WITH =, int8range({start}, {end}) WITH &&)"
    )


def _refuse_overlaps(table: str, key: str, start: str, end: str) -> None:
    # No interval is longer than a day, so the index is read for one day only.
    clash = (
        f"SELECT RAISE(ABORT, 'expected nobody in two sessions at once') FROM {table} AS other "  # noqa: S608
        f"WHERE other.{key} = NEW.{key} AND other.rowid <> NEW.rowid "
        f"AND other.{start} < NEW.{end} AND other.{start} > NEW.{start} - 1440 AND NEW.{start} < other.{end}"
    )
    for moment in ("INSERT", "UPDATE"):
        op.execute(f"CREATE TRIGGER tr_{table}_{moment.lower()} AFTER {moment} ON {table} BEGIN {clash}; END")


def _plan_table(
    name: str, columns: dict[str, Type], key: tuple[str, ...], references: dict[str, str]
) -> None:
    extra: list[sa.CheckConstraint] = []
    if name == "sessions":
        within = (
            "occupied_from <= starts_at AND duration_minutes > 0 "
            "AND starts_at + duration_minutes <= occupied_until AND occupied_until - occupied_from <= 1440"
        )
        extra.append(sa.CheckConstraint(within, name="ck_sessions_occupation"))
    op.create_table(
        name,
        sa.Column("plan_id", INTEGER, nullable=False),
        sa.Column("place", INTEGER, nullable=False),
        *(
            sa.Column(column.removesuffix("?"), kind, nullable=column.endswith("?"))
            for column, kind in columns.items()
        ),
        sa.PrimaryKeyConstraint("plan_id", *key, name=f"pk_{name}"),
        _of_plan(name),
        *(_reference(name, column, target) for column, target in references.items()),
        *extra,
    )
    if name == "sessions":
        op.create_index("ix_sessions_agent_id", name, ["agent_id", "occupied_from"])


def _of_plan(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["plan_id"], ["plans.plan_id"], name=f"fk_{table}_plan_id")


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A reference within the plan. It is checked at the end of a transaction: tables are replaced whole."""
    there, name = target.split(".")
    return sa.ForeignKeyConstraint(
        ["plan_id", column],
        [f"{there}.plan_id", f"{there}.{name}"],
        name=f"fk_{table}_{column}",
        deferrable=True,
        initially="DEFERRED",
    )


def _plans_and_runs() -> None:
    op.create_table(
        "plans",
        sa.Column("plan_id", INTEGER, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("revision", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plans"),
        sa.UniqueConstraint("name", name="uq_plans_name"),
    )
    op.create_table(
        "runs",
        sa.Column("run_number", INTEGER, nullable=False),
        sa.Column("run_id", TEXT, nullable=False),
        sa.Column("plan_id", INTEGER),
        sa.Column("recorded_at", LONG, nullable=False),
        *(
            sa.Column(name, TEXT, nullable=False)
            for name in ("command", "who", "reason", "input_hash", "solver_version")
        ),
        sa.Column("objective", NUMBER),
        sa.Column("bound", NUMBER),
        sa.Column("outcome", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("run_number", name="pk_runs"),
        sa.UniqueConstraint("run_id", name="uq_runs_run_id"),
        _of_plan("runs"),
    )


def _attendances() -> None:
    op.create_table(
        "attendances",
        sa.Column("plan_id", INTEGER, nullable=False),
        sa.Column("booking_id", TEXT, nullable=False),
        sa.Column("participant_id", TEXT, nullable=False),
        sa.Column("held_from", LONG, nullable=False),
        sa.Column("held_until", LONG, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "booking_id", "participant_id", name="pk_attendances"),
        _reference("attendances", "booking_id", "sessions.booking_id"),
        sa.CheckConstraint(
            "held_from < held_until AND held_until - held_from <= 1440", name="ck_attendances_held"
        ),
    )
    op.create_index("ix_attendances_participant_id", "attendances", ["participant_id", "held_from"])


def _history_of_sessions() -> None:
    op.create_table(
        "session_changes",
        sa.Column("change_number", INTEGER, nullable=False),
        sa.Column("run_number", INTEGER, nullable=False),
        sa.Column("plan_id", INTEGER, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("booking_id", "change", "reason")),
        *(
            sa.Column(f"{name}_{when}", kind)
            for when in ("before", "after")
            for name, kind in (("agent_id", TEXT), ("starts_at", LONG), ("duration_minutes", LONG))
        ),
        sa.PrimaryKeyConstraint("change_number", name="pk_session_changes"),
        sa.ForeignKeyConstraint(["run_number"], ["runs.run_number"], name="fk_session_changes_run_number"),
    )
    op.create_index("ix_session_changes_booking_id", "session_changes", ["booking_id"])


def _events_and_offers() -> None:
    op.create_table(
        "events",
        sa.Column("plan_id", INTEGER, nullable=False),
        sa.Column("day", DAY, nullable=False),
        sa.Column("number", INTEGER, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "day", "number", name="pk_events"),
        _of_plan("events"),
    )
    kind_of_booking = ("skill", "session", "duration_minutes", "participants")
    op.create_table(
        "offers",
        sa.Column("plan_id", INTEGER, nullable=False),
        *(
            sa.Column(name, TEXT if name in ("skill", "session") else INTEGER, nullable=False)
            for name in kind_of_booking
        ),
        sa.Column("starts_at", LONG, nullable=False),
        sa.Column("count", INTEGER, nullable=False),
        sa.Column("exact", FLAG, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", *kind_of_booking, "starts_at", name="pk_offers"),
        _of_plan("offers"),
    )


def _forgotten() -> None:
    op.create_table(
        "forgotten",
        sa.Column("plan_id", INTEGER, nullable=False),
        sa.Column("day", DAY, nullable=False),
        sa.Column("skill", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        *(
            sa.Column(name, INTEGER, nullable=False)
            for name in ("bookings", "planned_minutes", "participants", "changes")
        ),
        sa.PrimaryKeyConstraint("plan_id", "day", "skill", "outcome", name="pk_forgotten"),
        _of_plan("forgotten"),
    )
