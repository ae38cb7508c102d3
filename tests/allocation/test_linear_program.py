"""Linear programs against optima that are known, and against the theory of duality."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.math_opt import result_pb2

from data.model.columns import FloatArray
from optimizer import linear_program
from optimizer.linear_program import UNITS, LinearProgram, LinearSolution, maximise_all


def keep_on() -> None:
    """Watch without a word."""


def program_of(
    gains: list[float], rows: list[list[float]], high: list[float], low: list[float] | None = None
) -> LinearProgram:
    """Maximise gains * x subject to low <= rows * x <= high, x >= 0."""
    program = LinearProgram()
    columns = program.add_columns(len(gains), np.array(gains))
    numbers = program.add_rows(-np.inf if low is None else np.array(low), np.array(high), len(high))
    for row, coefficients in zip(numbers.tolist(), rows, strict=True):
        for column, value in zip(columns.tolist(), coefficients, strict=True):
            if value:
                program.add_entries(np.array([row]), np.array([column]), value)
    return program


def solved(program: LinearProgram) -> LinearSolution:
    """The optimum, which there must be."""
    solution = program.maximise(None, keep_on)
    assert solution is not None
    return solution


def test_the_textbook_example() -> None:
    """Dantzig's doors and windows (3x + 5y; x <= 4, 2y <= 12, 3x + 2y <= 18): (2, 6), prices 0, 3/2, 1."""
    solution = solved(program_of([3, 5], [[1, 0], [0, 2], [3, 2]], [4, 12, 18]))
    assert solution.values == pytest.approx([2, 6])
    assert solution.prices == pytest.approx([0, 1.5, 1])


def test_rows_with_both_ends() -> None:
    """A row that is an equation may have a negative price; a row from below holds."""
    solution = solved(program_of([-1, -2], [[1, 1], [1, 0]], [10, 4], low=[10, 0]))
    assert solution.values == pytest.approx([4, 6])
    assert solution.prices == pytest.approx([-2, 1])


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (program_of([1], [[1], [1]], [1, np.inf], low=[-np.inf, 2]), "infeasible"),
        (program_of([1, 1], [[1, -1]], [1]), "unbounded"),
    ],
    ids=["infeasible", "unbounded"],
)
def test_no_optimum_gives_none(program: LinearProgram, why: str) -> None:
    """Where there is no optimum there is no answer, and no number that looks like one."""
    assert program.maximise(None, keep_on) is None, why


def _assignment(size: int) -> tuple[LinearProgram, FloatArray]:
    """A dense assignment problem with random gains, and the gains."""
    gains = np.random.default_rng(1).integers(1, 1_000, (size, size)).astype(np.float64)
    program = LinearProgram()
    columns = program.add_columns(size * size, gains.reshape(-1))
    for axis in (0, 1):
        rows = program.add_rows(-np.inf, 1.0, size)
        owner = np.indices((size, size))[axis].reshape(-1)
        program.add_entries(rows[owner], columns, 1.0)
    return program, gains


def test_a_limit_that_one_iteration_goes_beyond_still_counts() -> None:
    """A time limit ends the solver with None, also where it is up within the first iteration."""
    assert _assignment(500)[0].maximise(0.3, keep_on) is None


def test_side_by_side_each_program_has_its_own_answer() -> None:
    """Several programs at once give what each gives alone, in order, also beside one without an optimum."""
    programs = [_assignment(size)[0] for size in (3, 30, 12)]
    programs.insert(1, program_of([1, 1], [[1, -1]], [1]))
    together = maximise_all(programs, None, keep_on)
    assert together[1] is None
    for program, found in zip(programs, together, strict=True):
        alone = program.maximise(None, keep_on)
        assert (found is None) == (alone is None)
        if found is not None and alone is not None:
            assert found.values.tolist() == alone.values.tolist()


