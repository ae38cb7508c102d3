"""The annealing: its arrays, its moves, and the plan that it leaves."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from functools import cache
from itertools import product

import numpy as np
import pytest

from data.model import Case
from data.referee import judge_schedule
from optimizer.allocation import build_problem
from optimizer.allocation.annealing import Annealing, anneal, kernel
from optimizer.allocation.annealing import moves as kernel_moves
from optimizer.allocation.construct import TIGHT, construct
from optimizer.allocation.levels import worth
from optimizer.allocation.pins import place_fixed
from optimizer.allocation.problem import Problem
from optimizer.allocation.reasons import schedule_of
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget
from optimizer.solve_result import SolveLimits
from tests.allocation.featured_cases import featured_case
from tests.allocation.random_cases import random_day
from tests.support.cases import agent, case

SEEDS = range(10)


@cache
def case_of(seed: int) -> Case:
    """A random case with every feature."""
    return featured_case(seed)


def started(made: Case, share: float = 1.0) -> WorkingPlan:
    """Fixed pins, and the first so many of the other bookings placed one by one."""
    problem = build_problem(made)
    plan, budget = WorkingPlan(problem), Budget(SolveLimits(work=1e6))
    assert place_fixed(plan, budget) == ()
    listed = problem.placeable.tolist()
    construct(plan, listed[: round(share * len(listed))], TIGHT, budget, lambda *_: None)
    return plan


def annealing_of(plan: WorkingPlan, seed: int) -> Annealing:
    """An annealing in which confirmed sessions may move."""
    return Annealing(plan, seed, hold_confirmed=False)


def moved(annealing: Annealing, moves: int, hot: float = 15.0, cold: float = 1.0) -> int:
    """Try so many moves; returns the change of the cost."""
    return int(kernel_moves.anneal(annealing.facts, annealing.state, annealing.playing, moves, hot, cold, 24))


def cost_of(annealing: Annealing) -> int:
    """Cost of all segments and of the bookings left out, counted from `where` and `at` alone."""
    facts, state, problem = annealing.facts, annealing.state, annealing.problem
    total = 0
    for b in problem.placeable.tolist():
        if state.where[b] == kernel.NONE:
            total += int(facts.unplaced_cost[b])
            continue
        slot = int(state.at[b] + problem.set_up[b])
        total += problem.deviation(b, slot)
        pin, wanted = int(problem.movable_slot[b]), int(problem.movable_agent[b])
        agent = int(problem.segments.agent[state.where[b]])
        if pin >= 0 and not (slot == pin and wanted in (-1, agent)):
            total += int(facts.confirmed_cost)
    return total


def check_arrays(annealing: Annealing) -> None:
    """All that the arrays say twice agrees, and sessions stand in order, apart, and inside."""
    facts, state, problem = annealing.facts, annealing.state, annealing.problem
    seen: set[int] = set()
    for segment in range(len(problem.segments)):
        count, free_from, used, cost = int(state.count[segment]), int(problem.segments.start[segment]), 0, 0
        for place in range(count):
            b, begin = int(state.order[segment, place]), int(state.begin[segment, place])
            assert b not in seen
            seen.add(b)
            assert (state.where[b], state.at[b]) == (segment, begin)
            assert begin >= free_from
            free_from = begin + int(problem.occupied[b])
            used += int(problem.occupied[b])
            cost += int(kernel.cost_at(facts, b, begin, segment))
        assert free_from <= problem.segments.end[segment]
        assert (state.used[segment], state.cost[segment]) == (used, cost)
    assert seen == set(np.flatnonzero(state.where != kernel.NONE).tolist())
    left = state.unplaced[: state.unplaced_count[0]].tolist()
    assert sorted(left) == sorted(set(problem.placeable.tolist()) - seen)
    assert all(state.place_of[b] == place for place, b in enumerate(left))
    assert all(state.place_of[b] == kernel.NONE for b in seen)


@pytest.mark.parametrize("seed", SEEDS)
def test_arrays_agree_after_any_number_of_moves(seed: int) -> None:
    """After 0, 1, 10, ... moves the arrays agree, and the change told is the change of the cost."""
    annealing = annealing_of(started(case_of(seed), share=0.7), seed)
    check_arrays(annealing)
    for moves in (1, 1, 10, 100, 1_000, 10_000):
        before = cost_of(annealing)
        change = moved(annealing, moves, hot=500.0)
        check_arrays(annealing)
        assert cost_of(annealing) - before == change


@pytest.mark.parametrize("seed", SEEDS)
def test_fixed_pins_stay(seed: int) -> None:
    """However hot, a fixed pin stays at its start, and with its agent where it names one."""
    annealing = annealing_of(started(case_of(seed)), seed)
    problem, state = annealing.problem, annealing.state
    pins = np.flatnonzero((problem.fixed_slot >= 0) & problem.eligible)
    named = pins[problem.fixed_agent[pins] >= 0]
    where = state.where[named].copy()
    moved(annealing, 20_000, hot=5_000.0, cold=5_000.0)
    assert (state.where[pins] != kernel.NONE).all()
    assert (state.at[pins] + problem.set_up[pins] == problem.fixed_slot[pins]).all()
    assert (state.where[named] == where).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_held_confirmations_keep_their_agents(seed: int) -> None:
    """Where they are held, sessions that stand as confirmed keep their agent, however hot; others move."""
    plan = started(case_of(seed))
    problem = plan.problem
    kept = [
        b
        for b, place in plan.sessions.items()
        if problem.movable_slot[b] >= 0 and problem.keeps_confirmation(b, *place)
    ]
    annealing = Annealing(plan, seed, hold_confirmed=True)
    before = annealing.state.where.copy()
    moved(annealing, 20_000, hot=5_000.0, cold=5_000.0)
    assert (annealing.state.where[kept] == before[kept]).all()
    assert (annealing.state.where != before).any()


def test_there_are_fixed_pins() -> None:
    """The cases of these tests have fixed pins, people with several bookings, and moves that are made."""
    pins = shared = changes = 0
    for seed in SEEDS:
        annealing = annealing_of(started(case_of(seed)), seed)
        problem, where = annealing.problem, annealing.state.where.copy()
        pins += int((problem.fixed_slot >= 0).sum())
        shared += sum(bool(people) for people in problem.people)
        moved(annealing, 5_000)
        changes += int((annealing.state.where != where).sum())
    assert min(pins, shared, changes) >= 20


@pytest.mark.parametrize("seed", SEEDS)
def test_people_never_meet_themselves(seed: int) -> None:
    """After any number of moves no two sessions that share somebody are held at the same time."""
    annealing = annealing_of(started(case_of(seed)), seed)
    problem, state = annealing.problem, annealing.state
    for _ in range(20):
        moved(annealing, 500, hot=2_000.0, cold=200.0)
        held: dict[tuple[int, int], int] = {}
        for b in np.flatnonzero(state.where != kernel.NONE).tolist():
            start = int(state.at[b] + problem.set_up[b])
            for person, slot in product(problem.people[b], range(start, start + int(problem.held[b]))):
                assert held.setdefault((person, slot), b) == b


@pytest.mark.parametrize("seed", SEEDS)
def test_plan_written_back_is_lawful_and_no_worse(seed: int) -> None:
    """The plan taken back is lawful by the referee, and costs no more than the plan it started from."""
    plan = started(case_of(seed), share=0.8)
    annealing = annealing_of(plan, seed)
    before = cost_of(annealing)
    annealing.run(Budget(SolveLimits(work=2.0)), work=0.5)
    assert judge_schedule(case_of(seed).with_schedule(schedule_of(plan))) == []
    assert cost_of(annealing_of(plan, seed)) <= before


def test_improves_a_day() -> None:
    """On a day of eight agents it brings the sessions closer to the wishes, and loses no place."""
    plan = started(random_day(1, load=0.7))
    before = worth(plan.problem, plan.sessions)
    annealing_of(plan, 1).run(Budget(SolveLimits(work=5.0)), work=2.0)
    after = worth(plan.problem, plan.sessions)
    assert sum(after[0]) >= sum(before[0])
    assert -after[2] < -0.7 * before[2]


def test_work_is_booked() -> None:
    """Moves are booked as work; without bookings that may move there is nothing to do, and nothing booked."""
    plan, budget = started(case_of(0)), Budget(SolveLimits(work=5.0))
    annealing_of(plan, 1).run(budget, work=7 * anneal.WORK_A_MOVE)
    assert budget.work_used == pytest.approx(7 * anneal.WORK_A_MOVE)
    nobody = started(case(agents=[agent("A")], duties=[{"agent_id": "A", "starts_at": 540, "ends_at": 780}]))
    budget = Budget(SolveLimits(work=5.0))
    annealing_of(nobody, 1).run(budget, work=1.0)
    assert budget.work_used == 0


def digest(seed: int, moves: int) -> str:
    """All arrays after so many moves, as one word."""
    annealing = annealing_of(started(featured_case(seed), share=0.8), seed)
    change = kernel.time_all(annealing.facts, annealing.state)
    change += moved(annealing, moves, hot=300.0)
    state = annealing.state
    word = hashlib.sha256(str(int(change)).encode())
    for name in ("where", "at", "count", "used", "cost", "unplaced", "place_of", "random"):
        word.update(getattr(state, name).tobytes())
    return word.hexdigest()


def test_compiled_is_the_same_as_uncompiled() -> None:
    """The moves that Numba compiles and the same code run by Python draw alike and end alike."""
    seeds, moves = (1, 2, 3), 3_000
    script = (
        "from numba import config\n"
        "from tests.allocation.test_annealing import digest\n"
        "assert config.DISABLE_JIT\n"
        f"print(*[digest(seed, {moves}) for seed in {seeds}])\n"
    )
    uncompiled = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert uncompiled == [digest(seed, moves) for seed in seeds]
    assert len(set(uncompiled)) == len(seeds)


def test_random_numbers() -> None:
    """The draws are those of xorshift64* computed with whole numbers, and fill [0, 1) evenly."""
    state = annealing_of(started(case_of(0)), 4711).state
    word, drawn = int(state.random[0]), []
    for _ in range(20_000):
        word ^= word >> 12
        word = (word ^ word << 25) % 2**64
        word ^= word >> 27
        expected = ((word * 2685821657736338717 % 2**64) >> 11) / 2**53
        drawn.append(float(kernel.draw(state)))
        assert drawn[-1] == expected
    counts = np.bincount((10 * np.array(drawn)).astype(np.int64), minlength=10)
    assert len(counts) == 10
    assert ((counts - 2_000) ** 2 / 2_000).sum() < 27.9  # chi-squared of 9 degrees, 1 in 1,000


def rows_of(annealing: Annealing, segment: int, order: list[int]) -> None:
    """Put an order of bookings into the first row in the making."""
    state = annealing.state
    state.row_count[0] = len(order)
    state.row_order[0, : len(order)] = order


def best_timing(problem: Problem, annealing: Annealing, segment: int, order: list[int]) -> int | None:
    """The least cost of an order over all timings, tried one by one; None where there is none."""
    _, start, end, _, _ = problem.segments.rows[segment]

    @cache
    def least(place: int, free_from: int) -> int | None:
        if place == len(order):
            return 0
        b = order[place]
        set_up, occupied = int(problem.set_up[b]), int(problem.occupied[b])
        possible = problem.segments.start_bits(segment, set_up, occupied) & problem.window_bits(b)
        found = None
        for begin in range(free_from, end - occupied + 1):
            if possible >> (begin + set_up) & 1:
                rest = least(place + 1, begin + occupied)
                if rest is not None:
                    cost = rest + int(kernel.cost_at(annealing.facts, b, begin, segment))
                    found = cost if found is None else min(found, cost)
        return found

    return least(0, start)


@pytest.mark.parametrize("seed", SEEDS)
def test_times_of_an_order_are_the_best(seed: int) -> None:
    """For random orders in random segments the times given cost least of all, or there are none at all."""
    rng = np.random.default_rng(seed)
    annealing = annealing_of(started(case_of(seed)), seed)
    problem, state = annealing.problem, annealing.state
    possible = impossible = 0
    for _ in range(400):
        segment = int(rng.integers(len(problem.segments)))
        skills = problem.agent_skills[problem.segments.agent[segment]]
        fitting = [b for b in annealing.playing.tolist() if skills[problem.skill[b]]]
        if not fitting:
            continue
        listed = rng.permutation(fitting)[: rng.integers(1, 4)].tolist()
        if rng.random() < 0.7:  # an order that has a chance: by the first possible start
            listed.sort(key=lambda b: problem.window(b)[0][0])
        rows_of(annealing, segment, listed)
        found = bool(kernel.retime(annealing.facts, state, 0, segment))
        least = best_timing(problem, annealing, segment, listed)
        assert found == (least is not None)
        if least is None:
            impossible += 1
            continue
        possible += 1
        begins = state.row_begin[0, : len(listed)].tolist()
        costs = [
            int(kernel.cost_at(annealing.facts, b, at, segment)) for b, at in zip(listed, begins, strict=True)
        ]
        assert int(state.row_cost[0]) == sum(costs) == least
        free_from = int(problem.segments.start[segment])
        for b, at in zip(listed, begins, strict=True):
            bits = problem.segments.start_bits(segment, int(problem.set_up[b]), int(problem.occupied[b]))
            assert bits & problem.window_bits(b) & 1 << at + int(problem.set_up[b])
            assert at >= free_from
            free_from = at + int(problem.occupied[b])
    assert possible >= 20
    assert impossible >= 20


def test_an_agent_without_the_skill_has_no_times() -> None:
    """A booking in the segment of an agent without its skill has no times, whatever its windows."""
    for seed in SEEDS:
        annealing = annealing_of(started(case_of(seed)), seed)
        problem = annealing.problem
        for segment, b in product(range(len(problem.segments)), annealing.playing.tolist()):
            if not problem.agent_skills[problem.segments.agent[segment], problem.skill[b]]:
                rows_of(annealing, segment, [b])
                assert not kernel.retime(annealing.facts, annealing.state, 0, segment)


def test_same_seed_same_plan() -> None:
    """The seed decides: the same one gives the same plan, another one another plan."""
    plans = []
    for seed in (1, 1, 2):
        plan = started(random_day(2))
        annealing_of(plan, seed).run(Budget(SolveLimits(work=5.0)), work=0.3)
        plans.append(dict(plan.sessions))
    assert plans[0] == plans[1] != plans[2]


@pytest.mark.parametrize("seed", SEEDS)
def test_gathering_counts_squares_of_free_time(seed: int) -> None:
    """What gathering adds to a move is the change of the sum of squared free slots, times its worth."""
    annealing = annealing_of(started(case_of(seed)), seed)
    facts, state = annealing.facts._replace(gathering=3), annealing.state
    free = facts.segment_end - facts.segment_start - state.used
    for source, target in product(range(min(6, len(free))), repeat=2):
        for slots in (-3, 0, 2, 7):
            if source != target:
                after = (free[source] + slots) ** 2 + (free[target] - slots) ** 2
                gained = 3 * (after - free[source] ** 2 - free[target] ** 2)
                assert kernel_moves.gathers(facts, state, source, target, slots) == gained
