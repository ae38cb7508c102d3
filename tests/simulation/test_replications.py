"""Replications, key figures and their intervals; and what must hold between scenarios."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from data.model import Case, Scenario
from simulation import KPIS, Kpi, OwnList, Player, SimulationResult, replications, simulate
from simulation.distributions import normal_quantile
from simulation.kpis import RunningKpis, displacements
from tests.simulation.weeks import certain, random_week, scheduled


@pytest.fixture(scope="module")
def week() -> Case:
    """Ten agents in one pool, one full day."""
    return random_week(8, agents=10, pools=1, fullness=0.95)


def means(result: SimulationResult) -> dict[str, float]:
    """The means of the key figures."""
    return {name: kpi.mean for name, kpi in result.kpis.items()}


def test_key_figures_by_hand() -> None:
    """One agent, two sessions, the first overrun by ten minutes, all figures computed on paper.

    Duty 540 to 605, sessions of 20 minutes at 545 and 575; both last 30 minutes. The second set-up begins at
    578 and the session at 583: it waits 8 minutes, ends at 613, and the agent is done at 616.
    """
    case = scheduled([("B1", "A1", 545, 20), ("B2", "A1", 575, 20)], [("A1", 540, 605)])
    result = simulate(case, certain(duration_mean=37.5, pooled=False), replications=2)
    expected = {
        "wait_mean": 4.0, "wait_p50": 4.0, "wait_p90": 7.2, "wait_p95": 7.6, "wait_over_5": 0.5,
        "wait_over_10": 0.0, "wait_beyond_original_over_10": 0.0, "on_time_share": 0.5,
        "displaced_by_issuer": 0.5,
        "displaced_by_customer": 0.0, "served": 2.0, "fulfilled": 1.0, "no_shows": 0.0,
        "overbooked": 0.0, "cancelled": 0.0, "left": 0.0, "rebooked_by_issuer": 0.0,
        "told_delays": 0.0, "new_times": 0.0, "rebooked_ahead": 0.0, "rebinds": 0.0, "breaks_moved": 0.0,
        "failed_technical": 0.0, "failed_documents": 0.0,
        "rebooked_same_day": 0.0, "walk_ups": 0.0, "walk_ups_served": 0.0, "walk_ups_turned_away": 0.0,
        "occupancy": 1.0, "idle": 0.0, "standby_called": 0.0, "overtime_minutes": 11.0, "late_breaks": 0.0,
        "break_minutes_moved": 0.0, "breaks_broken": 0.0, "breaks_at_edge": 0.0,
        "breaks_after_long_stretch": 0.0, "breaks_skipped": 0.0, "meals_not_granted_cost": 0.0,
        "sessions_per_agent_hour": 2 * 60 / 76, "cost": 28.0 * (65 + 1.5 * 11) / 60,
    }  # fmt: skip
    assert means(result) == pytest.approx(expected)
    assert list(result.kpis) == list(KPIS)


def test_shares_add_up(week: Case) -> None:
    """Every session has one outcome, so the shares of outcomes sum to 1."""
    shares = means(simulate(week, Scenario(cancellation_probability=0.1), replications=10))
    outcomes = ("fulfilled", "no_shows", "cancelled", "left", "rebooked_by_issuer")
    outcomes += ("failed_technical", "failed_documents")
    assert shares["cancelled"] > 0
    assert sum(shares[name] for name in outcomes) == pytest.approx(1.0)
    assert shares["served"] == pytest.approx(shares["fulfilled"] * len(week.sessions))


def test_same_seed_same_result(week: Case) -> None:
    """A result is a function of its arguments; another seed gives another."""
    first, again, other = (simulate(week, replications=3, seed=seed) for seed in (5, 5, 6))
    assert first.kpis == again.kpis
    assert np.array_equal(first.waits, again.waits)
    assert first.records.frame().equals(again.records.frame())
    assert first.activities.frame().equals(again.activities.frame())
    assert first.kpis != other.kpis


def test_result_does_not_depend_on_the_hash_seed() -> None:
    """Two processes with different PYTHONHASHSEED print the same figures."""
    code = (
        "from tests.simulation.weeks import random_week; from simulation import simulate; "
        "r = simulate(random_week(8, 6), replications=3); "
        "print(r.kpis, r.waits.sum(), r.records.frame().to_csv())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4242")
    }
    assert len(seen) == 1


def test_the_first_replications_are_the_same_however_many_follow(week: Case) -> None:
    """Replication 0 of 2 and of 5 is the same week."""
    few, many = simulate(week, replications=2), simulate(week, replications=5)
    assert few.records.frame().equals(many.records.frame())


def test_pools_wait_less_than_own_lists() -> None:
    """With common random numbers, late binding shortens the mean wait in each of 12 weeks, and its tail."""
    for seed in range(12):
        case = random_week(seed, agents=10, pools=1, fullness=0.95)
        pooled, own = (means(simulate(case, Scenario(pooled=p), replications=15)) for p in (True, False))
        assert pooled["wait_mean"] < own["wait_mean"]
        assert pooled["rebooked_by_issuer"] < own["rebooked_by_issuer"]
        assert pooled["wait_over_10"] < own["wait_over_10"]


def test_longer_tolerance_fewer_no_shows(week: Case) -> None:
    """With common random numbers no-shows fall with every longer tolerance."""
    shares = [
        means(simulate(week, Scenario(late_tolerance=tolerance), replications=10))["no_shows"]
        for tolerance in (0, 2, 5, 10, 15, 60)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[2] > shares[-1]


def test_one_agent_more_shortens_waits(week: Case) -> None:
    """Adding agents without sessions of their own to the pool lowers the mean wait and the rebookings."""
    agents, duties = week.agents, week.duties
    lists = []
    for extra in (0, 1, 3):
        more_agents = [agents.row(1) | {"agent_id": f"X{n}"} for n in range(extra)]
        more_duties = [{"agent_id": f"X{n}", "starts_at": 480, "ends_at": 1200} for n in range(extra)]
        case = replace(
            week,
            agents=type(agents).from_rows(agents.rows() + more_agents),
            duties=type(duties).from_rows(duties.rows() + more_duties),
        )
        lists.append(means(simulate(case, replications=20)))
    for name in ("wait_mean", "rebooked_by_issuer", "wait_over_5"):
        values = [kpis[name] for kpis in lists]
        assert values == sorted(values, reverse=True)
        assert values[0] > values[-1]


@pytest.mark.parametrize(
    ("change", "kpi"),
    [
        ({"duration_mean": 26.0}, "wait_mean"),
        ({"agent_absence": 0.3}, "rebooked_by_issuer"),
        ({"documents_missing": 0.2}, "failed_documents"),
        ({"failure_rebook": 0.2}, "failed_technical"),
        ({"no_show_single": 0.3}, "no_shows"),
        ({"patience_median": 3.0}, "left"),
        ({"failure_recoverable": 0.5}, "occupancy"),
        ({"duration_mean": 26.0}, "late_breaks"),
    ],
)
def test_worse_days_look_worse(week: Case, change: dict[str, float], kpi: str) -> None:
    """Each cause of trouble moves its key figure."""
    calm, bad = (means(simulate(week, Scenario(**c), replications=15)) for c in ({}, change))
    assert bad[kpi] > calm[kpi]


def test_overtime_costs_its_factor(week: Case) -> None:
    """Twice the factor raises the cost by the overtime's worth."""
    plain, dear = (simulate(week, Scenario(overtime_factor=f), replications=5) for f in (1.5, 3.0))
    extra = means(dear)["cost"] - means(plain)["cost"]
    assert extra == pytest.approx(means(plain)["overtime_minutes"] / 60 * 28.0 * 1.5)
    assert extra > 0


