"""The exact model for cases small enough to be proven: CP-SAT with the cliques of each worker."""

from __future__ import annotations

from ortools.sat.python import cp_model

from optimizer.agents_needed.problem import Problem, maximal_among, members
from optimizer.cp_sat import CpSatOutcome

LARGEST = 3_000
"""Pairs of a task and a worker who may do it, up to which the model is tried."""


class ExactModel:
    """Every task with one worker; no worker does two tasks of a clique; as few workers in use as possible."""

    def __init__(self, problem: Problem, at_least: int) -> None:
        self.model = cp_model.CpModel()
        self._problem = problem
        self._does = {
            (task, worker): self.model.new_bool_var("")
            for task, workers in enumerate(problem.able)
            for worker in workers
        }
        self._used = [self.model.new_bool_var("") for _ in range(problem.workers)]
        for task, workers in enumerate(problem.able):
            self.model.add_exactly_one(self._does[task, worker] for worker in workers)
        for worker in range(problem.workers):
            self._one_at_a_time(worker)
        self._interchangeable()
        total = cp_model.LinearExpr.sum(self._used)
        self.model.add(total >= at_least)
        self.model.minimize(total)

    def _one_at_a_time(self, worker: int) -> None:
        """Of each clique a worker does one task at most, and none when not in use."""
        used = self._used[worker]
        for clique in maximal_among(self._problem.cliques, self._problem.may[worker]):
            doing = [self._does[task, worker] for task in members(clique)]
            self.model.add_at_most_one([*doing, used.negated()])

    def _interchangeable(self) -> None:
        """Of workers who may do the same, the first ones are used first."""
        last: dict[int, int] = {}
        for worker, may in enumerate(self._problem.may):
            if may in last:
                self.model.add_implication(self._used[worker], self._used[last[may]])
            last[may] = worker

    def hint(self, held: list[int]) -> None:
        """Start from an assignment; workers who may do the same are put in the order of use."""
        stand_in = self._in_order_of_use(held)
        for (task, worker), literal in self._does.items():
            self.model.add_hint(literal, bool(stand_in[worker] >> task & 1))
        for tasks, used in zip(stand_in, self._used, strict=True):
            self.model.add_hint(used, bool(tasks))

    def _in_order_of_use(self, held: list[int]) -> list[int]:
        alike: dict[int, list[int]] = {}
        for worker, may in enumerate(self._problem.may):
            alike.setdefault(may, []).append(worker)
        ordered = [0] * len(held)
        for workers in alike.values():
            busy = [held[worker] for worker in workers if held[worker]]
            for worker, tasks in zip(workers, busy, strict=False):
                ordered[worker] = tasks
        return ordered

    def held(self, outcome: CpSatOutcome) -> list[int]:
        """For each worker, the tasks in the solution."""
        held = [0] * self._problem.workers
        for (task, worker), literal in self._does.items():
            if outcome.chosen(literal):
                held[worker] |= 1 << task
        return held
