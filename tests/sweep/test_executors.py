"""Where work runs makes no difference, and a worker that dies loses no result."""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.executors import LOST_IN_A_ROW, ExecutorError, Shared, completed, open_executor
from tests.sweep.work import dies_always, dies_once, refused, slept, squared, summed

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_every_item_has_its_result(workers: int) -> None:
    """Here, in one process and in two: more items than are under way at once."""
    with open_executor(workers) as executor:
        found = dict(completed(executor, squared, range(200)))
    assert found == {number: number * number for number in range(200)}


def test_workers_that_die_lose_no_result(tmp_path: Path) -> None:
    """Each fifth of 20 pieces of work kills its worker once; all are done in the end."""
    with open_executor(2) as executor:
        found = dict(completed(executor, dies_once, [(str(tmp_path), number) for number in range(20)]))
    assert sorted(found.values()) == [number * number for number in range(20)]
    assert len(list(tmp_path.iterdir())) == 4


def test_work_that_always_kills_its_worker_is_given_up() -> None:
    """After a few times without a result between them, with an error and not for ever."""
    with (
        pytest.raises(ExecutorError, match=f"workers died {LOST_IN_A_ROW + 1} times in a row"),
        open_executor(1) as executor,
    ):
        list(completed(executor, dies_always, [1, 2, 3]))


@pytest.mark.parametrize("workers", [0, 1])
def test_errors_of_the_work_come_out(workers: int) -> None:
    """As they were raised."""
    with pytest.raises(ValueError, match="no 3"), open_executor(workers) as executor:
        list(completed(executor, refused, [3]))


def test_a_wish_to_stop_ends_workers_at_once(tmp_path: Path) -> None:
    """What is under way is given up: no process is left, long before the work would have ended."""
    began = time.monotonic()

    def watch() -> None:
        if any(tmp_path.iterdir()):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), open_executor(1) as executor:
        list(completed(executor, slept, [(str(tmp_path), 1)], watch))
    (mark,) = tmp_path.iterdir()
    pid = int(mark.name.removeprefix("pid-"))
    while any(child.pid == pid and child.is_alive() for child in multiprocessing.active_children()):
        assert time.monotonic() - began < 50.0
        time.sleep(0.05)


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    """`kill -9` of the parent leaves no orphan behind."""
    program = (
        "from tests.sweep.work import slept\n"
        "from data.executors import completed, open_executor\n"
        "if __name__ == '__main__':\n"
        "    with open_executor(1) as executor:\n"
        f"        list(completed(executor, slept, [({str(tmp_path / 'marks')!r}, 1)]))\n"
    )
    (tmp_path / "marks").mkdir()
    script = tmp_path / "parent.py"
    script.write_text(program, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script)], env=dict(os.environ, PYTHONPATH=str(ROOT)))
    end = time.monotonic() + 50.0
    while not (marks := list((tmp_path / "marks").iterdir())):
        assert parent.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    worker = int(marks[0].name.removeprefix("pid-"))
    while _runs(worker):
        assert time.monotonic() < end
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """Whether a process is there, and not just waiting to be buried."""
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def test_a_shared_value_is_the_same_in_every_worker() -> None:
    """Packed once, whatever the work."""
    shared = Shared([1, 2, 3])
    with open_executor(2) as executor:
        found = dict(completed(executor, summed, [(shared, number) for number in range(5)]))
    assert sorted(found.values()) == [6, 7, 8, 9, 10]


def test_no_scheduler_at_the_address() -> None:
    """It is told, with the address."""
    address = "tcp://127.0.0.1:9"
    told = re.escape(f"no Dask scheduler answers at {address}")
    with pytest.raises(ExecutorError, match=told), open_executor(dask=address, seconds=1.0):
        pass


def test_no_worker_is_no_executor() -> None:
    """Fewer than none can't be."""
    with pytest.raises(ValueError, match="one worker or more"), open_executor(-1):
        pass