def test_displaced_sessions_by_cause() -> None:
    """The first is 8 minutes late of itself; the second, 6 late, waits 8 more: the issuer's greater part."""
    sessions = [("B1", "A1", 545, 20), ("B2", "A1", 575, 20), ("B3", "A1", 615, 20)]
    case = scheduled(sessions, [("A1", 540, 665)])
    player = Player(case, certain(pooled=False, rebooking_after=60.0, late_tolerance=60.0))
    log = player.play(1, 0)
    log.begun, log.wait = [553.0, 589.0, 619.0], [0.0, 8.0, 1.0]
    by_issuer, by_customer = displacements(player.week, log)
    assert by_issuer.tolist() == [False, True, False]
    assert by_customer.tolist() == [True, False, False]


def test_intervals_are_students() -> None:
    """Mean and 95 % interval of 1, 2, 4: 7/3 +- 4.3027 * 1.5275 / sqrt 3."""
    running = RunningKpis()
    for value in (1.0, 2.0, 4.0):
        running.add({"wait_mean": value, "cost": math.nan})
    kpi = running.summary()["wait_mean"]
    assert kpi == pytest.approx(Kpi(7 / 3, 7 / 3 - 3.79460, 7 / 3 + 3.79460), abs=1e-4)
    assert all(math.isnan(value) for value in running.summary()["cost"])


