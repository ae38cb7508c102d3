"""Runs become visible whole or not at all, one writer at a time, whatever stops the writer."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data.files import (
    BadDataError,
    BusyError,
    CannotWriteError,
    PlanFolder,
    read_case,
    write_case,
)
from data.model import Sessions
from tests.files.killed_writer import interrupt, marked
from tests.files.strategies import whole_case
from tests.files.test_round_trip import same_case

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan folder with a good case and no run."""
    write_case(tmp_path / "plan", whole_case())
    return tmp_path / "plan"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, the lock aside."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"folder"
        for path in folder.rglob("*")
        if path.name not in (".lock", "runs")
    }


def test_a_run_holds_the_whole_case(folder: Path) -> None:
    """A run is a case by itself, with its documents and a note of what made it."""
    case = marked(600)
    run = PlanFolder(folder).write_run(case, {"report.html": b"<p>", "calendars/A1.ics": b"ics"}, "allocate")
    assert same_case(read_case(run), case)
    assert (run / "calendars" / "A1.ics").read_bytes() == b"ics"
    note = json.loads((run / "run.json").read_text())
    assert (note["schema"], note["run"], note["command"]) == ("pontual/run@1.0", run.name, "allocate")
    assert PlanFolder(folder).current_run() == run
    assert run.parent == folder / "runs"


def test_inputs_come_from_the_root_and_results_from_the_current_run(folder: Path) -> None:
    """After a run, edited inputs count and the root's results do not; before one, the root's results do."""
    plan_folder = PlanFolder(folder)
    assert plan_folder.current_run() is None
    assert same_case(plan_folder.read(), whole_case())
    plan_folder.write_run(marked(600))
    plan_folder.write_run(marked(700))
    agents = (folder / "agents.csv").read_bytes().replace(b"A2,clt", b"A2,nr17")
    (folder / "agents.csv").write_bytes(agents)
    case = plan_folder.read()
    assert case.sessions.starts_at.tolist() == [700]
    assert case.agents.contract_id.tolist() == ["clt", "nr17"]
    assert len(list((folder / "runs").glob("2*"))) == 2


def test_an_empty_result_of_a_run_hides_the_roots(folder: Path) -> None:
    """A run without sessions has no sessions, even where the root has some."""
    PlanFolder(folder).write_run(replace(whole_case(), sessions=Sessions.empty()))
    assert len(PlanFolder(folder).read().sessions) == 0


def test_problems_in_a_run_name_its_file(folder: Path) -> None:
    """A hand-edited table of the current run is named by its path in the plan folder."""
    run = PlanFolder(folder).write_run(marked(600))
    (run / "sessions.csv").write_bytes((run / "sessions.csv").read_bytes().replace(b"B1,A1", b"B1,A9"))
    with pytest.raises(BadDataError) as caught:
        PlanFolder(folder).read()
    assert caught.value.problems[0].file == f"runs/{run.name}/sessions.csv"
    assert len(PlanFolder(folder).read(leave_out=(Sessions,)).sessions) == 0


@pytest.mark.parametrize(
    "pointer", [b"", b"nonsense\n", b"../..\n", b"20261130T080000Z-00000000\n", b"\xff\x00"]
)
def test_a_pointer_to_nothing_is_bad_data(folder: Path, pointer: bytes) -> None:
    """A pointer that names no run is not followed."""
    PlanFolder(folder).write_run(marked(600))
    (folder / "current").write_bytes(pointer)
    with pytest.raises(BadDataError, match="current"):
        PlanFolder(folder).read()


def test_a_second_writer_is_told_to_come_back(folder: Path) -> None:
    """While one holds the lock another gets BusyError (75), and reading goes on; then the lock is free."""
    first, second = PlanFolder(folder), PlanFolder(folder)
    with first.lock():
        with pytest.raises(BusyError) as caught:
            second.write_run(marked(600))
        assert caught.value.exit_code == 75
        assert same_case(second.read(), whole_case())
        first.write_run(marked(600))
        with pytest.raises(RuntimeError), first.lock():
            pass
    second.write_run(marked(700))


def test_a_second_process_is_told_to_come_back(folder: Path) -> None:
    """The lock holds between processes."""
    program = (
        "import sys; from pathlib import Path; from data.files import *\n"
        "try:\n    PlanFolder(Path(sys.argv[1])).lock().__enter__()\n"
        "except BusyError:\n    raise SystemExit(75)"
    )
    with PlanFolder(folder).lock():
        outcome = subprocess.run([sys.executable, "-c", program, str(folder)], cwd=ROOT, check=False)
    assert outcome.returncode == 75


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "", "sessions.csv", "agents.parquet", "plan.json"]
)
def test_documents_stay_in_the_run(folder: Path, name: str) -> None:
    """A document can't leave the run, nor stand in for one of its tables."""
    before = contents(folder)
    with pytest.raises(ValueError, match=r"path|called"):
        PlanFolder(folder).write_run(marked(600), {name: b""})
    assert contents(folder) == before


