"""Starts within the runs of a week: moved, within windows and runs, to where they cost least over a sample.

A run is what an agent serves between two breaks. Who serves whom in which run stays; order and starts change.
No two sessions of a run come closer than planned, so that a legal plan stays legal. Confirmed sessions stay.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.model.columns import FloatArray, IntArray
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.tuning.grid_descent import GridLimits, descend_on_grid
from optimizer.tuning.run_sample import RunPrices, RunSample
from optimizer.tuning.run_starts import Run
from optimizer.tuning.workload import RunChance, Workload

LONG_WAIT_PRICE = 5.0
"""A minute waited beyond ten costs so much more than one before."""

WISH_PRICE = 0.02
"""A minute by which a start misses the customer's wish."""

COARSEST = 4
"""Steps of the grid in the first moves of a search."""


def order_runs(plan: WorkingPlan, workload: Workload) -> None:
    """Within each run, sessions that vary less come first where windows allow: singles before joint, short
    before long. Neighbours change places in the time that both have."""
    rank = _variance_rank(workload)
    for run in runs_of(plan):
        order = list(run)
        swapped = True
        while swapped:
            swapped = False
            for place in range(len(order) - 1):
                first, second = order[place], order[place + 1]
                if rank[first] > rank[second] and _swap(plan, first, second):
                    order[place], order[place + 1] = second, first
                    swapped = True


def time_runs(
    plan: WorkingPlan, workload: Workload, overtime_price: float, watch: Callable[[], None] = lambda: None
) -> None:
    """Move the starts of each run to where they cost least, for its agent alone, over the run's sample.

    Args:
        plan: changed in place.
        workload: that the plan serves.
        overtime_price: of a minute after the end of the run, one of waiting being 1.
        watch: called before each run; may raise to stop.
    """
    prices = RunPrices(waiting=1.0, idle=0.0, overtime=overtime_price, long_wait=LONG_WAIT_PRICE)
    for bookings in runs_of(plan):
        watch()
        run = _run_of(plan, workload, bookings, prices)
        now = np.array([plan.sessions[booking][0] for booking in bookings], dtype=np.int64)
        costs = _with_wishes(plan, run, np.array(bookings))
        found = descend_on_grid(costs, now, run.limits, COARSEST)
        if not np.array_equal(found.point, now):
            agent = plan.sessions[bookings[0]][1]
            places = zip(bookings, found.point.tolist(), strict=True)
            plan.replace({booking: (slot, agent) for booking, slot in places}, instead_of=bookings)


def runs_of(plan: WorkingPlan) -> list[list[int]]:
    """The bookings of each run, in order of start."""
    problem = plan.problem
    found: dict[int, list[tuple[int, int]]] = {}
    for booking, (slot, agent) in sorted(plan.sessions.items()):
        begin = slot - int(problem.set_up[booking])
        found.setdefault(problem.segment_at(agent, begin), []).append((slot, booking))
    return [[booking for _, booking in sorted(run)] for _, run in sorted(found.items())]


def _variance_rank(workload: Workload) -> list[float]:
    """Of each booking: the standard deviation of its session's minutes grows with their mean."""
    factor = {
        kind: workload.scenario.mean_duration(kind, 1.0) for kind in dict.fromkeys(workload.kind.tolist())
    }
    listed = zip(workload.kind.tolist(), workload.booked.tolist(), strict=True)
    return [factor[kind] * booked for kind, booked in listed]


