"""The fewest workers for fixed tasks: bounds, ejection search with ever fewer workers, exact where small."""

from __future__ import annotations

import random
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from data.model import FixedTasks, TaskAssignment
from data.progress import Progress, no_progress
from optimizer.agents_needed.choice import filled, most_useful, without_some
from optimizer.agents_needed.clash import smallest_clash
from optimizer.agents_needed.ejection import EjectionSearch
from optimizer.agents_needed.exact import LARGEST, ExactModel
from optimizer.agents_needed.feasibility import overcrowded
from optimizer.agents_needed.problem import Problem
from optimizer.agents_needed.relaxation import relax
from optimizer.budget import Budget
from optimizer.solve_result import Level, SolveLimits, SolveResult, SolveStatus

ENGINE = "ejection search + lp + cp-sat"

LEVEL = "workers"

DEFAULT_LIMITS = SolveLimits()

FIRST_TRY, LONGEST_TRY = 1.0, 8.0
"""Work of the first tries at a number of workers, and of the longest: a new start is worth more than a long
search (its time to success has a heavy tail)."""


@dataclass
class _Run:
    """One run, with the best assignment and the best bound so far.

    Attributes:
        held: for each worker the tasks of the best assignment; None before there is one.
        use: how much of each worker the relaxation uses.
        tries: searches begun.
    """

    problem: Problem
    budget: Budget
    progress: Progress
    held: list[int] | None
    bound: int = 0
    use: Sequence[float] = ()
    tries: int = 0
    clash: tuple[int, ...] = ()
    interrupted: bool = False
    _work_of_try: float = field(default=FIRST_TRY)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.budget.limits.seed)  # noqa: S311 - a search, not a secret
        self.bound = _peak(self.problem)
        self.use = [0.0] * self.problem.workers

    @property
    def workers(self) -> int:
        """Workers in use in the best assignment."""
        return sum(map(bool, self.held)) if self.held is not None else self.problem.workers + 1

    @property
    def good_enough(self) -> bool:
        """Whether the gap asked for is proven."""
        tolerated = (self.budget.limits.gap or 0.0) * self.workers
        return self.held is not None and self.workers - self.bound <= tolerated

    def run(self) -> None:
        """Search until it is proven, good enough, or the limits end it."""
        try:
            if self.held is None:
                self._assign_all()
            if self.held is None or self.good_enough:
                return
            self._use_fewer()
            self._relax()
            self._prove()
            while not (self.good_enough or self.budget.is_spent()):
                self._work_of_try = min(LONGEST_TRY, 2.0 * self._work_of_try)
                self._use_fewer()
        except KeyboardInterrupt:
            self.interrupted = True

    def tell(self) -> None:
        """Report how much of the limits is used; may raise KeyboardInterrupt."""
        limits, budget = self.budget.limits, self.budget
        spent = budget.work_used / limits.work
        if limits.seconds is not None:
            spent = max(spent, budget.seconds_used / limits.seconds)
        found = "looking for a first assignment"
        if self.held is not None:
            found = f"{self.workers} in use, at least {self.bound} needed"
        self.progress(min(1.0, spent), found)

    def _assign_all(self) -> None:
        """Give every task to somebody, whoever that is, or find out that it can't be done."""
        self.clash = tuple(overcrowded(self.problem, self.tell))
        everybody = set(range(self.problem.workers))
        work = FIRST_TRY
        while not (self.clash or self.held is not None or self.budget.is_spent()):
            self._search([0] * self.problem.workers, everybody, work)
            if self.held is None and self.problem.pairs <= LARGEST:
                self._decide()
            work = min(LONGEST_TRY, 2.0 * work)

    def _decide(self) -> None:
        """Ask the exact model whether there is an assignment at all."""
        model = ExactModel(self.problem, self.bound)
        outcome = self.budget.solve(model.model, 0.5 * self.budget.work_left)
        if outcome.found:
            self.held = model.held(outcome)
        elif outcome.status is SolveStatus.INFEASIBLE:
            order = {task: place for place, task in enumerate(self.problem.order)}
            self.clash = tuple(order[task] for task in smallest_clash(self.problem.tasks, self.budget))

    def _use_fewer(self) -> None:
        """Halve the distance to the bound, or what is left of it, until not even one worker less is found."""
        failed = self.bound - 1
        while not (self.good_enough or self.budget.is_spent()):
            keep = max(self.bound, (failed + self.workers) // 2)
            if self._try(keep):
                continue
            if keep == self.workers - 1:
                return
            failed = keep

    def _try(self, keep: int) -> bool:
        """Search with so many workers, by turns chosen anew and left over from the best assignment."""
        self.tries += 1
        if self.tries % 2 or self.held is None:
            used = most_useful(self.problem, self.use, keep, self._chance)
            return self._search([0] * self.problem.workers, used, self._work_of_try)
        held = without_some(self.problem, self.held, keep)
        return self._search(held, {w for w, tasks in enumerate(held) if tasks}, self._work_of_try)

    def _search(self, held: Sequence[int], used: AbstractSet[int], work: float) -> bool:
        """Search with these workers; an assignment of all tasks becomes the best one."""
        begun = filled(self.problem, held, used, self._chance)
        search = EjectionSearch(self.problem, begun, used, self._chance)
        keep = max(0.0, self.budget.work_left - work)

        def spend(work_done: float) -> bool:
            self.budget.work_used += work_done
            self.tell()
            return self.budget.is_spent(keep)

        found = search.run(spend)
        if found:
            self.held = search.held
        return found

    def _relax(self) -> None:
        """Raise the bound by the linear relaxation, and learn from it which workers help most."""
        if self.good_enough or self.budget.is_spent():
            return
        relaxed = relax(self.problem, self.budget.work_left, self.budget.seconds_left(), self.tell)
        if relaxed is not None:
            self.budget.work_used += relaxed.work
            self.bound, self.use = max(self.bound, relaxed.bound), relaxed.use
        self.budget.clock_is_up()

    def _prove(self) -> None:
        """Solve the exact model where it is small, with half of what is left of the work."""
        if self.good_enough or self.budget.is_spent() or self.problem.pairs > LARGEST or self.held is None:
            return
        model = ExactModel(self.problem, self.bound)
        model.hint(self.held)
        outcome = self.budget.solve(model.model, 0.5 * self.budget.work_left)
        self.bound = max(self.bound, round(outcome.bound))
        if outcome.found and round(outcome.objective) < self.workers:
            self.held = model.held(outcome)


def fewest_workers(
    tasks: FixedTasks,
    limits: SolveLimits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
    start: TaskAssignment | None = None,
) -> SolveResult[TaskAssignment]:
    """Assign every task to a worker so that as few workers as possible are used.

    Args:
        start: an assignment of all tasks that breaks no rule, to begin with.

    Returns:
        The assignment, with one level, `workers`; its gap is (objective - bound) / objective. Status
        `infeasible`, with the clashing tasks and no answer, when it can't be done: too few may do what is
        alive at one moment, or, where the exact model fits, for whatever reason. `interrupted`, with the best
        assignment so far, after a KeyboardInterrupt. Without a limit on the clock and with one thread, the
        same input gives the same answer.
    """
    return solve(tasks, Budget(limits), progress, start)


def solve(
    tasks: FixedTasks, budget: Budget, progress: Progress, start: TaskAssignment | None
) -> SolveResult[TaskAssignment]:
    """As `fewest_workers`; what is done is booked on the budget."""
    problem = Problem.of(tasks)
    held = None if start is None else problem.held(start)
    run = _Run(problem, budget, progress, held)
    budget.poll = run.tell
    run.run()
    return _result(run)


def peak(tasks: FixedTasks) -> int:
    """The largest number of tasks alive at one moment: as many workers are needed at least."""
    return _peak(Problem.of(tasks))


def _peak(problem: Problem) -> int:
    return max((clique.bit_count() for clique in problem.cliques), default=0)


def _result(run: _Run) -> SolveResult[TaskAssignment]:
    budget, limits = run.budget, run.budget.limits
    spent = "clock" if budget.clock_stopped else "work"
    answer, limited_by = None, ""
    levels: tuple[Level, ...] = ()
    if run.held is not None:
        used = run.workers
        answer = run.problem.assignment(run.held)
        levels = (Level(LEVEL, used, run.bound, (used - run.bound) / used if used else 0.0),)
    if run.interrupted:
        status, limited_by = SolveStatus.INTERRUPTED, "interrupt"
    elif run.clash:
        status, limited_by = SolveStatus.INFEASIBLE, "a clash"
    elif answer is None:
        status, limited_by = SolveStatus.NO_SOLUTION_IN_TIME, spent
    elif run.workers == run.bound:
        status = SolveStatus.OPTIMAL
    else:
        status = SolveStatus.FEASIBLE
        limited_by = "gap" if run.good_enough else spent
    return SolveResult(
        status=status,
        answer=answer,
        levels=levels,
        engine=ENGINE,
        seconds=budget.seconds_used,
        reproducible=not (run.interrupted or budget.clock_stopped or limits.threads > 1),
        limited_by=limited_by,
        clash=tuple(f"task {run.problem.order[task]}" for task in run.clash),
    )
