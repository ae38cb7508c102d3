"""The verdict on who does which fixed task: all done, by people who may, one thing at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from data.model import FixedTasks, TaskAssignment
from data.referee.violation import Violation


def judge_assignment(
    tasks: FixedTasks, assignment: TaskAssignment, stated_workers: float | None = None
) -> list[Violation]:
    """Everything that is wrong with an assignment, and with the number of workers stated for it.

    Tasks are named as files of the published format number them, from 0; so are workers, by their place.
    """
    if len(assignment.worker_of) != len(tasks.starts):
        held, wanted = len(assignment.worker_of), len(tasks.starts)
        return [Violation("TASKS", "the assignment", f"holds {held} tasks, expected {wanted}")]
    found = [*_not_done(tasks, assignment), *_not_qualified(tasks, assignment), *_at_once(tasks, assignment)]
    if stated_workers is not None:
        used = len({worker for worker in assignment.worker_of if worker >= 0})
        if used != stated_workers:
            found.append(Violation("WORKERS", "the assignment", f"uses {used}, stated {stated_workers:g}"))
    return found


def _not_done(tasks: FixedTasks, assignment: TaskAssignment) -> Iterator[Violation]:
    """Every task is done by one of the workers."""
    for task, worker in enumerate(assignment.worker_of):
        if not 0 <= worker < len(tasks.may_do):
            yield Violation("TASK-DONE", f"task {task}", "nobody does it")


def _not_qualified(tasks: FixedTasks, assignment: TaskAssignment) -> Iterator[Violation]:
    """Nobody does what is not on the worker's list."""
    for task, worker in enumerate(assignment.worker_of):
        if 0 <= worker < len(tasks.may_do) and task not in tasks.may_do[worker]:
            yield Violation("TASK-ALLOWED", f"task {task}", f"worker {worker} may not do it")


def _at_once(tasks: FixedTasks, assignment: TaskAssignment) -> Iterator[Violation]:
    """Nobody does two tasks at once; a task may begin when another ends."""
    held: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for task, worker in enumerate(assignment.worker_of):
        if worker >= 0:
            held[worker].append((tasks.starts[task], tasks.ends[task], task))
    for worker, listed in sorted(held.items()):
        busy_until, busy_with = None, -1
        for start, end, task in sorted(listed):
            if busy_until is not None and start < busy_until:
                yield Violation(
                    "TASK-OVERLAP",
                    f"task {task}",
                    f"worker {worker} does task {busy_with} until {busy_until}",
                )
            if busy_until is None or end > busy_until:
                busy_until, busy_with = end, task
