"""A review of the events of a played day finds what the simulation's own records say, exactly."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from data.model import Scenario
from simulation.kpis import replication_kpis
from simulation.records import Outcome
from simulation.review import day_facts, events_of_day
from simulation.review.causes import CAUSES
from simulation.review.figures import FIGURES, day_figures, played_figures
from simulation.review.review import harms
from tests.simulation.review.days import played

ROUGH = Scenario(
    agent_absence=0.15,
    login_late_probability=0.3,
    cancellation_probability=0.05,
    duration_sigma=0.5,
    patience_median=9.0,
)
"""Much goes wrong."""

SEEDS = range(12)


def rules(seed: int) -> tuple[Scenario, int]:
    """Own lists and pools of two sizes in turn."""
    return ROUGH.model_copy(update={"pooled": bool(seed % 3)}), 1 + seed % 2


@pytest.mark.parametrize("seed", SEEDS)
def test_every_session_ends_as_it_was_played(seed: int) -> None:
    """Outcome, start, end, agent and wait of each session; events have milliseconds."""
    scenario, pools = rules(seed)
    case, week, log, events = played(scenario, seed, pools=pools)
    found = day_facts(case, events_of_day(case, events), scenario.rebooking_after)
    assert found.complete
    assert not found.anomalies
    assert len(found.sessions) == len(week)
    for number, name in enumerate(week.booking_id.tolist()):
        fact = found.sessions[name]
        assert fact.outcome == Outcome(log.outcome[number]).label
        assert fact.began == pytest.approx(log.begun[number], abs=1e-4, nan_ok=True)
        assert fact.wait == pytest.approx(log.wait[number], abs=1e-4, nan_ok=True)
        if not math.isnan(log.begun[number]):
            assert fact.ended == pytest.approx(log.ended[number], abs=1e-4)
            assert fact.agent == week.duties[log.agent[number]].agent_id


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_are_those_of_the_simulation(seed: int) -> None:
    """Counted from events, from the log, and by the simulation's key figures: the same."""
    scenario, pools = rules(seed)
    case, week, log, events = played(scenario, seed, pools=pools)
    found = day_facts(case, events_of_day(case, events), scenario.rebooking_after)
    figures = day_figures([found])
    assert list(figures) == list(FIGURES)
    everything = np.ones(len(week), dtype=np.bool_), np.ones(len(week.duties), dtype=np.bool_)
    of_log = played_figures(week, log, *everything)
    kpis = replication_kpis(week, scenario, log)
    for name, value in figures.items():
        assert value == pytest.approx(of_log[name], abs=1e-4, nan_ok=True), name
        if name in kpis:
            assert value == pytest.approx(kpis[name], abs=1e-4, nan_ok=True), name


def test_agents_are_as_they_were_played() -> None:
    """Who never came, who logged in late and by how much, and when breaks began."""
    scenario, pools = rules(1)
    case, week, log, events = played(scenario, 1, pools=pools)
    found = day_facts(case, events_of_day(case, events), scenario.rebooking_after)
    for number, duty in enumerate(week.duties):
        agent = found.agents[duty.agent_id]
        assert agent.came is not math.isnan(log.came_at[number])
        if agent.came:
            assert agent.login_delay == pytest.approx(log.came_at[number] - duty.start, abs=1e-4)
        for place, one in enumerate(agent.breaks):
            delay = log.break_delays[week.first_break[number] + place]
            assert one.began - one.planned.start == pytest.approx(delay, abs=1e-4, nan_ok=True)


def test_every_harm_has_a_cause() -> None:
    """Each customer whom the records show as rebooked by the issuer, gone or waiting long is asked about, and
    few waits stay unexplained."""
    counted: Counter[str] = Counter()
    for seed in SEEDS:
        scenario, pools = rules(seed)
        case, _, log, events = played(scenario, seed, pools=pools)
        found = harms(case, day_facts(case, events_of_day(case, events), scenario.rebooking_after))
        outcomes = Counter(log.outcome)
        kinds = Counter(one.harm for one in found)
        assert kinds["rebooked"] == outcomes[Outcome.REBOOKED_BY_ISSUER]
        assert kinds["left"] == outcomes[Outcome.LEFT]
        others = (Outcome.REBOOKED_BY_ISSUER, Outcome.LEFT)
        assert kinds["waited"] == sum(
            wait > 10.0 for wait, outcome in zip(log.wait, log.outcome, strict=True) if outcome not in others
        )
        counted.update(one.cause.name for one in found)
    assert set(counted) <= set(CAUSES)
    assert counted["agent_absent"] > 10
    assert counted["overrun"] > 0
    assert counted["unexplained"] <= 0.05 * counted.total()


def test_a_day_without_outcomes_and_causes_told() -> None:
    """Without `by_issuer`, customers who went after the limit are taken for rebooked; others have left."""
    scenario = ROUGH.model_copy(update={"pooled": False})
    case, week, log, events = played(scenario, 3, pools=1)
    silent = [
        event.model_copy(update={"by_issuer": False}) if event.kind == "customer_left" else event
        for event in events
    ]
    found = day_facts(case, events_of_day(case, silent), scenario.rebooking_after)
    for number, name in enumerate(week.booking_id.tolist()):
        fact, outcome = found.sessions[name], Outcome(log.outcome[number])
        if outcome is Outcome.LEFT:
            assert fact.outcome == "left"
        elif outcome is Outcome.REBOOKED_BY_ISSUER:
            assert (fact.outcome == "rebooked_by_issuer") is (fact.wait >= scenario.rebooking_after - 1e-4)
