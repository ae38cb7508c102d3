"""A legal week of any size: every agent's duties are full of sessions, the other bookings are unplaced."""

from __future__ import annotations

import numpy as np

from data.model import (
    Agents,
    Bookings,
    Breaks,
    Case,
    Demand,
    Duties,
    Participants,
    Sessions,
    Unplaced,
)
from tests.support.cases import CONTRACTS, plan

DAY = 1440
SESSIONS_A_WEEK = 88
"""Of 30 minutes of occupation: 16 on each of five days, 8 on Saturday; 44 hours of work."""


def texts(prefix: str, numbers: np.ndarray) -> np.ndarray:
    """Keys as an object array."""
    return np.array([f"{prefix}{number}" for number in numbers.tolist()], dtype=object)


def packed_week(agents: int, placed: int, unplaced: int) -> Case:
    """`placed` sessions among `agents` agents, and `unplaced` bookings for which there is no room.

    Raises:
        ValueError: when the agents cannot hold so many sessions.
    """
    if placed > agents * SESSIONS_A_WEEK:
        raise ValueError("more sessions than the agents can hold")
    days = np.arange(6)
    ends = np.where(days < 5, 17 * 60, 12 * 60)
    agent_names = texts("A", np.arange(agents))
    weekdays = days[days < 5]
    slots = np.concatenate(
        [
            day * DAY + at + 5 + 30 * np.arange(8)
            for day in days
            for at in ((8 * 60, 13 * 60) if day < 5 else (8 * 60,))
        ]
    )
    count = placed + unplaced
    numbers = np.arange(count)
    booking_names = texts("B", numbers)
    skill = np.array(["pf", "pj"], dtype=object)[numbers % 2]
    start = np.where(numbers < placed, slots[numbers // agents % len(slots)], slots[numbers % len(slots)])
    holders = {
        "booking_id": booking_names,
        "participant_id": texts("P", numbers),
        "role": np.full(count, "holder", dtype=object),
        "has_cnh": np.ones(count, dtype=bool),
        "time_zone": np.array(["America/Sao_Paulo", "America/Bahia", "America/Noronha"], dtype=object)[
            numbers % 3
        ],
        "window_start": start // DAY * DAY,
        "window_end": start // DAY * DAY + DAY * (1 + numbers % 2),
        "daily_from": np.full(count, 6 * 60),
        "daily_until": np.full(count, 20 * 60),
    }
    joint = numbers[numbers % 10 == 0]
    partners = {name: values[joint] for name, values in holders.items()}
    partners["participant_id"] = texts("Q", joint)
    partners["role"] = np.full(len(joint), "co_representative", dtype=object)
    people = {name: np.concatenate([holders[name], partners[name]]) for name in holders}
    alternatives = np.empty(unplaced, dtype=object)
    alternatives[:] = [()] * unplaced
    return Case(
        plan=plan(6),
        agents=Agents.from_columns(
            {
                "agent_id": agent_names,
                "contract_id": np.full(agents, "clt", dtype=object),
                "skills": np.full(agents, "pf|pj", dtype=object),
                "state": np.full(agents, "SP", dtype=object),
            },
            agents,
        ),
        contracts=CONTRACTS,
        bookings=Bookings.from_columns(
            {
                "booking_id": booking_names,
                "order_status": np.full(count, "paid", dtype=object),
                "holder_type": np.full(count, "person", dtype=object),
                "skill": skill,
                "duration_minutes": np.full(count, 20),
                "booked_at": np.full(count, -2 * DAY),
                "joint_clause": numbers % 10 == 0,
            },
            count,
        ),
        participants=Participants.from_columns(people, len(people["role"])),
        demand=Demand.from_rows([{"starts_at": 8 * 60, "skill": "pf", "required": agents}]),
        duties=Duties.from_columns(
            {
                "agent_id": np.repeat(agent_names, 6),
                "starts_at": np.tile(days * DAY + 8 * 60, agents),
                "ends_at": np.tile(days * DAY + ends, agents),
            },
            6 * agents,
        ),
        breaks=Breaks.from_columns(
            {
                "agent_id": np.repeat(agent_names, 5),
                "starts_at": np.tile(weekdays * DAY + 12 * 60, agents),
                "ends_at": np.tile(weekdays * DAY + 13 * 60, agents),
                "kind": np.full(5 * agents, "meal", dtype=object),
            },
            5 * agents,
        ),
        sessions=Sessions.from_columns(
            {
                "booking_id": booking_names[:placed],
                "agent_id": agent_names[numbers[:placed] % agents],
                "starts_at": start[:placed],
                "duration_minutes": np.full(placed, 20),
            },
            placed,
        ),
        unplaced=Unplaced.from_columns(
            {
                "booking_id": booking_names[placed:],
                "reason": np.full(unplaced, "capacity_full", dtype=object),
                "alternatives": alternatives,
            },
            unplaced,
        ),
    )
