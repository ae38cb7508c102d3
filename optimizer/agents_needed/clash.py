"""Why no assignment exists: a set of tasks that cannot all be done, as small as can be found."""

from __future__ import annotations

from data.model import FixedTasks
from optimizer.agents_needed.exact import ExactModel
from optimizer.agents_needed.problem import Problem
from optimizer.budget import Budget
from optimizer.solve_result import SolveStatus


def smallest_clash(tasks: FixedTasks, budget: Budget) -> list[int]:
    """Leave tasks out of a set that cannot be done, more and more of them at once, while it stays so.

    Each task of the outcome is needed, unless the budget ran out before that was known.
    """
    core = list(range(tasks.tasks))
    size = max(1, len(core) // 2)
    while not budget.is_spent():
        for at in range(0, len(core), size):
            fewer = core[:at] + core[at + size :]
            if fewer and _cannot_be_done(tasks, fewer, budget):
                core = fewer
                break
        else:
            if size == 1:
                break
            size //= 2
    return core


def _cannot_be_done(tasks: FixedTasks, some: list[int], budget: Budget) -> bool:
    place = {task: number for number, task in enumerate(some)}
    part = FixedTasks(
        tuple(tasks.starts[task] for task in some),
        tuple(tasks.ends[task] for task in some),
        tuple(frozenset(place[task] for task in may if task in place) for may in tasks.may_do),
    )
    outcome = budget.solve(ExactModel(Problem.of(part), at_least=0).model, budget.work_left)
    return outcome.status is SolveStatus.INFEASIBLE
