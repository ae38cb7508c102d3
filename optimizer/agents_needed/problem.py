"""Fixed tasks and workers as sets of bits: tasks in order of their start, a set of tasks as one integer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from data.model import FixedTasks, TaskAssignment


def members(bits: int) -> Iterator[int]:
    """Positions of the set bits, lowest first."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


@dataclass(frozen=True)
class Problem:
    """Tasks renumbered by (start, end); "task" means this number here.

    Attributes:
        tasks: as given.
        order: for each task, its position as given.
        overlap: for each task, the tasks that nobody can do beside it, itself included.
        may: for each worker, the tasks that the worker may do.
    """

    tasks: FixedTasks
    order: tuple[int, ...]
    overlap: tuple[int, ...]
    may: tuple[int, ...]

    @classmethod
    def of(cls, tasks: FixedTasks) -> Problem:
        """Put the tasks in order and note who excludes whom."""
        order = sorted(range(tasks.tasks), key=lambda task: (tasks.starts[task], tasks.ends[task], task))
        starts = [tasks.starts[task] for task in order]
        by_end = sorted(range(len(order)), key=lambda place: tasks.ends[order[place]])
        ends = [tasks.ends[order[place]] for place in by_end]
        ended = [0]
        for place in by_end:
            ended.append(ended[-1] | 1 << place)
        overlap = tuple(
            (1 << bisect_left(starts, tasks.ends[task])) - 1 & ~ended[bisect_right(ends, tasks.starts[task])]
            for task in order
        )
        place_of = {task: place for place, task in enumerate(order)}
        may = tuple(sum(1 << place_of[task] for task in listed) for listed in tasks.may_do)
        return cls(tasks, tuple(order), overlap, may)

    @property
    def size(self) -> int:
        """Number of tasks."""
        return len(self.order)

    @property
    def workers(self) -> int:
        """Number of workers."""
        return len(self.may)

    @cached_property
    def able(self) -> tuple[tuple[int, ...], ...]:
        """For each task, the workers who may do it."""
        listed: list[list[int]] = [[] for _ in self.order]
        for worker, tasks in enumerate(self.may):
            for task in members(tasks):
                listed[task].append(worker)
        return tuple(tuple(workers) for workers in listed)

    @cached_property
    def pairs(self) -> int:
        """Number of pairs of a task and a worker who may do it."""
        return sum(tasks.bit_count() for tasks in self.may)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """End of each task."""
        return tuple(self.tasks.ends[task] for task in self.order)

    @cached_property
    def cliques(self) -> tuple[int, ...]:
        """The maximal sets of tasks that are all alive at one moment, in order of time."""
        found: list[int] = []
        events = [(self.tasks.starts[task], 1, place) for place, task in enumerate(self.order)]
        events += [(end, 0, place) for place, end in enumerate(self.ends)]
        alive, grown = 0, False
        for _, begins, place in sorted(events):
            if begins:
                alive, grown = alive | 1 << place, True
            else:
                if grown:
                    found.append(alive)
                alive, grown = alive & ~(1 << place), False
        return tuple(found)

    def held(self, assignment: TaskAssignment) -> list[int]:
        """For each worker, the tasks that an assignment gives the worker."""
        held = [0] * self.workers
        for place, task in enumerate(self.order):
            held[assignment.worker_of[task]] |= 1 << place
        return held

    def assignment(self, held: Sequence[int]) -> TaskAssignment:
        """The assignment that gives each worker these tasks; every task is with somebody."""
        worker_of = [0] * self.size
        for worker, tasks in enumerate(held):
            for place in members(tasks):
                worker_of[self.order[place]] = worker
        return TaskAssignment(tuple(worker_of))


def maximal_among(cliques: Sequence[int], tasks: int) -> list[int]:
    """What is left of maximal cliques, in order of time, when only these tasks count; again maximal ones."""
    kept: list[int] = []
    for clique in cliques:
        inside = clique & tasks
        if not inside or (kept and not inside & ~kept[-1]):
            continue
        while kept and not kept[-1] & ~inside:
            kept.pop()
        kept.append(inside)
    return kept
