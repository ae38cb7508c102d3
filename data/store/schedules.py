"""Schedules: written as the difference from what is there, with the history of every session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.files import BadDataError, Problem
from data.files.errors import shown
from data.identity import masked
from data.model import Agents, Bookings, Case, Participants, Plan, Sessions, Unplaced
from data.store.occupied import Occupied, Row, check_nobody_is_taken_twice, occupied_by
from data.store.outbox.entries import Writer, writer_of
from data.store.outbox.sessions import appointments, follow_sessions
from data.store.rows import insert_rows, parts_of, read_rows_of_bookings, replace_rows
from data.store.schema import ATTENDANCES, OF_PLAN, RUNS, SESSION_CHANGES, SESSIONS

CHANGES = ("placed", "moved", "agent_changed", "length_changed", "removed")
"""What can happen to a session; one that has another start is `moved`, whatever else is new about it."""

Reasons = Mapping[str, str]
"""Why the session of a booking changes; where it says nothing, the run's reason holds."""


@dataclass(frozen=True)
class SessionChange:
    """One wanted change: the session that a booking is to have from now on, or None to give it up.

    Attributes:
        agent_id, start, duration_minutes: of the session; the start in minutes on the plan's axis. All None
            to give up the session that the booking has.
        reason: why; empty: the run's reason.
    """

    booking_id: str
    agent_id: str | None = None
    start: int | None = None
    duration_minutes: int | None = None
    reason: str = ""


def write_sessions(
    connection: Connection,
    run_number: int,
    plan_id: int,
    case: Case,
    reasons: Reasons,
    *,
    customers_know: bool = False,
    policy_changed: bool = False,
) -> dict[str, int]:
    """Make the plan's sessions and unplaced bookings those of a case, whose other tables are there already.

    Customers are told of what changes (`data.store.outbox`), unless they know; where the policy has changed,
    messages of sessions that stay may be due at other times.

    Returns:
        How many sessions each kind of change befell.

    Raises:
        BadDataError: when a booking or agent of a session is not in the case, or a booking has two sessions.
        DoubleBookingError: when somebody would be in two sessions at once.
    """
    _check_sessions(case)
    wanted = occupied_by(case)
    placed = {booking: row | {"place": n} for n, (booking, row) in enumerate(wanted.sessions.items())}
    occupied = Occupied(placed, wanted.attendances)
    writer = writer_of(connection, run_number, plan_id, customers_know=customers_know)
    counts = _change(connection, writer, case, occupied, reasons, all_messages=policy_changed)
    replace_rows(connection, plan_id, case.unplaced, case.axis)
    return counts


def change_sessions(
    connection: Connection, run_number: int, plan_id: int, plan: Plan, changes: tuple[SessionChange, ...]
) -> dict[str, int]:
    """Change the sessions of some bookings, and touch no others.

    A booking that gets a session is not unplaced any more.

    Raises:
        BadDataError: when a booking or agent is unknown, or a booking is named twice.
        DoubleBookingError: when somebody would be in two sessions at once.
    """
    names = [change.booking_id for change in changes]
    sessions = Sessions.from_rows(
        {
            "booking_id": change.booking_id,
            "agent_id": change.agent_id,
            "starts_at": change.start,
            "duration_minutes": change.duration_minutes,
        }
        for change in changes
        if change.start is not None
    )
    case = _case_of_bookings(connection, plan_id, plan, names, sessions)
    _check_sessions(case)
    unknown = [name for name in names if name not in case.bookings.position]
    repeated = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
    problems = [_problem("booking_id", name, "expected a booking of the plan") for name in unknown]
    problems += [_problem("booking_id", name, "expected each booking once") for name in sorted(repeated)]
    if problems:
        raise BadDataError(problems)
    wanted = occupied_by(case)
    highest = sa.select(sa.func.coalesce(sa.func.max(SESSIONS.c.place), -1))
    after = int(connection.execute(highest.where(SESSIONS.c.plan_id == plan_id)).scalar_one())
    held = _stored_sessions(connection, plan_id, names)
    placed = {}
    for booking, row in wanted.sessions.items():
        after += booking not in held
        placed[booking] = row | {"place": held[booking]["place"] if booking in held else after}
    reasons = {change.booking_id: change.reason for change in changes if change.reason}
    occupied = Occupied(placed, wanted.attendances)
    writer = writer_of(connection, run_number, plan_id)
    counts = _change(connection, writer, case, occupied, reasons, among=names)
    for part in parts_of(list(placed)):
        unplaced = OF_PLAN[Unplaced]
        connection.execute(
            sa.delete(unplaced).where(unplaced.c.plan_id == plan_id, unplaced.c.booking_id.in_(part))
        )
    return counts


