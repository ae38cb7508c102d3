"""What else happens on a day, each cause against a day or a formula that says the same without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.model import Scenario
from simulation import DayPolicy, OwnList, PoolLateBinding, SimpyEngine, Week, draw
from simulation.kpis import replication_kpis
from tests.simulation.test_twin import assert_same
from tests.simulation.weeks import random_week, scheduled

POLICIES = (OwnList(), PoolLateBinding())


@pytest.mark.parametrize("policy", POLICIES)
def test_logging_in_late_is_a_later_start_of_the_duty(policy: DayPolicy) -> None:
    """When every agent logs in 25 minutes late, the day is that of the roster with later starts."""
    scenario = Scenario(login_late_probability=0.0)
    for seed in range(30):
        week = Week.of(random_week(seed, agents=5, pools=seed % 3))
        later = replace(week, duties=tuple(replace(duty, start=duty.start + 25.0) for duty in week.duties))
        draws = draw(week, scenario, seed, 0)
        late = replace(draws, login_delay=np.full(len(week.duties), 25.0))
        found = SimpyEngine().run(week, scenario, late, policy, with_activities=True)
        assert_same(SimpyEngine().run(later, scenario, draws, policy, with_activities=True), found)


def test_late_agents_are_not_in_service() -> None:
    """Half an hour of a duty of two hours passes before the log-in: 90 minutes of service, 25 busy."""
    week = Week.of(scheduled([("B1", "A1", 600, 20)], [("A1", 540, 660)]))
    scenario = Scenario()
    draws = replace(draw(week, scenario, 1, 0), arrival=np.array([600.0]), absent=np.array([False]))
    late = replace(draws, login_delay=np.array([30.0]), service=np.array([17.0]))
    log = SimpyEngine().run(week, scenario, late, OwnList())
    assert (log.came_at, log.left_at) == ([570.0], [660.0])
    assert replication_kpis(week, scenario, log)["idle"] == 90 - 5 - 17 - 3


def test_an_agent_who_logs_in_after_the_duty_only_leaves() -> None:
    """Lateness is cut at the end of the duty: no overtime, no service; the customer is rebooked."""
    week = Week.of(scheduled([("B1", "A1", 545, 20)], [("A1", 540, 600)]))
    scenario = Scenario()
    draws = replace(draw(week, scenario, 1, 0), arrival=np.array([545.0]), absent=np.array([False]))
    late = replace(draws, login_delay=np.array([600.0]), patience=np.array([500.0]))
    log = SimpyEngine().run(week, scenario, late, OwnList())
    kpis = replication_kpis(week, scenario, log)
    assert (log.came_at, log.left_at) == ([600.0], [600.0])
    assert (kpis["rebooked_by_issuer"], kpis["overtime_minutes"], kpis["idle"]) == (1.0, 0.0, 0.0)
