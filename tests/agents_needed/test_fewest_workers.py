"""The fewest workers for fixed tasks: against brute force, published optima and bounds."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import FixedTasks
from data.referee import judge_assignment
from optimizer.agents_needed import fewest_workers
from optimizer.agents_needed.choice import filled, most_useful, without_some
from optimizer.agents_needed.ejection import EjectionSearch
from optimizer.agents_needed.exact import ExactModel
from optimizer.agents_needed.problem import Problem, maximal_among, members
from optimizer.agents_needed.relaxation import relax
from optimizer.cp_sat import run_cp_sat
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.agents_needed.brute_force import fewest
from tests.agents_needed.instances import keb, planted, tiny

SMALL = ("5", "15", "25", "35", "55")


def nobody_waits() -> None:
    """Let the work go on."""


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_brute_force_agrees(first: int) -> None:
    """On tiny instances the optimum is found and proven; what can't be done is infeasible, with a clash."""
    for seed in range(first, first + 20):
        tasks = tiny(seed)
        optimum, result = fewest(tasks), fewest_workers(tasks, SolveLimits(work=10))
        if optimum is None:
            assert result.status is SolveStatus.INFEASIBLE
            assert result.answer is None
            assert _cannot_be_done(tasks, result.clash)
        else:
            assert result.status is SolveStatus.OPTIMAL, seed
            assert result.answer is not None
            assert result.levels[0].objective == result.levels[0].bound == optimum
            assert judge_assignment(tasks, result.answer, optimum) == []


def _cannot_be_done(tasks: FixedTasks, clash: tuple[str, ...]) -> bool:
    """The tasks of a clash cannot be done together; without any one of them they can."""
    named = [int(name.removeprefix("task ")) for name in clash]

    def possible(some: list[int]) -> bool:
        listed = [frozenset(n for n, task in enumerate(some) if task in may) for may in tasks.may_do]
        starts = tuple(tasks.starts[task] for task in some)
        part = FixedTasks(starts, tuple(tasks.ends[task] for task in some), tuple(listed))
        return fewest(part) is not None

    return not possible(named) and all(possible([t for t in named if t != left]) for left in named)


@pytest.mark.parametrize("seed", range(40))
def test_both_engines_agree_with_brute_force(seed: int) -> None:
    """The exact model gives the optimum; the search succeeds with so many workers and never with fewer."""
    tasks = tiny(1000 + seed)
    optimum, problem = fewest(tasks), Problem.of(tasks)
    outcome = run_cp_sat(ExactModel(problem, 0).model, work=10)
    if optimum is None:
        assert outcome.status is SolveStatus.INFEASIBLE
        return
    assert outcome.status is SolveStatus.OPTIMAL
    assert outcome.objective == optimum
    relaxed = relax(problem, 10, None, nobody_waits)
    assert relaxed is None or relaxed.bound <= optimum
    chance = random.Random(seed)
    assert _searched(problem, optimum, chance, work=1.0)
    assert optimum == 1 or not _searched(problem, optimum - 1, chance, work=0.02)


def _searched(problem: Problem, workers: int, chance: random.Random, work: float) -> bool:
    used = most_useful(problem, [0.0] * problem.workers, workers, chance)
    search = EjectionSearch(problem, [0] * problem.workers, used, chance)
    spent = [0.0]

    def spend(done: float) -> bool:
        spent[0] += done
        return spent[0] > work

    found = search.run(spend)
    assert len(search.used) == workers
    if found:
        assert judge_assignment(problem.tasks, problem.assignment(search.held)) == []
    return found


@pytest.mark.parametrize("name", SMALL)
def test_small_keb_instances(name: str) -> None:
    """The small instances of the subset are solved to the known optimum, and the referee agrees."""
    _reaches_the_optimum(name, work=20)


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(keb(), key=int))
def test_all_keb_instances(name: str) -> None:
    """Every instance of the subset is solved to the known optimum within the default work."""
    _reaches_the_optimum(name, work=60)


def _reaches_the_optimum(name: str, work: float) -> None:
    tasks, optimum = keb()[name]
    result = fewest_workers(tasks, SolveLimits(work=work))
    assert result.answer is not None
    assert judge_assignment(tasks, result.answer, optimum) == []
    assert result.status is SolveStatus.OPTIMAL
    assert result.levels[0].bound == optimum


def test_generated_instances_have_the_optimum_that_they_promise() -> None:
    """Planted instances, which stand in for the published ones, are solved to the planted optimum."""
    for seed in range(4):
        tasks, optimum = planted(seed, workers=8, spare=2, tasks_each=5)
        result = fewest_workers(tasks, SolveLimits(work=20))
        assert result.status is SolveStatus.OPTIMAL
        assert result.levels[0].objective == optimum


def test_the_same_seed_gives_the_same_assignment() -> None:
    """Within a work limit the answer is reproducible, and says so."""
    tasks, _ = planted(7, workers=25, spare=4, tasks_each=8)
    first, second = (fewest_workers(tasks, SolveLimits(work=2, seed=3)) for _ in range(2))
    assert first.answer == second.answer
    assert first.levels == second.levels
    assert first.reproducible