def _case_of_bookings(
    connection: Connection, plan_id: int, plan: Plan, names: list[str], sessions: Sessions
) -> Case:
    """As much of the plan's case as the sessions of these bookings need."""
    tables: dict[str, Any] = {
        kind.TABLE: read_rows_of_bookings(connection, plan_id, kind, names, plan.axis)
        for kind in (Bookings, Participants)
    }
    agents = OF_PLAN[Agents]
    wanted = sorted(set(sessions.agent_id.tolist()))
    query = sa.select(agents.c.agent_id).where(agents.c.plan_id == plan_id, agents.c.agent_id.in_(wanted))
    rows = [
        {"agent_id": name, "contract_id": "", "skills": "", "state": ""}
        for name in connection.execute(query).scalars()
    ]
    empty = Case(
        plan=plan,
        agents=Agents.from_rows(rows),
        contracts=_empty("contracts"),
        demand=_empty("demand"),
        **tables,
    )
    return replace(empty, sessions=sessions)


def _empty(name: str) -> Any:
    return next(kind for kind in OF_PLAN if name == kind.TABLE).empty()


def _check_sessions(case: Case) -> None:
    problems: list[Problem] = []
    seen: set[str] = set()
    for row, (booking, agent) in enumerate(
        zip(case.sessions.booking_id.tolist(), case.sessions.agent_id.tolist(), strict=True), start=2
    ):
        if booking not in case.bookings.position:
            problems.append(_problem("booking_id", booking, "expected a booking of the plan", row))
        if agent not in case.agents.position:
            problems.append(_problem("agent_id", agent, "expected an agent of the plan", row))
        if booking in seen:
            problems.append(_problem("booking_id", booking, "expected each booking once", row))
        seen.add(booking)
    if problems:
        raise BadDataError(problems)


def _problem(column: str, value: str, expected: str, row: int | None = None) -> Problem:
    return Problem("sessions", row, column, shown(value), expected)


def _change(
    connection: Connection,
    writer: Writer,
    case: Case,
    wanted: Occupied,
    reasons: Reasons,
    among: list[str] | None = None,
    *,
    all_messages: bool = False,
) -> dict[str, int]:
    """Bring the stored sessions (of `among`, or all) to the wanted ones; only what differs is written."""
    run_number, plan_id = writer.run_number, writer.plan_id
    before = _stored_sessions(connection, plan_id, among)
    changes = {name: _kind_of_change(before.get(name), row) for name, row in wanted.sessions.items()}
    changes |= {name: "removed" for name in before if name not in wanted.sessions}
    told = {name: change for name, change in changes.items() if change in CHANGES}
    attending = _stored_attendances(connection, plan_id, among)
    changed = set(told)
    changed |= {key[0] for key in attending.keys() ^ wanted.attendances.keys()}
    rewritten = {name for name in changed if name in wanted.sessions}
    new = Occupied(
        {name: wanted.sessions[name] for name in sorted(rewritten)},
        {key: row for key, row in wanted.attendances.items() if key[0] in rewritten},
    )
    gone = [name for name in sorted(changed) if name in before]
    _delete_sessions(connection, plan_id, gone)
    check_nobody_is_taken_twice(connection, new, case.axis)
    insert_rows(connection, SESSIONS, [row | {"plan_id": plan_id} for row in new.sessions.values()])
    insert_rows(connection, ATTENDANCES, [row | {"plan_id": plan_id} for row in new.attendances.values()])
    _renumber(
        connection, plan_id, {n: wanted.sessions[n] for n in wanted.sessions if n not in changed}, before
    )
    run_reason = connection.execute(sa.select(RUNS.c.reason).where(RUNS.c.run_number == run_number))
    default = str(run_reason.scalar_one())
    history = [
        _history_row(run_number, plan_id, name, told[name], before.get(name), wanted.sessions.get(name))
        | {"reason": masked(reasons.get(name, "")) or default}
        for name in sorted(told)
    ]
    insert_rows(connection, SESSION_CHANGES, history)
    concerned = before.keys() | wanted.sessions.keys() if all_messages else told.keys()
    then, now = (appointments(rows, concerned) for rows in (before, wanted.sessions))
    follow_sessions(connection, writer, case.plan, then, now, concerned)
    found = list(told.values())
    return {change: found.count(change) for change in CHANGES}


