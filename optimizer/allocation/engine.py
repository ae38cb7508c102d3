"""Allocation of bookings to starts and agents: constructive, then exact where small, else neighbourhoods."""

from __future__ import annotations

from dataclasses import dataclass, field

from data.model import Case
from data.model.schedule import Schedule
from data.progress import Progress, no_progress
from optimizer.allocation.bounds import placed_bound
from optimizer.allocation.budget import Budget
from optimizer.allocation.construct import CLOSE, TIGHT, construct
from optimizer.allocation.exact import is_small, solve_exactly
from optimizer.allocation.exchange import exchange_places
from optimizer.allocation.levels import Proof, is_proven_optimal, report, worth
from optimizer.allocation.pins import UndecidedError, doubled_duties, place_fixed
from optimizer.allocation.problem import Problem, build_problem
from optimizer.allocation.reasons import schedule_of
from optimizer.allocation.relocate import relocate
from optimizer.allocation.search import NeighbourhoodSearch
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus

ENGINE = "constructive + cp-sat"

DEFAULT_LIMITS = SolveLimits()

EXCHANGES = 3
"""Rounds of exchanges and single moves at most, before the neighbourhoods."""


@dataclass
class _Reporter:
    """Reports progress, which never goes back."""

    progress: Progress
    fraction: float = 0.0
    what: str = ""

    def tell(self, fraction: float, what: str) -> None:
        """Report that so much is done."""
        self.fraction, self.what = max(self.fraction, fraction), what
        self.again()

    def again(self) -> None:
        """Report the same once more, so that a wish to stop is heard."""
        self.progress(self.fraction, self.what)


@dataclass
class _Search:
    """One run over a problem, with what it has found and proven so far.

    Attributes:
        plan: the best plan so far; holds the fixed pins from the start.
    """

    problem: Problem
    plan: WorkingPlan
    budget: Budget
    reporter: _Reporter
    bound: int = field(init=False)
    proof: Proof = Proof()
    interrupted: bool = False

    def __post_init__(self) -> None:
        self.bound = len(self.problem.placeable)

    def run(self) -> None:
        """Construct and improve; an interrupt ends it with the best plan so far."""
        try:
            self._start()
            if is_small(self.problem) and not self.budget.is_spent():
                self._tell(0.2, "solving one model over everything")
                self.proof = solve_exactly(self.plan, self.budget)
            if not self.proof.deviation:
                self._come_closer()
            self._tell(1.0, "done")
        except KeyboardInterrupt:
            self.interrupted = True

    def _start(self) -> None:
        """Try two plans, one packed tightly and one close to the wishes, and keep the better one.

        The second leaves more bookings over, but where there is room the search places them all the same.
        """
        close = WorkingPlan(self.problem)
        close.replace(self.plan.sessions, instead_of=())
        construct(self.plan, TIGHT, self.budget, lambda done, what: self._tell(0.1 * done, what))
        self.bound = placed_bound(self.problem)
        if self.budget.clock_is_up():
            return
        construct(close, CLOSE, self.budget, lambda done, what: self._tell(0.1 + 0.1 * done, what))
        small = is_small(self.problem)
        if not small:
            self._place_more(close, keep=0.7)
        if worth(self.problem, close.sessions) > worth(self.problem, self.plan.sessions):
            self.plan = close
        if not small:
            self._place_more(self.plan, keep=0.3)

    def _place_more(self, plan: WorkingPlan, keep: float) -> None:
        """Search for more places, leaving this part of the work for later."""
        limits = self.budget.limits
        tolerated = int((limits.gap or 0.0) * int(self.problem.eligible.sum()))
        search = NeighbourhoodSearch(plan, self.budget, self._tell)
        search.place_more(self.bound - tolerated, keep_work=keep * limits.work)

    def _come_closer(self) -> None:
        """Improve the levels below the first: by exchanges and single moves, then by neighbourhoods."""
        for _ in range(EXCHANGES):
            self._tell(0.6, "exchanging sessions of equal length")
            exchange_places(self.plan, self.budget)
            if not relocate(self.plan, self.budget):
                break
        NeighbourhoodSearch(self.plan, self.budget, self._tell).come_closer()

    def _tell(self, fraction: float, what: str) -> None:
        self.reporter.tell(fraction, what)


def allocate(
    case: Case, limits: SolveLimits = DEFAULT_LIMITS, progress: Progress = no_progress
) -> SolveResult[Schedule]:
    """Place as many bookings as possible, the most urgent first, then keep what was confirmed and wished.

    The levels are those of `optimizer.allocation.levels`; `limits.gap` applies to the first: the search for
    more places ends once that gap is proven. The roster of the case is taken as it is; the schedule of the
    case, if any, is not looked at. Without a limit on the clock and with one thread, the same case and limits
    give the same schedule.

    Returns:
        The schedule with bounds. Status `optimal` when every level is proven; `infeasible`, with the clash
        and no answer, when fixed pins cannot hold together or an agent is on two duties at once;
        `interrupted`, with the best schedule so far, after a KeyboardInterrupt.
    """
    reporter = _Reporter(progress)
    budget = Budget(limits, reporter.again)
    problem = build_problem(case)
    plan = WorkingPlan(problem)
    try:
        clash = doubled_duties(problem) or place_fixed(plan, budget)
    except UndecidedError:
        return _without_answer(SolveStatus.NO_SOLUTION_IN_TIME, budget, "no decision on the fixed pins")
    except KeyboardInterrupt:
        return _without_answer(SolveStatus.INTERRUPTED, budget, "interrupt")
    if clash:
        return _without_answer(SolveStatus.INFEASIBLE, budget, "a clash", clash)
    search = _Search(problem, plan, budget, reporter)
    search.run()
    return _result(search)


def _without_answer(
    status: SolveStatus, budget: Budget, limited_by: str, clash: tuple[str, ...] = ()
) -> SolveResult[Schedule]:
    steady = status is not SolveStatus.INTERRUPTED and not budget.clock_stopped
    return SolveResult(status, None, (), ENGINE, budget.seconds_used, steady, limited_by, clash)


def _result(search: _Search) -> SolveResult[Schedule]:
    final = WorkingPlan(search.problem)
    final.replace(search.plan.answer, instead_of=())
    levels = report(search.problem, final.sessions, search.bound, search.proof)
    budget = search.budget
    if search.interrupted:
        status, limited_by = SolveStatus.INTERRUPTED, "interrupt"
    elif is_proven_optimal(search.problem, final.sessions, levels, search.proof):
        status, limited_by = SolveStatus.OPTIMAL, ""
    else:
        status = SolveStatus.FEASIBLE
        limited_by = "clock" if budget.clock_stopped else "work" if budget.work_left <= 0 else "no more found"
    return SolveResult(
        status=status,
        answer=schedule_of(final),
        levels=levels,
        engine=ENGINE,
        seconds=budget.seconds_used,
        reproducible=not (search.interrupted or budget.clock_stopped or budget.limits.threads > 1),
        limited_by=limited_by,
    )
