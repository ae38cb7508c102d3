"""What else happens on a day, each cause against a day or a formula that says the same without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.model import Scenario
from simulation import DayPolicy, OwnList, PoolLateBinding, SimpyEngine, Week, draw
from simulation.kpis import replication_kpis
from simulation.records import Outcome
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


@pytest.mark.parametrize("policy", POLICIES)
def test_a_day_with_cancellations_is_the_day_without_those_bookings(policy: DayPolicy) -> None:
    """Whoever cancels the day before changes nothing for the others: they meet the day of a smaller plan."""
    scenario = Scenario(agent_absence=0.1)
    for seed in range(30):
        whole = random_week(seed, agents=5, pools=seed % 3, fullness=1.0)
        week = Week.of(whole)
        draws = draw(week, scenario, seed, 0)
        gone = np.arange(len(week)) % 4 == seed % 4
        cancelled_at = np.where(gone, week.appointed - 1440.0, np.inf)
        arrival = np.where(gone, np.inf, draws.arrival)
        log = SimpyEngine().run(
            week, scenario, replace(draws, cancelled_at=cancelled_at, arrival=arrival), policy
        )
        smaller = Week.of(replace(whole, sessions=whole.sessions.take(np.flatnonzero(~gone))))
        without = SimpyEngine().run(smaller, scenario, draw(smaller, scenario, seed, 0), policy)
        assert set(np.array(log.outcome)[gone]) == {Outcome.CANCELLED}
        for name in ("arrived", "begun", "ended", "wait", "agent", "outcome"):
            kept = np.array(getattr(log, name), dtype=np.float64)[~gone]
            assert np.array_equal(kept, getattr(without, name), equal_nan=True), name
        for name in ("busy", "on_break", "came_at", "left_at", "break_delays", "break_faults"):
            assert np.array_equal(getattr(log, name), getattr(without, name), equal_nan=True), name


def test_a_booking_cancelled_during_its_set_up() -> None:
    """The agent finishes the set-up, and sets up at 545 for the next customer, who is there early."""
    week = Week.of(scheduled([("B1", "A1", 545, 20), ("B2", "A1", 570, 20)], [("A1", 540, 620)]))
    scenario = Scenario()
    draws = replace(
        draw(week, scenario, 1, 0),
        arrival=np.array([np.inf, 544.0]),
        cancelled_at=np.array([542.0, np.inf]),
        service=np.array([20.0, 20.0]),
        absent=np.array([False]),
    )
    log = SimpyEngine().run(week, scenario, draws, OwnList())
    assert log.outcome[0] == Outcome.CANCELLED
    assert (log.ended[0], log.begun[1]) == (542.0, 550.0)
    assert np.isnan(log.wait[0])
    assert log.busy == [5 + 5 + 20 + 3]
