"""Plans of settings: legal, of the same bookings, on the same chance."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from data.model import Scenario
from data.referee import judge_schedule
from optimizer.allocation.translation import build_problem
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.tuning import timing
from optimizer.tuning.capacity import rostered_hours, with_fewer_duties, with_pools_of
from optimizer.tuning.plans import (
    CannotServeError,
    TunedPlan,
    engine_schedule,
    finished_plan,
    screening_plan,
)
from optimizer.tuning.playing import FIGURES, PlanPlayer
from optimizer.tuning.run_sample import RunPrices
from optimizer.tuning.settings import Minutes, Setting
from optimizer.tuning.timing import time_runs
from optimizer.tuning.workload import Workload
from simulation import Player, SimpyEngine
from tests.tuning.weeks import LIMITS, planned_day, workload

SETTINGS = [
    Setting(),
    Setting(single_first=True),
    Setting(overtime_price=1.0),
    Setting(single_first=True, overtime_price=4.0, joint=Minutes(change=5)),
    Setting(single=Minutes(fixed=15), overtime_price=1.0),
]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_screening_plans_are_legal_and_serve_every_booking(setting: Setting) -> None:
    """Each booking has one session of its planned minutes, and the referee finds nothing but what is
    beyond."""
    plan = screening_plan(workload(), setting)
    sessions = plan.case.sessions
    assert sorted(sessions.booking_id) == sorted(workload().case.bookings.booking_id)
    within = replace(plan.case, sessions=sessions.take(np.arange(len(sessions) - plan.beyond)))
    assert {found.rule for found in judge_schedule(within)} <= {"BOOKING-LOST"}
    if not plan.beyond:
        assert judge_schedule(plan.case) == []


def test_engine_plans_are_judged_and_serve_every_booking() -> None:
    """The engine's plan with times within runs passes the referee and serves the same bookings."""
    setting = Setting(single_first=True, overtime_price=1.0)
    plan = finished_plan(workload(), setting, engine_schedule(workload(), setting, LIMITS))
    assert plan.beyond == 0
    assert judge_schedule(plan.case) == []
    assert sorted(plan.case.sessions.booking_id) == sorted(workload().case.bookings.booking_id)


def test_longer_minutes_do_not_make_longer_sessions() -> None:
    """With other planned minutes each booking's session lasts what it lasted before."""
    plans = [
        screening_plan(workload(), Setting(single=minutes)) for minutes in (Minutes(), Minutes(fixed=15))
    ]
    lasted = []
    for plan in plans:
        week = PlanPlayer(workload(), plan).week
        draws = workload().chances(week).draw(3, 7)
        lasted.append(dict(zip(week.booking_id.tolist(), draws.service.tolist(), strict=True)))
        assert set(plan.case.sessions.duration_minutes.tolist()) <= set(week.planned.astype(int).tolist())
    assert lasted[0] == lasted[1]
    assert not np.array_equal(
        plans[0].case.sessions.duration_minutes, plans[1].case.sessions.duration_minutes
    )


def test_todays_plan_plays_as_simulate_plays_it() -> None:
    """As booked and as they are, the figures are those of the simulation, by the reference engine too."""
    case = workload().case
    player = PlanPlayer(workload(), TunedPlan(Setting(), case, 0, 0.0))
    for engine in (None, SimpyEngine()):
        reference = Player(case, Scenario(), engine=engine)
        expected = reference.kpis(reference.play(3, 11))
        found = player.play(11)
        assert {name: found[name] for name in expected} == pytest.approx(expected, nan_ok=True)
    assert set(found) == set(FIGURES)


def test_bookings_beyond_the_plan_share_starts_of_it() -> None:
    """What has no place is booked, in its windows, at a start of a skilled agent; too much is refused."""
    tight = Setting(capacity=0.6, overbooking=0.5)
    plan = screening_plan(workload(), tight)
    assert plan.beyond > 0
    sessions = plan.case.sessions
    planned = len(sessions) - plan.beyond
    taken = set(zip(sessions.agent_id[:planned], sessions.starts_at[:planned].tolist(), strict=True))
    more = list(zip(sessions.agent_id[planned:], sessions.starts_at[planned:].tolist(), strict=True))
    assert set(more) <= taken
    assert {found.rule for found in judge_schedule(plan.case)} == {"AGENT-OVERLAP"}
    with pytest.raises(CannotServeError):
        screening_plan(workload(), replace(tight, overbooking=0.0))


