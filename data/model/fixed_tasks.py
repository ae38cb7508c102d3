"""Tasks with fixed times and the workers who may do them: the question is who does what.

In the literature this is shift minimisation personnel task scheduling (SMPTSP): Krishnamoorthy, Ernst and
Baatar, "Algorithms for large scale shift minimisation personnel task scheduling problems", European Journal
of Operational Research 219 (2012).
"""

from __future__ import annotations

from dataclasses import dataclass

NO_WORKER = -1
"""Stands for the worker of a task that nobody does."""


@dataclass(frozen=True)
class FixedTasks:
    """Tasks on [start, end), in any whole unit of time, and for each worker the tasks that the worker may do.

    Attributes:
        starts: start of each task.
        ends: end of each task, not included; after its start.
        may_do: for each worker, positions of tasks.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    may_do: tuple[frozenset[int], ...]

    @property
    def tasks(self) -> int:
        """Number of tasks."""
        return len(self.starts)

    @property
    def workers(self) -> int:
        """Number of workers."""
        return len(self.may_do)


@dataclass(frozen=True)
class TaskAssignment:
    """Who does which task: the position of each task's worker, or `NO_WORKER`."""

    worker_of: tuple[int, ...]

    @property
    def workers_used(self) -> int:
        """Number of different workers with a task."""
        return len(set(self.worker_of) - {NO_WORKER})
