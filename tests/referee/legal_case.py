"""A legal case with every feature that the referee judges, small enough to check by hand.

Saturday 2026-11-28 to Monday 2026-11-30; the service is open around the clock. Minutes count from Saturday
at midnight.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any, TypeVar

import numpy as np

from data.model import (
    Absences,
    Agents,
    Bookings,
    Breaks,
    Calendar,
    Case,
    Contracts,
    Demand,
    Duties,
    OpeningHours,
    Participants,
    Sessions,
    Table,
    Unplaced,
)
from data.referee import judge
from tests.support.cases import CONTRACTS, agent, booking, participant, plan

SATURDAY, SUNDAY, MONDAY = 0, 1440, 2880
END = 4320
AROUND_THE_CLOCK = Calendar(
    opening_hours=(OpeningHours(weekdays=(0, 1, 2, 3, 4, 5, 6), opens=time(0), closes=time(0)),)
)
TableKind = TypeVar("TableKind", bound=Table)


def at(day: int, hour: int, minute: int = 0) -> int:
    """Minute of a wall-clock time."""
    return day + 60 * hour + minute


AGENTS = Agents.from_rows(
    [
        agent("A1", "pf|pj", last_duty_end=at(SATURDAY, -3), days_worked_in_a_row=5),
        agent("A2", "pf|joint", "nr17", sundays_worked_in_a_row=0, credential_from=-400, credential_until=2),
        agent("A3", "pf", "task", credential_until=2),
    ]
)

TASK = {
    "contract_id": "task",
    "regime": "TASK",
    "daily_minutes": 720,
    "weekly_minutes": 2640,
    "hourly_cost": 30.0,
}

BOOKINGS = Bookings.from_rows(
    [
        booking("single", pin="movable", pinned_start=at(SATURDAY, 9), preferred_start=at(SATURDAY, 9, 30)),
        booking("second-order", preferred_start=at(SATURDAY, 9, 40)),
        booking("joint", "joint", 30, holder_type="company", joint_clause=True),
        booking(
            "administrator", "pj", joint_clause=True, holder_is_administrator=True, holder_type="company"
        ),
        booking("proxy", "pj", 30, holder_type="company", proxy_issued_on=-88),
        booking("pinned", pin="fixed", pinned_start=at(MONDAY, 10), pinned_agent="A1"),
        booking("deceased", "pf", 40, holder_is_deceased=True, documents="court_decision"),
        booking(
            "estate",
            "joint",
            30,
            holder_is_deceased=True,
            holder_type="company",
            holder_is_registered=False,
            documents="articles_of_association|executor_certificate",
        ),
        booking("manaus"),
        booking("night"),
        booking("pending", order_status="pending"),
        booking("expiring", "pj", 30, holder_type="company", proxy_issued_on=-90),
        booking("apart", "joint", 30, holder_type="company", joint_clause=True),
        booking("signed", "libras"),
        booking("full"),
    ]
)

PARTICIPANTS = Participants.from_rows(
    [
        participant("single", "P-ana", at(SATURDAY, 8), at(SATURDAY, 12)),
        participant("second-order", "P-ana", at(SATURDAY, 8), at(SATURDAY, 12)),
        participant("joint", "P-bia", at(SUNDAY, 9), at(SUNDAY, 18)),
        participant("joint", "P-caio", at(SUNDAY, 9), at(SUNDAY, 18), "co_representative"),
        participant("administrator", "P-davi", at(SATURDAY, 0), at(SATURDAY, 24)),
        # Not required (R19): neither the window nor the missing identification counts.
        participant(
            "administrator", "P-enzo", at(MONDAY, 0), at(MONDAY, 24), "co_representative", has_cnh=False
        ),
        participant("proxy", "P-fabi", at(MONDAY, 9), at(MONDAY, 9, 30)),
        participant(
            "proxy", "P-gil", at(MONDAY, 8), at(MONDAY, 18), "proxy", has_cnh=False, has_biometrics=True
        ),
        participant("pinned", "P-hugo", at(MONDAY, 8), at(MONDAY, 18)),
        # Begins at the minute at which the session as the proxy's holder ends.
        participant("deceased", "P-fabi", at(MONDAY, 8), at(MONDAY, 18), "court_representative"),
        participant("estate", "P-iara", at(MONDAY, 8), at(MONDAY, 18), "court_representative"),
        participant(
            "manaus",
            "P-joao",
            at(MONDAY, 8),
            at(MONDAY, 18),
            time_zone="America/Manaus",
            daily_from=600,
            daily_until=620,
        ),
        participant("night", "P-kaue", at(SUNDAY, 20), at(MONDAY, 3), daily_from=0, daily_until=1440),
        participant("pending", "P-lara", at(MONDAY, 8), at(MONDAY, 18), has_cnh=False),
        participant("expiring", "P-mel", at(MONDAY, 8), at(MONDAY, 18)),
        participant("expiring", "P-nina", at(SATURDAY, 8), at(MONDAY, 18), "proxy"),
        participant("apart", "P-olga", at(MONDAY, 8), at(MONDAY, 12)),
        participant("apart", "P-pepe", at(MONDAY, 11, 45), at(MONDAY, 18), "co_representative"),
        participant("signed", "P-rui", at(MONDAY, 8), at(MONDAY, 18)),
        participant("full", "P-sol", at(SATURDAY, 9), at(SATURDAY, 9, 20)),
    ]
)

DUTIES = Duties.from_rows(
    [
        {"agent_id": "A1", "starts_at": at(SATURDAY, 8), "ends_at": at(SATURDAY, 17)},
        {"agent_id": "A1", "starts_at": at(MONDAY, 8), "ends_at": at(MONDAY, 17)},
        {"agent_id": "A2", "starts_at": at(SUNDAY, 9), "ends_at": at(SUNDAY, 15, 20)},
        {"agent_id": "A2", "starts_at": at(MONDAY, 9), "ends_at": at(MONDAY, 15, 20)},
        {"agent_id": "A3", "starts_at": at(SATURDAY, 20), "ends_at": at(SATURDAY, 22)},
        {"agent_id": "A3", "starts_at": at(SUNDAY, 22), "ends_at": at(MONDAY, 2)},
    ]
)

BREAKS = Breaks.from_rows(
    [
        {"agent_id": "A1", "starts_at": at(SATURDAY, 12), "ends_at": at(SATURDAY, 13), "kind": "meal"},
        {"agent_id": "A1", "starts_at": at(MONDAY, 12), "ends_at": at(MONDAY, 13), "kind": "meal"},
        {"agent_id": "A2", "starts_at": at(SUNDAY, 10, 30), "ends_at": at(SUNDAY, 10, 40), "kind": "pause"},
        {"agent_id": "A2", "starts_at": at(SUNDAY, 12), "ends_at": at(SUNDAY, 12, 20), "kind": "meal"},
        {"agent_id": "A2", "starts_at": at(SUNDAY, 14, 10), "ends_at": at(SUNDAY, 14, 20), "kind": "pause"},
        {"agent_id": "A2", "starts_at": at(MONDAY, 10, 15), "ends_at": at(MONDAY, 10, 25), "kind": "pause"},
        {"agent_id": "A2", "starts_at": at(MONDAY, 12), "ends_at": at(MONDAY, 12, 20), "kind": "meal"},
        {"agent_id": "A2", "starts_at": at(MONDAY, 13, 30), "ends_at": at(MONDAY, 13, 40), "kind": "pause"},
    ]
)

SESSIONS = Sessions.from_rows(
    [
        {"booking_id": "single", "agent_id": "A1", "starts_at": at(SATURDAY, 9), "duration_minutes": 20},
        {
            "booking_id": "second-order",
            "agent_id": "A1",
            "starts_at": at(SATURDAY, 9, 30),
            "duration_minutes": 20,
        },
        {"booking_id": "joint", "agent_id": "A2", "starts_at": at(SUNDAY, 9, 55), "duration_minutes": 30},
        {
            "booking_id": "administrator",
            "agent_id": "A1",
            "starts_at": at(SATURDAY, 13, 5),
            "duration_minutes": 20,
        },
        {"booking_id": "proxy", "agent_id": "A1", "starts_at": at(MONDAY, 9), "duration_minutes": 30},
        {"booking_id": "pinned", "agent_id": "A1", "starts_at": at(MONDAY, 10), "duration_minutes": 20},
        {"booking_id": "deceased", "agent_id": "A2", "starts_at": at(MONDAY, 9, 30), "duration_minutes": 40},
        {"booking_id": "estate", "agent_id": "A2", "starts_at": at(MONDAY, 11, 10), "duration_minutes": 30},
        {"booking_id": "manaus", "agent_id": "A1", "starts_at": at(MONDAY, 11), "duration_minutes": 20},
        {"booking_id": "night", "agent_id": "A3", "starts_at": at(MONDAY, 0, 30), "duration_minutes": 20},
    ]
)

UNPLACED = Unplaced.from_rows(
    [
        {"booking_id": "pending", "reason": "not_eligible", "rules": "R1|R7"},
        {"booking_id": "expiring", "reason": "proxy_expires"},
        {"booking_id": "apart", "reason": "no_common_window"},
        {"booking_id": "signed", "reason": "no_skilled_agent"},
        {
            "booking_id": "full",
            "reason": "capacity_full",
            "alternatives": (at(SATURDAY, 10), at(SATURDAY, 11, 30)),
        },
    ]
)


def legal_case(**plan_changes: Any) -> Case:
    """The case; changes go into its plan."""
    values: dict[str, Any] = {"calendar": AROUND_THE_CLOCK, **plan_changes}
    return Case(
        plan=plan(3, date(2026, 11, 28), **values),
        agents=AGENTS,
        contracts=Contracts.from_rows([*CONTRACTS.rows(), TASK]),
        bookings=BOOKINGS,
        participants=PARTICIPANTS,
        demand=Demand.from_rows(
            [
                {"starts_at": at(MONDAY, 9), "skill": "pf", "required": 1},
                {"starts_at": at(MONDAY, 9), "skill": "pj", "required": 2},
                {"starts_at": at(MONDAY, 9, 15), "skill": "joint", "required": 1},
                {"starts_at": at(MONDAY, 12), "skill": "pf", "required": 1},
            ]
        ),
        absences=Absences.from_rows(
            [{"agent_id": "A1", "starts_at": at(SUNDAY, 0), "ends_at": at(MONDAY, 8)}]
        ),
        duties=DUTIES,
        breaks=BREAKS,
        sessions=SESSIONS,
        unplaced=UNPLACED,
    )


def edited(case: Case, kind: type[TableKind], match: dict[str, Any], /, **changes: Any) -> Case:
    """The case with other cells in the one row of a table that matches."""
    table = case.table(kind)
    (row,) = matching(table, match)
    columns = {name: getattr(table, name).copy() for name in changes}
    for name, value in changes.items():
        columns[name][row] = value
    return replace(case, **{kind.TABLE: replace(table, **columns)})


def without(case: Case, kind: type[TableKind], match: dict[str, Any]) -> Case:
    """The case without the one row of a table that matches."""
    table = case.table(kind)
    (row,) = matching(table, match)
    return replace(case, **{kind.TABLE: table.take(np.arange(len(table)) != row)})


def matching(table: Table, match: dict[str, Any]) -> list[int]:
    """Positions of the rows that have all these cells."""
    found = np.ones(len(table), dtype=np.bool_)
    for name, value in match.items():
        found &= getattr(table, name) == value
    return np.flatnonzero(found).tolist()


def added(case: Case, kind: type[TableKind], /, **row: Any) -> Case:
    """The case with one more row in a table."""
    return with_rows(case, kind, [*case.table(kind).rows(), row])


def with_rows(case: Case, kind: type[TableKind], rows: list[dict[str, Any]]) -> Case:
    """The case with other rows in a table."""
    return replace(case, **{kind.TABLE: kind.from_rows(rows)})


def codes(judged: Case) -> set[str]:
    """Codes of all rules found broken."""
    return {violation.rule for violation in judge(judged)}


def with_policy(judged: Case, **changes: Any) -> Case:
    """The case under another service policy."""
    service = tuple(version.model_copy(update=changes) for version in judged.plan.service)
    return replace(judged, plan=judged.plan.model_copy(update={"service": service}))


def with_calendar(judged: Case, **changes: Any) -> Case:
    """The case with other opening hours or holidays."""
    calendar = judged.plan.calendar.model_copy(update=changes)
    return replace(judged, plan=judged.plan.model_copy(update={"calendar": calendar}))
