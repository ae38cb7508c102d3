"""How much search is left: deterministic work, and the clock where a limit on it was given."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from optimizer.solve_result import SolveLimits

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from optimizer.cp_sat import CpSatOutcome

WORK_A_UNIT = 2.5
"""Work booked for a unit of CP-SAT's deterministic time, so that work is about seconds on a core: models
as small as ours spend most of their time in presolve, which that time hardly counts."""

TUNING = MappingProxyType({"symmetry_level": 0, "cp_model_probing_level": 0})
"""On models this small, looking for symmetries and probing cost more than they win."""


def keep_on() -> None:
    """Let the search go on."""


@dataclass
class Budget:
    """What is left of the limits.

    Attributes:
        poll: called often while a model is solved; may raise KeyboardInterrupt to stop the search.
        work_used: deterministic work done so far; a unit takes about a second on one core.
        clock_stopped: whether the clock has cut anything short, so that another run may differ.
    """

    limits: SolveLimits
    poll: Callable[[], None] = keep_on
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

    def solve(self, model: cp_model.CpModel, work: float, tuning: Mapping[str, int] = TUNING) -> CpSatOutcome:
        """Solve a model with at most this much work, and book what it took.

        Raises:
            KeyboardInterrupt: when the search was interrupted; the solver has ended by then.
        """
        from optimizer.cp_sat import run_cp_sat  # here, as CP-SAT takes long to load

        outcome = run_cp_sat(
            model,
            work=max(1e-3, min(work, self.work_left) / WORK_A_UNIT),
            seconds=self.seconds_left(),
            threads=self.limits.threads,
            seed=self.limits.seed,
            tuning=tuning,
            progress=lambda _fraction, _what: self.poll(),
        )
        self.work_used += WORK_A_UNIT * outcome.work
        self.clock_is_up()
        if outcome.interrupted:
            raise KeyboardInterrupt
        return outcome
