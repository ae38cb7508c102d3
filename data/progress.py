"""How long work tells what it is doing; shared by the simulation, the solvers and the command line."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Told the fraction done (0 to 1) and what is going on; may raise KeyboardInterrupt to stop the work."""


def no_progress(_fraction: float, _what: str) -> None:
    """Report nothing."""


def part_of(progress: Progress, begin: float, end: float) -> Progress:
    """The share of a progress bar that one step fills."""

    def report(fraction: float, what: str) -> None:
        progress(begin + (end - begin) * fraction, what)

    return report
