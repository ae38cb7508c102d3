"""Compile what most tests need compiled, on two cores at once: `python -m tests.support.compiled_code`.

On a fresh machine each test process would else compile the annealing and the twin by itself, a minute of
work each, while the others do the same. Where the code is compiled already, this takes seconds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context

from data.generator import GeneratorSettings, generate
from data.model import Case, Scenario


def small_case() -> Case:
    """A generated day with its duties and planted sessions."""
    made = generate(GeneratorSettings(agents=12, days=1, load=0.8, seed=1))
    return replace(made.case, sessions=made.planted)


def allocates() -> None:
    """What the allocation compiles."""
    from optimizer.allocation import Engine, allocate
    from optimizer.solve_result import SolveLimits

    allocate(small_case(), SolveLimits(work=2.0), engine=Engine.ARC_FLOW)


def simulates() -> None:
    """What the simulation compiles."""
    from simulation import simulate

    simulate(small_case(), Scenario(), replications=2)


PARTS: tuple[Callable[[], None], ...] = (allocates, simulates)


def main() -> int:
    """Compile all; returns an exit code."""
    context = get_context("spawn")
    processes = [context.Process(target=part) for part in PARTS]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return max(abs(process.exitcode or 0) for process in processes)


if __name__ == "__main__":
    sys.exit(main())
