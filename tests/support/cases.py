"""Small planning cases that a person can check by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from data.model import (
    Agents,
    Bookings,
    Breaks,
    Case,
    Contracts,
    Demand,
    Duties,
    Participants,
    Plan,
    default_as_of,
)
from data.policies import default_labour_regimes, default_service_policies

MONDAY = date(2026, 11, 30)
HOUR = 60


def plan(days: int = 1, first_day: date = MONDAY, **changes: Any) -> Plan:
    """A plan on the default policies."""
    values: dict[str, Any] = {
        "schema": "pontual/plan@1.0",
        "first_day": first_day,
        "days": days,
        "as_of": default_as_of(first_day),
        "service": default_service_policies(),
        "labour": default_labour_regimes(),
    }
    return Plan(**(values | changes))


def agent(agent_id: str, skills: str = "pf|pj", contract: str = "clt", **changes: Any) -> dict[str, Any]:
    """One row of agents."""
    return {"agent_id": agent_id, "contract_id": contract, "skills": skills, "state": "SP", **changes}


def booking(booking_id: str, skill: str = "pf", duration: int = 20, **changes: Any) -> dict[str, Any]:
    """One row of bookings: a paid order of a person."""
    return {
        "booking_id": booking_id,
        "order_status": "paid",
        "holder_type": "person",
        "skill": skill,
        "duration_minutes": duration,
        "booked_at": -3 * 24 * HOUR,
        **changes,
    }


def participant(
    booking_id: str, participant_id: str, start: int, end: int, role: str = "holder", **changes: Any
) -> dict[str, Any]:
    """One row of participants: with a CNH, in Brasília, free from `start` to `end`."""
    return {
        "booking_id": booking_id,
        "participant_id": participant_id,
        "role": role,
        "has_cnh": True,
        "window_start": start,
        "window_end": end,
        **changes,
    }


def contract(contract_id: str, regime: str, daily: int, weekly: int) -> dict[str, Any]:
    """One row of contracts at R$ 28 an hour."""
    return {
        "contract_id": contract_id,
        "regime": regime,
        "daily_minutes": daily,
        "weekly_minutes": weekly,
        "hourly_cost": 28.0,
    }


CONTRACTS = Contracts.from_rows(
    [contract("clt", "CLT_8H", 480, 2640), contract("nr17", "NR17_6H", 360, 2160)]
)


def case(
    *,
    agents: list[dict[str, Any]],
    bookings: list[dict[str, Any]] | None = None,
    participants: list[dict[str, Any]] | None = None,
    demand: list[dict[str, Any]] | None = None,
    duties: list[dict[str, Any]] | None = None,
    breaks: list[dict[str, Any]] | None = None,
    days: int = 1,
    **plan_changes: Any,
) -> Case:
    """A case from rows; whatever is left out is empty."""
    return Case(
        plan=plan(days, **plan_changes),
        agents=Agents.from_rows(agents),
        contracts=CONTRACTS,
        bookings=Bookings.from_rows(bookings or []),
        participants=Participants.from_rows(participants or []),
        demand=Demand.from_rows(demand or []),
        duties=Duties.from_rows(duties or []),
        breaks=Breaks.from_rows(breaks or []),
    )


def tiny_case() -> Case:
    """One day, two agents on duty 9 to 13 h without breaks, four bookings of 20 minutes in the morning.

    Occupation of each: 5 + 20 + 3 = 28, rounded up to 30 minutes. All four can be placed.
    """
    windows = {"B1": (540, 720), "B2": (540, 660), "B3": (600, 780), "B4": (540, 780)}
    return case(
        agents=[agent("A1"), agent("A2", skills="pf")],
        bookings=[booking(name) for name in windows],
        participants=[
            participant(name, f"P{name[1:]}", start, end) for name, (start, end) in windows.items()
        ],
        demand=[{"starts_at": start, "skill": "pf", "required": 2} for start in range(540, 780, 15)],
        duties=[
            {"agent_id": "A1", "starts_at": 540, "ends_at": 780},
            {"agent_id": "A2", "starts_at": 540, "ends_at": 780},
        ],
    )
