"""Allocation of bookings to starts and agents: one model where that is small, else arc flow and search."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum

from data.model import Case
from data.model.schedule import Schedule
from data.progress import Progress, no_progress
from optimizer.allocation.annealing import Annealing
from optimizer.allocation.balance import balance
from optimizer.allocation.bounds import Prices, placed_bound
from optimizer.allocation.construct import CLOSE, TIGHT, BestFit, construct, order_of_placement
from optimizer.allocation.exchange import exchange_places
from optimizer.allocation.flow_start import FlowStart
from optimizer.allocation.held_back import hold_back
from optimizer.allocation.levels import Proof, is_proven_optimal, report
from optimizer.allocation.pins import UndecidedError, doubled_duties, place_fixed
from optimizer.allocation.problem import Problem
from optimizer.allocation.reasons import schedule_of
from optimizer.allocation.relocate import relocate
from optimizer.allocation.size import is_small, pairs
from optimizer.allocation.translation import build_problem
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus

DEFAULT_LIMITS = SolveLimits()

ANNEALING_SHARE = 0.75
"""Part of the work left after the arc flow that annealing may use; the rest is for what is unplaced, and
for what that has moved."""


SMALL_ANNEALING_SHARE = 0.05
"""The same where everything is small enough for one neighbourhood, which then has most of the work."""

LARGEST_WHOLE = 5_000
"""Pairs of a booking and a segment up to which what is still unplaced is looked for in one neighbourhood of
everything."""

HURRY_SECONDS = 1.0
"""Seconds spent on placing more after an interrupt, or a time limit that left none for it."""


class Engine(StrEnum):
    """How to search."""

    AUTOMATIC = "auto"
    ARC_FLOW = "arc-flow"
    CP_SAT = "cp-sat"


ENGINES = {Engine.ARC_FLOW: "arc flow + annealing + cp-sat neighbourhoods", Engine.CP_SAT: "cp-sat"}
"""What a result calls the engines."""


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
        bound: no schedule places more.
        prices: of the arc flow, where it was solved.
    """

    problem: Problem
    plan: WorkingPlan
    budget: Budget
    reporter: _Reporter
    bound: int = field(init=False)
    prices: Prices | None = None
    proof: Proof = Proof()
    interrupted: bool = False

    def __post_init__(self) -> None:
        self.bound = len(self.problem.placeable)

    def run(self, engine: Engine) -> None:
        """Construct and improve; an interrupt ends it with the best plan so far."""
        try:
            if engine is Engine.CP_SAT:
                self._solve_one_model()
            else:
                self._flow_and_improve()
            if not self._gap_is_met():
                balance(self.plan, self.budget)
            self._tell(1.0, "done")
        except KeyboardInterrupt:
            self.interrupted = True
            self.plan = self.plan.settled()
            self._place_in_a_hurry()

    def _place_in_a_hurry(self) -> None:
        """Place what can be placed at once, so that even an early end leaves a plan worth having."""
        stop = time.monotonic() + HURRY_SECONDS
        fit = BestFit(self.plan, CLOSE, only_filling=True)
        missing = [b for b in self.problem.placeable.tolist() if b not in self.plan.sessions]
        for booking in order_of_placement(self.problem, missing):
            if time.monotonic() > stop:
                break
            fit.place(booking)

    def _solve_one_model(self) -> None:
        """Construct, then prove level by level."""
        everything = self.problem.placeable.tolist()
        construct(self.plan, everything, TIGHT, self.budget, lambda done, what: self._tell(0.1 * done, what))
        if self.budget.clock_is_up():
            self._place_in_a_hurry()
        self.bound = placed_bound(self.problem)
        self._tell(0.2, "solving one model over everything")
        if not self.budget.is_spent():
            from optimizer.allocation.exact import solve_exactly  # here, as CP-SAT takes long to load

            self.proof = solve_exactly(self.plan, self.budget)

    def _flow_and_improve(self) -> None:
        """Arc flow, annealing, and neighbourhoods for what is still unplaced."""
        start = FlowStart(self.plan, self.budget, lambda done, what: self._tell(0.3 * done, what))
        start.run()
        if start.days_solved:
            self.prices = Prices.of(self.problem, start.prices)
        if self.budget.clock_is_up():
            self._place_in_a_hurry()
        if len(self.plan.sessions) < self.bound:
            self.bound = placed_bound(self.problem)
        small = pairs(self.problem) <= LARGEST_WHOLE
        self._anneal(SMALL_ANNEALING_SHARE if small else ANNEALING_SHARE, 0.3, hold_confirmed=True)
        if self._may_place_more() and not self._gap_is_met():
            self._place_more(small)
        self._anneal(0.5, 0.9, hold_confirmed=False)
        if not (self.budget.is_spent() or self._gap_is_met()):
            exchange_places(self.plan, self.budget)
            relocate(self.plan, self.budget, keep_work=0.6 * self.budget.work_left)

    def _anneal(self, share: float, begin: float, hold_confirmed: bool) -> None:
        """Anneal with this share of what is left of work and time."""
        budget = self.budget
        seconds = budget.seconds_left()
        if budget.is_spent() or self._gap_is_met():
            return
        Annealing(self.plan, budget.limits.seed, hold_confirmed).run(
            budget,
            share * budget.work_left,
            None if seconds is None else share * seconds,
            None if budget.limits.gap is None else self._enough(),
            lambda done: self._tell(
                begin + share * (1 - begin) * done, "bringing sessions closer to the wishes"
            ),
        )

    def _place_more(self, small: bool) -> None:
        """Search for more places by neighbourhoods: a small case in one of everything, which may prove it."""
        from optimizer.allocation.search import NeighbourhoodSearch  # here, as CP-SAT takes long to load

        keep = (0.1 if small else 0.5) * self.budget.work_left
        search = NeighbourhoodSearch(self.plan, self.budget, self._tell)
        if small and search.place_from_all(0.9 * (self.budget.work_left - keep)):
            self.proof = Proof(placed=True)
        elif self._may_place_more():
            at_bound = len(self.plan.sessions) >= self.bound
            search.place_more(len(self.problem.placeable) if at_bound else self._enough(), keep)

    def _enough(self) -> int:
        """Bookings to place: all that the bound allows, less what the gap asked for tolerates."""
        return self.bound - int((self.budget.limits.gap or 0.0) * int(self.problem.eligible.sum()))

    def _gap_is_met(self) -> bool:
        """Whether a gap was asked for, and is proven."""
        return self.budget.limits.gap is not None and len(self.plan.sessions) >= self._enough()

    def _may_place_more(self) -> bool:
        """Whether the bound leaves room for another booking, or for a more urgent one."""
        left = [b for b in self.problem.placeable.tolist() if b not in self.plan.sessions]
        least_urgent = self.problem.priority[self.problem.placeable].max(initial=0)
        return len(self.plan.sessions) < self.bound or bool(
            (self.problem.priority[left] < least_urgent).any()
        )

    def _tell(self, fraction: float, what: str) -> None:
        self.reporter.tell(fraction, what)


