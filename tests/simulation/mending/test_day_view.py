"""The state that a mender is shown is the one that the events of the day make, and nothing of the future."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import fields, replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.day import DayState, Status, planned_day
from data.day.happenings import happen
from data.day.minutes import minutes_of
from data.model import Case, Scenario
from simulation import DayPolicy, Outcome, PoolLateBinding, SimpyEngine, TwinEngine, Week, draw
from simulation.breaks import BreakFault
from simulation.mending.day_view import DayView, PlannedDayView
from simulation.outcome_log import OutcomeLog
from simulation.recorded_day import recorded_day
from simulation.replications import Engine
from tests.simulation.mending.menders import mendable_day
from tests.simulation.test_plays import moments_of
from tests.simulation.test_twin import POLICIES

MILLISECOND = 1 / 60_000


def assert_alike(shown: Any, folded: Any) -> None:
    """The same, moments to the millisecond that events have."""
    for field in fields(shown):
        one, other = getattr(shown, field.name), getattr(folded, field.name)
        if isinstance(one, float) and isinstance(other, float):
            assert one == pytest.approx(other, abs=1.01 * MILLISECOND), (field.name, shown, folded)
        else:
            assert one == other, (field.name, shown, folded)


def with_a_skipped_break(week: Week, log: OutcomeLog) -> set[str]:
    """Agents of whom events tell too little: of a break that is not taken, nothing is told."""
    skipped = [fault & BreakFault.SKIPPED > 0 for fault in log.break_faults]
    return {
        week.duties[d].agent_id for d, lost in zip(week.breaks.duty.tolist(), skipped, strict=True) if lost
    }


def compare_with_events(
    case: Case, scenario: Scenario, policy: DayPolicy, engine: Engine, seed: int
) -> Counter[str]:
    """At random moments of each day, the state shown and the state folded; returns what was seen."""
    week = Week.of(case)
    draws = draw(week, scenario, seed, 0)
    log = SimpyEngine().run(week, scenario, draws, policy, with_activities=True)
    dice, seen, left_out = Random(seed), Counter[str](), with_a_skipped_break(week, log)
    play = engine.begin(week, scenario, draws, policy)
    for day in range(case.axis.days):
        events = recorded_day(case, week, log, day)
        times = [minutes_of(case.axis, event.at) for event in events]
        view, state, told = DayView(PlannedDayView.of(case, week, day)), planned_day(case, day), 0
        known = [m for m in moments_of(log) if times and times[0] <= m <= times[-1]]
        between = [dice.uniform(times[0], times[-1]) for _ in range(6)] if times else []
        for moment in sorted([*between, *dice.sample(known, min(6, len(known)))]):
            play.until(moment)
            shown = view.look(play.sight(), moment)
            upto = bisect_left(times, moment - MILLISECOND / 2)
            for event in events[told:upto]:
                happen(case.axis, state, event)
            told = max(told, upto)
            compare(shown, state, left_out, seen)
    return seen


def compare(shown: DayState, folded: DayState, left_out: set[str], seen: Counter[str]) -> None:
    """Every session and every agent."""
    assert shown.sessions.keys() == folded.sessions.keys()
    for name, session in shown.sessions.items():
        assert_alike(session, folded.sessions[name])
        seen[session.status] += 1
        seen["over the planned end"] += session.expected_end is not None
        if session.status is Status.RUNNING:
            assert shown.running_with(session.agent_id) == session
    assert shown.agents.keys() == folded.agents.keys()
    for name, agent in shown.agents.items():
        if name not in left_out:
            assert_alike(agent, folded.agents[name])
        seen["on a break"] += agent.on_break_since is not None
        seen["gone"] += agent.gone_since is not None
    assert not folded.anomalies


@settings(derandomize=True, deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6), policy=st.sampled_from(POLICIES), twin=st.booleans())
def test_the_state_shown_is_that_of_the_events(seed: int, policy: DayPolicy, twin: bool) -> None:
    """Random weeks, stopped anywhere: what both engines show is what folding the events so far gives."""
    case, scenario = mendable_day(seed, most_agents=8)
    scenario = scenario.model_copy(update={"standby_agents": 0})
    compare_with_events(case, scenario, policy, TwinEngine() if twin else SimpyEngine(), seed)


def test_the_states_compared_have_everything_in_them() -> None:
    """The comparison would be empty otherwise: sessions of each kind, breaks, agents who are not there."""
    seen = Counter[str]()
    for seed in range(25):
        case, scenario = mendable_day(seed, most_agents=8)
        scenario = scenario.model_copy(update={"standby_agents": 0})
        seen += compare_with_events(case, scenario, POLICIES[seed % len(POLICIES)], TwinEngine(), seed)
    expected = set(Status) - {Status.TO_REBOOK, Status.ELSEWHERE}
    expected |= {"over the planned end", "on a break", "gone"}
    assert {name for name, count in seen.items() if count >= 5} >= expected


@settings(derandomize=True, deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6), more=st.floats(1, 100))
def test_nothing_of_the_future_is_shown(seed: int, more: float) -> None:
    """Two days that part only after a moment look the same at that moment, in both engines."""
    case, scenario = mendable_day(seed, most_agents=6)
    week = Week.of(case)
    draws = draw(week, scenario, seed, 0)
    moment = min(duty.start for duty in week.duties) + Random(seed).uniform(30, 400)
    first = TwinEngine().begin(week, scenario, draws, PoolLateBinding())
    first.until(moment)
    is_over = first.sight().ended < moment
    other = replace(
        draws,
        arrival=np.where(draws.arrival < moment, draws.arrival, draws.arrival + more),
        cancelled_at=np.where(draws.cancelled_at < moment, draws.cancelled_at, np.inf),
        service=np.where(is_over, draws.service, draws.service + more),
        result=np.where(is_over, draws.result, Outcome.FULFILLED),
    )
    second, third = (
        engine.begin(week, scenario, other, PoolLateBinding()) for engine in (TwinEngine(), SimpyEngine())
    )
    of_day = PlannedDayView.of(case, week, 0)
    shown = []
    for play in (first, second, third):
        play.until(moment)
        shown.append(DayView(of_day).look(play.sight(), moment))
    assert shown[0] == shown[1] == shown[2]
