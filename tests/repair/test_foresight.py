"""Looking ahead: the outlook is the prediction, precautions are legal and worth it, days go better."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from data.day import DayState, Decision, Delay, MoveBreak, NewTime, Status, carry_out, planned_day
from data.day.happenings import happen
from data.model import Case, Scenario, Sessions
from data.referee.rest_of_day import RestOfDay
from optimizer.repair import REVIEW_MINUTES, DayMender
from simulation import Mended, Player, PoolLateBinding, SimpyEngine, TwinEngine
from simulation.prediction import Predictor
from simulation.prediction.outlook import Outlooks
from tests.simulation.test_twin import assert_same
from tests.support.cases import agent, booking, participant
from tests.support.cases import case as case_of
from tests.support.planned_days import day_with_events, planned_day_case

FULL = Scenario(agent_absence=0.2, duration_mean=27.0, duration_sigma=0.4, no_show_single=0.02)
"""Days on which much goes wrong: the plan has 25 minutes for 27, and every fifth agent does not come."""

NINE = 9 * 60


def states(seed: int, agents: int, pools: int = 1, every: int = 20) -> Iterator[tuple[Case, DayState]]:
    """A day as it goes."""
    case, events = day_with_events(seed, agents, pools)
    state = planned_day(case, 0)
    for event in events:
        happen(case.axis, state, event)
        if event.number % every == 0:
            yield case, state


@pytest.mark.parametrize("seed", range(3))
def test_the_outlook_is_the_prediction(seed: int) -> None:
    """Of customers who don't leave, the same probabilities to the last bit; of one pool, those of the pool;
    and with nothing decided, the same again."""
    patient = Scenario(patience_median=1e6)
    looked = 0
    for case, state in states(seed, agents=6, pools=2):
        found = Predictor(case, patient, PoolLateBinding()).predict(state, replications=20, tolerance=10.0)
        expected = dict(zip(found.booking_id.tolist(), found.late.tolist(), strict=True))
        outlooks = Outlooks(case, patient, PoolLateBinding(), 20)
        whole = outlooks.of(state, math.inf, 10.0)
        assert {b: p for b, p in whole.late.items() if state.sessions[b].status is not Status.RUNNING} == {
            b: p for b, p in expected.items() if state.sessions[b].status is not Status.RUNNING
        }
        for pool in (0, 1):
            one = outlooks.of(state, math.inf, 10.0, pool)
            assert one.late == {b: whole.late[b] for b in one.late}
            assert one.after(state.copy()) == one.late
            looked += len(one.late)
    assert looked > 100


def test_only_appointments_of_the_next_hours_are_looked_at() -> None:
    """Later ones are left out, whoever runs is not."""
    for case, state in states(5, agents=4):
        until = state.now + 60
        seen = Outlooks(case, Scenario(), PoolLateBinding(), 2).of(state, until, 10.0).late
        open_or_running = (Status.EXPECTED, Status.CONNECTED, Status.RUNNING)
        expected = {
            s.booking_id
            for s in state.sessions.values()
            if s.status in open_or_running and (s.start <= until or s.status is Status.RUNNING)
        }
        assert seen.keys() == expected


def late_customers(case: Case, scenario: Scenario, state: DayState, until: float) -> float:
    """Expected customers who are served late or not at all: another seed, and many replications."""
    outlooks = Outlooks(case, scenario, PoolLateBinding(), replications=400, seed=99)
    return sum(outlooks.of(state, until, 10.0).late.values())


def test_precautions_are_legal_and_worth_it() -> None:
    """Moved breaks are legal by the referee, delays and new times keep to their bounds; by another chance, at
    least half of what was promised is taken away, and more than the changes cost."""
    kinds: Counter[str] = Counter()
    promised = taken = 0.0
    for seed in range(8):
        for case, state in states(seed, agents=8, every=30):
            now = math.ceil(state.now)
            foreseen = DayMender(case, FULL).foreseen(state, now)
            after = state.copy()
            assert sum(foreseen.late.values()) <= foreseen.late_before
            for precaution in foreseen.precautions:
                assert precaution.late_after < precaution.late_before
                check(case, after, now, precaution.decision)
                assert getattr(precaution.decision, "start", 0) <= foreseen.until or isinstance(
                    precaution.decision, MoveBreak
                )
                kinds[precaution.decision.kind] += 1
                assert carry_out(after, precaution.decision)
            if foreseen.precautions:
                promised += foreseen.late_before - sum(foreseen.late.values())
                before = late_customers(case, FULL, state, foreseen.until)
                taken += before - late_customers(case, FULL, after, foreseen.until)
    assert taken > 0.5 * promised > 0
    assert taken > 0.3 * sum(kinds.values())
    assert min(kinds[kind] for kind in ("move_break", "new_time", "delay")) >= 1, kinds


def check(case: Case, state: DayState, now: int, decision: Decision) -> None:
    """What the law and the rules of the day say of a precaution."""
    policy = case.plan.policy
    if isinstance(decision, MoveBreak):
        rest = RestOfDay(case, state, now)
        agent = state.agents[decision.agent_id]
        service = rest.service(decision.agent_id)
        assert service is not None
        starts = rest.due(agent, service)
        assert decision.place in starts
        assert decision.start >= now
        assert rest.is_legal(agent, service, starts | {decision.place: decision.start})
    elif isinstance(decision, Delay | NewTime):
        session = state.sessions[decision.booking_id]
        assert session.status is Status.EXPECTED
        assert not session.connected
        assert session.start == session.planned_start
        assert decision.start % case.plan.grid_minutes == 0
        if isinstance(decision, Delay):
            assert 0 < decision.start - session.start <= policy.rebooking_after_minutes
            assert session.start >= now + 10
        else:
            assert RestOfDay(case, state, now).may_be_agreed(session, decision.start) == ""
    else:
        assert decision.kind == "call_standby"


def shared_person(pool_of_second: str) -> Case:
    """Two agents of different skills, each with two sessions at one start, of which one can begin at 10:30
    too, and these two have the same holder; and a third agent with a session of that holder at 8:30."""
    rows = [
        ("fixed-1", "A", NINE + 40, NINE + 65),
        ("moves-1", "A", NINE + 40, NINE + 115),
        ("later-1", "A", NINE + 65, NINE + 90),
        ("fixed-2", "B", NINE + 65, NINE + 90),
        ("moves-2", "B", NINE + 65, NINE + 115),
        ("first-2", "B", NINE + 40, NINE + 65),
        ("runs", "C", NINE - 30, NINE),
    ]
    shared = {"moves-1", "moves-2", "runs"}
    agents = {"A": ("p", "pf"), "B": (pool_of_second, "pj"), "C": ("alone", "pf")}
    built = case_of(
        agents=[agent(name, skills=skill, pool=pool) for name, (pool, skill) in agents.items()],
        bookings=[
            booking(name, skill=agents[who][1], duration=25, booked_at=-1440) for name, who, *_ in rows
        ],
        participants=[
            participant(name, "X" if name in shared else f"P-{name}", start, end)
            for name, _, start, end in rows
        ],
        duties=[{"agent_id": name, "starts_at": NINE - 30, "ends_at": NINE + 240} for name in agents],
    )
    sessions = [
        {"booking_id": name, "agent_id": who, "starts_at": start, "duration_minutes": 25}
        for name, who, start, _ in rows
    ]
    return replace(built, sessions=Sessions.from_rows(sessions))


SHORT = Scenario(
    no_show_single=0.0,
    agent_absence=0.0,
    duration_mean=15.0,
    duration_sigma=0.05,
    failure_rebook=0.0,
    patience_median=1e6,
)
"""Sessions so short that two can be held in a row where none waits for a third."""


def new_times(case: Case, state: DayState) -> list[str]:
    """Bookings that are given a new time by precaution at 9:05."""
    precautions = DayMender(case, SHORT).foreseen(state, NINE + 5).precautions
    return [p.decision.booking_id for p in precautions if isinstance(p.decision, NewTime)]


@pytest.mark.parametrize("pool", ["p", "q"])
def test_nobody_is_brought_into_two_sessions(pool: str) -> None:
    """Two sessions of one person that both could be moved to 10:30, in one pool and in two: one is."""
    built = shared_person(pool)
    state = planned_day(built, 0)
    state.now = NINE + 5.0
    happened = replace(state.sessions["runs"], status=Status.ENDED, started_at=NINE - 30.0, ended_at=NINE)
    state.put(happened)
    assert len(new_times(built, state)) == 1
    other = replace(state.sessions["moves-2"], participants=("Y",))
    state.put(other)
    assert sorted(new_times(built, state)) == ["moves-1", "moves-2"]


@pytest.mark.parametrize(("expected_end", "moved"), [(NINE + 85.0, ["moves-1"]), (NINE + 95.0, [])])
def test_who_is_in_a_session_that_runs_over_is_not_free(expected_end: float, moved: list[str]) -> None:
    """A session that runs until 10:25 leaves its holder free at 10:30; one until 10:35 does not."""
    built = shared_person("q")
    state = planned_day(built, 0)
    state.now = NINE + 5.0
    runs = replace(state.sessions["runs"], status=Status.RUNNING, started_at=NINE - 30.0)
    state.put(replace(runs, expected_end=expected_end))
    state.put(replace(state.sessions["moves-2"], status=Status.CANCELLED))
    assert new_times(built, state) == moved


def test_a_session_with_an_agent_of_another_pool_is_looked_at_once() -> None:
    """The outlooks of all pools have every session between them, wherever its agent belongs."""
    case = planned_day_case(4, pools=2)
    state = planned_day(case, 0)
    state.now = 500.0
    session = next(s for s in state.sessions.values() if s.agent_id == "A000")
    state.put(replace(session, agent_id="A001"))
    outlooks = Outlooks(case, Scenario(), PoolLateBinding(), 2)
    for pool in (0, 1):
        of_pool = {b for b, s in state.sessions.items() if outlooks.pool_of_session(s) == pool}
        assert outlooks.of(state, math.inf, 10.0, pool).late.keys() == of_pool


def test_agents_on_standby_are_called_when_many_would_be_late() -> None:
    """With three of six agents gone for good, somebody on standby is called; with all there, nobody."""
    case = planned_day_case(6, standby=2)
    state = planned_day(case, 0)
    state.now = 470.0
    calm = DayMender(case).foreseen(state, 470)
    for name in ("A000", "A001", "A002"):
        happen_gone(state, name)
    alarmed = DayMender(case).foreseen(state, 470)
    assert [p for p in calm.precautions if p.decision.kind == "call_standby"] == []
    called = [p.decision for p in alarmed.precautions if p.decision.kind == "call_standby"]
    assert called
    assert alarmed.late_before > calm.late_before + 3


def happen_gone(state: DayState, name: str) -> None:
    """The agent has gone and won't come back."""
    state.agents[name] = replace(state.agents[name], gone_since=state.now - 1.0)