def test_times_within_runs_cost_no_more_than_before() -> None:
    """Over its own sample, no run costs more after its starts have moved."""
    case = workload().case
    plan = WorkingPlan(build_problem(case))
    for name, agent, start in zip(
        case.sessions.booking_id, case.sessions.agent_id, case.sessions.starts_at.tolist(), strict=True
    ):
        plan.place(case.bookings.position[name], start // 5, case.agents.position[agent])
    prices = RunPrices(1.0, 0.0, 2.0, timing.LONG_WAIT_PRICE)

    def total() -> float:
        found = 0.0
        for bookings in timing.runs_of(plan):
            run = timing._run_of(plan, workload(), bookings, prices)
            now = np.array([[plan.sessions[booking][0] for booking in bookings]])
            found += float(timing._with_wishes(plan, run, np.array(bookings))(now)[0])
        return found

    before = total()
    time_runs(plan, workload(), 2.0)
    assert total() < before


def test_fewer_duties() -> None:
    """A smaller share has no more hours, keeps every skill set of a day, and keeps agents with promises."""
    case = planned_day()
    hours = [rostered_hours(with_fewer_duties(case, share)) for share in (1.0, 0.9, 0.7, 0.5, 0.2)]
    assert hours[0] == rostered_hours(case)
    assert all(a >= b for a, b in pairwise(hours))
    assert hours[0] > hours[-1]
    skills = {row: str(skill) for row, skill in zip(case.agents.agent_id, case.agents.skills, strict=True)}
    least = with_fewer_duties(case, 0.01)
    assert {skills[duty.agent_id] for duty in least.roster.duties} == {
        skills[duty.agent_id] for duty in case.roster.duties
    }
    promised = {
        str(agent)
        for pin, agent in zip(case.bookings.pin, case.bookings.pinned_agent, strict=True)
        if pin and agent
    }
    on_duty = {duty.agent_id for duty in case.roster.duties}
    assert promised & on_duty <= {duty.agent_id for duty in least.roster.duties}
    with pytest.raises(ValueError, match="expected a share"):
        with_fewer_duties(case, 0.0)


@pytest.mark.parametrize("size", [1, 3, 5, 12, 100])
def test_pools_of_a_size(size: int) -> None:
    """No pool is larger than asked, sizes differ by one at most, and every agent has one."""
    case = with_pools_of(planned_day(), size)
    _, counts = np.unique(case.agents.pool.astype(str), return_counts=True)
    assert counts.max() <= size
    assert counts.max() - counts.min() <= 1
    assert counts.sum() == len(case.agents)


def test_larger_pools_wait_less_in_the_mean() -> None:
    """Paired on the same draws, one pool of all waits no longer in the mean than each agent's own list."""
    plan = screening_plan(workload(), Setting())
    alone = PlanPlayer(workload(), replace(plan, setting=Setting(pool_size=0)))
    pooled = replace(plan, setting=Setting(pool_size=100), case=with_pools_of(plan.case, 100))
    together = PlanPlayer(workload(), pooled)
    replications = range(1_000, 1_030)
    waits = [player.values("wait_mean", replications).mean() for player in (alone, together)]
    assert waits[1] < waits[0]


def test_standby_counts_as_hours_on_duty() -> None:
    """Agents on standby add the hours that they serve when called, and nothing when nobody is called."""
    plan = screening_plan(workload(), Setting())
    called = PlanPlayer(workload(), replace(plan, setting=Setting(standby=2)))
    for replication in range(1_000, 1_010):
        figures = called.play(replication)
        more = figures["agent_hours"] - rostered_hours(plan.case)
        assert (more > 0.0) == (figures["standby_called"] > 0)
        assert more <= 4.0 * figures["standby_called"] + 1e-9


def test_a_case_without_sessions_is_refused() -> None:
    """Nothing says which bookings to serve."""
    with pytest.raises(ValueError, match="no sessions"):
        Workload.of(workload().without_schedule(), Scenario())
