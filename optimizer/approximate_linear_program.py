"""Linear programs solved roughly, by a first-order method whose cost is in step with their entries (PDLP).

An optimum that is rounded and searched from need not be exact. On a week of 100,000 bookings the interior
point method took 4.2 seconds for the six days, this 2.0; and as its answer is no corner, and spreads over
many starts, more of the rounded starts found an agent (87,400 instead of 85,600), so that less was left to
search for, and the wishes were missed by a quarter less.

Source: Applegate et al., Practical large-scale linear programming using primal-dual hybrid gradient, 2021.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from ortools.math_opt import result_pb2
from ortools.math_opt.python import mathopt

from optimizer.linear_program import LinearProgram, LinearSolution, outcome_of
from optimizer.watched import watched_all

WORK_A_NONZERO = 4e-6
"""Deterministic work booked for a nonzero of the matrix: about seconds on a core."""

CLOSE = 3e-3
"""How close is enough: the gap as a share of the objective, the violations as a share of the right-hand sides
and gains."""

MOST_ITERATIONS = 5_000
"""Steps after which whatever is reached is taken; 300 to 1,000 were enough on days of 1,500 to 36,000
bookings."""

UNIT = 1e-3
"""Unit of the objective."""


def approximate(program: LinearProgram, seconds: float | None) -> LinearSolution | None:
    """Solve one, in the thread of the caller; None when there is no optimum, or the time was not enough."""
    parameters = mathopt.SolveParameters(
        threads=1, time_limit=None if seconds is None else timedelta(seconds=max(seconds, 0.01))
    )
    wanted = parameters.pdlp.termination_criteria
    wanted.simple_optimality_criteria.eps_optimal_relative = CLOSE
    wanted.simple_optimality_criteria.eps_optimal_absolute = CLOSE
    wanted.iteration_limit = MOST_ITERATIONS
    outcome = outcome_of(program.proto(UNIT), mathopt.SolverType.PDLP, parameters)
    ended = outcome.termination
    if ended.reason == result_pb2.TERMINATION_REASON_OPTIMAL or ended.limit == result_pb2.LIMIT_ITERATION:
        return program.solution(outcome, UNIT)
    return None


def approximate_all(
    programs: Sequence[LinearProgram], seconds: float | None, watch: Callable[[], None]
) -> list[LinearSolution | None]:
    """Solve programs side by side on all cores, which changes no answer; None for those without one in time.

    `watch` is called several times a second; when it raises, the solvers are left to themselves.
    """
    return watched_all([partial(approximate, program, seconds) for program in programs], watch, seconds)
