"""The second version: requests with their answers, what is held and waited for, the moment of each plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.add_column("plans", sa.Column("moment", sa.BigInteger))
    op.add_column("plans", sa.Column("offered_kinds", sa.Text))
    op.create_table(
        "requests",
        sa.Column("request_number", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("request_key", "plan", "mode", "input_hash", "document")
        ),
        sa.Column("enqueued_at", sa.BigInteger, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("exit_code", sa.Integer),
        sa.Column("answer", sa.Text),
        sa.PrimaryKeyConstraint("request_number", name="pk_requests"),
        sa.UniqueConstraint("request_key", name="uq_requests_request_key"),
    )
    op.create_index("ix_requests_answered_at", "requests", ["answered_at"])
    op.create_table(
        "promises",
        sa.Column("plan_id", sa.Integer, nullable=False),
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
        sa.PrimaryKeyConstraint("plan_id", "booking_id", name="pk_promises"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.plan_id"], name="fk_promises_plan_id"),
    )
