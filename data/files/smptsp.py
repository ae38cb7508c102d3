"""The published text format of fixed tasks to the fewest workers (SMPTSP).

Comment lines begin with #. Then `Type = 1`, `Jobs = n`, n lines `start end`, `Qualifications = m`, and for
each worker a line `k: task task ...` with the k tasks, numbered from 0, that the worker may do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data.files.errors import BadDataError, MissingInputError, Problem, shown
from data.model import FixedTasks

LARGEST_NUMBER = 1_000_000_000
"""Numbers of the file are whole and no larger."""

LARGEST_COUNT = 100_000
"""Most tasks, and most workers."""

_HEADING = re.compile(r"\s*(\w+)\s*=\s*(.*?)\s*")
_NUMBER = re.compile(r"[0-9]{1,10}")


def read_smptsp(path: Path) -> FixedTasks:
    """Read a file of the published format.

    Raises:
        MissingInputError: when the file is not there or can't be opened.
        BadDataError: with every problem, by line.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MissingInputError([str(path)], error.strerror or "can't be read") from error
    reader = _Reader(path.name)
    tasks = reader.read(content.decode("utf-8", "replace"))
    if tasks is None:
        raise BadDataError(reader.problems)
    return tasks


@dataclass
class _Reader:
    """Goes through the lines once and gathers what is wrong.

    Attributes:
        name: of the file, for problems.
    """

    name: str
    problems: list[Problem] = field(default_factory=list)

    def read(self, text: str) -> FixedTasks | None:
        """The tasks, or None with the problems."""
        numbered = enumerate(text.splitlines(), start=1)
        lines = [(at, line) for at, line in numbered if line.strip() and not line.lstrip().startswith("#")]
        sections = self._sections(lines)
        if sections is None:
            return None
        jobs, qualifications = sections
        spans = [self._task(at, line) for at, line in jobs]
        may_do = [self._worker(at, line, len(spans)) for at, line in qualifications]
        if self.problems:
            self.problems.sort(key=lambda problem: problem.row or 0)
            return None
        return FixedTasks(tuple(s for s, _ in spans), tuple(e for _, e in spans), tuple(may_do))

    def _sections(
        self, lines: list[tuple[int, str]]
    ) -> tuple[list[tuple[int, str]], list[tuple[int, str]]] | None:
        """The lines of tasks and those of workers; None where the headings are not as expected."""
        headings = [(place, *lines[place]) for place in range(len(lines)) if "=" in lines[place][1]]
        names = ("Type", "Jobs", "Qualifications")
        found = [self._heading(line) for _, _, line in headings]
        if [name for name, _ in found] != list(names):
            held = ", ".join(name for name, _ in found)
            self._wrong(None, held, f"expected the headings {', '.join(f'{n} = ...' for n in names)}")
            return None
        (kind_place, kind_at, _), (jobs_place, jobs_at, _), (workers_place, workers_at, _) = headings
        (_, kind), (_, jobs), (_, workers) = found
        if kind != "1":
            self._wrong(kind_at, kind, "expected Type = 1")
        for at, line in lines[:kind_place] + lines[kind_place + 1 : jobs_place]:
            self._wrong(at, line, "expected only headings and comments before the tasks")
        task_lines, worker_lines = lines[jobs_place + 1 : workers_place], lines[workers_place + 1 :]
        self._counted(jobs_at, jobs, len(task_lines), "tasks")
        self._counted(workers_at, workers, len(worker_lines), "workers")
        return task_lines, worker_lines

    def _heading(self, line: str) -> tuple[str, str]:
        match = _HEADING.fullmatch(line)
        return (match[1], match[2]) if match else (shown(line), "")

    def _counted(self, at: int, stated: str, found: int, what: str) -> None:
        """Compare a count with the lines that follow it."""
        number = self._number(at, stated, LARGEST_COUNT)
        if number is not None and number != found:
            self._wrong(at, stated, f"expected the number of lines of {what} that follow, {found}")

    def _task(self, at: int, line: str) -> tuple[int, int]:
        words = line.split()
        if len(words) != 2:
            self._wrong(at, line, "expected the start and the end of a task")
            return 0, 1
        start, end = (self._number(at, word, LARGEST_NUMBER) for word in words)
        if start is None or end is None:
            return 0, 1
        if end <= start:
            self._wrong(at, line, "expected an end after the start")
        return start, end

    def _worker(self, at: int, line: str, tasks: int) -> frozenset[int]:
        head, colon, rest = line.partition(":")
        if not colon:
            self._wrong(at, line, "expected a count, a colon, and the tasks that the worker may do")
            return frozenset()
        held = list(self._tasks_of_worker(at, rest.split(), tasks))
        count = self._number(at, head.strip(), LARGEST_COUNT)
        if count is not None and count != len(rest.split()):
            self._wrong(at, head, f"expected the number of tasks that follow, {len(rest.split())}")
        if len(set(held)) < len(held):
            twice = sorted({task for task in held if held.count(task) > 1})
            self._wrong(at, ", ".join(map(str, twice)), "expected each task of a worker once")
        return frozenset(held)

    def _tasks_of_worker(self, at: int, words: list[str], tasks: int) -> Iterator[int]:
        for word in words:
            task = self._number(at, word, LARGEST_NUMBER)
            if task is not None and task >= tasks:
                self._wrong(at, word, f"expected a task from 0 to {tasks - 1}")
            elif task is not None:
                yield task

    def _number(self, at: int, word: str, most: int) -> int | None:
        if not _NUMBER.fullmatch(word) or int(word) > most:
            self._wrong(at, word, f"expected a whole number up to {most}")
            return None
        return int(word)

    def _wrong(self, at: int | None, value: str, expected: str) -> None:
        self.problems.append(Problem(self.name, at, "", shown(value), expected))