def _kind_of_change(before: Row | None, after: Row) -> str:
    """One of CHANGES, or nothing."""
    if before is None:
        return "placed"
    if before["starts_at"] != after["starts_at"]:
        return "moved"
    if before["agent_id"] != after["agent_id"]:
        return "agent_changed"
    same = all(before[name] == after[name] for name in after if name != "place")
    return "" if same else "length_changed"


def _history_row(
    run_number: int, plan_id: int, booking: str, change: str, before: Row | None, after: Row | None
) -> Row:
    row: Row = {"run_number": run_number, "plan_id": plan_id, "booking_id": booking, "change": change}
    for when, session in (("before", before), ("after", after)):
        for name in ("agent_id", "starts_at", "duration_minutes"):
            row[f"{name}_{when}"] = None if session is None else session[name]
    return row


def _stored_sessions(connection: Connection, plan_id: int, among: list[str] | None) -> dict[str, Row]:
    names = [c for c in SESSIONS.c if c.name != "plan_id"]
    query = sa.select(*names).where(SESSIONS.c.plan_id == plan_id)
    queries = (
        [query] if among is None else [query.where(SESSIONS.c.booking_id.in_(p)) for p in parts_of(among)]
    )
    rows = [dict(row._mapping) for part in queries for row in connection.execute(part)]
    return {row["booking_id"]: row for row in rows}


def _stored_attendances(
    connection: Connection, plan_id: int, among: list[str] | None = None
) -> dict[tuple[str, str], Row]:
    names = [c for c in ATTENDANCES.c if c.name != "plan_id"]
    query = sa.select(*names).where(ATTENDANCES.c.plan_id == plan_id)
    queries = (
        [query] if among is None else [query.where(ATTENDANCES.c.booking_id.in_(p)) for p in parts_of(among)]
    )
    rows = [dict(row._mapping) for part in queries for row in connection.execute(part)]
    return {(row["booking_id"], row["participant_id"]): row for row in rows}


def _delete_sessions(connection: Connection, plan_id: int, names: list[str]) -> None:
    for part in parts_of(names):
        for table in (ATTENDANCES, SESSIONS):
            connection.execute(
                sa.delete(table).where(table.c.plan_id == plan_id, table.c.booking_id.in_(part))
            )


def _renumber(
    connection: Connection, plan_id: int, unchanged: dict[str, Row], before: dict[str, Row]
) -> None:
    """Give sessions that stay as they are their place among the others."""
    moved = [
        {"of_booking": name, "new_place": row["place"]}
        for name, row in unchanged.items()
        if before[name]["place"] != row["place"]
    ]
    if moved:
        of_booking = (SESSIONS.c.plan_id == plan_id, SESSIONS.c.booking_id == sa.bindparam("of_booking"))
        connection.execute(
            sa.update(SESSIONS).where(*of_booking).values(place=sa.bindparam("new_place")), moved
        )
