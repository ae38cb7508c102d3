"""Running CP-SAT: statuses that can be believed, limits, and soft interruption."""

from __future__ import annotations

import random
import threading
import time

import pytest
from ortools.sat.python import cp_model

from optimizer.cp_sat import InvalidModelError, run_cp_sat
from optimizer.solve_result import SolveStatus
from optimizer.watched import THREAD_NAME


def knapsack(items: int, seed: int = 7) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """A knapsack with many dimensions: easy to start, hard to finish."""
    chance = random.Random(seed)
    model = cp_model.CpModel()
    taken = [model.new_bool_var(f"x{i}") for i in range(items)]
    for _ in range(12):
        weights = [chance.randint(20, 100) for _ in taken]
        model.add(cp_model.LinearExpr.weighted_sum(taken, weights) <= sum(weights) // 3)
    worth = [chance.randint(20, 100) for _ in taken]
    model.maximize(cp_model.LinearExpr.weighted_sum(taken, worth))
    return model, taken


def test_optimal_and_its_values() -> None:
    """A solved model is optimal, with objective, bound and values that agree."""
    model = cp_model.CpModel()
    x = model.new_int_var(0, 10, "x")
    model.add(3 * x <= 20)
    model.maximize(x)
    outcome = run_cp_sat(model, work=1.0)
    assert (outcome.status, outcome.found) == (SolveStatus.OPTIMAL, True)
    assert outcome.objective == outcome.bound == outcome.value(x) == 6


def test_infeasible_gives_no_values() -> None:
    """After INFEASIBLE nothing can be read, though the solver itself would hand out zeros."""
    model = cp_model.CpModel()
    x = model.new_int_var(0, 10, "x")
    model.add(x >= 11)
    outcome = run_cp_sat(model, work=1.0)
    assert (outcome.status, outcome.found) == (SolveStatus.INFEASIBLE, False)
    with pytest.raises(LookupError):
        outcome.value(x)


def test_out_of_work_without_a_solution() -> None:
    """With next to no work allowed the status says that nothing was found, and nothing can be read."""
    model, taken = knapsack(60)
    model.add(cp_model.LinearExpr.sum(taken) >= 17)
    outcome = run_cp_sat(model, work=1e-9)
    assert outcome.status is SolveStatus.NO_SOLUTION_IN_TIME
    with pytest.raises(LookupError):
        outcome.chosen(taken[0])


def test_a_faulty_model_is_refused() -> None:
    """A variable hinted twice makes the model invalid, and that is said."""
    model = cp_model.CpModel()
    x = model.new_int_var(0, 10, "x")
    model.add_hint(x, 1)
    model.add_hint(x, 2)
    with pytest.raises(InvalidModelError):
        run_cp_sat(model, work=1.0)


def test_one_worker_is_reproducible() -> None:
    """The same model, seed and work limit give the same answer, and the clock did not stop it."""
    answers = []
    for _ in range(2):
        model, taken = knapsack(60)
        outcome = run_cp_sat(model, work=0.3, seed=3)
        answers.append(([outcome.chosen(x) for x in taken], outcome.objective, outcome.bound))
        assert not outcome.clock_stopped
    assert answers[0] == answers[1]


def test_the_clock_is_told() -> None:
    """A search that the wall clock ends says so."""
    model, _taken = knapsack(80)
    outcome = run_cp_sat(model, work=1e6, seconds=0.5)
    assert outcome.clock_stopped
    assert outcome.status is SolveStatus.FEASIBLE


@pytest.mark.parametrize("delay", [0.0, 0.6])
def test_an_interruption_keeps_the_best_answer(delay: float) -> None:
    """A KeyboardInterrupt from the progress function stops the search with what it has."""
    model, _taken = knapsack(80)
    begun = time.perf_counter()

    def progress(_fraction: float, _what: str) -> None:
        if time.perf_counter() - begun >= delay:
            raise KeyboardInterrupt

    outcome = run_cp_sat(model, work=1e6, progress=progress)
    assert time.perf_counter() - begun < 10
    assert outcome.status is SolveStatus.INTERRUPTED
    assert outcome.found
    assert not outcome.clock_stopped


def test_an_interruption_at_the_very_end_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """A KeyboardInterrupt while the search ends by itself is told, and its proof is not lost."""
    monkeypatch.setattr("optimizer.cp_sat.POLL_SECONDS", 0.0)
    model, _taken = knapsack(30)
    called = []

    def progress(_fraction: float, _what: str) -> None:
        called.append(1)
        for thread in threading.enumerate():
            if thread.name == THREAD_NAME:
                thread.join()
        raise KeyboardInterrupt

    outcome = run_cp_sat(model, work=1e6, progress=progress)
    assert called
    assert outcome.interrupted
    assert outcome.status is SolveStatus.OPTIMAL
