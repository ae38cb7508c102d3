"""Which day each booking is placed on first."""

from __future__ import annotations

import numpy as np
import pytest

from data.model import Case
from optimizer.allocation import build_problem
from optimizer.allocation.day_choice import chosen_days
from optimizer.allocation.problem import Problem
from tests.allocation.featured_cases import featured_case
from tests.support.cases import agent, booking, case, participant

NINE = 540


def two_days(wishes: list[int], days_of: list[tuple[int, int]]) -> Case:
    """One agent for 70 minutes on each of two days: two sessions of 30 minutes fit on a day, within 93 %."""
    names = [f"B{number}" for number in range(len(wishes))]
    return case(
        agents=[agent("A1")],
        bookings=[booking(name, preferred_start=wish) for name, wish in zip(names, wishes, strict=True)],
        participants=[
            participant(name, f"P{name}", first * 1440 + NINE, last * 1440 + NINE + 70)
            for name, (first, last) in zip(names, days_of, strict=True)
        ],
        duties=[
            {"agent_id": "A1", "starts_at": day * 1440 + NINE, "ends_at": day * 1440 + NINE + 70}
            for day in (0, 1)
        ],
        days=2,
    )


def days_of(problem: Problem) -> list[int]:
    """The day of each placeable booking."""
    bounds = problem.case.axis.day_starts // problem.grid
    return chosen_days(problem, problem.placeable, bounds).tolist()


def test_everybody_stays_where_there_is_room() -> None:
    """Where the days have room, each booking is on the day of its wish."""
    problem = build_problem(two_days([NINE + 5, 1440 + NINE + 5], [(0, 1), (0, 1)]))
    assert days_of(problem) == [0, 1]


def test_who_can_only_come_today_stays() -> None:
    """Of three who wish the first day, the one who may come on the other goes there."""
    problem = build_problem(two_days([NINE + 5] * 3, [(0, 0), (0, 1), (0, 0)]))
    assert days_of(problem) == [0, 1, 0]


def test_who_loses_least_goes() -> None:
    """Of three who may come on both days, the one whose wish lies latest goes to the second."""
    problem = build_problem(two_days([NINE + 5, NINE + 40, NINE + 5], [(0, 1)] * 3))
    assert days_of(problem) == [0, 1, 0]


@pytest.mark.parametrize("seed", range(20))
def test_the_day_is_always_possible(seed: int) -> None:
    """Whatever the load, a booking gets a day on which it has a start, or none at all."""
    problem = build_problem(featured_case(seed))
    bounds = problem.case.axis.day_starts // problem.grid
    for row, day in zip(problem.placeable.tolist(), days_of(problem), strict=True):
        low, high = int(bounds[day]), int(bounds[day + 1])
        starts = np.concatenate([np.arange(a, z + 1) for a, z in problem.window(row)])
        assert ((low <= starts) & (starts < high)).any()
