"""How much search is left: deterministic work, and the clock where a limit on it was given."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from optimizer.solve_result import SolveLimits

WORK_A_UNIT = 2.5
"""Work booked for a unit of CP-SAT's deterministic time, so that work is about seconds on a core: models as small
as ours spend most of their time in presolve, which that time hardly counts."""

ANSWERED = (cp_model.OPTIMAL, cp_model.FEASIBLE)
"""Statuses after which a CP-SAT solver holds values."""


@dataclass
class Budget:
    """What is left of the limits.

    Attributes:
        work_used: deterministic work done so far; a unit takes about a second on one core.
        clock_stopped: whether the clock has cut anything short, so that another run may differ.
    """

    limits: SolveLimits
    started: float = field(default_factory=time.monotonic)
    work_used: float = 0.0
    clock_stopped: bool = False

    @property
    def seconds_used(self) -> float:
        """Wall-clock seconds since the start."""
        return time.monotonic() - self.started

    @property
    def work_left(self) -> float:
        """Deterministic work that may still be done."""
        return max(0.0, self.limits.work - self.work_used)

    def seconds_left(self) -> float | None:
        """Wall-clock seconds left; None without a limit."""
        return None if self.limits.seconds is None else max(0.0, self.limits.seconds - self.seconds_used)

    def clock_is_up(self) -> bool:
        """Whether the clock has run out; remembered, since the answer then depends on timing."""
        left = self.seconds_left()
        if left is not None and left <= 0:
            self.clock_stopped = True
        return self.clock_stopped

    def is_spent(self, keep: float = 0.0) -> bool:
        """Whether to stop; `keep` is the work to leave for later."""
        return self.work_left <= keep or self.clock_is_up()

    def solve(self, model: cp_model.CpModel, work: float) -> tuple[cp_model.CpSolver, int]:
        """Solve a model with at most this much work, and book what it took.

        The solver runs beside the main thread, so that an interrupt stops it at once.

        Raises:
            KeyboardInterrupt: when the search was interrupted; the solver has ended by then.
        """
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.limits.threads
        solver.parameters.random_seed = self.limits.seed
        solver.parameters.max_deterministic_time = max(1e-3, min(work, self.work_left) / WORK_A_UNIT)
        solver.parameters.catch_sigint_signal = False
        # On models this small, looking for symmetries and probing cost more than they win.
        solver.parameters.symmetry_level = 0
        solver.parameters.cp_model_probing_level = 0
        left = self.seconds_left()
        if left is not None:
            solver.parameters.max_time_in_seconds = max(1e-3, left)
        outcome: list[int] = []
        runner = threading.Thread(target=lambda: outcome.append(int(solver.solve(model))), daemon=True)
        runner.start()
        try:
            runner.join()
        except KeyboardInterrupt:
            while runner.is_alive():
                solver.stop_search()
                runner.join(0.05)
            raise
        self.work_used += WORK_A_UNIT * solver.deterministic_time
        self.clock_is_up()
        return solver, outcome[0]
