"""Agents on standby: called by the expected wait, in service for a while, without effect when not called."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.model import Scenario
from simulation import OwnList, PoolLateBinding, SimpyEngine, Week, draw, simulate, with_standby
from simulation.kpis import replication_kpis
from simulation.outcome_log import OutcomeLog
from simulation.records import Outcome
from tests.simulation.weeks import certain, random_week, scheduled


def overbooked(scenario: Scenario, **changes: np.ndarray) -> tuple[Week, OutcomeLog]:
    """Customers at 545 and 550 for one agent, and whoever is on standby."""
    sessions = [("B1", "A1", 545, 20), ("B2", "A1", 550, 20)]
    week = with_standby(Week.of(scheduled(sessions, [("A1", 540, 700)], pool="p")), scenario)
    draws = replace(draw(week, scenario, 1, 0), **changes)
    return week, SimpyEngine().run(week, scenario, draws, PoolLateBinding())


def test_an_agent_on_standby_is_called_and_serves() -> None:
    """By plan A1 is busy with B1 until 568: B2 would wait 18 minutes. The agent called at 550 logs in at 555,
    is set up at 560, and leaves 120 minutes after the log-in, which are paid."""
    scenario = certain(standby_agents=1, standby_delay=5.0, standby_minutes=120.0)
    week, log = overbooked(scenario)
    assert (log.begun, log.agent) == ([545.0, 560.0], [0, 1])
    assert (log.came_at, log.left_at, log.ends) == ([540.0, 555.0], [700.0, 675.0], [700.0, 675.0])
    kpis = replication_kpis(week, scenario, log)
    assert (kpis["standby_called"], kpis["overtime_minutes"]) == (1.0, 0.0)
    assert kpis["cost"] == pytest.approx(28.0 * (week.duties[0].work_minutes + 120) / 60)


@pytest.mark.parametrize("changes", [{"standby_agents": 0}, {"standby_threshold": 18.0}])
def test_nobody_is_called_up_to_the_threshold(changes: dict[str, float]) -> None:
    """Without standby, or when 18 minutes are tolerated, B2 is rebooked at 565."""
    scenario = certain(**{"standby_agents": 1, "standby_delay": 5.0} | changes)
    week, log = overbooked(scenario)
    assert (log.outcome[1], log.ended[1]) == (Outcome.REBOOKED_BY_ISSUER, 565.0)
    assert replication_kpis(week, scenario, log)["standby_called"] == 0.0


def test_who_is_absent_is_not_called() -> None:
    """Of two on standby the first is ill: the second comes, ten minutes late at 565, when B2 is not even
    set up: too late."""
    scenario = certain(standby_agents=2, standby_delay=5.0)
    absent, delay = np.array([False, True, False]), np.array([0.0, 0.0, 10.0])
    _, log = overbooked(scenario, absent=absent, login_delay=delay)
    assert np.array_equal(log.came_at, [540.0, np.nan, 565.0], equal_nan=True)
    assert log.outcome[1] == Outcome.REBOOKED_BY_ISSUER


def test_one_call_answers_for_one_customer() -> None:
    """Of three customers at 550 each would wait 18 minutes, for those before take the agents on their way:
    each calls one of five on standby, and all are served."""
    sessions = [("B0", "A1", 545, 20), *((f"B{number}", "A1", 550, 20) for number in (1, 2, 3))]
    case = scheduled(sessions, [("A1", 540, 700)], pool="p")
    scenario = certain(standby_agents=5, standby_delay=5.0)
    week = with_standby(Week.of(case), scenario)
    log = SimpyEngine().run(week, scenario, draw(week, scenario, 1, 0), PoolLateBinding())
    assert sorted(log.begun) == [545.0, 560.0, 560.0, 560.0]
    assert replication_kpis(week, scenario, log)["standby_called"] == 3.0


def test_standby_that_is_not_called_changes_nothing() -> None:
    """When the way is too long, or where each agent has a list, the day is that without standby."""
    for seed in range(20):
        case = random_week(seed, agents=5, pools=2, fullness=1.0)
        plain = Week.of(case)
        for policy, delay in ((PoolLateBinding(), 1e5), (OwnList(), 0.0)):
            scenario = Scenario(standby_agents=2, standby_threshold=0.0, standby_delay=delay)
            week = with_standby(plain, scenario)
            assert len(week.duties) == len(plain.duties) + 4
            log = SimpyEngine().run(week, scenario, draw(week, scenario, seed, 0), policy)
            without = SimpyEngine().run(plain, scenario, draw(plain, scenario, seed, 0), policy)
            assert np.array_equal(log.begun, without.begun, equal_nan=True)
            assert log.outcome == without.outcome
            expected = replication_kpis(plain, scenario, without)
            assert replication_kpis(week, scenario, log) == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_standby_helps_an_overloaded_day() -> None:
    """With the same chance, fewer sessions are rebooked by the issuer, and agents were called."""
    case = random_week(3, agents=6, pools=1, fullness=1.0)
    short = {"duration_mean": 28.0, "agent_absence": 0.3}
    without = simulate(case, Scenario(**short), replications=40).kpis
    scenario = Scenario(standby_agents=2, standby_threshold=5.0, standby_delay=10.0, **short)
    found = simulate(case, scenario, replications=40).kpis
    assert found["standby_called"].low > 0
    assert found["rebooked_by_issuer"].high < without["rebooked_by_issuer"].low
    assert found["cost"].mean > without["cost"].mean
