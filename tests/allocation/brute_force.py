"""All schedules of a tiny case, tried one by one: the oracle of the exact path."""

from __future__ import annotations

from data.eligibility import evaluate, occupations, start_windows
from data.model import MISSING, Case, tokens

Value = tuple[tuple[int, ...], int, int]


def best_value(case: Case) -> Value:
    """Best (placed of each priority, confirmations kept, minus the deviation) over all schedules."""
    eligibility = evaluate(case)
    windows = start_windows(case, eligibility)
    lengths = occupations(case, eligibility)
    bookings, people = case.bookings, case.participants
    needed: list[set[str]] = [set() for _ in range(len(bookings))]
    for row in range(len(people)):
        if eligibility.required[row]:
            needed[eligibility.booking_of[row]].add(people.participant_id[row])
    skills = {row["agent_id"]: tokens(row["skills"]) for row in case.agents.rows()}
    grid = case.axis.grid_minutes
    options: list[list[tuple[int, str, int, int]]] = []
    for b in range(len(bookings)):
        listed = []
        for first, last in windows.of(b):
            for start in range(first, last + 1, grid):
                begin = start - int(lengths.set_up[b])
                end = begin + int(lengths.occupied[b])
                listed += [
                    (start, duty.agent_id, begin, end)
                    for duty in case.roster.duties
                    if bookings.skill[b] in skills[duty.agent_id]
                    and any(s <= begin and end <= e for s, e in duty.segments)
                ]
        options.append(listed)
    found: list[Value] = [((0,) * 9, 0, 0)]
    chosen: list[tuple[int, int, str, int, int]] = []

    def clashes(b: int, start: int, agent: str, begin: int, end: int) -> bool:
        for other, at, who, low, high in chosen:
            if who == agent and begin < high and low < end:
                return True
            meet = start < at + bookings.duration_minutes[other] and at < start + bookings.duration_minutes[b]
            if meet and needed[b] & needed[other]:
                return True
        return False

    def extend(b: int, placed: tuple[int, ...], kept: int, deviation: int) -> None:
        if b == len(bookings):
            found[0] = max(found[0], (placed, kept, -deviation))
            return
        rest = [0] * 9
        for later in range(b, len(bookings)):
            rest[int(bookings.priority[later]) - 1] += 1
        most = tuple(have + more for have, more in zip(placed, rest, strict=True))
        if (most, len(bookings), 0) < found[0]:
            return
        for start, agent, begin, end in options[b]:
            if not clashes(b, start, agent, begin, end):
                more = list(placed)
                more[int(bookings.priority[b]) - 1] += 1
                wish = int(bookings.preferred_start[b])
                confirmed = (
                    bookings.pin[b] != ""
                    and bookings.pinned_start[b] == start
                    and bookings.pinned_agent[b] in ("", agent)
                )
                chosen.append((b, start, agent, begin, end))
                extend(
                    b + 1,
                    tuple(more),
                    kept + confirmed,
                    deviation + (0 if wish == MISSING else abs(start - wish)),
                )
                chosen.pop()
        if bookings.pin[b] != "fixed":
            extend(b + 1, placed, kept, deviation)

    extend(0, (0,) * 9, 0, 0)
    return found[0]


def value_of(case: Case) -> Value:
    """The same value, counted from the case's sessions."""
    placed, kept, deviation = [0] * 9, 0, 0
    for session in case.sessions.rows():
        booking = case.bookings.row(case.bookings.position[session["booking_id"]])
        placed[booking["priority"] - 1] += 1
        kept += (
            booking["pin"] != ""
            and booking["pinned_start"] == session["starts_at"]
            and booking["pinned_agent"] in ("", session["agent_id"])
        )
        if booking["preferred_start"] != MISSING:
            deviation += abs(session["starts_at"] - booking["preferred_start"])
    return tuple(placed), int(kept), -deviation
