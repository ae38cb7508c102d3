"""Both engines interrupted, out of time, or run again: always a lawful plan, always the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from data.model import Case, Schedule
from data.referee import judge_schedule
from optimizer.allocation import allocate
from optimizer.allocation.engine import Engine
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus
from tests.allocation.brute_force import value_of
from tests.allocation.featured_cases import featured_case
from tests.allocation.random_cases import random_day

ENGINES = (Engine.ARC_FLOW, Engine.CP_SAT)
WORK = 1.0


def stopping_at(call: int) -> tuple[Callable[[float, str], None], list[tuple[float, str]]]:
    """A progress that interrupts at its call of this number, and what it was told."""
    told: list[tuple[float, str]] = []

    def progress(fraction: float, what: str) -> None:
        told.append((fraction, what))
        if len(told) == call:
            raise KeyboardInterrupt

    return progress, told


def check_lawful(case: Case, result: SolveResult[Schedule]) -> None:
    """The referee agrees with the schedule, and with what the levels say of it."""
    assert result.answer is not None
    done = case.with_schedule(result.answer)
    assert judge_schedule(done) == []
    placed, kept, deviation = value_of(done)[:3]
    assert [level.objective for level in result.levels[:3]] == [sum(placed), kept, -deviation]
    assert result.levels[0].bound >= sum(placed)
    assert result.levels[1].bound >= kept
    assert result.levels[2].bound <= -deviation


def calls_to_stop_at(total: int, count: int) -> list[int]:
    """The first calls, the last ones, and some evenly spread between them."""
    spread = {round(1 + (total - 1) * part / count) for part in range(count + 1)}
    return sorted({n for n in (*range(1, 7), *spread, total - 1, total) if 1 <= n <= total})


def check_every_stop(case: Case, engine: Engine, count: int) -> None:
    """Interrupt at calls of progress all over a run."""
    progress, told = stopping_at(0)
    whole = allocate(case, SolveLimits(work=WORK), progress, engine)
    check_lawful(case, whole)
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert told[-1] == (1.0, "done")
    for call in calls_to_stop_at(len(told), count):
        progress, heard = stopping_at(call)
        result = allocate(case, SolveLimits(work=WORK), progress, engine)
        if len(heard) < call:  # the run was quicker this time and was never interrupted
            check_lawful(case, result)
            continue
        assert len(heard) == call  # nothing is told after the interrupt
        assert result.status is SolveStatus.INTERRUPTED
        assert result.limited_by == "interrupt"
        assert not result.reproducible
        check_lawful(case, result)


@pytest.mark.parametrize("engine", ENGINES)
def test_interrupted_anywhere(engine: Engine) -> None:
    """An interrupt at any of a dozen calls of progress, first and last included, leaves a lawful plan."""
    check_every_stop(random_day(2, agents=6), engine, 4)


@pytest.mark.soak
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", range(4))
def test_interrupted_at_every_call(engine: Engine, seed: int) -> None:
    """The same at 60 calls all over the run, on cases with every feature."""
    check_every_stop(featured_case(seed), engine, 60)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.0])
def test_clock(engine: Engine, seconds: float) -> None:
    """However little time there is, the plan is lawful and worth having, and says that the clock decided."""
    day = random_day(4, agents=12, load=1.0)
    result = allocate(day, SolveLimits(seconds=seconds, work=1_000.0), engine=engine)
    assert result.status is SolveStatus.FEASIBLE
    assert result.limited_by == "clock"
    assert not result.reproducible
    assert result.levels[0].objective > 0.7 * result.levels[0].bound
    check_lawful(day, result)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_work_at_all(engine: Engine) -> None:
    """Without any work there is a lawful plan that keeps the fixed pins, and its bounds hold."""
    for seed in range(6):
        case = featured_case(seed)
        result = allocate(case, SolveLimits(work=0.0), engine=engine)
        check_lawful(case, result)
        assert result.reproducible


@pytest.mark.parametrize("engine", ENGINES)
def test_same_answer_in_one_process(engine: Engine) -> None:
    """The same case and limits give the same schedule and the same bounds, twice in one process."""
    for case in (featured_case(7), random_day(6, agents=5)):
        first, second = (allocate(case, SolveLimits(work=WORK), engine=engine) for _ in range(2))
        assert first.answer is not None
        assert second.answer is not None
        assert first.reproducible
        assert first.answer.sessions.same_as(second.answer.sessions)
        assert first.answer.unplaced.same_as(second.answer.unplaced)
        assert first.levels == second.levels
        assert (first.status, first.limited_by) == (second.status, second.limited_by)


def test_same_answer_under_any_hash_seed() -> None:
    """In processes of their own, and whatever the order of hashes, both engines give one answer each."""
    script = (
        "import hashlib\n"
        "from optimizer.allocation import allocate\n"
        "from optimizer.allocation.engine import Engine\n"
        "from optimizer.solve_result import SolveLimits\n"
        "from tests.allocation.featured_cases import featured_case\n"
        "for engine in (Engine.ARC_FLOW, Engine.CP_SAT):\n"
        "    for seed in (7, 8):\n"
        "        result = allocate(featured_case(seed), SolveLimits(work=1.0), engine=engine)\n"
        "        text = repr((result.answer.sessions.rows(), result.answer.unplaced.rows(), result.levels))\n"
        "        print(engine, seed, hashlib.sha256(text.encode()).hexdigest())\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("0", "4711")
    }
    assert len(printed) == 1
    assert len(printed.pop().splitlines()) == 4
