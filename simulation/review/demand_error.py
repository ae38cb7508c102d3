"""Bookings that came against those that the demand of the plan expected, by day, skill and interval."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from data.model import Case
from simulation.review.facts import DayFacts


class DemandError(NamedTuple):
    """Bookings expected and appointed in one interval.

    Attributes:
        starts_at: of the interval, minutes on the planning axis.
        appointed: sessions of the plan, and those added, that were first appointed in it.
    """

    day: int
    starts_at: int
    skill: str
    expected: float
    appointed: int


class ErrorSummary(NamedTuple):
    """Errors of intervals summed up.

    Attributes:
        error: sum of absolute errors over the bookings appointed; nan without bookings.
        bias: expected less appointed, over the appointed; nan without bookings.
    """

    expected: float
    appointed: int
    error: float
    bias: float


def demand_errors(case: Case, days: Sequence[DayFacts]) -> tuple[DemandError, ...]:
    """One row for each interval and skill of the days in which a booking was expected or appointed.

    Returns:
        Nothing for days of which the demand expects no bookings at all: then it tells only agents required.
    """
    demand, axis = case.demand, case.axis
    length = case.plan.demand_interval_minutes
    expected: Counter[tuple[int, int, str]] = Counter()
    for start, skill, count in zip(
        demand.starts_at.tolist(), demand.skill.tolist(), demand.expected_bookings.tolist(), strict=True
    ):
        expected[axis.day_of(start), start, skill] += count
    foreseen = {day for (day, _, _), count in expected.items() if count > 0.0}
    appointed: Counter[tuple[int, int, str]] = Counter()
    for day in days:
        first = int(axis.day_starts[day.day])
        for session in day.sessions.values():
            start = first + (session.planned_start - first) // length * length
            appointed[day.day, start, session.skill] += 1
    reviewed = {day.day for day in days} & foreseen
    rows = sorted(key for key in expected.keys() | appointed.keys() if key[0] in reviewed)
    found = (DemandError(*key, float(expected[key]), appointed[key]) for key in rows)
    return tuple(row for row in found if row.expected or row.appointed)


def summed(rows: Sequence[DemandError]) -> ErrorSummary:
    """The errors of rows together; the rows are those whose errors do not cancel out."""
    expected, appointed = math.fsum(row.expected for row in rows), sum(row.appointed for row in rows)
    if not appointed:
        return ErrorSummary(expected, 0, math.nan, math.nan)
    error = math.fsum(abs(row.expected - row.appointed) for row in rows) / appointed
    return ErrorSummary(expected, appointed, error, (expected - appointed) / appointed)


def merged(rows: Sequence[DemandError], by_skill: bool) -> list[DemandError]:
    """Rows of whole days, by skill or of all skills together (an empty one)."""
    totals: dict[tuple[int, str], tuple[float, int]] = {}
    for row in rows:
        key = row.day, row.skill if by_skill else ""
        expected, appointed = totals.get(key, (0.0, 0))
        totals[key] = expected + row.expected, appointed + row.appointed
    first = {day: min(row.starts_at for row in rows if row.day == day) for day, _ in totals}
    return [DemandError(day, first[day], skill, *totals[day, skill]) for day, skill in sorted(totals)]
