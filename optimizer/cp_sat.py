"""One way to run CP-SAT: seeds, limits, soft interruption, and a status that can be believed.

Traps that this module closes (OR-Tools 9.15): after INFEASIBLE a solver still hands out zeros; after
UNKNOWN it states an objective without a solution; an invalid model (a variable hinted twice is enough) comes
back like any other status. With one worker and a deterministic work limit the same model gives the same
answer; with more workers or a clock it may not.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from ortools.sat.python import cp_model

from optimizer.solve_result import Progress, SolveStatus, no_progress

POLL_SECONDS = 0.2


class InvalidModelError(Exception):
    """The model itself is faulty: a defect of Pontual."""


@dataclass(frozen=True)
class CpSatOutcome:
    """What a run of CP-SAT found.

    Attributes:
        bound: proven bound on the objective (of a model with one), else 0; meaningless when infeasible.
        work: deterministic work spent.
        clock_stopped: whether the wall clock ended the search.
    """

    status: SolveStatus
    objective: float
    bound: float
    work: float
    clock_stopped: bool
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

    def core(self) -> list[int]:
        """Indices of assumptions that suffice for infeasibility; check such a core by solving it again."""
        return list(self._solver.sufficient_assumptions_for_infeasibility())


def run_cp_sat(
    model: cp_model.CpModel,
    *,
    work: float,
    seconds: float | None = None,
    threads: int = 1,
    seed: int = 1,
    relative_gap: float | None = None,
    progress: Progress = no_progress,
    what: str = "",
) -> CpSatOutcome:
    """Solve a model within a deterministic work limit, and a wall-clock limit where one is given.

    `progress` is called several times a second from a thread of its own; when it raises KeyboardInterrupt the
    search stops, and the outcome has the status interrupted, with a solution if one was known.

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
    if relative_gap is not None:
        solver.parameters.relative_gap_limit = relative_gap
    done, interrupted = threading.Event(), threading.Event()
    started = time.perf_counter()

    def watch() -> None:
        while not done.wait(POLL_SECONDS):
            spent = 0.0 if seconds is None else min((time.perf_counter() - started) / seconds, 1.0)
            try:
                progress(spent, what)
            except KeyboardInterrupt:
                interrupted.set()
                # The search may not have begun yet, so ask until it has ended.
                while not done.wait(POLL_SECONDS):
                    solver.stop_search()

    watcher = threading.Thread(target=watch, name="watch-cp-sat", daemon=True)
    watcher.start()
    try:
        code = solver.solve(model)
    finally:
        done.set()
        watcher.join()
    if code == cp_model.MODEL_INVALID:
        raise InvalidModelError(solver.response_proto.solution_info)
    has_solution = code in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    clock_stopped = (
        seconds is not None
        and code in (cp_model.FEASIBLE, cp_model.UNKNOWN)
        and not interrupted.is_set()
        and solver.wall_time >= seconds
    )
    return CpSatOutcome(
        status=_status(code, interrupted.is_set()),
        objective=solver.objective_value if has_solution else 0.0,
        bound=solver.best_objective_bound if code != cp_model.INFEASIBLE else 0.0,
        work=solver.deterministic_time,
        clock_stopped=clock_stopped,
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
