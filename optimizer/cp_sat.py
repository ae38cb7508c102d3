"""One way to run CP-SAT: seeds, limits, soft interruption, and a status that can be believed.

Traps that this module closes (OR-Tools 9.15): after INFEASIBLE a solver still hands out zeros; after
UNKNOWN it states an objective without a solution; an invalid model (a variable hinted twice is enough) comes
back like any other status. With one worker and a deterministic work limit the same model gives the same
answer; with more workers or a clock it may not.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ortools.sat.python import cp_model

from data.progress import Progress, no_progress
from optimizer.solve_result import SolveStatus
from optimizer.watched import THREAD_NAME

POLL_SECONDS = 0.05
NO_TUNING: Mapping[str, int] = MappingProxyType({})


class InvalidModelError(Exception):
    """The model itself is faulty: a defect of Pontual."""


@dataclass(frozen=True)
class CpSatOutcome:
    """What a run of CP-SAT found.

    Attributes:
        bound: proven bound on the objective (of a model with one), else 0; meaningless when infeasible.
        work: deterministic work spent.
        clock_stopped: whether the wall clock ended the search.
        interrupted: whether the caller wanted to stop, even where the search ended by itself just then.
    """

    status: SolveStatus
    objective: float
    bound: float
    work: float
    clock_stopped: bool
    interrupted: bool
    _solver: cp_model.CpSolver

    @property
    def found(self) -> bool:
        """Whether there is a solution to read."""
        return self._solver.response_proto.status in (cp_model.OPTIMAL, cp_model.FEASIBLE)

    def value(self, expression: cp_model.LinearExprT) -> int:
        """The value of an expression in the solution.

        Raises:
            LookupError: when there is no solution.
        """
        if not self.found:
            raise LookupError(f"no solution to read: the search ended {self.status}")
        return self._solver.value(expression)

    def chosen(self, literal: cp_model.LiteralT) -> bool:
        """Whether a literal is true in the solution."""
        if not self.found:
            raise LookupError(f"no solution to read: the search ended {self.status}")
        return self._solver.boolean_value(literal)


def run_cp_sat(
    model: cp_model.CpModel,
    *,
    work: float,
    seconds: float | None = None,
    threads: int = 1,
    seed: int = 1,
    tuning: Mapping[str, int] = NO_TUNING,
    progress: Progress = no_progress,
    what: str = "",
) -> CpSatOutcome:
    """Solve a model within a deterministic work limit, and a wall-clock limit where one is given.

    The solver runs in a thread of its own, while the calling thread reports progress several times a second.
    When that raises KeyboardInterrupt, or Ctrl-C does, the search stops and the outcome says so, with a
    solution if one was known; its status is interrupted unless the search had a proof at that moment.

    Args:
        work: limit in CP-SAT's deterministic time.
        tuning: further parameters of CP-SAT, by name.

    Raises:
        InvalidModelError: when CP-SAT rejects the model.
    """
    complaint = model.validate()
    if complaint:
        raise InvalidModelError(complaint)
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = threads
    solver.parameters.max_deterministic_time = work
    solver.parameters.catch_sigint_signal = False
    if seconds is not None:
        solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    for name, value in tuning.items():
        setattr(solver.parameters, name, value)
    codes: list[cp_model.CpSolverStatus] = []
    search = threading.Thread(target=lambda: codes.append(solver.solve(model)), name=THREAD_NAME, daemon=True)
    interrupted = False
    started = time.perf_counter()
    search.start()
    while search.is_alive():
        try:
            search.join(POLL_SECONDS)
            if not interrupted and search.is_alive():
                spent = 0.0 if seconds is None else min((time.perf_counter() - started) / seconds, 1.0)
                progress(spent, what)
        except KeyboardInterrupt:
            interrupted = True
        if interrupted:  # asked again and again, since the search may not have begun yet
            solver.stop_search()
    code = codes[0]
    if code == cp_model.MODEL_INVALID:
        raise InvalidModelError(solver.response_proto.solution_info)
    has_solution = code in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    clock_stopped = (
        seconds is not None
        and code in (cp_model.FEASIBLE, cp_model.UNKNOWN)
        and not interrupted
        and solver.deterministic_time < 0.999 * work
    )
    return CpSatOutcome(
        status=_status(code, interrupted),
        objective=solver.objective_value if has_solution else 0.0,
        bound=solver.best_objective_bound if code != cp_model.INFEASIBLE else 0.0,
        work=solver.deterministic_time,
        clock_stopped=clock_stopped,
        interrupted=interrupted,
        _solver=solver,
    )


def _status(code: cp_model.CpSolverStatus, interrupted: bool) -> SolveStatus:
    if code == cp_model.OPTIMAL:
        return SolveStatus.OPTIMAL
    if code == cp_model.INFEASIBLE:
        return SolveStatus.INFEASIBLE
    if interrupted:
        return SolveStatus.INTERRUPTED
    return SolveStatus.FEASIBLE if code == cp_model.FEASIBLE else SolveStatus.NO_SOLUTION_IN_TIME
