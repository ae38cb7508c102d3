"""Days searched in processes of their own."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from typing import TypeVar

from data.progress import Progress

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

_POLL_SECONDS = 0.2


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
        with ProcessPoolExecutor(
            self._count, mp_context=get_context("spawn"), initializer=_leave_signals_to_the_parent
        ) as pool:
            futures: list[Future[Outcome]] = [pool.submit(work, task, _nothing) for task in tasks]
            try:
                waiting = set(futures)
                while waiting:
                    done, waiting = wait(waiting, _POLL_SECONDS, FIRST_COMPLETED)
                    for future in done:
                        future.result()
                    progress(1.0 - len(waiting) / len(tasks), _told(len(tasks) - len(waiting), len(tasks)))
            except BaseException:
                # Leaving the pool would wait for the work under way; without processes it ends at once.
                for process in list((pool._processes or {}).values()):
                    process.terminate()
                raise
            return [future.result() for future in futures]

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


def _nothing() -> None:
    """Watches nothing: the parent ends the process."""


def _leave_signals_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
