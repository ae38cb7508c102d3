"""A replication that is stopped and goes on: nothing of it changes."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Scenario
from simulation import DayPolicy, Draws, PoolLateBinding, SimpyEngine, TwinEngine, Week, draw, with_standby
from simulation.outcome_log import OutcomeLog
from tests.simulation.test_twin import POLICIES, assert_same, on_the_grid, random_day
from tests.simulation.weeks import random_week


def moments_of(log: OutcomeLog) -> list[float]:
    """Moments at which something happened."""
    found = [*log.arrived, *log.begun, *log.ended, *log.came_at, *log.left_at]
    return [moment for moment in found if np.isfinite(moment)]


def stops(log: OutcomeLog, dice: Random) -> list[float]:
    """Moments of events, moments between them, moments twice, and moments before and after everything."""
    known = moments_of(log)
    low, high = min(known) - 100, max(known) + 100
    found = [dice.uniform(low, high) for _ in range(dice.randrange(30))]
    found += dice.choices(known, k=dice.randrange(30))
    found += [5.0 * round(moment / 5) for moment in found]
    return [low, *sorted(found), high]


def assert_stops_change_nothing(
    week: Week, scenario: Scenario, draws: Draws, policy: DayPolicy, seed: int
) -> None:
    """Both engines, stopped at random moments, end as SimPy that is not."""
    expected = SimpyEngine().run(week, scenario, draws, policy, with_activities=True)
    for engine in (SimpyEngine(), TwinEngine()):
        play = engine.begin(week, scenario, draws, policy, with_activities=True)
        for moment in stops(expected, Random(seed)):
            play.until(moment)
            play.sight()
            play.change([])
        assert_same(expected, play.finish())


@settings(derandomize=True, deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6), policy=st.sampled_from(POLICIES), ties=st.booleans())
def test_stops_change_nothing(seed: int, policy: DayPolicy, ties: bool) -> None:
    """Random weeks of up to 8 agents, stopped anywhere, with and without events at the same moment."""
    case, scenario = random_day(seed, most_agents=8)
    week = with_standby(Week.of(case), scenario)
    draws = draw(week, scenario, seed, 0)
    assert_stops_change_nothing(week, scenario, on_the_grid(draws) if ties else draws, policy, seed)


@pytest.mark.soak
def test_stops_change_nothing_on_a_thousand_days() -> None:
    """1,000 random days of up to 40 agents, stopped anywhere, under all policies in turn."""
    for seed in range(1000):
        case, scenario = random_day(seed, most_agents=40 if seed % 10 == 0 else 12)
        week = with_standby(Week.of(case), scenario)
        draws = draw(week, scenario, seed, 0)
        policy = POLICIES[seed % len(POLICIES)]
        assert_stops_change_nothing(week, scenario, on_the_grid(draws) if seed % 2 else draws, policy, seed)


def test_a_play_stops_before_the_events_of_a_moment() -> None:
    """Stopped when a session began or ended, a play shows neither; a little later it shows it."""
    week, scenario = Week.of(random_week(3, agents=4)), Scenario()
    draws = draw(week, scenario, 3, 0)
    log = SimpyEngine().run(week, scenario, draws, PoolLateBinding())
    shown = 0
    for engine in (SimpyEngine(), TwinEngine()):
        for name in ("begun", "ended", "arrived"):
            for session, moment in enumerate(getattr(log, name)):
                if np.isfinite(moment) and moment <= log.ended[session] and session % 5 == 0:
                    play = engine.begin(week, scenario, draws, PoolLateBinding())
                    play.until(moment)
                    assert np.isnan(getattr(play.sight(), name)[session])
                    play.until(moment + 1e-6)
                    assert getattr(play.sight(), name)[session] == moment
                    shown += 1
    assert shown > 20


@settings(derandomize=True, deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6), part=st.floats(0, 1))
def test_both_engines_show_the_same(seed: int, part: float) -> None:
    """At any moment, all that is seen of a play is the same in both engines."""
    case, scenario = random_day(seed, most_agents=8)
    week = with_standby(Week.of(case), scenario)
    draws = draw(week, scenario, seed, 0)
    log = SimpyEngine().run(week, scenario, draws, PoolLateBinding())
    known = moments_of(log)
    plays = [
        engine.begin(week, scenario, draws, PoolLateBinding()) for engine in (SimpyEngine(), TwinEngine())
    ]
    for play in plays:
        play.until(min(known) + part * (max(known) - min(known)))
    for one, other in zip(plays[0].sight(), plays[1].sight(), strict=True):
        np.testing.assert_array_equal(one, other)
