"""Planning cases in the store: put in, and read as they were."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.files import BadDataError, MissingInputError, Problem
from data.files.errors import shown
from data.files.plan_file import plan_bytes, read_plan
from data.model import Case, Plan, SessionKind, Sessions, Unplaced
from data.store.errors import ChangedMeanwhileError
from data.store.rows import read_table, replace_rows
from data.store.schedules import Reasons, write_sessions
from data.store.schema import PLAN_TABLES, PLANS

LONGEST_NAME = 200

OfferedKind = tuple[str, SessionKind, int, int]
"""Skill, session, planned minutes, participants."""


@dataclass(frozen=True)
class StoredCase:
    """A planning case as the store had it at one moment.

    Attributes:
        revision: counts what was written to the plan; say it when writing what was made from this case.
    """

    name: str
    case: Case
    revision: int


@dataclass(frozen=True)
class StoredPlan:
    """A plan of the store without its tables.

    Attributes:
        moment: the latest moment at which something was sold, in UTC; None before that.
        offered_kinds: of which whatever sells keeps the table of offers up to date; None: there is no table.
    """

    plan_id: int
    plan: Plan
    revision: int
    moment: datetime | None = None
    offered_kinds: tuple[OfferedKind, ...] | None = None


def plan_names(connection: Connection) -> list[str]:
    """The names of all plans, in order."""
    return list(connection.execute(sa.select(PLANS.c.name).order_by(PLANS.c.name)).scalars())


def find_plan(connection: Connection, name: str) -> StoredPlan | None:
    """The plan of this name, if there is one.

    Raises:
        BadDataError: when its document is no plan.
    """
    row = connection.execute(sa.select(PLANS).where(PLANS.c.name == name)).one_or_none()
    if row is None:
        return None
    plan = _plan_of(row.document, name)
    moment = None if row.moment is None else datetime.fromtimestamp(row.moment, UTC)
    return StoredPlan(row.plan_id, plan, row.revision, moment, _offered_kinds(row.offered_kinds))


@lru_cache(maxsize=4)
def _plan_of(document: str, name: str) -> Plan:
    # Whatever a request does reads the plan again in its own transaction, and finds the same.
    plan, problems = read_plan(document.encode(), f"plan {shown(name)}")
    if plan is None:
        raise BadDataError(problems)
    return plan


def _offered_kinds(text: str | None) -> tuple[OfferedKind, ...] | None:
    return None if text is None else tuple(tuple(kind) for kind in json.loads(text))


def known_plan(connection: Connection, name: str) -> StoredPlan:
    """The plan of this name.

    Raises:
        MissingInputError: when there is none.
    """
    found = find_plan(connection, name)
    if found is None:
        raise MissingInputError([f"plan {shown(name)}"], "not in the store")
    return found


def read_case(connection: Connection, name: str) -> StoredCase:
    """The case of a plan, rows in the order in which they were put in.

    Raises:
        MissingInputError: when there is no such plan.
    """
    stored = known_plan(connection, name)
    return StoredCase(name, case_of(connection, stored), stored.revision)


def case_of(connection: Connection, stored: StoredPlan) -> Case:
    """The whole case of a plan, rows in the order in which they were put in."""
    tables: dict[str, Any] = {
        kind.TABLE: read_table(connection, stored.plan_id, kind, stored.plan.axis) for kind in PLAN_TABLES
    }
    return Case(plan=stored.plan, **tables)


def next_revision(connection: Connection, stored: StoredPlan, based_on: int | None) -> int:
    """Count a writing to the plan.

    Args:
        connection: a transaction of a writer.
        stored: the plan as this transaction sees it.
        based_on: revision of the case from which the writing was made; None: of no matter.

    Raises:
        ChangedMeanwhileError: when somebody else has written since.
    """
    if based_on is not None and based_on != stored.revision:
        raise ChangedMeanwhileError(
            f"the plan was written to since it was read (revision {based_on}, now {stored.revision}); "
            "nothing was written: read it again"
        )
    revision = stored.revision + 1
    connection.execute(sa.update(PLANS).where(PLANS.c.plan_id == stored.plan_id).values(revision=revision))
    return revision


def put_case(
    connection: Connection,
    run_number: int,
    name: str,
    case: Case,
    reasons: Reasons,
    based_on: int | None,
    *,
    customers_know: bool = False,
) -> tuple[int, dict[str, Any]]:
    """Put a case under a name, in the place of the one that is there; its sessions' history goes on.

    Returns:
        The plan, and what was done.

    Raises:
        BadDataError: when the name can't be one, or a booking or agent of a session is not in the case.
        DoubleBookingError: when somebody would be in two sessions at once.
        ChangedMeanwhileError: when somebody else has written to the plan since `based_on`.
    """
    _check_name(name)
    document = plan_bytes(case.plan).decode()
    stored = find_plan(connection, name)
    if stored is None:
        values = {"name": name, "document": document, "revision": 0}
        created = connection.execute(sa.insert(PLANS).values(values).returning(PLANS.c.plan_id))
        stored = StoredPlan(int(created.scalar_one()), case.plan, 0)
    revision = next_revision(connection, stored, based_on)
    policy_changed = (stored.plan.policy, stored.plan.calendar) != (case.plan.policy, case.plan.calendar)
    if plan_bytes(stored.plan).decode() != document:
        # Another horizon has another axis: what is stored in instants stays right.
        connection.execute(
            sa.update(PLANS).where(PLANS.c.plan_id == stored.plan_id).values(document=document)
        )
    for kind in PLAN_TABLES:
        if kind not in (Sessions, Unplaced):
            replace_rows(connection, stored.plan_id, case.table(kind), case.axis)
    counts = write_sessions(
        connection, run_number, stored.plan_id, case, reasons,
        customers_know=customers_know, policy_changed=policy_changed,
    )  # fmt: skip
    return stored.plan_id, {"revision": revision, **counts}


def _check_name(name: str) -> None:
    if not name.strip() or name != name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        expected = f"expected a name of 1 to {LONGEST_NAME} characters, without blanks at its ends"
        raise BadDataError([Problem("plan", None, "name", shown(name), expected)])
