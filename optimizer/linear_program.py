"""Linear programs of many columns, built from arrays and solved by HiGHS's interior point method.

The programs of the arc-flow formulation are degenerate networks: on a day of 2,260 bookings the interior
point method with crossover took 3 seconds where the dual simplex took 256 (2 cores, HiGHS in OR-Tools 9.15).
Presolve takes away one row of a hundred of them and costs more than that saves: without it the days of a week
of 100,000 bookings took 24 seconds instead of 34, and none gave up on roundings.
The model goes to MathOpt as arrays; adding a hundred thousand columns one by one would take as long again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import numpy as np
from ortools.math_opt import callback_pb2, model_pb2, result_pb2
from ortools.math_opt.core.python import solver as mathopt_solver
from ortools.math_opt.python import mathopt

from data.model.columns import FloatArray, IntArray
from optimizer.watched import watched_all

WORK_A_NONZERO = 1.5e-5
"""Deterministic work booked for a nonzero of the matrix: about seconds on a core."""

MOST_CLEANING = 20_000
"""Iterations of the simplex method after the interior point method. Crossover needs a few thousand at most;
where the interior point method gives up, on roundings, the simplex method alone would not end in minutes."""

UNITS = (1e-3, 1.0, 0.02)
"""Units of the objective, tried one after the other where it gives up: other roundings, the same program."""


@dataclass(frozen=True)
class LinearSolution:
    """An optimum, a basic solution; or one that is nearly optimal and nearly feasible.

    Attributes:
        values: over columns.
        prices: over rows, the dual value: by how much the maximum grows with the row's right-hand side.
    """

    values: FloatArray
    prices: FloatArray


class LinearProgram:
    """A maximisation with columns from 0 to infinity, built block by block."""

    def __init__(self) -> None:
        self._gains: list[FloatArray] = []
        self._low: list[FloatArray] = []
        self._high: list[FloatArray] = []
        self._entries: list[tuple[IntArray, IntArray, FloatArray]] = []
        self.columns = 0
        self.rows = 0

    @property
    def nonzeros(self) -> int:
        """Entries of the matrix."""
        return sum(len(rows) for rows, _, _ in self._entries)

    def add_columns(self, count: int, gain: FloatArray | float = 0.0) -> IntArray:
        """Add columns with their coefficients in the objective; returns their numbers."""
        self._gains.append(np.broadcast_to(np.asarray(gain, dtype=np.float64), count))
        numbers = np.arange(self.columns, self.columns + count)
        self.columns += count
        return numbers

    def add_rows(
        self, low: FloatArray | IntArray | float, high: FloatArray | IntArray | float, count: int
    ) -> IntArray:
        """Add rows ``low <= ... <= high``; returns their numbers."""
        self._low.append(np.broadcast_to(np.asarray(low, dtype=np.float64), count))
        self._high.append(np.broadcast_to(np.asarray(high, dtype=np.float64), count))
        numbers = np.arange(self.rows, self.rows + count)
        self.rows += count
        return numbers

    def add_entries(self, rows: IntArray, columns: IntArray, value: float) -> None:
        """Put the same coefficient at each pair of a row and a column; a pair may occur once only."""
        self._entries.append((rows, columns, np.full(len(rows), value)))

    def maximise(self, seconds: float | None, watch: Callable[[], None]) -> LinearSolution | None:
        """Solve; None when the time was not enough.

        `watch` is called several times a second; when it raises, the solver is left to itself.
        """
        return maximise_all([self], seconds, watch)[0]

    def solve(self, seconds: float | None) -> LinearSolution | None:
        """Solve, in the thread of the caller; None when there is no optimum, or the time was not enough."""
        stop = None if seconds is None else time.monotonic() + seconds
        for unit in UNITS:
            left = None if stop is None else stop - time.monotonic()
            outcome = _outcome(self.proto(unit), left)
            if outcome.termination.reason == result_pb2.TERMINATION_REASON_OPTIMAL:
                return self.solution(outcome, unit)
            if outcome.termination.limit != result_pb2.LIMIT_ITERATION:
                break
        return None

    def solution(self, outcome: result_pb2.SolveResultProto, unit: float) -> LinearSolution:
        """The first solution that a solver found of the program in that unit."""
        found = outcome.solutions[0]
        return LinearSolution(
            values=_dense(found.primal_solution.variable_values, self.columns),
            prices=_dense(found.dual_solution.dual_values, self.rows) / unit,
        )

    def proto(self, unit: float) -> model_pb2.ModelProto:
        """The program as MathOpt takes it, its objective in that unit."""
        model = model_pb2.ModelProto()
        model.variables.ids.extend(range(self.columns))
        model.variables.lower_bounds.extend([0.0] * self.columns)
        model.variables.upper_bounds.extend([np.inf] * self.columns)
        model.variables.integers.extend([False] * self.columns)
        model.linear_constraints.ids.extend(range(self.rows))
        model.linear_constraints.lower_bounds.extend(np.concatenate(self._low).tolist())
        model.linear_constraints.upper_bounds.extend(np.concatenate(self._high).tolist())
        gains = unit * np.concatenate(self._gains)
        gaining = np.flatnonzero(gains)
        model.objective.maximize = True
        model.objective.linear_coefficients.ids.extend(gaining.tolist())
        model.objective.linear_coefficients.values.extend(gains[gaining].tolist())
        rows, columns, values = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        order = np.lexsort((columns, rows))
        model.linear_constraint_matrix.row_ids.extend(rows[order].tolist())
        model.linear_constraint_matrix.column_ids.extend(columns[order].tolist())
        model.linear_constraint_matrix.coefficients.extend(values[order].tolist())
        return model


def _dense(sparse: Any, length: int) -> FloatArray:
    dense = np.zeros(length)
    dense[np.array(sparse.ids, dtype=np.int64)] = np.array(sparse.values)
    return dense


def _outcome(model: model_pb2.ModelProto, seconds: float | None) -> result_pb2.SolveResultProto:
    parameters = mathopt.SolveParameters(
        lp_algorithm=mathopt.LPAlgorithm.BARRIER,
        presolve=mathopt.Emphasis.OFF,
        time_limit=None if seconds is None else timedelta(seconds=max(seconds, 0.01)),
    )
    parameters.highs.int_options["simplex_iteration_limit"] = MOST_CLEANING
    return outcome_of(model, mathopt.SolverType.HIGHS, parameters)


def outcome_of(
    model: model_pb2.ModelProto, solver: mathopt.SolverType, parameters: mathopt.SolveParameters
) -> result_pb2.SolveResultProto:
    """What a solver of MathOpt finds for a model that is given as arrays."""
    return mathopt_solver.solve(
        model,
        solver.value,
        mathopt.StreamableSolverInitArguments().to_proto(),
        parameters.to_proto(),
        mathopt.ModelSolveParameters().to_proto(),
        None,
        callback_pb2.CallbackRegistrationProto(),
        None,
        None,
    )


def maximise_all(
    programs: Sequence[LinearProgram], seconds: float | None, watch: Callable[[], None]
) -> list[LinearSolution | None]:
    """Solve programs side by side on all cores, which changes no answer; None for those without one in time.

    `watch` is called several times a second; when it raises, the solvers are left to themselves.
    """
    # The interior point method looks at its limit between iterations only: so the watch keeps the time, too.
    return watched_all([partial(program.solve, seconds) for program in programs], watch, seconds)
