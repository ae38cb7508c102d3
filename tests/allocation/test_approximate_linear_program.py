"""Linear programs solved roughly, against their exact optima."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizer import approximate_linear_program
from optimizer.approximate_linear_program import CLOSE, approximate_all
from optimizer.linear_program import LinearProgram, LinearSolution
from tests.allocation.test_linear_program import keep_on, program_of, solved


def approximated(program: LinearProgram) -> LinearSolution:
    """The answer, which there must be."""
    solution = approximate_all([program], None, keep_on)[0]
    assert solution is not None
    return solution


def packing(seed: int) -> tuple[LinearProgram, Any, Any, Any]:
    """A random packing problem; and its gains, matrix and right-hand sides."""
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(20, 60)), int(rng.integers(30, 120))
    matrix = rng.integers(0, 2, size=(rows, columns)) * rng.integers(1, 4, size=(rows, columns))
    matrix[0] = 1  # so that nothing grows without end
    high = rng.integers(5, 60, size=rows).astype(float)
    gains = rng.integers(2_000, 3_000, size=columns).astype(float)
    return program_of(gains.tolist(), matrix.tolist(), high.tolist()), gains, matrix, high


@pytest.mark.parametrize("seed", range(12))
def test_the_answer_is_nearly_the_optimum(seed: int) -> None:
    """What is gained, and what the prices say could be, is that of the optimum but for a little."""
    program, gains, matrix, high = packing(seed)
    best = float(gains @ solved(program).values)
    found = approximated(program)
    assert found.values.min() >= 0
    assert np.linalg.norm(np.maximum(matrix @ found.values - high, 0)) <= CLOSE * (2 + np.linalg.norm(high))
    assert float(gains @ found.values) == pytest.approx(best, rel=0.03)
    assert float(np.maximum(found.prices, 0) @ high) == pytest.approx(best, rel=0.03)


def test_the_same_program_has_the_same_answer() -> None:
    """Side by side or alone, the answer is one and the same."""
    programs = [packing(seed)[0] for seed in range(4)]
    for program, found in zip(programs, approximate_all(programs, None, keep_on), strict=True):
        assert found is not None
        assert found.values.tolist() == approximated(program).values.tolist()


def test_few_steps_give_what_they_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the limit of steps whatever is reached is the answer: worse, and none the less one."""
    program, *_ = packing(1)
    close = approximated(program)
    monkeypatch.setattr(approximate_linear_program, "MOST_ITERATIONS", 2)
    early = approximated(program)
    assert early.values.shape == close.values.shape
    assert np.isfinite(early.values).all()
    assert np.isfinite(early.prices).all()
    assert early.values.tolist() != close.values.tolist()


def test_an_infeasible_program_has_no_answer() -> None:
    """Where the rows contradict one another there is no number that looks like an answer."""
    infeasible = program_of([1], [[1], [1]], [1, np.inf], low=[-np.inf, 2])
    assert approximate_all([infeasible], None, keep_on) == [None]


def test_without_time_there_is_no_answer() -> None:
    """A time limit of nothing ends with None."""
    program, *_ = packing(2)
    assert None in approximate_all([program] * 40, 0.0, keep_on)
