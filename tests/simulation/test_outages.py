"""An outage of the platform: worked by hand, with both engines."""

from __future__ import annotations

import numpy as np
import pytest

from data.model import Scenario
from simulation import OwnList, Player, PoolLateBinding, SimpyEngine, TwinEngine, Week, draw
from simulation.outcome_log import OutcomeLog
from simulation.policies import DayPolicy
from simulation.records import Outcome
from tests.simulation.weeks import certain, random_week, scheduled

ENGINES = (SimpyEngine, TwinEngine)
POLICIES = (OwnList(), PoolLateBinding())


def played(engine: type[SimpyEngine | TwinEngine], policy: DayPolicy, **changes: float) -> OutcomeLog:
    """Sessions of 25 minutes at 545, 580 and 615 of one agent, with set-up 5 and wrap-up 3."""
    sessions = [("B1", "A1", 545, 25), ("B2", "A1", 580, 25), ("B3", "A1", 615, 25)]
    week = Week.of(scheduled(sessions, [("A1", 540, 720)], pool="p"))
    scenario = certain(patience_median=60.0, **changes)
    return engine().run(week, scenario, draw(week, scenario, 1, 0), policy)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("policy", POLICIES)
def test_no_session_begins_and_those_that_run_go_on(
    engine: type[SimpyEngine | TwinEngine], policy: DayPolicy
) -> None:
    """Down from 550 to 590: B1 goes on to 570, B2 is set up and waits until 590; its wrap-up ends at 618, so
    that B3 is set up by 623."""
    log = played(engine, policy, outage_start=550.0, outage_minutes=40.0)
    assert log.begun == [545.0, 590.0, 623.0]
    assert log.wait == [0.0, 10.0, 8.0]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("policy", POLICIES)
def test_a_long_outage_rebooks_by_the_issuers_cause(
    engine: type[SimpyEngine | TwinEngine], policy: DayPolicy
) -> None:
    """Down from 575 to 620: B2 is rebooked 15 minutes after its appointment, B3 begins at 620."""
    log = played(engine, policy, outage_start=575.0, outage_minutes=45.0)
    assert log.outcome == [Outcome.FULFILLED, Outcome.REBOOKED_BY_ISSUER, Outcome.FULFILLED]
    assert (log.ended[1], log.begun[2]) == (595.0, 620.0)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_outage_at_night_changes_nothing(engine: type[SimpyEngine | TwinEngine]) -> None:
    """Before the day, after it, or of no length."""
    usual = played(engine, PoolLateBinding())
    for start, minutes in ((60.0, 120.0), (1200.0, 60.0), (550.0, 0.0)):
        log = played(engine, PoolLateBinding(), outage_start=start, outage_minutes=minutes)
        assert (log.begun, log.ended, log.left_at) == (usual.begun, usual.ended, usual.left_at)


def test_random_days_hold_no_start_in_the_outage() -> None:
    """Whatever else happens, nothing begins from the first to the last minute, though much would have."""
    for seed in range(6):
        scenario = Scenario(outage_start=620.0, outage_minutes=37.0, walk_ups_per_hour=2.0)
        log = Player(random_week(seed, agents=5, pools=2, fullness=1.0), scenario).play(seed, 0)
        begun = np.array(log.begun)
        assert not np.any((begun >= 620.0) & (begun < 657.0))
        usual = Player(random_week(seed, agents=5, pools=2, fullness=1.0), Scenario()).play(seed, 0)
        assert np.any((np.array(usual.begun) >= 620.0) & (np.array(usual.begun) < 657.0))
