"""The outbox: messages that customers are due; and settings of the store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT, INTEGER, LONG = sa.Text(), sa.Integer(), sa.BigInteger()


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outbox",
        sa.Column("entry_number", INTEGER, nullable=False),
        sa.Column("message_id", TEXT, nullable=False),
        sa.Column("run_number", INTEGER, nullable=False),
        sa.Column("plan_id", INTEGER, nullable=False),
        sa.Column("booking_id", TEXT, nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("ordinal", INTEGER, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("starts_at_before", LONG),
        sa.Column("starts_at_after", LONG),
        sa.Column("duration_minutes", INTEGER, nullable=False),
        sa.Column("due_at", LONG, nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.Column("details", TEXT, nullable=False),
        sa.Column("written_at", LONG, nullable=False),
        sa.Column("claim", TEXT),
        sa.Column("claims", INTEGER, nullable=False),
        sa.Column("claimed_until", LONG),
        sa.Column("sent_at", LONG),
        sa.PrimaryKeyConstraint("entry_number", name="pk_outbox"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
        sa.UniqueConstraint("booking_id", "family", "ordinal", name="uq_outbox_booking_id"),
        sa.ForeignKeyConstraint(["run_number"], ["runs.run_number"], name="fk_outbox_run_number"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.plan_id"], name="fk_outbox_plan_id"),
    )
    op.create_index("ix_outbox_state", "outbox", ["state", "due_at"])
    op.create_table(
        "settings",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
