"""Classes of alike bookings: who is in them, where they may start, and what that is worth."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from data.model import MISSING
from optimizer.allocation import build_problem
from optimizer.allocation.classes import (
    KEPT_WORTH,
    PLACED_WORTH,
    URGENCY_FACTOR,
    BookingClasses,
    classes_of_day,
    ranges,
    wished_nearby,
    worth_of_priorities,
)
from optimizer.allocation.problem import Problem
from tests.allocation.featured_cases import featured_case
from tests.allocation.random_cases import random_day
from tests.support.cases import agent, booking, case, participant

RADII = (0, 3, 24)
SEEDS = range(12)


@cache
def problem_of(seed: int) -> Problem:
    """The problem of a random case."""
    return build_problem(featured_case(seed))


def days_of(problem: Problem) -> list[tuple[int, int]]:
    """First slot of each day, and the first one after it."""
    starts = [-(-minute // problem.grid) for minute in problem.case.axis.day_starts.tolist()]
    return list(pairwise(starts))


def starts_on(problem: Problem, booking: int, day: tuple[int, int]) -> list[list[int]]:
    """Possible starts of a booking on a day, window by window."""
    pieces = [
        [slot for slot in range(first, last + 1) if day[0] <= slot < day[1]]
        for first, last in problem.window(booking)
    ]
    return [piece for piece in pieces if piece]


def allowed(problem: Problem, booking: int, day: tuple[int, int], radius: int) -> set[int]:
    """Starts that a booking's columns may have: near the wish in each window, and the confirmed one."""
    wish, found = int(problem.wish[booking]), set[int]()
    for piece in starts_on(problem, booking, day):
        if wish == MISSING:
            found.update(piece)
        else:
            centre = min(piece, key=lambda slot: abs(slot * problem.grid - wish))
            found.update(slot for slot in piece if abs(slot - centre) <= radius)
        if problem.movable_slot[booking] in piece:
            found.add(int(problem.movable_slot[booking]))
    return found


def columns_of(classes: BookingClasses) -> list[tuple[int, int, float]]:
    """(booking, start, gain) for every member of every class."""
    found = []
    for number in range(len(classes)):
        members = classes.members[classes.offsets[number] : classes.offsets[number + 1]].tolist()
        own = classes.owner == number
        for start, gain in zip(classes.start[own].tolist(), classes.gain[own].tolist(), strict=True):
            found += [(member, start, gain) for member in members]
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_booking_of_the_day_is_in_one_class(seed: int) -> None:
    """A booking with a start on the day is in exactly one class, of its own kind; others in none."""
    problem = problem_of(seed)
    for day in days_of(problem):
        classes = classes_of_day(problem, problem.placeable, day, 24)
        expected = [b for b in problem.placeable.tolist() if starts_on(problem, b, day)]
        assert sorted(classes.members.tolist()) == expected
        assert classes.sizes.min(initial=1) >= 1
        assert int(classes.offsets[-1]) == len(classes.members)
        kinds = np.repeat(classes.kind, classes.sizes)
        assert (kinds == problem.kinds[1][classes.members]).all()


@pytest.mark.parametrize("radius", RADII)
@pytest.mark.parametrize("seed", SEEDS)
def test_columns_are_the_lawful_starts_within_the_radius(seed: int, radius: int) -> None:
    """For every member, the columns are exactly its possible starts near the wish and its confirmed one."""
    problem = problem_of(seed)
    for day in days_of(problem):
        found: dict[int, set[int]] = {}
        for member, start, _ in columns_of(classes_of_day(problem, problem.placeable, day, radius)):
            found.setdefault(member, set()).add(start)
        assert all(starts == allowed(problem, b, day, radius) for b, starts in found.items())


@pytest.mark.parametrize("seed", SEEDS)
def test_gains(seed: int) -> None:
    """A column is worth its priority's worth less the deviation, and more where the confirmation is kept."""
    problem = problem_of(seed)
    worth = worth_of_priorities(problem)
    kept = 0
    for day in days_of(problem):
        best: dict[tuple[int, int], float] = {}
        for member, start, gain in columns_of(classes_of_day(problem, problem.placeable, day, 24)):
            plain = int(worth[member]) - problem.deviation(member, start)
            confirmed = start == problem.movable_slot[member]
            assert gain in ({plain, plain + KEPT_WORTH} if confirmed else {plain})
            best[member, start] = max(best.get((member, start), 0.0), gain)
        for (member, start), gain in best.items():
            if start == problem.movable_slot[member]:
                kept += 1
                assert gain == int(worth[member]) - problem.deviation(member, start) + KEPT_WORTH
    assert kept > 0