def test_giving_up_is_answered_by_another_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the solver ends at its limit of iterations, the same program is tried in all other units."""
    tried = []
    outcome_of = linear_program._outcome

    def stubborn(model: Any, seconds: float | None) -> Any:
        outcome = outcome_of(model, seconds)
        tried.append(model.objective.linear_coefficients.values[0])
        if len(tried) < len(UNITS):
            outcome.termination.reason = result_pb2.TERMINATION_REASON_NO_SOLUTION_FOUND
            outcome.termination.limit = result_pb2.LIMIT_ITERATION
        return outcome

    monkeypatch.setattr(linear_program, "_outcome", stubborn)
    solution = solved(program_of([3, 5], [[1, 0], [0, 2], [3, 2]], [4, 12, 18]))
    assert tried == pytest.approx([3 * unit for unit in UNITS])
    assert solution.values == pytest.approx([2, 6])
    assert solution.prices == pytest.approx([0, 1.5, 1])


def test_an_assignment_is_basic_and_exact() -> None:
    """The optimum of an assignment is whole, a vertex, and as great as the exact algorithm's."""
    program, gains = _assignment(40)
    solution = solved(program)
    assert solution.values == pytest.approx(np.rint(solution.values), abs=1e-7)
    chosen = solution.values.reshape(gains.shape).argmax(axis=1)
    assert sorted(chosen.tolist()) == list(range(40))
    assert gains.reshape(-1) @ solution.values == pytest.approx(_best_assignment(gains))


def _best_assignment(gains: FloatArray) -> float:
    from ortools.graph.python import linear_sum_assignment

    size = len(gains)
    exact = linear_sum_assignment.SimpleLinearSumAssignment()
    left, right = np.indices(gains.shape)
    exact.add_arcs_with_cost(left.reshape(-1), right.reshape(-1), -gains.astype(np.int64).reshape(-1))
    assert exact.solve() == exact.OPTIMAL
    assert size == exact.num_nodes()
    return float(-exact.optimal_cost())


@settings(max_examples=60)
@given(
    st.integers(1, 5).flatmap(
        lambda columns: st.tuples(
            st.lists(st.integers(-5, 9), min_size=columns, max_size=columns),
            st.lists(
                st.tuples(
                    st.lists(st.integers(0, 5), min_size=columns, max_size=columns), st.integers(0, 30)
                ),
                min_size=1,
                max_size=5,
            ),
        )
    )
)
def test_duality(drawn: tuple[list[int], list[tuple[list[int], int]]]) -> None:
    """Values and prices are feasible, complementary, and of equal worth; else some column is unbounded."""
    gains = np.array(drawn[0], dtype=np.float64)
    matrix = np.array([row for row, _ in drawn[1]], dtype=np.float64)
    high = np.array([limit for _, limit in drawn[1]], dtype=np.float64)
    # Entries are needed: a row of zeros and a limit of zero or more says nothing.
    program = program_of(gains.tolist(), [*matrix.tolist(), [1.0] * len(gains)], [*high.tolist(), 100.0])
    matrix, high = np.vstack((matrix, np.ones(len(gains)))), np.append(high, 100.0)
    found = solved(program)
    slack, reduced = high - matrix @ found.values, found.prices @ matrix - gains
    near = 1e-6
    assert found.values.min() >= -near
    assert slack.min() >= -near
    assert found.prices.min() >= -near
    assert reduced.min() >= -near
    assert np.abs(found.prices * slack).max() <= 1e-4
    assert np.abs(found.values * reduced).max() <= 1e-4
    assert gains @ found.values == pytest.approx(found.prices @ high, abs=1e-4)


def test_what_the_watch_raises_reaches_the_caller() -> None:
    """An interrupt that the watch hears ends the call at once."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    watch: Callable[[], None] = interrupt
    program, _ = _assignment(100)
    with pytest.raises(KeyboardInterrupt):
        program.maximise(None, watch)


def test_sizes() -> None:
    """Columns, rows and nonzeros are counted as they are added."""
    program, _ = _assignment(7)
    assert (program.columns, program.rows, program.nonzeros) == (49, 14, 98)
