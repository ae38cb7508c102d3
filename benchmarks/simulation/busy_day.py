"""A busy day for the benchmarks of the simulation: 12-hour duties, 30 sessions of an agent, all features.

Each agent of the contract 12x36 has a meal and two pauses, staggered, and 30 appointments of 15 planned
minutes between 8:00 and 20:00, 20 or 25 minutes apart. A fifth of the agents also serve joint and judicial
sessions; one session in ten is joint, one in fifty judicial, and one booking in twelve is a second order of
the person before. With the default scenario about nine tenths of the time in service is work.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
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
    Scenario,
    Sessions,
    default_as_of,
)
from data.policies import default_labour_regimes, default_service_policies

FIRST_DAY = date(2026, 11, 30)
START, END = 480, 1200
SESSIONS_OF_AN_AGENT = 30
GAPS = (20, 20, 20, 20, 25)
PLANNED = 15

ALL_FEATURES = Scenario(allow_early_start=True, pooled=True)
"""The default scenario has every feature on: lateness, no-shows, patience, rebookings, failures, missing
documents, absences, early starts, pools with late binding."""


def busy_day(agents: int = 40, pools: int = 1, spare: int = 0, seed: int = 1) -> Case:
    """The day.

    Args:
        agents: with sessions of their own.
        pools: that the agents are dealt to in turn.
        spare: further agents, on duty all day in the first pools, without sessions of their own.
        seed: of kinds and breaks.
    """
    dice = Random(seed)
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("agents", "bookings", "participants", "duties", "breaks", "sessions")
    }
    for number in range(agents + spare):
        expert = number % 5 == 0
        name = f"A{number:04}"
        rows["agents"].append(
            {
                "agent_id": name,
                "contract_id": "12x36",
                "skills": "pf|pj|joint|judicial" if expert else "pf|pj",
                "state": "SP",
                "pool": f"pool-{number % pools}",
            }
        )
        rows["duties"].append({"agent_id": name, "starts_at": START, "ends_at": END})
        closed = _breaks(rows, name, number)
        if number < agents:
            _fill(dice, rows, name, expert, closed)
    case = Case(
        plan=Plan(
            schema="pontual/plan@1.0",
            first_day=FIRST_DAY,
            days=1,
            as_of=default_as_of(FIRST_DAY),
            service=default_service_policies(),
            labour=default_labour_regimes(),
        ),
        agents=Agents.from_rows(rows["agents"]),
        contracts=Contracts.from_rows(
            [
                {
                    "contract_id": "12x36",
                    "regime": "SHIFT_12X36",
                    "daily_minutes": 720,
                    "weekly_minutes": 3000,
                    "hourly_cost": 28.0,
                }
            ]
        ),
        bookings=Bookings.from_rows(rows["bookings"]),
        participants=Participants.from_rows(rows["participants"]),
        demand=Demand.from_rows([]),
        duties=Duties.from_rows(rows["duties"]),
        breaks=Breaks.from_rows(rows["breaks"]),
    )
    return replace(case, sessions=Sessions.from_rows(rows["sessions"]))


def _breaks(rows: dict[str, list[dict[str, Any]]], name: str, number: int) -> list[tuple[int, int]]:
    """A meal between 11:00 and 14:00 and a pause before and after it, staggered over the agents."""
    meal = 660 + 5 * (7 * number % 36)
    taken = [(meal - 120, meal - 110, "pause"), (meal, meal + 60, "meal"), (meal + 200, meal + 210, "pause")]
    rows["breaks"] += [
        {"agent_id": name, "starts_at": start, "ends_at": end, "kind": kind} for start, end, kind in taken
    ]
    return [(start, end) for start, end, _ in taken]


def _fill(
    dice: Random,
    rows: dict[str, list[dict[str, Any]]],
    name: str,
    expert: bool,
    closed: list[tuple[int, int]],
) -> None:
    """Appointments one after the other, none of which is planned to run into a break."""
    at, person = START + 5, ""
    for place in range(SESSIONS_OF_AN_AGENT):
        for start, end in closed:
            if at < end and at + PLANNED > start:
                at = end
        number = f"B{len(rows['bookings']):06}"
        lot = dice.random()
        kind = "judicial" if expert and lot < 0.1 else "joint" if expert and lot < 0.6 else "single"
        person = person if person and dice.random() < 1 / 12 else f"P-{number}"
        rows["bookings"].append(
            {
                "booking_id": number,
                "order_status": "paid",
                "holder_type": "person",
                "skill": {"single": "pf" if dice.random() < 0.6 else "pj"}.get(kind, kind),
                "duration_minutes": PLANNED,
                "booked_at": -1440 * dice.randrange(1, 8),
                "joint_clause": kind == "joint",
            }
        )
        people = [(person, "holder")] + [(f"Q-{number}", "co_representative")] * (kind == "joint")
        rows["participants"] += [
            {
                "booking_id": number,
                "participant_id": who,
                "role": role,
                "has_cnh": True,
                "window_start": 0,
                "window_end": 1440,
            }
            for who, role in people
        ]
        rows["sessions"].append(
            {"booking_id": number, "agent_id": name, "starts_at": at, "duration_minutes": PLANNED}
        )
        at += GAPS[place % len(GAPS)]