def test_alike_bookings_share_a_class() -> None:
    """Bookings of one kind, wish, priority and window are one class; another of any of these, another one."""
    alike = [booking(f"B{n}", preferred_start=600) for n in range(5)]
    unlike = [
        booking("C0", preferred_start=605),
        booking("C1", preferred_start=600, priority=3),
        booking("C2", "pj", preferred_start=600),
        booking("C3", duration=30, preferred_start=600),
        booking("C4", preferred_start=600),
    ]
    ends = {"C4": 700}
    people = [
        participant(row["booking_id"], f"P{n}", 540, ends.get(row["booking_id"], 780))
        for n, row in enumerate([*alike, *unlike])
    ]
    duties = [{"agent_id": "A", "starts_at": 540, "ends_at": 780}]
    problem = build_problem(
        case(agents=[agent("A")], bookings=[*alike, *unlike], participants=people, duties=duties)
    )
    classes = classes_of_day(problem, problem.placeable, (0, problem.slots), 200)
    assert sorted(classes.sizes.tolist()) == [1, 1, 1, 1, 1, 5]


def test_classes_are_fewer_than_bookings() -> None:
    """On a day of many bookings without a wish and a few windows there are fewer classes than bookings."""
    problem = build_problem(random_day(2, agents=30))
    classes = classes_of_day(problem, problem.placeable, (0, problem.slots), 24)
    assert len(classes) < len(classes.members) == len(problem.placeable)


def test_worth_of_priorities() -> None:
    """The least urgent priority that occurs is worth 3,000 minutes, each more urgent one four times more."""
    levels = [9, 5, 3, 1]
    rows = [booking(f"B{n}", priority=level) for n, level in enumerate([*levels, 5])]
    people = [participant(row["booking_id"], f"P{n}", 540, 780) for n, row in enumerate(rows)]
    duties = [{"agent_id": "A", "starts_at": 540, "ends_at": 780}]
    problem = build_problem(case(agents=[agent("A")], bookings=rows, participants=people, duties=duties))
    expected = [PLACED_WORTH * URGENCY_FACTOR**step for step in (0, 1, 2, 3, 1)]
    assert worth_of_priorities(problem).tolist() == expected


def test_ranges() -> None:
    """Runs of whole numbers one after the other; empty runs leave nothing."""
    assert ranges(np.array([3, 7, 0]), np.array([2, 0, 3])).tolist() == [3, 4, 0, 1, 2]


@pytest.mark.parametrize("seed", SEEDS)
def test_coarse_classes_hold_every_booking_at_lawful_starts(seed: int) -> None:
    """Coarse classes hold each booking once, at lawful starts and the one nearest to its wish."""
    problem = problem_of(seed)
    for day in days_of(problem):
        classes = classes_of_day(problem, problem.placeable, day, 24, coarse=True)
        expected = [b for b in problem.placeable.tolist() if starts_on(problem, b, day)]
        assert sorted(classes.members.tolist()) == expected
        found: dict[int, set[int]] = {}
        for member, start, _ in columns_of(classes):
            found.setdefault(member, set()).add(start)
        for b in expected:
            assert found[b] <= allowed(problem, b, day, 24)
            nearest = min(abs(problem.deviation(b, slot)) for slot in allowed(problem, b, day, 24))
            assert min(problem.deviation(b, slot) for slot in found[b]) == nearest


@pytest.mark.parametrize("seed", SEEDS)
def test_coarse_gains_differ_from_the_deviation_by_a_constant(seed: int) -> None:
    """Whatever the priority, gain and deviation add up to one sum a booking, but for kept starts."""
    problem = problem_of(seed)
    for day in days_of(problem):
        sums: dict[int, set[float]] = {}
        kept: dict[tuple[int, int], float] = {}
        for member, start, gain in columns_of(
            classes_of_day(problem, problem.placeable, day, 24, coarse=True)
        ):
            total = gain + problem.deviation(member, start)
            kept[member, start] = max(kept.get((member, start), total), total)
        for (member, start), total in kept.items():
            bonus = KEPT_WORTH if start == problem.movable_slot[member] else 0
            sums.setdefault(member, set()).add(total - bonus)
        assert all(len(found) == 1 for found in sums.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_most_urgent_come_first(seed: int) -> None:
    """Within a coarse class bookings are in the order of their priorities."""
    problem = problem_of(seed)
    for day in days_of(problem):
        classes = classes_of_day(problem, problem.placeable, day, 24, coarse=True)
        for first, stop in pairwise(classes.offsets.tolist()):
            urgency = problem.priority[classes.members[first:stop]].tolist()
            assert urgency == sorted(urgency)


@pytest.mark.parametrize("most", [0, 30, 600])
@pytest.mark.parametrize("seed", SEEDS)
def test_wished_nearby(seed: int, most: int) -> None:
    """Nearby are those with a start on the day that deviates so little, and those without a wish."""
    problem = problem_of(seed)
    for day in days_of(problem):
        expected = [
            b
            for b in problem.placeable.tolist()
            if any(
                problem.deviation(b, slot) <= most for piece in starts_on(problem, b, day) for slot in piece
            )
        ]
        assert wished_nearby(problem, problem.placeable, day, most).tolist() == expected
