"""The plan of a setting: by the constructive heuristic for screening, by the real engine for finalists.

What either leaves unplaced is booked beyond the plan, as far as the setting's overbooking allows: at a start
of the plan at which a session is planned with an agent who may serve it, in the booking's windows. Where it
doesn't allow so much, the setting does not serve the bookings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from data.model import Case, Schedule, Sessions, Unplaced
from data.progress import Progress, no_progress
from data.referee import judge_schedule
from optimizer.allocation import allocate
from optimizer.allocation.construct import TIGHT, construct
from optimizer.allocation.held_back import hold_back
from optimizer.allocation.pins import UndecidedError, doubled_duties, place_fixed
from optimizer.allocation.problem import Problem
from optimizer.allocation.reasons import schedule_of
from optimizer.allocation.translation import build_problem
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget
from optimizer.planning.faults import RefereeDisagreesError, sentences
from optimizer.solve_result import SolveLimits, SolveStatus
from optimizer.tuning.capacity import with_fewer_duties, with_pools_of
from optimizer.tuning.settings import Setting
from optimizer.tuning.timing import order_runs, time_runs
from optimizer.tuning.workload import Workload

SCREENING_SLACK = 0.01
"""Share of the bookings that the heuristic may leave to the engine, which mostly still finds them a place."""


@dataclass(frozen=True, eq=False)
class TunedPlan:
    """The plan of a setting.

    Attributes:
        case: with duties, pools, and sessions; those beyond the plan come last.
        beyond: how many bookings are beyond the plan.
        deviation: mean minutes by which starts miss the wishes, of bookings that have one.
    """

    setting: Setting
    case: Case
    beyond: int
    deviation: float


class CannotServeError(Exception):
    """A setting that does not serve the bookings.

    Attributes:
        missing: how many, or None where the plan could not be begun.
    """

    def __init__(self, missing: int | None) -> None:
        super().__init__("no plan" if missing is None else f"{missing} bookings too many")
        self.missing = missing


def screening_plan(
    workload: Workload, setting: Setting, watch: Callable[[], None] = lambda: None
) -> TunedPlan:
    """The plan by the constructive heuristic, in a fraction of a second for a week of thousands of bookings.

    Args:
        workload: bookings to serve.
        setting: of all levers.
        watch: called often; may raise to stop.

    Raises:
        CannotServeError: when more bookings are left than the setting and SCREENING_SLACK allow.
    """
    case = case_of(workload, setting)
    problem = build_problem(case)
    plan = WorkingPlan(problem)
    budget = Budget(SolveLimits())
    try:
        if doubled_duties(problem) or place_fixed(plan, budget):
            raise CannotServeError(None)
    except UndecidedError as error:
        raise CannotServeError(None) from error
    plan = hold_back(plan)
    construct(plan, plan.problem.placeable.tolist(), TIGHT, budget, lambda _done, _what: watch())
    return _finished(workload, setting, plan, max(setting.overbooking, SCREENING_SLACK), watch)


def engine_schedule(
    workload: Workload, setting: Setting, limits: SolveLimits, progress: Progress = no_progress
) -> Schedule:
    """The real engine's schedule for the setting's minutes and duties.

    Raises:
        CannotServeError: when the confirmed sessions cannot all be kept.
        KeyboardInterrupt: when the engine was interrupted.
    """
    result = allocate(case_of(workload, setting), limits, progress)
    if result.status is SolveStatus.INTERRUPTED:
        raise KeyboardInterrupt
    if result.answer is None:
        raise CannotServeError(None)
    return result.answer


def finished_plan(
    workload: Workload, setting: Setting, schedule: Schedule, watch: Callable[[], None] = lambda: None
) -> TunedPlan:
    """The plan of a setting on an engine's schedule, judged by the referee but for bookings beyond it.

    Raises:
        CannotServeError: when more bookings are left than the setting allows.
        RefereeDisagreesError: when the plan breaks a rule.
    """
    case = case_of(workload, setting)
    plan = WorkingPlan(build_problem(case))
    sessions = schedule.sessions
    slots = sessions.starts_at // case.plan.grid_minutes
    for name, agent, slot in zip(sessions.booking_id, sessions.agent_id, slots.tolist(), strict=True):
        plan.place(case.bookings.position[name], slot, case.agents.position[agent])
    return _finished(workload, setting, plan, setting.overbooking, watch, judged=True)


def case_of(workload: Workload, setting: Setting) -> Case:
    """The case with the setting's minutes, duties and pools."""
    case = with_fewer_duties(workload.without_schedule(), setting.capacity)
    case = with_pools_of(case, setting.pool_size)
    bookings = replace(case.bookings, duration_minutes=workload.planned(setting))
    return replace(case, bookings=bookings)