def test_a_case_is_not_written_over_something(tmp_path: Path) -> None:
    """A new folder may replace an empty one, and nothing else."""
    (tmp_path / "empty").mkdir()
    write_case(tmp_path / "empty", whole_case())
    write_case(tmp_path / "a" / "b" / "new", whole_case())
    before = contents(tmp_path)
    for name in ("empty", "a"):
        with pytest.raises(CannotWriteError) as caught:
            write_case(tmp_path / name, whole_case())
        assert caught.value.exit_code == 73
    assert contents(tmp_path) == before


@pytest.mark.parametrize(("number", "stride"), [(errno.ENOSPC, 1), (errno.EACCES, 7), (errno.EROFS, 11)])
def test_a_full_or_forbidden_disk_leaves_all_as_it_was(folder: Path, number: int, stride: int) -> None:
    """Whichever call the system refuses, a run ends with CannotWriteError (73) and leaves no trace."""
    PlanFolder(folder).write_run(marked(600))
    before = contents(folder)
    refused = 0
    for step in range(0, 10_000, stride):
        with pytest.MonkeyPatch.context() as patch:

            def refuse() -> None:
                raise OSError(number, os.strerror(number))

            steps = interrupt(patch.setattr, step, refuse)
            try:
                PlanFolder(folder).write_run(marked(700 + step))
                written = True
            except CannotWriteError:
                refused += 1
                # Once the pointer is swapped, only the last flush can fail, and the new run is there.
                written = "replace" in steps[:step]
        after = contents(folder)
        if written:
            assert PlanFolder(folder).read().sessions.starts_at.tolist() == [700 + step]
            before = after
        assert after == before, steps
        if len(steps) <= step:
            break
    assert refused > 30 // stride


def test_a_full_disk_leaves_no_half_case(tmp_path: Path) -> None:
    """Whichever call the system refuses, a new case is not there at all."""
    refused = 0
    for step in range(10_000):
        with pytest.MonkeyPatch.context() as patch:

            def refuse() -> None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            steps = interrupt(patch.setattr, step, refuse)
            with contextlib.suppress(CannotWriteError):
                write_case(tmp_path / "case" / str(step), whole_case())
        if (tmp_path / "case" / str(step)).exists():
            read_case(tmp_path / "case" / str(step))
            shutil.rmtree(tmp_path / "case" / str(step))
        else:
            refused += 1
        assert not any(tmp_path.rglob("*.csv")), steps
        if len(steps) <= step:
            break
    assert refused > 15


def test_an_interrupt_leaves_no_trace(folder: Path) -> None:
    """Ctrl-C in the middle of writing leaves the folder as it was."""
    before = contents(folder)
    with pytest.MonkeyPatch.context() as patch:

        def stop() -> None:
            raise KeyboardInterrupt

        interrupt(patch.setattr, 12, stop)
        with pytest.raises(KeyboardInterrupt):
            PlanFolder(folder).write_run(marked(700))
    assert contents(folder) == before
    PlanFolder(folder).write_run(marked(700))


def kill_writers(folder: Path, call: str) -> None:
    program = f"from pathlib import Path; from tests.files.killed_writer import *; {call}"
    outcome = subprocess.run(
        [sys.executable, "-c", program, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr


def test_a_killed_writer_leaves_whole_runs(folder: Path) -> None:
    """After each of 24 kills at moments of chance, the current run is whole and the next writer goes on."""
    kill_writers(folder, f"killed_at_random(Path({str(folder)!r}), 24)")


def test_a_writer_killed_at_any_step_leaves_whole_runs(folder: Path) -> None:
    """The same, with the kill before each call of the operating system in turn."""
    kill_writers(folder, f"killed_at_every_step(Path({str(folder)!r}))")


@pytest.mark.soak
def test_five_hundred_kills(folder: Path) -> None:
    """The same, with 500 kills at moments of chance."""
    kill_writers(folder, f"killed_at_random(Path({str(folder)!r}), 500)")


def test_leftovers_of_a_killed_writer_of_a_case_are_swept_up(tmp_path: Path) -> None:
    """A hidden folder that nobody holds goes when the case is written again."""
    left = tmp_path / ".case.writing-0123abcd"
    left.mkdir()
    (left / "agents.csv").write_bytes(b"half")
    write_case(tmp_path / "case", whole_case())
    assert not left.exists()
