"""Bounds by prices and by capacity, whatever the prices, against all plans of tiny cases."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.generator import GeneratorSettings, generate
from data.model import Case
from data.model.columns import FloatArray
from optimizer.allocation import build_problem
from optimizer.allocation.arc_flow import ArcFlow, free_pieces
from optimizer.allocation.bounds import Prices, deviation_bound, placed_bound
from optimizer.allocation.classes import classes_of_day, worth_of_priorities
from optimizer.allocation.problem import Problem
from optimizer.allocation.working_plan import Placement, WorkingPlan
from tests.allocation.brute_force import best_value
from tests.allocation.featured_cases import featured_case, tiny_featured_case
from tests.allocation.random_cases import tiny_random_case
from tests.allocation.solved_flow import solved_flow
from tests.support.cases import agent, booking, case, participant

Grade = tuple[tuple[int, ...], int]
"""Placed bookings of each priority, and movable pins kept: what two plans must share to be compared."""


def micro_case(seed: int) -> Case:
    """Three or four bookings with short windows, and one or two agents for an hour with a pause."""
    rng = random.Random(seed)
    names = ["A0", "A1"][: rng.randint(1, 2)]
    agents = [agent(name, rng.choice(["pf", "pf|pj"])) for name in names]
    duties, breaks = [], []
    for name in names:
        duties.append({"agent_id": name, "starts_at": 540, "ends_at": 540 + 5 * rng.randint(10, 20)})
        if rng.random() < 0.5:
            breaks.append({"agent_id": name, "starts_at": 565, "ends_at": 575, "kind": "pause"})
    rows: list[dict[str, Any]] = []
    people = []
    for number in range(rng.randint(3, 4)):
        minutes, start = rng.choice([15, 17, 20]), 545 + 5 * rng.randint(0, 8)
        changes: dict[str, Any] = {"priority": rng.choice([1, 5])}
        if rng.random() < 0.8:
            changes |= {"preferred_start": start + rng.randint(-10, 40)}
        if rng.random() < 0.4:
            changes |= {"pin": "movable", "pinned_start": start + 5 * rng.randint(0, 4)}
            changes |= {"pinned_agent": rng.choice(names)} if rng.random() < 0.5 else {}
        rows.append(booking(f"B{number}", rng.choice(["pf", "pf", "pj"]), minutes, **changes))
        end = start + minutes + 5 * rng.randint(1, 5)
        people.append(participant(f"B{number}", f"P{rng.randint(0, 4)}", start, end))
    return case(agents=agents, bookings=rows, participants=people, duties=duties, breaks=breaks)


def all_plans(problem: Problem) -> list[dict[int, Placement]]:
    """Every plan of a tiny problem, the empty one included."""
    found: list[dict[int, Placement]] = []
    plan = WorkingPlan(problem)
    bookings = problem.placeable.tolist()

    def extend(place: int) -> None:
        if place == len(bookings):
            found.append(dict(plan.sessions))
            return
        b = bookings[place]
        kind = (int(problem.set_up[b]), int(problem.occupied[b]))
        for agent_ in problem.allowed_agents(b):
            bits = plan.possible_starts(b) & plan.free_starts(agent_, *kind)
            for slot in range(bits.bit_length()):
                if bits >> slot & 1:
                    plan.place(b, slot, agent_)
                    extend(place + 1)
                    plan.remove(b)
        extend(place + 1)

    extend(0)
    return found


def grade(problem: Problem, sessions: dict[int, Placement]) -> Grade:
    """What a plan places and keeps."""
    placed = [0] * 9
    for b in sessions:
        placed[int(problem.priority[b]) - 1] += 1
    kept = sum(
        problem.movable_slot[b] >= 0 and problem.keeps_confirmation(b, *place)
        for b, place in sessions.items()
    )
    return tuple(placed), int(kept)


@cache
def graded(seed: int) -> tuple[Problem, dict[Grade, tuple[dict[int, Placement], int]]]:
    """For each grade that some plan has: one such plan, and the least deviation of all such plans."""
    problem = build_problem(micro_case(seed))
    found: dict[Grade, tuple[dict[int, Placement], int]] = {}
    for sessions in all_plans(problem):
        deviation = sum(problem.deviation(b, slot) for b, (slot, _) in sessions.items())
        own = grade(problem, sessions)
        first, least = found.get(own, (sessions, deviation))
        found[own] = (first, min(least, deviation))
    return problem, found


MICRO = 24
DEAREST = 20_000.0


def check_all_grades(seed: int, prices: FloatArray) -> int:
    """No bound is above the least deviation; returns how many bounds say anything."""
    problem, found = graded(seed)
    said = 0
    for sessions, least in found.values():
        bound = Prices.of(problem, prices).deviation_bound(problem, sessions)
        assert 0 <= bound <= least
        said += bound > 0
    return said


@settings(max_examples=200)
@given(
    st.integers(0, MICRO - 1),
    st.floats(0, DEAREST),
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 29), st.floats(0, DEAREST)), max_size=30),
)
def test_holds_whatever_the_prices(seed: int, everywhere: float, some: list[tuple[int, int, float]]) -> None:
    """Arbitrary prices never give a bound above the deviation of any plan that places and keeps as much."""
    problem, _ = graded(seed)
    prices = np.full((len(problem.kinds[0]), problem.slots), everywhere)
    for kind, slot, price in some if len(prices) else ():
        prices[kind % len(prices), 105 + slot] = price
    check_all_grades(seed, prices)


def flow_prices(problem: Problem) -> FloatArray:
    """The prices of the arc flow over the whole horizon."""
    classes = classes_of_day(problem, problem.placeable, (0, problem.slots), 10_000)
    pieces = free_pieces(WorkingPlan(problem), 0, problem.slots)
    solution = solved_flow(ArcFlow(problem, pieces, classes))
    return solution.prices


def test_holds_with_the_prices_of_the_flow() -> None:
    """The flow's own prices give bounds that hold, and that say something on most of these cases."""
    said = sum(check_all_grades(seed, flow_prices(graded(seed)[0])) > 0 for seed in range(MICRO))
    assert said >= MICRO // 2