def test_an_interruption_keeps_the_best_assignment() -> None:
    """After KeyboardInterrupt the best assignment so far is handed over with its gap."""
    tasks, _ = planted(7, workers=25, spare=4, tasks_each=8)

    def stop(_fraction: float, what: str) -> None:
        if "in use" in what:
            raise KeyboardInterrupt

    result = fewest_workers(tasks, SolveLimits(work=60), stop)
    assert result.status is SolveStatus.INTERRUPTED
    assert result.answer is not None
    level = result.levels[0]
    assert judge_assignment(tasks, result.answer, level.objective) == []
    assert level.gap == (level.objective - level.bound) / level.objective
    assert not result.reproducible


def test_the_relaxation_sees_that_shifts_do_not_meet() -> None:
    """Two tasks in the morning and two in the evening, nobody there for both: the bound is 4, not 2."""
    tasks = FixedTasks((0, 0, 10, 10), (5, 5, 15, 15), (frozenset({0, 1}),) * 3 + (frozenset({2, 3}),) * 3)
    relaxed = relax(Problem.of(tasks), 10, None, nobody_waits)
    assert relaxed is not None
    assert relaxed.bound == 4
    assert fewest_workers(tasks).status is SolveStatus.OPTIMAL


def test_a_gap_ends_the_search() -> None:
    """With a tolerated gap of 1 the first assignment is good enough."""
    tasks, _ = planted(7, workers=25, spare=4, tasks_each=8)
    result = fewest_workers(tasks, SolveLimits(gap=1.0))
    assert result.answer is not None
    assert result.limited_by in ("gap", "")


def test_nothing_to_do_needs_nobody() -> None:
    """Without tasks no worker is used."""
    result = fewest_workers(FixedTasks((), (), (frozenset(),)))
    assert result.status is SolveStatus.OPTIMAL
    assert result.levels[0].objective == 0


@st.composite
def fixed_tasks(draw: st.DrawFn) -> FixedTasks:
    """Up to 20 tasks and 8 workers."""
    size = draw(st.integers(1, 20))
    starts = draw(st.lists(st.integers(0, 60), min_size=size, max_size=size))
    lengths = draw(st.lists(st.integers(1, 25), min_size=size, max_size=size))
    listed = draw(st.lists(st.frozensets(st.integers(0, size - 1)), min_size=1, max_size=8))
    ends = tuple(start + length for start, length in zip(starts, lengths, strict=True))
    return FixedTasks(tuple(starts), ends, tuple(listed))


@settings(max_examples=60)
@given(fixed_tasks())
def test_overlaps_and_cliques(tasks: FixedTasks) -> None:
    """Overlaps are what the times say; cliques cover each overlap and are maximal, also among some tasks."""
    problem = Problem.of(tasks)
    for place, task in enumerate(problem.order):
        beside = {problem.order[other] for other in members(problem.overlap[place])}
        assert beside == {
            o
            for o in range(tasks.tasks)
            if tasks.starts[o] < tasks.ends[task] and tasks.starts[task] < tasks.ends[o]
        }
    for among in (*problem.may, (1 << problem.size) - 1):
        cliques = maximal_among(problem.cliques, among)
        assert not [(a, b) for a, b in permutations(cliques, 2) if not a & ~b]
        for place in members(among):
            together = 0
            for clique in cliques:
                together |= clique if clique >> place & 1 else 0
            assert together == problem.overlap[place] & among


@settings(max_examples=40)
@given(fixed_tasks())
def test_every_answer_is_lawful_and_bounded(tasks: FixedTasks) -> None:
    """Whatever the instance, an answer keeps the rules, and its bound is no more than its objective."""
    result = fewest_workers(tasks, SolveLimits(work=3))
    if result.answer is None:
        assert result.status is SolveStatus.INFEASIBLE
        assert result.clash
    else:
        level = result.levels[0]
        assert judge_assignment(tasks, result.answer, level.objective) == []
        assert level.bound <= level.objective


@settings(max_examples=40)
@given(fixed_tasks(), st.integers(0, 5))
def test_a_start_is_never_made_worse(tasks: FixedTasks, seed: int) -> None:
    """An assignment to begin with bounds the answer; more workers to choose from never need more."""
    result = fewest_workers(tasks, SolveLimits(work=3, seed=seed))
    if result.answer is not None:
        more = replace(tasks, may_do=(*tasks.may_do, frozenset(range(tasks.tasks))))
        again = fewest_workers(more, SolveLimits(work=3, seed=seed), start=result.answer)
        assert again.levels[0].objective <= result.levels[0].objective


def test_workers_let_go_leave_lawful_rests() -> None:
    """Taking workers out moves their tasks lawfully, to workers in use, and keeps exactly so many."""
    tasks, _ = planted(3, workers=15, spare=5, tasks_each=6)
    problem, chance = Problem.of(tasks), random.Random(1)
    everybody = set(range(problem.workers))
    held = filled(problem, [0] * problem.workers, everybody, chance)
    fewer = without_some(problem, held, 10)
    assert sum(map(bool, fewer)) == 10
    for worker, given_tasks in enumerate(fewer):
        assert not given_tasks & ~problem.may[worker]
        for task in members(given_tasks):
            assert given_tasks & problem.overlap[task] == 1 << task
