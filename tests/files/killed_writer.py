"""A process that has writers of runs killed, again and again, and checks what they leave behind.

Used by the tests as a program of its own, so that the killed processes are real ones.
"""

from __future__ import annotations

import builtins
import io
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from data.files import PlanFolder, read_case
from data.model import Case, Sessions, Unplaced
from tests.files.strategies import whole_case

STEPS = ((os, "mkdir"), (os, "open"), (os, "fsync"), (os, "rename"), (os, "replace"), (io, "open"))
"""The calls of the operating system between which a writer can die, or be refused."""


def interrupt(patch: Callable[[Any, str, Any], None], at: int, happen: Callable[[], None]) -> list[str]:
    """Let something happen before the `at`-th step (from 0); returns the list that notes the steps."""
    steps: list[str] = []

    def before(original: Any, name: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            steps.append(name)
            if len(steps) == at + 1:
                happen()
            return original(*arguments, **named)

        return call

    for module, name in STEPS:
        patch(module, name, before(getattr(module, name), name))
    return steps


def marked(number: int) -> Case:
    """A case of which several tables carry the same number."""
    return replace(
        whole_case(),
        sessions=Sessions.from_rows(
            [{"booking_id": "B1", "agent_id": "A1", "starts_at": number, "duration_minutes": 20}]
        ),
        unplaced=Unplaced.from_rows(
            [{"booking_id": "B2", "reason": "capacity_full", "alternatives": (number,)}]
        ),
    )


_checked: set[Path] = set()


def check(folder: Path) -> int:
    """The number of the current run; its files, and those of every run since the last check, are whole."""
    plan_folder = PlanFolder(folder)
    for run in set((folder / "runs").glob("[0-9]*")) - _checked:
        assert_agrees(read_case(run), run)
        _checked.add(run)
    current = plan_folder.current_run()
    assert current is not None
    case = plan_folder.read()
    assert_agrees(case, current)
    return int(case.sessions.starts_at[0])


def assert_agrees(case: Case, run: Path) -> None:
    number = int(case.sessions.starts_at[0])
    assert case.unplaced.alternatives[0] == (number,)
    assert (run / "marks" / "number.txt").read_bytes() == str(number).encode()


def write(folder: Path, number: int) -> None:
    PlanFolder(folder).write_run(marked(number), {"marks/number.txt": str(number).encode()}, "test")


def killed_at_random(folder: Path, kills: int) -> None:
    """Kill a busy writer so many times, at moments of chance."""
    chance = random.Random(7)
    write(folder, 0)
    number = 0
    for _ in range(kills):
        child = os.fork()
        if not child:
            while True:
                number += 5
                write(folder, number)
        time.sleep(chance.uniform(0, 0.12))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        reached = check(folder)
        assert reached >= number
        number = reached
    _tidy_up(folder, number)


def killed_at_every_step(folder: Path) -> None:
    """Kill a writer before each of its calls of the operating system in turn."""
    write(folder, 0)
    number = 0
    for step in range(10_000):
        child = os.fork()
        if not child:
            interrupt(_patch, step, lambda: os.kill(os.getpid(), signal.SIGKILL))
            write(folder, number + 5)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        reached = check(folder)
        assert reached in (number, number + 5)
        number = reached
        if not os.WIFSIGNALED(status):
            assert os.waitstatus_to_exitcode(status) == 0
            break
    assert step > 30
    _tidy_up(folder, number)


def _patch(module: Any, name: str, call: Any) -> None:
    setattr(module, name, call)
    if module is io:
        builtins.open = call


def _tidy_up(folder: Path, number: int) -> None:
    """The next writer finds no lock in its way, and sweeps up."""
    write(folder, number + 5)
    assert check(folder) == number + 5
    left = [path.name for path in folder.rglob(".*")]
    assert left == [".lock"], left
