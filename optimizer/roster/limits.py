"""Keeping to the limits of a search, and telling why it ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from data.progress import Progress
from optimizer.solve_result import SolveLimits

KEPT_FOR_THE_END = 0.1
"""Share of a time limit that is kept for the last steps, wishes, fair shares and steadier starts."""

KEPT_AFTER_WISHES = 0.06
"""Of which for fair shares and steadier starts."""

KEPT_FOR_STEADINESS = 0.03
"""Of which for steadier starts."""


class EnoughError(Exception):
    """Raised within a search to end it: a limit or a goal is reached."""


@dataclass
class Meter:
    """What a search has used of its limits, and why it ended.

    Attributes:
        work: deterministic work done so far; about seconds.
        ended_by: in words; empty while the search goes on.
        clock_stopped: whether the clock cut something short, so that another run may differ.
        interrupted: whether the user stopped it.
    """

    limits: SolveLimits
    progress: Progress
    started: float = field(default_factory=time.monotonic)
    work: float = 0.0
    ended_by: str = ""
    clock_stopped: bool = False
    interrupted: bool = False

    @property
    def seconds(self) -> float:
        """Wall-clock seconds since the start."""
        return time.monotonic() - self.started

    @property
    def work_left(self) -> float:
        """Deterministic work that may still be done."""
        return max(self.limits.work - self.work, 0.0)

    def seconds_left(self, kept: float = KEPT_FOR_THE_END) -> float | None:
        """Wall-clock seconds left, a share of the limit kept back; None without a limit."""
        if self.limits.seconds is None:
            return None
        return max(0.0, (1.0 - kept) * self.limits.seconds - self.seconds)

    def checkpoint(self, what: str, *, last: bool = False, kept: float = 0.0) -> None:
        """Report progress, and end the search when a limit is reached.

        The last steps have the time kept for them, and no limit of work; of that time, a share `kept` of the
        limit stays for the steps that follow.

        Raises:
            EnoughError: when the work or the time is used up.
        """
        self.report(what)
        if self.seconds_left(kept if last else KEPT_FOR_THE_END) == 0.0:
            self.clock_stopped = True
            self.end("time limit")
        if not last and self.work >= self.limits.work:
            self.end("work limit")

    def within(self, work: float, checkpoint: Callable[[], None]) -> Callable[[], None]:
        """The checkpoint of a last step that may spend so much work."""
        until = self.work + work

        def checkpoint_of_work() -> None:
            checkpoint()
            if self.work >= until:
                raise EnoughError

        return checkpoint_of_work

    def report(self, what: str) -> None:
        """Report progress."""
        self.progress(self._fraction(), what)

    def end(self, why: str) -> None:
        """End the search; the first reason given stays.

        Raises:
            EnoughError: always.
        """
        self.ended_by = self.ended_by or why
        raise EnoughError

    def interrupt(self) -> None:
        """Note that the user stopped the search."""
        self.interrupted = True
        self.ended_by = "interrupted"

    def _fraction(self) -> float:
        by_work = self.work / self.limits.work if self.limits.work > 0 else 1.0
        by_clock = self.seconds / self.limits.seconds if self.limits.seconds else 0.0
        return min(max(by_work, by_clock), 1.0)
