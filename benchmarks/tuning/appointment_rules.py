"""The usual rules for appointments, applied to a workload by the real engine.

A uniform grid plans the same minutes for every session, whatever its kind. Bailey and Welch 1952 (Lancet 259)
give two customers the first start and everybody else a start a mean service later, so that the last place of
a run stays empty.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.model import Schedule, Unplaced
from data.model.columns import IntArray
from optimizer.allocation.translation import build_problem
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.solve_result import SolveLimits
from optimizer.tuning.plans import TunedPlan, case_of, engine_schedule, finished_plan, missed_wishes
from optimizer.tuning.settings import Minutes, Setting
from optimizer.tuning.timing import runs_of
from optimizer.tuning.workload import Workload

GRID = 5


def uniform(minutes: int) -> Setting:
    """Every session is planned at the same minutes."""
    same = Minutes(fixed=minutes)
    return Setting(single=same, joint=same, judicial=same)


def mean_minutes(workload: Workload) -> int:
    """Planned minutes whose occupation is the mean time that a session takes its agent, rounded up to the
    grid; at least 15 (R11)."""
    case, scenario = workload.case, workload.scenario
    service = np.mean(
        [
            scenario.mean_duration(kind, booked)
            for kind, booked in zip(workload.kind.tolist(), workload.booked.tolist(), strict=True)
        ]
    )
    single = case.plan.policy.single
    overhead = single.set_up_minutes + single.wrap_up_minutes
    occupied = -(-(float(service) + overhead) // GRID) * GRID
    fitting = [m for m in range(15, 46, GRID) if single.occupation_minutes(m, GRID) <= occupied]
    return max(fitting, default=15)


def bailey_welch(workload: Workload, limits: SolveLimits) -> tuple[TunedPlan, float]:
    """The plan by the rule of Bailey and Welch, and the share of runs of two sessions or more that follow it.

    Sessions stay in the order of a grid of the mean, and each but the first of a run moves to the start
    before its own; from the first on that may not (a confirmed start, a window), the run stays as it is.

    Raises:
        CannotServeError: when the grid of the mean doesn't serve the bookings.
    """
    setting = uniform(mean_minutes(workload))
    schedule = engine_schedule(workload, setting, limits)
    plan = finished_plan(workload, setting, schedule)
    case = case_of(workload, setting)
    working = WorkingPlan(build_problem(case))
    bookings, agents = case.bookings.position, case.agents.position
    sessions = plan.case.sessions
    for name, agent, start in zip(
        sessions.booking_id, sessions.agent_id, sessions.starts_at.tolist(), strict=True
    ):
        working.place(bookings[name], start // GRID, agents[agent])
    starts: IntArray = np.zeros(len(case.bookings), dtype=np.int64)
    whole = several = 0
    for run in runs_of(working):
        slots = [working.sessions[booking][0] for booking in run]
        moves = True
        for place, booking in enumerate(run):
            starts[booking] = slots[place]
            earlier = slots[place - 1] if place else slots[0]
            pinned = bool(case.bookings.pin[booking])
            possible = working.possible_starts(booking, (booking,)) >> earlier & 1
            moves = moves and not pinned and bool(possible)
            if moves:
                starts[booking] = earlier
        several += len(run) > 1
        whole += len(run) > 1 and moves
    row = np.array([bookings[name] for name in sessions.booking_id.tolist()])
    moved = replace(sessions, starts_at=starts[row] * GRID)
    planned = plan.case.with_schedule(Schedule(moved, Unplaced.empty()))
    return TunedPlan(setting, planned, 0, missed_wishes(planned)), whole / max(several, 1)