def _finished(
    workload: Workload,
    setting: Setting,
    plan: WorkingPlan,
    beyond: float,
    watch: Callable[[], None],
    judged: bool = False,
) -> TunedPlan:
    """Order and times of the runs, and what is beyond the plan."""
    missing = len(workload) - len(plan.sessions)
    if missing > beyond * len(workload) + 1e-9:
        raise CannotServeError(missing)
    # What is held back is time of named agents: sessions that move within a run might take it.
    may_move = not plan.problem.case.plan.policy.held_back_share
    if setting.single_first and may_move:
        order_runs(plan, workload)
    if setting.overtime_price is not None and may_move:
        time_runs(plan, workload, setting.overtime_price, watch)
    schedule = schedule_of(plan)
    if judged:
        faults = sentences(judge_schedule(plan.problem.case.with_schedule(schedule)))
        if faults:
            raise RefereeDisagreesError(faults)
    return _with_all(setting, plan, schedule)


def _with_all(setting: Setting, plan: WorkingPlan, schedule: Schedule) -> TunedPlan:
    """The plan with the bookings that have no place booked beyond it.

    Raises:
        CannotServeError: when one has no start to share.
    """
    case = plan.problem.case
    more = _beyond_the_plan(plan)
    sessions = schedule.sessions.followed_by(
        Sessions(
            booking_id=case.bookings.booking_id[[booking for booking, _, _ in more]],
            agent_id=case.agents.agent_id[[plan.problem.person[agent] for _, _, agent in more]],
            starts_at=np.array([slot for _, slot, _ in more], dtype=np.int64) * plan.problem.grid,
            duration_minutes=case.bookings.duration_minutes[[booking for booking, _, _ in more]],
        )
    )
    planned = case.with_schedule(Schedule(sessions, Unplaced.empty()))
    return TunedPlan(setting, planned, len(more), missed_wishes(planned))


def missed_wishes(case: Case) -> float:
    """Mean minutes between start and wish, of sessions whose booking has one; 0 where none has."""
    wish = case.bookings.preferred_start[[case.bookings.position[name] for name in case.sessions.booking_id]]
    missed = np.abs(case.sessions.starts_at - wish)[wish >= 0]
    return float(missed.mean()) if len(missed) else 0.0


def _beyond_the_plan(plan: WorkingPlan) -> list[tuple[int, int, int]]:
    """(booking, slot, agent) of those without a place: in the run with the fewest of them so far, then at the
    start nearest to the wish."""
    problem = plan.problem
    starts: dict[int, list[int]] = {}
    for slot, agent in plan.sessions.values():
        starts.setdefault(slot, []).append(agent)
    shared: dict[int, int] = {}
    attended: dict[int, list[tuple[int, int]]] = {}
    found = []
    for booking in range(problem.bookings):
        if booking in plan.sessions:
            continue
        allowed = set(problem.allowed_agents(booking))
        set_up, occupied = int(problem.set_up[booking]), int(problem.occupied[booking])
        choices = [
            (shared.get(segment, 0), problem.deviation(booking, slot), slot, agent, segment)
            for slot in plan.possible_slots(booking).tolist()
            for agent in starts.get(slot, ())
            if agent in allowed and problem.may_start(agent, slot, set_up, occupied)
            if not _attends_another(problem, booking, slot, attended)
            for segment in (problem.segment_at(agent, slot - set_up),)
        ]
        if not choices:
            raise CannotServeError(problem.bookings - len(plan.sessions))
        _, _, slot, agent, segment = min(choices)
        shared[segment] = shared.get(segment, 0) + 1
        for person in problem.people[booking]:
            attended.setdefault(person, []).append((slot, slot + int(problem.held[booking])))
        found.append((booking, slot, agent))
    return found


def _attends_another(
    problem: Problem, booking: int, slot: int, attended: dict[int, list[tuple[int, int]]]
) -> bool:
    """Whether one of its people attends another booking beyond the plan then."""
    until = slot + int(problem.held[booking])
    return any(
        begin < until and slot < end
        for person in problem.people[booking]
        for begin, end in attended.get(person, ())
    )