def allocate(
    case: Case,
    limits: SolveLimits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
    engine: Engine = Engine.AUTOMATIC,
) -> SolveResult[Schedule]:
    """Place as many bookings as possible, the most urgent first, then keep what was confirmed and wished.

    The levels are those of `optimizer.allocation.levels`; `limits.gap` applies to the first: the search
    ends once that gap is proven. The roster of the case is taken as it is; the schedule of the
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
    plan = hold_back(plan)
    problem = plan.problem
    if engine is Engine.AUTOMATIC:
        engine = Engine.CP_SAT if is_small(problem) else Engine.ARC_FLOW
    search = _Search(problem, plan, budget, reporter)
    search.run(engine)
    return _result(search, engine)


def _without_answer(
    status: SolveStatus, budget: Budget, limited_by: str, clash: tuple[str, ...] = ()
) -> SolveResult[Schedule]:
    steady = status is not SolveStatus.INTERRUPTED and not budget.clock_stopped
    return SolveResult(status, None, (), "pins", budget.seconds_used, steady, limited_by, clash)


def _result(search: _Search, engine: Engine) -> SolveResult[Schedule]:
    levels = report(search.problem, search.plan.sessions, search.bound, search.proof, search.prices)
    budget = search.budget
    if search.interrupted:
        status, limited_by = SolveStatus.INTERRUPTED, "interrupt"
    elif is_proven_optimal(search.problem, search.plan.sessions, levels, search.proof):
        status, limited_by = SolveStatus.OPTIMAL, ""
    else:
        status = SolveStatus.FEASIBLE
        limited_by = "clock" if budget.clock_stopped else "work" if budget.work_left <= 0 else "no more found"
    return SolveResult(
        status=status,
        answer=schedule_of(search.plan),
        levels=levels,
        engine=ENGINES[engine],
        seconds=budget.seconds_used,
        reproducible=not (search.interrupted or budget.clock_stopped or budget.limits.threads > 1),
        limited_by=limited_by,
    )