def test_days_go_better_and_alike_in_both_engines() -> None:
    """Sixteen days of six agents: fewer customers wait long or are lost than in the pool alone (paired, one
    side of 99 %); and SimPy plays the first of them to the same log."""
    case, rough = planned_day_case(agents=6), FULL.model_copy(update={"agent_absence": 0.1})
    policy = Mended(PoolLateBinding(), DayMender(case, rough), REVIEW_MINUTES)
    alone, mended = Player(case, rough, PoolLateBinding()), Player(case, rough, policy)
    spared = []
    for replication in range(16):
        before, after = (p.kpis(p.play(7, replication)) for p in (alone, mended))
        lost = [k["wait_over_10"] + k["rebooked_by_issuer"] + k["left"] for k in (before, after)]
        spared.append(lost[0] - lost[1])
    mean, error = np.mean(spared), np.std(spared, ddof=1) / math.sqrt(len(spared))
    assert mean > 2.6 * error
    logs = [
        Player(case, rough, policy, engine).play(7, 0, with_activities=True)
        for engine in (TwinEngine(), SimpyEngine())
    ]
    assert_same(logs[0], logs[1])


def test_the_same_state_has_the_same_answer() -> None:
    """Asked twice, or by another who was asked other things before, it decides alike and changes nothing."""
    asked = 0
    for case, state in states(11, agents=8, every=20):
        first, before = DayMender(case, FULL), state.copy()
        decisions = first.decide(state)
        assert first.decide(state) == decisions == DayMender(case, FULL).decide(state)
        assert (state.sessions, state.agents) == (before.sessions, before.agents)
        asked += len(decisions)
    assert asked
