"""The compiled twin against the SimPy engine: every time, account and record, to the last bit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Case, Scenario
from simulation import (
    DayPolicy,
    Draws,
    OwnList,
    PoolLateBinding,
    SimpyEngine,
    Step,
    TwinEngine,
    Week,
    draw,
    simulate,
    with_standby,
)
from simulation.break_shifting import BREAK_SHIFTING, HoldBack
from simulation.breaks import BreakFault
from simulation.floor import Floor
from simulation.outcome_log import OutcomeLog
from simulation.overbooking import overbooking_of, with_overbooking
from simulation.records import Outcome
from tests.simulation.weeks import MEAL_FIRST, random_week, scheduled

POLICIES: tuple[DayPolicy, ...] = (
    *(OwnList(break_shifting=shifting) for shifting in BREAK_SHIFTING),
    *(PoolLateBinding(break_shifting=shifting) for shifting in BREAK_SHIFTING),
    PoolLateBinding(OwnList(break_shifting=HoldBack())),
)
"""All that the twin knows; in the last, agents without a pool shift breaks in another way than the others."""


def assert_same(one: OutcomeLog, other: OutcomeLog) -> None:
    """Both engines have written down the same."""
    first, second = ({k: v for k, v in vars(log).items() if not k.startswith("_")} for log in (one, other))
    found, expected_mending = first.pop("mending"), second.pop("mending")
    assert (found is None) == (expected_mending is None)
    for name in vars(found) if found is not None else ():
        np.testing.assert_array_equal(getattr(found, name), getattr(expected_mending, name), err_msg=name)
    for walk_up_lists in ([vars(log.pop("walk_ups")) for log in (first, second)], [first, second]):
        assert walk_up_lists[0].keys() == walk_up_lists[1].keys()
        for name, expected in walk_up_lists[0].items():
            np.testing.assert_array_equal(
                np.array(walk_up_lists[1][name], np.float64),
                np.array(expected, np.float64),
                strict=True,
                err_msg=name,
            )
    for found, expected in zip(one.activities(), other.activities(), strict=True):
        np.testing.assert_array_equal(found, expected, strict=True)


def play_both(week: Week, scenario: Scenario, draws: Draws, policy: DayPolicy) -> OutcomeLog:
    """The log of a day on which both engines agree."""
    expected = SimpyEngine().run(week, scenario, draws, policy, with_activities=True)
    assert_same(expected, TwinEngine().run(week, scenario, draws, policy, with_activities=True))
    return expected


def random_day(seed: int, most_agents: int) -> tuple[Case, Scenario]:
    """A random week of one or two days, calm to overloaded, under a random scenario with all features on."""
    dice = Random(seed)
    case = random_week(
        seed,
        agents=dice.randint(1, most_agents),
        pools=dice.randrange(5),
        fullness=dice.choice((0.4, 0.85, 1.0)),
        days=dice.choice((1, 1, 2)),
        contracts=dice.choice((("clt",), ("nr17",), ("clt", "nr17"))),
        breaks=dice.choice((MEAL_FIRST, MEAL_FIRST[::-1])),
        last_steps=dice.choice(((1, 6), (12, 30))),
    )
    stretch = dice.choice((150, 300))
    labour = tuple(r.model_copy(update={"max_stretch_minutes": stretch}) for r in case.plan.labour)
    case = replace(case, plan=case.plan.model_copy(update={"labour": labour}))
    share = dice.choice((0.0, 0.0, 0.1, 0.5))
    scenario = Scenario(
        overbooking_share=share,
        overbooking_by_hour=_by_hour(dice),
        overbooking_risk=0.0 if share else dice.choice((0.0, 0.2)),
        duration_mean=dice.choice((15.0, 22.0, 30.0)),
        duration_by_hour=_by_hour(dice),
        no_show_single=dice.choice((0.05, 0.3)),
        no_show_by_hour=_by_hour(dice),
        late_by_hour=_by_hour(dice),
        late_probability=dice.choice((0.15, 0.5)),
        late_tolerance=dice.choice((0.0, 7.3, 15.0, 40.0)),
        early_mean=dice.choice((0.0, 3.0, 20.0)),
        patience_median=dice.choice((4.0, 20.0)),
        rebooking_after=dice.choice((0.0, 3.3, 15.0, 120.0)),
        cancellation_probability=dice.choice((0.0, 0.2)),
        cancellation_notice_median=dice.choice((5.0, 240.0)),
        walk_ups_per_hour=dice.choice((0.0, 1.0, 6.0)),
        walk_ups_by_hour=_by_hour(dice),
        same_day_return=dice.choice((0.0, 0.7)),
        return_delay_low=dice.choice((0.0, 15.0)),
        walk_up_limit=dice.choice((0.0, 10.0, 90.0)),
        standby_agents=dice.choice((0, 2)),
        standby_threshold=dice.choice((0.0, 5.0)),
        standby_delay=dice.choice((0.0, 7.7)),
        standby_minutes=dice.choice((60.0, 240.0)),
        failure_rebook=0.08,
        failure_recoverable=0.15,
        documents_missing=0.1,
        agent_absence=dice.choice((0.05, 0.3)),
        login_late_probability=dice.choice((0.0, 0.5)),
        login_late_median=dice.choice((5.0, 30.0)),
        login_late_cap=dice.choice((60.0, 600.0)),
        allow_early_start=dice.random() < 0.5,
        outage_start=dice.choice((480.0, 600.0, 755.3)),
        outage_minutes=dice.choice((0.0, 0.0, 20.0, 90.3)),
    )
    return case, scenario


def week_of(case: Case, scenario: Scenario) -> Week:
    """The sessions and agents of a day, those beyond the plan too."""
    return with_standby(with_overbooking(Week.of(case), scenario, overbooking_of(scenario)), scenario)


def _by_hour(dice: Random) -> tuple[float, ...]:
    return tuple(dice.choice((0.5, 1.0, 2.0)) for _ in range(24))


def on_the_grid(draws: Draws) -> Draws:
    """The same with whole minutes, so that many events fall on the same moment."""
    return replace(
        draws,
        arrival=np.round(draws.arrival),
        cancelled_at=np.round(draws.cancelled_at),
        patience=np.round(draws.patience),
        service=np.round(draws.service),
        login_delay=np.round(draws.login_delay),
        return_after=np.round(draws.return_after),
        walk_ups=replace(
            draws.walk_ups,
            arrival=np.round(draws.walk_ups.arrival),
            patience=np.round(draws.walk_ups.patience),
            service=np.round(draws.walk_ups.service),
        ),
    )


@settings(derandomize=True, deadline=None, max_examples=160)
@given(seed=st.integers(0, 10**6), policy=st.sampled_from(POLICIES), ties=st.booleans())
def test_the_twin_repeats_simpy_event_for_event(seed: int, policy: DayPolicy, ties: bool) -> None:
    """Random weeks of up to 8 agents under all policies, with and without events at the same moment."""
    case, scenario = random_day(seed, most_agents=8)
    week = week_of(case, scenario)
    draws = draw(week, scenario, seed, 0)
    play_both(week, scenario, on_the_grid(draws) if ties else draws, policy)


@pytest.mark.soak
def test_the_twin_repeats_simpy_on_a_thousand_days() -> None:
    """1,000 random days of up to 40 agents, each under all policies and with and without ties."""
    for seed in range(1000):
        case, scenario = random_day(seed, most_agents=40 if seed % 10 == 0 else 12)
        week = week_of(case, scenario)
        draws = draw(week, scenario, seed, 0)
        for policy in POLICIES:
            play_both(week, scenario, draws, policy)
            play_both(week, scenario, on_the_grid(draws), policy)


def test_the_random_days_show_every_feature() -> None:
    """The comparison would be empty otherwise: all outcomes, companions held, late breaks, other agents, all
    that can be broken of breaks."""
    outcomes: set[int] = set()
    broken: list[int] = []
    companions = late_breaks = bound_late = joint = absences = late_logins = called = without_pool = (
        overbooked
    ) = 0
    for seed in range(40):
        case, scenario = random_day(seed, most_agents=8)
        week = week_of(case, scenario)
        draws = draw(week, scenario, seed, 0)
        log = play_both(week, scenario, draws, PoolLateBinding())
        outcomes |= set(log.outcome) | set(log.walk_ups.outcome)
        companions += sum(map(bool, week.companions))
        joint += int(np.count_nonzero(week.participants > 1))
        late_breaks += sum(delay > 0 for delay in log.break_delays)
        broken += log.break_faults
        bound_late += sum(a not in (-1, d) for a, d in zip(log.agent, week.duty.tolist(), strict=True))
        absences += int(draws.absent.sum())
        called += sum(duty.on_call and came > 0 for came, duty in zip(log.came_at, week.duties, strict=True))
        late_logins += sum(came > duty.start for came, duty in zip(log.came_at, week.duties, strict=True))
        overbooked += sum(duty >= 0 for duty in log.agent[len(week) - week.overbooked : len(week)])
        without_pool += any(duty.pool < 0 for duty in week.duties)
    assert outcomes == set(Outcome)
    assert all(sum(fault & found > 0 for found in broken) >= 5 for fault in BreakFault)
    assert min(companions, joint, late_breaks, bound_late, absences, late_logins, called, without_pool) >= 5
    assert overbooked >= 5


def test_results_do_not_depend_on_the_engine() -> None:
    """A whole simulation gives the same figures, waits, hours and records with either engine."""
    case = random_week(11, agents=6, pools=2)
    twin, reference = simulate(case, replications=4), simulate(case, replications=4, engine=SimpyEngine())
    assert (twin.engine, reference.engine) == ("twin", "simpy")
    assert twin.kpis == reference.kpis
    assert np.array_equal(twin.waits, reference.waits)
    assert repr(twin.by_interval) == repr(reference.by_interval)
    assert repr(twin.by_skill) == repr(reference.by_skill)
    assert twin.records.frame().equals(reference.records.frame())
    assert twin.activities.frame().equals(reference.activities.frame())


@dataclass(frozen=True)
class Idlers(OwnList):
    """A policy of somebody else: agents only wait, and leave."""

    name: str = "idlers"

    def next_step(self, floor: Floor, duty: int) -> Step | int:
        return Step.LEAVE if floor.now >= floor.week.duties[duty].end else Step.WAIT


def test_other_policies_are_played_by_simpy() -> None:
    """A policy that is not compiled, though derived from one that is, takes SimPy; the twin refuses it."""
    case = scheduled([("B1", "A1", 545, 20)], [("A1", 540, 600)])
    result = simulate(case, policy=Idlers(), replications=2)
    assert (result.engine, result.kpis["served"].mean) == ("simpy", 0.0)
    assert simulate(case, policy=PoolLateBinding(own_list=Idlers()), replications=1).engine == "simpy"
    week = Week.of(case)
    with pytest.raises(ValueError, match="does not know the policy idlers"):
        TwinEngine().run(week, Scenario(), draw(week, Scenario(), 1, 0), Idlers())


def test_one_engine_plays_week_after_week() -> None:
    """What the twin keeps of one week does not reach the next, nor one replication the other."""
    engine, scenario = TwinEngine(), Scenario()
    weeks = [Week.of(random_week(seed, agents=3 + seed)) for seed in range(2)]
    for number, week in [(0, weeks[0]), (1, weeks[1]), (0, weeks[0]), (1, weeks[0])]:
        draws = draw(week, scenario, 5, number)
        expected = SimpyEngine().run(week, scenario, draws, PoolLateBinding())
        assert_same(expected, engine.run(week, scenario, draws, PoolLateBinding()))
