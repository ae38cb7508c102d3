"""Whether fixed pins can hold together, by trying every agent for every pin: the oracle of clashes."""

from __future__ import annotations

import random
from collections.abc import Collection
from typing import Any

from data.model import Case, tokens
from tests.support.cases import agent, booking, case, participant


def random_pins(seed: int) -> Case:
    """Two or three agents, and three to seven fixed pins in an hour or two, some with an agent named."""
    rng = random.Random(seed)
    names = [f"A{n}" for n in range(rng.randint(2, 3))]
    skills = [rng.choice(["pf", "pf|pj", "pf|pj", "pj"]) for _ in names]
    duties, breaks = [], []
    for name in names:
        start = 540 + 5 * rng.randint(0, 3)
        duties.append({"agent_id": name, "starts_at": start, "ends_at": start + 130})
        if rng.random() < 0.4:
            at = start + 5 * rng.randint(7, 15)
            breaks.append({"agent_id": name, "starts_at": at, "ends_at": at + 10, "kind": "pause"})
    bookings: list[dict[str, Any]] = []
    people = []
    for number in range(rng.randint(3, 7)):
        changes: dict[str, Any] = {"pin": "fixed", "pinned_start": 550 + 5 * rng.randint(0, 16)}
        if rng.random() < 0.3:
            changes["pinned_agent"] = rng.choice(names)
        bookings.append(
            booking(f"B{number}", rng.choice(["pf", "pf", "pj"]), 15 + 5 * rng.randint(0, 3), **changes)
        )
        people.append(
            participant(f"B{number}", f"P{rng.randint(0, 12)}", 540, rng.choice([640, 700, 700, 700]))
        )
    return case(
        agents=[agent(name, skill) for name, skill in zip(names, skills, strict=True)],
        bookings=bookings,
        participants=people,
        duties=duties,
        breaks=breaks,
    )


def can_hold(pins: Case, chosen: Collection[str]) -> bool:
    """Whether some choice of agents serves all the chosen pins; set-up 5, wrap-up 3 minutes, grid of 5."""
    window = {
        row["booking_id"]: (row["participant_id"], row["window_start"], row["window_end"])
        for row in pins.participants.rows()
    }
    skills = {row["agent_id"]: tokens(row["skills"]) for row in pins.agents.rows()}
    rows = [row for row in pins.bookings.rows() if row["booking_id"] in chosen]
    taken: list[tuple[str, str, int, int, int, int]] = []

    def extend(number: int) -> bool:
        if number == len(rows):
            return True
        row = rows[number]
        start, minutes = row["pinned_start"], row["duration_minutes"]
        person, opens, closes = window[row["booking_id"]]
        begin = start - 5
        end = begin + -(-(5 + minutes + 3) // 5) * 5
        if start < opens or start + minutes > closes:
            return False
        for duty in pins.roster.duties:
            if row["pinned_agent"] not in ("", duty.agent_id) or row["skill"] not in skills[duty.agent_id]:
                continue
            if not any(low <= begin and end <= high for low, high in duty.segments):
                continue
            if all(
                (who != duty.agent_id or end <= low or high <= begin)
                and (whom != person or start + minutes <= first or last <= start)
                for who, whom, low, high, first, last in taken
            ):
                taken.append((duty.agent_id, person, begin, end, start, start + minutes))
                if extend(number + 1):
                    return True
                taken.pop()
        return False

    return extend(0)