def _swap(plan: WorkingPlan, first: int, second: int) -> bool:
    """Give both the time that they have together in the other order; False where that is not legal."""
    problem = plan.problem
    if problem.case.bookings.pin[first] or problem.case.bookings.pin[second]:
        return False
    (slot, agent), (later, _) = plan.sessions[first], plan.sessions[second]
    begin = slot - int(problem.set_up[first])
    end = later - int(problem.set_up[second]) + int(problem.occupied[second])
    begins = {second: begin, first: end - int(problem.occupied[first])}
    moved = {}
    for booking, at in begins.items():
        start = at + int(problem.set_up[booking])
        set_up, occupied = int(problem.set_up[booking]), int(problem.occupied[booking])
        if not plan.possible_starts(booking, (first, second)) >> start & 1:
            return False
        if not problem.may_start(agent, start, set_up, occupied):
            return False
        moved[booking] = (start, agent)
    plan.replace(moved, instead_of=(first, second))
    return True


def _run_of(plan: WorkingPlan, workload: Workload, bookings: list[int], prices: RunPrices) -> Run:
    problem = plan.problem
    slot, agent = plan.sessions[bookings[0]]
    segment = problem.segment_at(agent, slot - int(problem.set_up[bookings[0]]))
    _, begin, end, _, _ = problem.segments.rows[segment]
    policies = [problem.case.plan.policy.kind(workload.kind[booking]) for booking in bookings]
    rows = np.array(bookings)
    return Run(
        sample=_sample(
            workload.run_chance,
            rows,
            np.array([policy.set_up_minutes for policy in policies], dtype=np.float64),
            np.array([policy.wrap_up_minutes for policy in policies], dtype=np.float64),
            workload.scenario.late_tolerance,
        ),
        prices=prices,
        begin=float(begin * problem.grid),
        end=float(end * problem.grid),
        grid=float(problem.grid),
        limits=_limits(plan, rows),
    )


def _sample(
    chance: RunChance, rows: IntArray, set_up: FloatArray, wrap_up: FloatArray, tolerance: float
) -> RunSample:
    scenarios = len(chance.service)
    return RunSample(
        service=np.ascontiguousarray(chance.service[:, rows]),
        lateness=np.ascontiguousarray(chance.lateness[:, rows]),
        comes=np.ascontiguousarray(chance.comes[:, rows]),
        weight=np.full(scenarios, 1.0 / scenarios),
        set_up=set_up,
        wrap_up=wrap_up,
        tolerance=tolerance,
    )


def _limits(plan: WorkingPlan, rows: IntArray) -> GridLimits:
    """Starts without a break between them and the present one, at which the session may be."""
    problem = plan.problem
    low, high = [], []
    for booking in rows.tolist():
        slot, agent = plan.sessions[booking]
        set_up, occupied = int(problem.set_up[booking]), int(problem.occupied[booking])
        if problem.case.bookings.pin[booking]:
            allowed = 1 << slot
        else:
            _, start, end, earliest, latest = problem.segments.rows[problem.segment_at(agent, slot - set_up)]
            first, last = max(start + set_up, earliest), min(end - occupied + set_up, latest)
            allowed = plan.possible_starts(booking, (booking,))
            allowed &= ((1 << (last + 1)) - 1) & ~((1 << first) - 1)
        low.append(_end_of_run(allowed, slot, -1))
        high.append(_end_of_run(allowed, slot, 1))
    begins = problem.occupied[rows[:-1]] + problem.set_up[rows[1:]] - problem.set_up[rows[:-1]]
    return GridLimits(np.array(low, dtype=np.int64), np.array(high, dtype=np.int64), begins.astype(np.int64))


def _end_of_run(allowed: int, slot: int, step: int) -> int:
    while slot + step >= 0 and allowed >> (slot + step) & 1:
        slot += step
    return slot


def _with_wishes(plan: WorkingPlan, run: Run, rows: IntArray) -> Callable[[IntArray], FloatArray]:
    """The run's costs, and what missed wishes cost."""
    wish = plan.problem.wish[rows]
    wished = np.where(wish >= 0, 1.0, 0.0)
    own = run.costs

    def costs(points: IntArray) -> FloatArray:
        missed = np.abs(points * run.grid - wish) @ wished
        return np.asarray(own(points) + WISH_PRICE * missed)

    return costs
