"""Random planning cases, tiny and middling, with every feature of the allocation."""

from __future__ import annotations

import random
from typing import Any

from data.model import Case
from tests.support.cases import agent, booking, case, participant


def tiny_random_case(seed: int) -> Case:
    """Two or three agents for an hour or two, and up to six bookings that compete for them."""
    rng = random.Random(seed)
    names = [f"A{number}" for number in range(rng.randint(1, 3))]
    agents = [agent(name, rng.choice(["pf", "pf|pj", "pf|pj|joint"])) for name in names]
    duties, breaks = [], []
    for name in names:
        start = 540 + 5 * rng.randint(0, 4)
        end = start + 5 * rng.randint(12, 22)
        duties.append({"agent_id": name, "starts_at": start, "ends_at": end})
        if rng.random() < 0.5:
            at = start + 5 * rng.randint(5, 9)
            breaks.append({"agent_id": name, "starts_at": at, "ends_at": at + 10, "kind": "pause"})
    bookings: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    for number in range(rng.randint(3, 6)):
        name = f"B{number}"
        changes: dict[str, Any] = {"priority": rng.choice([1, 5, 5, 9])}
        start = 540 + 5 * rng.randint(0, 14)
        end = start + 30 + 5 * rng.randint(0, 5)
        if rng.random() < 0.6:
            changes["preferred_start"] = start + rng.randint(-10, 40)
        if rng.random() < 0.2:
            changes |= {"pin": "movable", "pinned_start": start + 5 * rng.randint(0, 2)}
            if rng.random() < 0.5:
                changes["pinned_agent"] = rng.choice(names)
        joint = rng.random() < 0.2
        if joint:
            changes |= {"holder_type": "company", "joint_clause": True}
            skill = "joint"
            people.append(
                participant(name, f"C{rng.randint(0, 2)}", start - 10, end + 20, "co_representative")
            )
        else:
            skill = rng.choice(["pf", "pf", "pj"])
        people.append(participant(name, f"P{rng.randint(0, 4)}", start, end))
        bookings.append(booking(name, skill, rng.randint(15, 30), **changes))
    return case(agents=agents, bookings=bookings, participants=people, duties=duties, breaks=breaks)


def random_day(seed: int, agents: int = 8, load: float = 0.85) -> Case:
    """A day with breaks, windows of all lengths, two skills, and people with two bookings."""
    rng = random.Random(seed)
    rows = [agent(f"A{n:03d}", rng.choice(["pf", "pj", "pf|pj"])) for n in range(agents)]
    duties: list[dict[str, Any]] = []
    breaks: list[dict[str, Any]] = []
    minutes = 0
    for row in rows:
        start = 480 + 15 * rng.randint(0, 16)
        duties.append({"agent_id": row["agent_id"], "starts_at": start, "ends_at": start + 480})
        for at, length, kind in ((120, 10, "pause"), (230, 60, "meal"), (390, 10, "pause")):
            begin = start + at + 5 * rng.randint(-2, 2)
            breaks.append(
                {"agent_id": row["agent_id"], "starts_at": begin, "ends_at": begin + length, "kind": kind}
            )
        minutes += 400
    bookings: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    used = 0
    while used < load * minutes:
        number = len(bookings)
        duration = rng.choice([15, 20, 20, 25, 30])
        used += -(-(duration + 8) // 5) * 5
        start = 480 + 5 * rng.randint(0, 110)
        width = rng.choice([60, 120, 240, 600])
        wished = {"preferred_start": start + rng.randint(0, 60)} if rng.random() < 0.7 else {}
        bookings.append(booking(f"B{number:04d}", rng.choice(["pf", "pj"]), duration, **wished))
        people.append(participant(f"B{number:04d}", f"P{rng.randint(0, 20 * agents)}", start, start + width))
    return case(agents=rows, bookings=bookings, participants=people, duties=duties, breaks=breaks)
