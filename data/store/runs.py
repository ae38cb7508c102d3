"""Runs: whatever writes to the store says who it is, and is carried out once, however often it is sent."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.files import BadDataError, Problem
from data.identity import masked
from data.store import clock
from data.store.database import Database
from data.store.schema import PLANS, RUNS


@dataclass(frozen=True)
class Run:
    """What writes to the store, and why.

    Attributes:
        command: what was called.
        who: a person's or job's name in the issuer's own terms.
        reason: why sessions change, where a change has no reason of its own.
        input_hash: of what the answer was made from (SHA-256, hexadecimal); empty: of nothing.
        solver_version: what made the answer, with its version.
        objective: of the answer, in the solver's unit.
        bound: proven for the objective.
        run_id: the same run sent again is not carried out again.
    """

    command: str
    who: str = ""
    reason: str = ""
    input_hash: str = ""
    solver_version: str = ""
    objective: float | None = None
    bound: float | None = None
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True)
class RecordedRun:
    """A run as the store remembers it.

    Attributes:
        number: place in the order in which runs were committed; numbers may be missing.
        recorded_at: by the clock of the machine that wrote, in UTC, to the second.
        plan: name of the plan it wrote to; None where it was no single one.
        outcome: what it did, in numbers.
    """

    number: int
    run: Run
    recorded_at: datetime
    plan: str | None
    outcome: dict[str, Any]


def carry_out(
    database: Database, run: Run, work: Callable[[Connection, int], tuple[int | None, dict[str, Any]]]
) -> dict[str, Any]:
    """Do a run's work and record it, in one transaction; a run that is recorded already is not done again.

    Args:
        database: the store.
        run: who writes, and why.
        work: is given the number of the run; returns the plan it wrote to and what it did, in numbers.

    Returns:
        What the run did, now or when it was first sent.

    Raises:
        BadDataError: when another run has the same id.
        FilesError: for whatever the database or the work refuses; nothing was written then.
    """

    def once(connection: Connection) -> dict[str, Any]:
        earlier = connection.execute(sa.select(RUNS).where(RUNS.c.run_id == run.run_id)).one_or_none()
        if earlier is not None:
            if (earlier.command, earlier.input_hash) != (masked(run.command), run.input_hash):
                expected = "expected an id of its own; another run has this one"
                raise BadDataError([Problem("run", None, "run_id", "", expected)])
            done: dict[str, Any] = json.loads(earlier.outcome)
            return done
        values = {
            "run_id": run.run_id,
            "recorded_at": clock.seconds_now(),
            "command": masked(run.command),
            "who": masked(run.who),
            "reason": masked(run.reason),
            "input_hash": run.input_hash,
            "solver_version": run.solver_version,
            "objective": run.objective,
            "bound": run.bound,
            "outcome": "{}",
        }
        inserted = connection.execute(sa.insert(RUNS).values(values).returning(RUNS.c.run_number))
        number = int(inserted.scalar_one())
        plan_id, outcome = work(connection, number)
        told = json.dumps(outcome, ensure_ascii=False)
        connection.execute(
            sa.update(RUNS).where(RUNS.c.run_number == number).values(plan_id=plan_id, outcome=told)
        )
        return outcome

    return database.write(once)


def recorded_runs(connection: Connection) -> list[RecordedRun]:
    """All runs, in the order in which they were committed."""
    query = sa.select(RUNS, PLANS.c.name).join(PLANS, isouter=True).order_by(RUNS.c.run_number)
    return [
        RecordedRun(
            row.run_number,
            Run(
                row.command, row.who, row.reason, row.input_hash, row.solver_version, row.objective,
                row.bound, row.run_id,
            ),
            datetime.fromtimestamp(row.recorded_at, UTC),
            row.name,
            json.loads(row.outcome),
        )
        for row in connection.execute(query)
    ]  # fmt: skip
