"""The fewest workers by trying everything."""

from __future__ import annotations

from data.model import FixedTasks


def fewest(tasks: FixedTasks) -> int | None:
    """The optimum, or None when not all tasks can be done."""
    best: list[int] = []

    def extend(task: int, held: tuple[tuple[int, ...], ...]) -> None:
        if task == tasks.tasks:
            best.append(sum(map(bool, held)))
            return
        for worker, may in enumerate(tasks.may_do):
            free = all(
                tasks.ends[other] <= tasks.starts[task] or tasks.ends[task] <= tasks.starts[other]
                for other in held[worker]
            )
            if task in may and free:
                extend(task + 1, (*held[:worker], (*held[worker], task), *held[worker + 1 :]))

    extend(0, ((),) * tasks.workers)
    return min(best, default=None)
