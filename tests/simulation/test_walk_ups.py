"""Customers without an appointment: queues with exact answers, appointments untouched, cases by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from data.model import Case, Scenario
from data.model.columns import FloatArray
from simulation import (
    Cause,
    DayPolicy,
    OwnList,
    PoolLateBinding,
    SimpyEngine,
    TwinEngine,
    Week,
    draw,
    simulate,
)
from simulation.distributions import exponential
from simulation.draws import Chances, Draws, quantised
from simulation.outcome_log import OutcomeLog, WalkUpLog
from simulation.random_streams import stable_keys, uniform
from simulation.records import Outcome
from simulation.theory.erlang import ErlangDelay, loss_probability
from simulation.walk_ups import WalkUps
from simulation.week import NOBODY, OpenHours
from tests.simulation.weeks import certain, random_week, scheduled

POLICIES = (OwnList(), PoolLateBinding())
NEVER = 1e6


def walk_ups_only(agents: int, hours: int, pool: str) -> Week:
    """A long opening, agents who are always there, and no appointment but one after all of it."""
    names = [f"A{number}" for number in range(agents)]
    week = Week.of(scheduled([("B1", "A0", 545, 25)], [(n, 540, 600) for n in names], pool=pool))
    return replace(
        week,
        appointed=np.array([NEVER]),
        duty=np.array([NOBODY]),
        duties=tuple(replace(duty, start=0.0, end=2 * NEVER, own_list=()) for duty in week.duties),
        open_hours=OpenHours(
            start=np.zeros(1),
            minutes=np.array([hours * 60.0]),
            hour=np.zeros(1, dtype=np.int64),
            key=stable_keys([("long",)]),
        ),
    )


def played(
    week: Week, scenario: Scenario, policy: DayPolicy, mean: float | None = None
) -> Iterator[WalkUpLog]:
    """Twenty replications; with a mean, services are exponential and nobody is impatient."""
    chances, engine = Chances.of(week, scenario), TwinEngine()
    for replication in range(20):
        draws = chances.draw(11, replication)
        if mean is not None:
            draws = replace(draws, walk_ups=_exponential(draws.walk_ups, mean, replication))
        yield engine.run(week, scenario, draws, policy).walk_ups


def _exponential(walk_ups: WalkUps, mean: float, replication: int) -> WalkUps:
    keys = stable_keys((number,) for number in range(len(walk_ups)))
    service = quantised(exponential(uniform(11, replication, Cause.DURATION, keys), mean))
    return replace(walk_ups, service=service, patience=np.full(len(walk_ups), NEVER))


def assert_mean(values: list[float], expected: float) -> None:
    """The mean of independent values is within 4 standard errors, and these are within 4 % of it."""
    found, error = np.mean(values), np.std(values, ddof=1) / np.sqrt(len(values))
    assert error < 0.04 * expected
    assert abs(found - expected) < 4 * error


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("pool", ["", "p"])
def test_walk_ups_who_do_not_wait_are_lost_as_erlang_b_has_it(policy: DayPolicy, pool: str) -> None:
    """Six agents, twelve walk-ups an hour of 30 minutes (5 set-up, 22 lognormal, 3 wrap-up): B(6, 6)."""
    scenario = Scenario(
        walk_ups_per_hour=12.0,
        walk_up_limit=0.0,
        failure_rebook=0.0,
        failure_recoverable=0.0,
        documents_missing=0.0,
        agent_absence=0.0,
    )
    lost = [
        float(np.mean(np.array(log.outcome) == Outcome.WALK_UP_TURNED_AWAY))
        for log in played(walk_ups_only(6, 250, pool), scenario, policy)
    ]
    assert_mean(lost, loss_probability(6, 12.0 * (5 + 22 + 3) / 60))


@pytest.mark.parametrize("policy", POLICIES)
def test_patient_walk_ups_wait_as_erlang_c_has_it(policy: DayPolicy) -> None:
    """Four agents, exponential services of 20 minutes, 9 walk-ups an hour: the mean wait of M/M/4."""
    week = walk_ups_only(4, 800, "p")
    week = replace(week, set_up=np.zeros(1), wrap_up=np.zeros(1))
    scenario = Scenario(walk_ups_per_hour=9.0, walk_up_limit=NEVER, agent_absence=0.0)
    waits = [float(np.mean(log.wait)) for log in played(week, scenario, policy, mean=20.0)]
    assert_mean(waits, ErlangDelay(4, 9.0 / 60, 1 / 20.0).mean_wait)


@pytest.mark.parametrize("policy", POLICIES)
def test_walk_ups_do_not_touch_appointments_that_go_to_plan(policy: DayPolicy) -> None:
    """When sessions last as planned, every appointment and break is as without walk-ups."""
    served = 0
    for seed in range(40):
        week = Week.of(random_week(seed, agents=6, pools=seed % 3, fullness=0.6))
        without = SimpyEngine().run(week, certain(), draw(week, certain(), seed, 0), policy)
        scenario = certain(walk_ups_per_hour=20.0)
        log = SimpyEngine().run(week, scenario, draw(week, scenario, seed, 0), policy)
        served += log.walk_ups.outcome.count(Outcome.WALK_UP_SERVED)
        assert log.begun == without.begun
        assert (log.break_delays, log.left_at) == (without.break_delays, without.left_at)
    assert served > 200


def by_hand(case: Case, policy: DayPolicy, walk_up: float, **changes: FloatArray) -> OutcomeLog:
    """A certain day with one walk-up of 20 minutes, like the first session, who arrives at this minute."""
    week = Week.of(case)
    draws: Draws = replace(
        draw(week, certain(), 1, 0),
        walk_ups=WalkUps(
            like=np.array([0]),
            arrival=np.array([walk_up]),
            patience=np.array([NEVER]),
            service=np.array([20.0]),
            result=np.array([Outcome.FULFILLED], dtype=np.int8),
        ),
        **changes,
    )
    return SimpyEngine().run(week, certain(), draws, policy)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    ("arrival", "begun", "ended"),
    [
        (568.0, 573.0, 593.0),
        (572.0, np.nan, 602.0),
        (600.0, 630.0, 650.0),
        (590.0, np.nan, 620.0),
    ],
)
def test_a_gap_takes_a_walk_up_who_fits(
    policy: DayPolicy, arrival: float, begun: float, ended: float
) -> None:
    """Sessions at 545 and 602 leave 568 to 597 free, into which 28 minutes fit from 568 on, not from 572. The
    agent is free again at 625, less than 30 minutes after 600 and more than that after 590."""
    case = scheduled([("B1", "A1", 545, 20), ("B2", "A1", 602, 20)], [("A1", 540, 700)], pool="p")
    log = by_hand(case, policy, arrival)
    assert log.begun == [545.0, 602.0]
    assert np.array_equal(log.walk_ups.begun, [begun], equal_nan=True)
    assert log.walk_ups.ended == [ended]


def test_nobody_takes_a_walk_up_before_a_break_or_the_end_that_it_would_delay() -> None:
    """28 minutes do not fit before the pause at 595 nor, after it, before the end at 632."""
    case = scheduled([("B1", "A1", 545, 20)], [("A1", 540, 632)], [("A1", 595, 605, "pause")], pool="p")
    for policy in POLICIES:
        log = by_hand(case, policy, 568.0)
        assert log.walk_ups.outcome == [Outcome.WALK_UP_TURNED_AWAY]
        assert (log.walk_ups.ended, log.walk_ups.wait) == ([598.0], [30.0])
        assert (log.break_delays, log.left_at) == ([0.0], [632.0])


def test_in_a_pool_a_walk_up_leaves_a_colleague_for_those_whose_agent_is_absent() -> None:
    """A2 is absent, and B2 of 575 needs A1; with A3 there, one of both may take the walk-up."""
    sessions = [("B1", "A1", 545, 20), ("B2", "A2", 575, 20)]
    duties = [("A1", 540, 700), ("A2", 540, 700)]
    alone = scheduled(sessions, duties, pool="p")
    log = by_hand(alone, PoolLateBinding(), 568.0, absent=np.array([False, True]))
    assert (log.begun, log.walk_ups.begun) == ([545.0, 575.0], [603.0])
    more = scheduled(sessions, [*duties, ("A3", 540, 700)], pool="p")
    log = by_hand(more, PoolLateBinding(), 568.0, absent=np.array([False, True, False]))
    assert (log.begun, log.walk_ups.begun) == ([545.0, 575.0], [573.0])


@pytest.mark.parametrize("policy", POLICIES)
def test_a_rebooked_customer_comes_back_the_same_day(policy: DayPolicy) -> None:
    """Nobody is there for B1 until it is rebooked at 560. Its customer is back at 590; A2, set up at 595,
    serves until 615. Back at 610 there is no time before B2, and patience of 20 minutes ends at 630. The
    wait counts until the rebooking."""
    case = scheduled([("B1", "A1", 545, 20), ("B2", "A2", 640, 20)], [("A1", 540, 700), ("A2", 565, 700)])
    back = {"absent": np.array([True, False]), "return_after": np.array([30.0, np.inf])}
    log = by_hand(case, policy, NEVER, **back)
    assert log.outcome == [Outcome.REBOOKED_SAME_DAY, Outcome.FULFILLED]
    assert (log.begun, log.ended[0], log.wait[0]) == ([595.0, 640.0], 615.0, 15.0)
    assert log.agent == [1, 1]
    log = by_hand(case, policy, NEVER, **back | {"return_after": np.array([50.0, np.inf])})
    assert log.outcome == [Outcome.REBOOKED_BY_ISSUER, Outcome.FULFILLED]
    assert (log.begun[1], log.ended[0], log.wait[0]) == (640.0, 630.0, 15.0)


def test_walk_ups_are_counted_apart() -> None:
    """Shares of sessions and their waits are without walk-ups; what is served is with them."""
    case = random_week(2, agents=6, fullness=0.5)
    without = simulate(case, certain(), replications=2).kpis
    result = simulate(case, certain(walk_ups_per_hour=8.0), replications=2)
    found = result.kpis
    assert found["walk_ups_served"].mean > 5
    assert found["walk_ups"].mean == found["walk_ups_served"].mean + found["walk_ups_turned_away"].mean
    assert found["served"].mean == without["served"].mean + found["walk_ups_served"].mean
    for name in ("fulfilled", "wait_mean", "on_time_share"):
        assert found[name] == without[name]
    outcomes = [record.outcome for record in result.records if np.isnan(record.appointed)]
    assert set(outcomes) == {"walk_up_served", "walk_up_turned_away"}
    assert len(result.records) == len(case.sessions) + len(outcomes)
