"""Whether everybody who is needed at one moment can be there: matching, and Hall's condition."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.agents_needed.problem import Problem, members


def overcrowded(problem: Problem, poll: Callable[[], None]) -> list[int]:
    """Tasks of one moment that all in all too few workers may do (Hall 1935); empty when there are none.

    The tasks are a smallest such set around one task: without any of them the rest could be done at once.
    """
    partner: dict[int, int] = {}
    for clique in problem.cliques:
        poll()
        busy = {worker: task for worker, task in partner.items() if clique >> task & 1}
        matched = set(busy.values())
        for task in members(clique):
            if task not in matched:
                reached = _augment(problem, task, busy)
                if reached:
                    return sorted(reached)
        partner = busy
    return []


def _augment(problem: Problem, task: int, busy: dict[int, int]) -> set[int]:
    """Match one more task along an alternating path; where there is none, the tasks reached in vain."""
    came_from: dict[int, int] = {}
    reached = [task]
    for looked_at in reached:
        for worker in problem.able[looked_at]:
            if worker in came_from:
                continue
            came_from[worker] = looked_at
            if worker not in busy:
                _flip(worker, task, came_from, busy)
                return set()
            reached.append(busy[worker])
    return set(reached)


def _flip(worker: int, root: int, came_from: dict[int, int], busy: dict[int, int]) -> None:
    """Give each task of the path the worker that it was reached for."""
    holder = {task: worker for worker, task in busy.items()}
    while True:
        task = came_from[worker]
        busy[worker] = task
        if task == root:
            return
        worker = holder[task]