def test_intervals_cover_the_truth_95_times_in_100() -> None:
    """4,000 samples of 6 normal numbers: coverage within 4 standard errors of 95 %."""
    numbers = normal_quantile(np.random.default_rng(2).uniform(size=(4000, 6)))
    covered = 0
    for sample in numbers:
        running = RunningKpis()
        for value in sample.tolist():
            running.add({"wait_mean": value})
        kpi = running.summary()["wait_mean"]
        covered += kpi.low <= 0.0 <= kpi.high
    assert abs(covered / 4000 - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 4000)


def test_intervals_of_simulations_cover_the_expected_no_shows() -> None:
    """100 simulations of 10 replications: the share of no-shows is known to be 0.2; 90 to 99 % cover it."""
    sessions = [(f"B{n}", "A1", 545 + 30 * n, 20) for n in range(30)]
    case = scheduled(sessions, [("A1", 540, 1440)])
    scenario = certain(no_show_single=0.2, pooled=False)
    kpis = [simulate(case, scenario, replications=10, seed=seed).kpis["no_shows"] for seed in range(100)]
    assert 0.90 <= np.mean([kpi.low <= 0.2 <= kpi.high for kpi in kpis]) <= 0.99


def test_the_sample_of_waits_is_bounded_and_even(week: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """All waits when they fit, else the same number from each replication, picked without favour."""
    whole = simulate(week, replications=1)
    attending = whole.records.wait[~np.isnan(whole.records.wait)]
    assert np.array_equal(whole.waits, attending)
    monkeypatch.setattr(replications, "WAIT_SAMPLE_SIZE", 2000)
    part = simulate(week, replications=40)
    assert len(part.waits) == 40 * 50
    assert part.waits.mean() == pytest.approx(part.kpis["wait_mean"].mean, rel=0.1)


def test_progress_is_told(week: Case) -> None:
    """After each replication, up to 1."""
    told: list[float] = []
    simulate(week, replications=4, progress=lambda fraction, what: told.append(fraction))
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_one_replication_has_no_interval(week: Case) -> None:
    """The mean is there, the ends are nan."""
    kpi = simulate(week, replications=1).kpis["served"]
    assert kpi.mean > 0
    assert math.isnan(kpi.low)
    assert math.isnan(kpi.high)


def test_nothing_to_simulate_is_an_error(week: Case) -> None:
    """No replication is an error, with the number; so is an empty schedule."""
    with pytest.raises(ValueError, match="got 0"):
        simulate(week, replications=0)
    with pytest.raises(ValueError, match="no sessions"):
        simulate(replace(week, sessions=week.sessions.take(np.arange(0))))


def test_a_policy_can_be_given(week: Case) -> None:
    """The argument wins over the scenario's, and the result names it."""
    given, asked = simulate(week, policy=OwnList(), replications=2), simulate(week, replications=2)
    assert (given.policy, asked.policy) == ("own_list", "pool_late_binding")
    assert given.kpis == simulate(week, Scenario(pooled=False), replications=2).kpis


def test_nobody_comes() -> None:
    """All customers stay away: no wait to speak of, and figures that need one are nan."""
    case = scheduled([("B1", "A1", 545, 20)], [("A1", 540, 600)])
    result = simulate(case, certain(no_show_single=1.0), replications=3)
    assert result.kpis["no_shows"] == (1, 1, 1)
    assert math.isnan(result.kpis["wait_mean"].mean)
    assert len(result.waits) == 0


def test_records_are_flat_and_read_only(week: Case) -> None:
    """A record is a tuple of plain values, and columns can't be written."""
    records = simulate(week, replications=1).records
    first = next(iter(records))
    assert all(isinstance(value, str | float) for value in first)
    with pytest.raises(ValueError, match="read-only"):
        records.wait[0] = 0.0
