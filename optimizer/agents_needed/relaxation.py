"""A linear relaxation: how many workers are needed if they could be split, and which of them help most.

Workers who may do the same tasks form a class; x says how much of a group of like tasks a class does, y how
much of the class is used, and at no moment does a class do more than y. The conditions are those of the
cliques of an interval graph, which are all there are for one worker (an interval graph is perfect), so the
bound is as strong as that of a master problem over whole schedules of workers. Where that is too large, only
some moments are looked at, and only the tasks alive then: still a bound.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from ortools.math_opt.python import mathopt

from optimizer.agents_needed.problem import Problem, maximal_among, members
from optimizer.watched import watched

LARGEST = 20_000
"""Most pairs of a group of tasks and a class of workers."""

WORK_A_PAIR = 0.0005
"""Work booked for such a pair: 10,000 of them take some five seconds on a core."""

TOLERANCE = 1e-5
"""Taken off the optimum, relatively, before it is rounded up."""


@dataclass(frozen=True)
class Relaxed:
    """What the relaxation says.

    Attributes:
        bound: no assignment uses fewer workers.
        use: for each worker, how much of the worker is used, 0 to 1.
        work: work done, in the units of `SolveLimits.work`.
    """

    bound: int
    use: tuple[float, ...]
    work: float


@dataclass(frozen=True)
class _Groups:
    """Like tasks and like workers, at some moments.

    Attributes:
        moments: tasks alive at each of them.
        tasks: groups of tasks; one of each group stands for all.
        able: for each group, the classes that may do its tasks.
        classes: workers of each class.
        may: tasks that a class may do, of those alive at the moments.
    """

    moments: tuple[int, ...]
    tasks: tuple[tuple[int, ...], ...]
    able: tuple[tuple[int, ...], ...]
    classes: tuple[tuple[int, ...], ...]
    may: tuple[int, ...]

    @property
    def pairs(self) -> int:
        """Number of pairs of a group and a class."""
        return sum(len(classes) for classes in self.able)


def relax(problem: Problem, work: float, seconds: float | None, watch: Callable[[], None]) -> Relaxed | None:
    """Solve the relaxation with as many moments as the limits allow; None where they allow none.

    Args:
        work: most work that may be done.
        seconds: wall-clock limit; None for none.
        watch: called several times a second; may raise to give up.
    """
    groups = _affordable(problem, min(LARGEST, int(work / WORK_A_PAIR)))
    if groups is None:
        return None
    model = mathopt.Model()
    use = [model.add_variable(lb=0.0, ub=float(len(workers))) for workers in groups.classes]
    share: list[dict[int, mathopt.Variable]] = [{} for _ in groups.classes]
    for like, classes in zip(groups.tasks, groups.able, strict=True):
        shares = [model.add_variable(lb=0.0) for _ in classes]
        model.add_linear_constraint(mathopt.fast_sum(shares) == float(len(like)))
        for place, variable in zip(classes, shares, strict=True):
            share[place][like[0]] = variable
    for place, doing in enumerate(share):
        for alive in maximal_among(groups.moments, sum(1 << task for task in doing)):
            busy = mathopt.fast_sum(doing[task] for task in members(alive))
            model.add_linear_constraint(busy <= use[place])
    model.minimize(mathopt.fast_sum(use))
    limit = None if seconds is None else timedelta(seconds=max(seconds, 0.01))
    settings = mathopt.SolveParameters(time_limit=limit, lp_algorithm=mathopt.LPAlgorithm.BARRIER)
    outcome = watched(lambda: mathopt.solve(model, mathopt.SolverType.HIGHS, params=settings), watch)
    if outcome is None or outcome.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    optimum = float(outcome.objective_value())
    of_worker = [0.0] * problem.workers
    for workers, variable in zip(groups.classes, use, strict=True):
        for worker in workers:
            of_worker[worker] = outcome.variable_values(variable) / len(workers)
    bound = math.ceil(optimum - TOLERANCE * (1.0 + abs(optimum)))
    return Relaxed(bound, tuple(of_worker), WORK_A_PAIR * groups.pairs)


def _affordable(problem: Problem, most: int) -> _Groups | None:
    """Groups at all moments, or at the busiest of so many parts of the time as are affordable."""
    moments = problem.cliques
    parts = len(moments)
    while parts > 1:
        groups = _grouped(problem, _busiest(moments, parts))
        if groups.pairs <= most:
            return groups
        parts //= 2
    return None


def _busiest(moments: Sequence[int], parts: int) -> tuple[int, ...]:
    """The busiest moment of each part."""
    edges = [len(moments) * part // parts for part in range(parts + 1)]
    return tuple(max(moments[first:last], key=int.bit_count) for first, last in pairwise(edges))


def _grouped(problem: Problem, moments: tuple[int, ...]) -> _Groups:
    looked_at = 0
    for alive in moments:
        looked_at |= alive
    classes: defaultdict[int, list[int]] = defaultdict(list)
    for worker, tasks in enumerate(problem.may):
        classes[tasks & looked_at].append(worker)
    classes.pop(0, None)
    able: list[list[int]] = [[] for _ in range(problem.size)]
    for place, tasks in enumerate(classes):
        for task in members(tasks):
            able[task].append(place)
    alike: defaultdict[tuple[tuple[int, ...], tuple[int, ...]], list[int]] = defaultdict(list)
    presence: defaultdict[int, list[int]] = defaultdict(list)
    for number, alive in enumerate(moments):
        for task in members(alive):
            presence[task].append(number)
    for task in members(looked_at):
        alike[tuple(presence[task]), tuple(able[task])].append(task)
    return _Groups(
        moments=moments,
        tasks=tuple(tuple(like) for like in alike.values()),
        able=tuple(classes_able for _, classes_able in alike),
        classes=tuple(tuple(workers) for workers in classes.values()),
        may=tuple(classes),
    )
