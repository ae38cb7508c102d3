"""Plain-Python answers to what explanations claim: forced starts, whole plans, and single sessions judged."""

from __future__ import annotations

from dataclasses import replace

from data.eligibility import evaluate, occupations, start_windows
from data.model import Bookings, Case, Schedule, Sessions, Unplaced, tokens
from data.referee import judge_schedule
from tests.allocation.brute_force import best_value

Value = tuple[tuple[int, ...], int, int]
"""Placed of each priority, confirmations kept, and minus the deviation."""

SERVICE = {"SKILL", "DUTY", "BREAK-CROSSED", "CAR-SESSION"}
STARTS = {"OPENING", "R2", "R23", "WINDOW", "LOCAL-HOURS"}


def best_value_with(case: Case, booking: int, start: int) -> Value:
    """Best value over all schedules in which an unpinned booking starts then, by pinning it there."""
    rows = case.bookings.rows()
    assert rows[booking]["pin"] == ""
    rows[booking] |= {"pin": "fixed", "pinned_start": start}
    placed, kept, turned = best_value(replace(case, bookings=Bookings.from_rows(rows)))[:3]
    return placed, kept - 1, turned


def less(value: Value, other: Value) -> Value:
    """The difference of two values, level by level."""
    placed = tuple(mine - yours for mine, yours in zip(value[0], other[0], strict=True))
    return placed, value[1] - other[1], value[2] - other[2]


def starts_of(case: Case, booking: int) -> list[int]:
    """Possible starts of a booking, whoever is in service."""
    windows = start_windows(case, evaluate(case))
    return [s for first, last in windows.of(booking) for s in range(first, last + 1, case.axis.grid_minutes)]


def can_place(case: Case, wanted: list[int], at: dict[int, int]) -> bool:
    """Whether some schedule places all of these bookings, some of them at given starts."""
    eligibility = evaluate(case)
    lengths = occupations(case, eligibility)
    bookings = case.bookings
    skills = {row["agent_id"]: tokens(row["skills"]) for row in case.agents.rows()}
    people = [
        {
            case.participants.participant_id[row]
            for row in range(len(case.participants))
            if eligibility.required[row] and eligibility.booking_of[row] == booking
        }
        for booking in range(len(bookings))
    ]
    taken: list[tuple[int, int, str, int, int]] = []

    def fits(booking: int, start: int, agent: str, begin: int, end: int) -> bool:
        for other, other_start, who, low, high in taken:
            if who == agent and begin < high and low < end:
                return False
            apart = (
                start >= other_start + bookings.duration_minutes[other]
                or other_start >= start + bookings.duration_minutes[booking]
            )
            if not apart and people[booking] & people[other]:
                return False
        return True

    def extend(number: int) -> bool:
        if number == len(wanted):
            return True
        booking = wanted[number]
        for start in [at[booking]] if booking in at else starts_of(case, booking):
            begin = start - int(lengths.set_up[booking])
            end = begin + int(lengths.occupied[booking])
            for duty in case.roster.duties:
                able = bookings.skill[booking] in skills[duty.agent_id] and any(
                    low <= begin and end <= high for low, high in duty.segments
                )
                if able and fits(booking, start, duty.agent_id, begin, end):
                    taken.append((booking, start, duty.agent_id, begin, end))
                    if extend(number + 1):
                        return True
                    taken.pop()
        return False

    return extend(0)


def faults_of_one_session(case: Case, booking: int, start: int, agent: str) -> set[str]:
    """Codes of the rules that a session breaks, all others away, as the referee sees it."""
    name = case.bookings.booking_id[booking]
    row = {
        "booking_id": name,
        "agent_id": agent,
        "starts_at": start,
        "duration_minutes": int(case.bookings.duration_minutes[booking]),
    }
    alone = case.with_schedule(Schedule(Sessions.from_rows([row]), Unplaced.empty()))
    return {found.rule for found in judge_schedule(alone) if str(name) in found.where}
