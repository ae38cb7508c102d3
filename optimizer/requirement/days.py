"""Days searched in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from data.executors import completed, open_executor
from data.progress import Progress

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


class Workers:
    """Processes that work on one task each.

    Args:
        count: of processes; 1: this one does all.
    """

    def __init__(self, count: int) -> None:
        self._count = count

    def map(
        self,
        work: Callable[[Task, Callable[[], None]], Outcome],
        tasks: Sequence[Task],
        progress: Progress,
    ) -> list[Outcome]:
        """The outcomes, in order of the tasks.

        Args:
            work: of a task, and of what it is to call often; importable by name.
            tasks: that can be sent to another process.
            progress: told after each task and often between; may raise to stop all.
        """
        if self._count <= 1:
            return self._here(work, tasks, progress)
        found: dict[int, Outcome] = {}

        def watch() -> None:
            progress(len(found) / len(tasks), _told(len(found), len(tasks)))

        with open_executor(self._count) as executor:
            numbered = enumerate(tasks)
            for (number, _), outcome in completed(executor, partial(_worked, work), numbered, watch):
                found[number] = outcome
        watch()
        return [found[number] for number in range(len(tasks))]

    def _here(
        self,
        work: Callable[[Task, Callable[[], None]], Outcome],
        tasks: Sequence[Task],
        progress: Progress,
    ) -> list[Outcome]:
        found = []
        for done, task in enumerate(tasks):

            def watch(done: int = done) -> None:
                progress(done / len(tasks), _told(done, len(tasks)))

            found.append(work(task, watch))
        progress(1.0, _told(len(tasks), len(tasks)))
        return found


def _told(done: int, tasks: int) -> str:
    return f"day {done} of {tasks}"


def _worked(work: Callable[[Task, Callable[[], None]], Outcome], numbered: tuple[int, Task]) -> Outcome:
    """The outcome of one task in another process, which the parent ends when it is not wanted any more."""
    return work(numbered[1], lambda: None)
