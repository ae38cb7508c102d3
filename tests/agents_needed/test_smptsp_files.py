"""The published text format: read as it is, and refused with every problem by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.files import BadDataError, MissingInputError, read_smptsp
from data.model import FixedTasks, TaskAssignment
from data.referee import judge_assignment

GOOD = """# a comment
Type = 1
Jobs = 3
  0 5
  5 9

  2 7
Qualifications = 2
2:  0 1
3: 2 0 1
"""
TASKS = FixedTasks((0, 5, 2), (5, 9, 7), (frozenset({0, 1}), frozenset({0, 1, 2})))


def read(tmp_path: Path, text: str) -> FixedTasks:
    path = tmp_path / "tasks.dat"
    path.write_text(text, encoding="utf-8")
    return read_smptsp(path)


def test_a_good_file(tmp_path: Path) -> None:
    """Comments, blank lines and spaces do not matter."""
    assert read(tmp_path, GOOD) == TASKS


@pytest.mark.parametrize(
    ("old", "new", "row", "expected"),
    [
        ("Type = 1", "Type = 2", 2, "Type = 1"),
        ("Jobs = 3", "Jobs = 4", 3, "lines of tasks that follow, 3"),
        ("Jobs = 3", "Jobs = x", 3, "whole number"),
        ("  5 9", "  9 5", 5, "an end after the start"),
        ("  5 9", "  5", 5, "the start and the end"),
        ("  5 9", "  5 9.5", 5, "whole number"),
        ("Qualifications = 2", "Qualifications = 1", 8, "lines of workers that follow, 2"),
        ("2:  0 1", "2:  0 3", 9, "a task from 0 to 2"),
        ("2:  0 1", "3:  0 1", 9, "tasks that follow, 2"),
        ("2:  0 1", "2:  1 1", 9, "each task of a worker once"),
        ("2:  0 1", "0 1", 9, "a colon"),
        ("Type = 1\n", "", None, "the headings"),
        ("Type = 1\n", "Type = 1\nhello\n", 3, "only headings and comments"),
    ],
)
def test_one_fault(tmp_path: Path, old: str, new: str, row: int | None, expected: str) -> None:
    """Each fault is named with its line and what was expected."""
    with pytest.raises(BadDataError) as refused:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert any(p.row == row and expected in p.expected for p in refused.value.problems), refused.value


def test_all_faults_at_once(tmp_path: Path) -> None:
    """Three faults in one file are three problems, in order of line."""
    text = GOOD.replace("  5 9", "  9 5").replace("2:  0 1", "2:  0 7").replace("3: 2 0 1", "4: 2 0 1")
    with pytest.raises(BadDataError) as refused:
        read(tmp_path, text)
    assert [problem.row for problem in refused.value.problems] == [5, 9, 10]


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"PK\x03\x04", b"= = =\n"])
def test_no_such_format(tmp_path: Path, content: bytes) -> None:
    """Anything else is refused without a traceback."""
    path = tmp_path / "tasks.dat"
    path.write_bytes(content)
    with pytest.raises(BadDataError):
        read_smptsp(path)


def test_a_missing_file(tmp_path: Path) -> None:
    """A file that isn't there is missing input."""
    with pytest.raises(MissingInputError):
        read_smptsp(tmp_path / "nowhere.dat")


@pytest.mark.parametrize(
    ("worker_of", "stated", "rules"),
    [
        ((0, 0, 1), 2, []),
        ((0, 0, 1), 1, ["WORKERS"]),
        ((0, -1, 1), 2, ["TASK-DONE"]),
        ((0, 2, 1), 3, ["TASK-DONE"]),
        ((0, 0, 0), 1, ["TASK-ALLOWED", "TASK-OVERLAP", "TASK-OVERLAP"]),
        ((1, 0, 1), 2, ["TASK-OVERLAP"]),
        ((0, 0), 1, ["TASKS"]),
    ],
)
def test_the_referee_of_assignments(worker_of: tuple[int, ...], stated: int, rules: list[str]) -> None:
    """Each fault of an assignment is found, and a lawful one passes."""
    found = judge_assignment(TASKS, TaskAssignment(worker_of), stated)
    assert [violation.rule for violation in found] == rules