@settings(max_examples=60)
@given(st.integers(0, MICRO - 1), st.integers(0, 2**32 - 1), st.floats(0.01, 2.0))
def test_holds_near_the_prices_of_the_flow(seed: int, chance: int, spread: float) -> None:
    """Prices around those of the flow, where bounds are strongest, give bounds that hold."""
    prices = flow_prices_of(seed)
    factors = np.exp(spread * np.random.default_rng(chance).standard_normal(prices.shape))
    check_all_grades(seed, prices * factors)


@cache
def flow_prices_of(seed: int) -> FloatArray:
    """The same, remembered."""
    return flow_prices(graded(seed)[0])


@pytest.mark.parametrize("seed", range(MICRO))
def test_the_simple_bounds_hold(seed: int) -> None:
    """Without prices: no plan places more than the bound, none deviates less than the nearest starts."""
    problem, found = graded(seed)
    assert placed_bound(problem) >= max(sum(placed) for placed, _ in found)
    for sessions, least in found.values():
        assert deviation_bound(problem, sessions) <= least


@pytest.mark.parametrize("make", [tiny_random_case, tiny_featured_case], ids=["plain", "every feature"])
def test_placed_bound_against_brute_force(make: Any) -> None:
    """On 60 tiny cases the bound on placed bookings is never below what the best plan places."""
    binding = 0
    for seed in range(60):
        made = make(seed)
        problem = build_problem(made)
        bound = placed_bound(problem)
        assert sum(best_value(made)[0]) <= bound <= len(problem.placeable)
        binding += bound < len(problem.placeable)
    assert binding > 0


def test_prices_of_the_flow_prove_its_optimum() -> None:
    """On a day that can be served in full, without pins, the prices prove what the flow says, or more."""
    made = generate(GeneratorSettings(agents=10, days=1, load=0.9, seed=1))
    bookings = made.case.bookings
    unpinned = replace(bookings, pin=np.full(len(bookings), "", dtype=object))
    problem = build_problem(replace(made.case, bookings=unpinned))
    assert len(made.planted) == len(problem.placeable)
    everybody = {int(b): (int(problem.startable(b)[0]), 0) for b in problem.placeable}
    classes = classes_of_day(problem, problem.placeable, (0, problem.slots), 10_000)
    pieces = free_pieces(WorkingPlan(problem), 0, problem.slots)
    solution = solved_flow(ArcFlow(problem, pieces, classes))
    worth = int(worth_of_priorities(problem)[problem.placeable].sum())
    flow = worth - float(classes.gain @ solution.placed)
    proven = Prices.of(problem, solution.prices).deviation_bound(problem, everybody)
    assert proven >= flow - 1  # prices are rounded
    assert proven > deviation_bound(problem, everybody)


def test_free_starts_cost_the_nearest_starts() -> None:
    """At prices of zero the bound is at most the deviation of every booking at its nearest start."""
    for seed in range(6):
        problem = build_problem(featured_case(seed))
        nothing = np.zeros((len(problem.kinds[0]), problem.slots))
        everybody = {int(b): (int(problem.startable(b)[0]), 0) for b in problem.placeable}
        nearest = sum(int(problem.deviations(b, problem.startable(b)).min()) for b in everybody)
        assert Prices.of(problem, nothing).deviation_bound(problem, everybody) <= nearest
