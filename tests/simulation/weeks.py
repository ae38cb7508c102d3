"""Small weeks for the simulation: legal by construction, random or plain."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from data.model import Case, Scenario, Sessions
from tests.support.cases import agent, booking, case, participant

CERTAIN = Scenario(
    duration_mean=25.0,
    duration_sigma=0.0,
    no_show_single=0.0,
    no_show_joint=0.0,
    no_show_per_lead_day=0.0,
    late_probability=0.0,
    early_mean=0.0,
    patience_sigma=0.0,
    failure_rebook=0.0,
    failure_recoverable=0.0,
    documents_missing=0.0,
    agent_absence=0.0,
    joint_factor=1.4,
    judicial_factor=1.6,
)
"""Nothing is left to chance: everybody is on time, and each session lasts exactly as planned."""


def certain(**changes: Any) -> Scenario:
    """The certain scenario with changes."""
    return CERTAIN.model_copy(update=changes)


def scheduled(
    sessions: list[tuple[str, str, int, int]],
    duties: list[tuple[str, int, int]],
    breaks: list[tuple[str, int, int, str]] | None = None,
    pool: str = "",
    persons: dict[str, list[str]] | None = None,
    days: int = 1,
    **booking_changes: Any,
) -> Case:
    """A case from (booking, agent, start, minutes), (agent, start, end) and (agent, start, end, kind).

    `persons` names the participants of bookings that don't have one of their own.
    """
    named = {name: (persons or {}).get(name, [f"P-{name}"]) for name, *_ in sessions}
    built = case(
        agents=[agent(name, skills="pf", pool=pool) for name in sorted({name for name, *_ in duties})],
        bookings=[
            booking(
                name,
                duration=minutes,
                joint_clause=len(named[name]) > 1,
                **{"booked_at": 0} | booking_changes,
            )
            for name, _, _, minutes in sessions
        ],
        participants=[
            participant(name, person, 0, days * 1440, role="holder" if place == 0 else "co_representative")
            for name, people in named.items()
            for place, person in enumerate(people)
        ],
        duties=[{"agent_id": a, "starts_at": start, "ends_at": end} for a, start, end in duties],
        breaks=[
            {"agent_id": a, "starts_at": start, "ends_at": end, "kind": kind}
            for a, start, end, kind in breaks or []
        ],
        days=days,
    )
    return replace(
        built,
        sessions=Sessions.from_rows(
            {"booking_id": name, "agent_id": a, "starts_at": start, "duration_minutes": minutes}
            for name, a, start, minutes in sessions
        ),
    )


MEAL_FIRST = (("meal", 60), ("pause", 10))
"""Kinds and minutes of the two breaks of a duty."""


def random_week(
    seed: int,
    agents: int = 4,
    pools: int = 1,
    fullness: float = 0.85,
    days: int = 1,
    contracts: tuple[str, ...] = ("clt",),
    breaks: tuple[tuple[str, int], ...] = MEAL_FIRST,
    last_steps: tuple[int, int] = (12, 30),
) -> Case:
    """Duties with breaks, filled with sessions one after another; some joint, some of the same person.

    `fullness` is the chance that a session follows at once; else the agent has a gap of 5 to 40 minutes.
    `pools` 0 gives no agent a pool. Agents have the `contracts` in turn; `last_steps` of the grid, drawn from
    this range, are left after the last break.
    """
    dice = Random(seed)
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("agents", "bookings", "participants", "duties", "breaks", "sessions")
    }
    for number in range(agents):
        name = f"A{number + 1}"
        skills = "pf|pj" if number % 3 else "pf"
        pool = f"pool-{number % pools}" if pools else ""
        contract = contracts[number % len(contracts)]
        rows["agents"].append(agent(name, skills=skills, pool=pool, contract=contract))
        for day in range(days):
            _fill_duty(dice, rows, name, skills.split("|"), day * 1440, fullness, breaks, last_steps)
    built = case(**{name: listed for name, listed in rows.items() if name != "sessions"}, days=days)
    return replace(built, sessions=Sessions.from_rows(rows["sessions"]))


def _fill_duty(
    dice: Random,
    rows: dict[str, list[dict[str, Any]]],
    name: str,
    skills: list[str],
    midnight: int,
    fullness: float,
    breaks: tuple[tuple[str, int], ...],
    last_steps: tuple[int, int],
) -> None:
    (first_kind, first_minutes), (second_kind, second_minutes) = breaks
    start = midnight + 480 + 5 * dice.randrange(0, 24)
    first = start + 5 * dice.randrange(24, 40)
    second = first + 60 + 5 * dice.randrange(12, 24)
    end = second + second_minutes + 5 * dice.randrange(*last_steps)
    rows["duties"].append({"agent_id": name, "starts_at": start, "ends_at": end})
    for begins, minutes, kind in ((first, first_minutes, first_kind), (second, second_minutes, second_kind)):
        rows["breaks"].append(
            {"agent_id": name, "starts_at": begins, "ends_at": begins + minutes, "kind": kind}
        )
    person = ""
    for opens, closes in ((start, first), (first + first_minutes, second), (second + second_minutes, end)):
        at = opens
        while True:
            if dice.random() > fullness:
                at += 5 * dice.randrange(1, 9)
            minutes = dice.choice((15, 20, 25, 30))
            occupied = -(-(5 + minutes + 3) // 5) * 5
            if at + occupied > closes:
                break
            number = f"B{len(rows['bookings']) + 1:05}"
            joint = dice.random() < 0.15
            person = person if person and dice.random() < 0.1 else f"P-{number}"
            rows["bookings"].append(
                booking(number, skill=dice.choice(skills), duration=minutes, joint_clause=joint)
            )
            rows["participants"].append(participant(number, person, midnight, midnight + 1440))
            if joint:
                rows["participants"].append(
                    participant(number, f"Q-{number}", midnight, midnight + 1440, role="co_representative")
                )
            rows["sessions"].append(
                {
                    "booking_id": number,
                    "agent_id": name,
                    "starts_at": at + 5,
                    "duration_minutes": minutes,
                }
            )
            at += occupied
