"""Paired differences of two what-ifs on the same chance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.simulation.busy_day import ALL_FEATURES, busy_day
from data.model import Case, Scenario
from simulation import KPIS, HalfWidth, Player, Week, compare, draw
from simulation.distributions import student_t_quantile
from tests.simulation.weeks import certain, random_week, scheduled


@pytest.fixture(scope="module")
def week() -> Case:
    """Ten agents in one pool, one full day."""
    return random_week(8, agents=10, pools=1, fullness=0.95)


def test_nothing_changes_nothing(week: Case) -> None:
    """The same what-if twice: every difference is exactly 0, with no width, and no variance to compare."""
    same = compare(Player(week), Player(week), replications=5)
    for name in KPIS:
        assert same.difference[name] == (0, 0, 0)
        assert same.first[name] == same.second[name]
        assert same.variance_ratio[name] == math.inf or math.isnan(same.variance_ratio[name])


def test_differences_are_of_pairs(week: Case) -> None:
    """Mean and interval are Student's on the differences, replication by replication."""
    calm, late = Player(week), Player(week, Scenario(late_probability=0.4))
    found = compare(calm, late, replications=8, seed=3)
    one, other = (np.array([p.kpis(p.play(3, r))["wait_mean"] for r in range(8)]) for p in (calm, late))
    gaps = other - one
    reach = student_t_quantile(0.975, 7) * gaps.std(ddof=1) / math.sqrt(8)
    expected = (gaps.mean(), gaps.mean() - reach, gaps.mean() + reach)
    assert found.difference["wait_mean"] == pytest.approx(expected)
    assert found.difference["wait_mean"].mean == pytest.approx(
        found.second["wait_mean"].mean - found.first["wait_mean"].mean
    )
    apart = one.var(ddof=1) + other.var(ddof=1)
    assert found.variance_ratio["wait_mean"] == pytest.approx(apart / gaps.var(ddof=1))


def test_a_difference_of_cost_by_hand() -> None:
    """Overtime at twice instead of one and a half times: 11 minutes of half an hourly cost, in every pair."""
    case = scheduled([("B1", "A1", 545, 20), ("B2", "A1", 575, 20)], [("A1", 540, 605)])
    plain, dear = (
        Player(case, certain(duration_mean=37.5, pooled=False, overtime_factor=factor)) for factor in (1.5, 2)
    )
    found = compare(plain, dear, replications=3).difference["cost"]
    assert found == pytest.approx((28 * 0.5 * 11 / 60,) * 3)


def test_one_agent_more_is_seen_with_few_pairs() -> None:
    """Common random numbers: the interval of the difference is far narrower than independent draws give."""
    players = (Player(busy_day(20, spare=spare), ALL_FEATURES) for spare in (0, 1))
    found = compare(*players, replications=60)
    assert found.difference["wait_mean"].high < 0
    assert found.variance_ratio["wait_mean"] > 5
    assert found.variance_ratio["wait_over_10"] > 2


def test_one_agent_more_changes_no_draw() -> None:
    """What chance brings to the bookings and to the other agents is the same to the last bit."""
    scenario = ALL_FEATURES.model_copy(update={"login_late_probability": 0.5, "walk_ups_per_hour": 6.0})
    fewer, more = (Week.of(busy_day(spare=spare)) for spare in (0, 1))
    one, other = (draw(week, scenario, 1, 3) for week in (fewer, more))
    assert one.absent.any()
    assert one.login_delay.any()
    for name in ("arrival", "cancelled_at", "patience", "service", "result", "return_after"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True), name
    for name in ("absent", "login_delay"):
        assert np.array_equal(getattr(one, name), getattr(other, name)[: len(fewer.duties)]), name
    for name in ("arrival", "like", "patience", "service"):
        assert np.array_equal(getattr(one.walk_ups, name), getattr(other.walk_ups, name)), name


def test_the_busy_day_is_a_day_that_can_be_worked() -> None:
    """Each session is within its agent's duty and runs, as planned, into no break; 30 of each agent."""
    case = busy_day(40, pools=4, spare=2)
    player = Player(case)
    assert len(case.sessions) == 1200
    assert (player.week.duty >= 0).all()
    for duty in player.week.duties[:40]:
        assert len(duty.own_list) == 30
        starts = player.week.appointed[list(duty.own_list)]
        assert (np.diff(starts) >= 20).all()
        for planned in duty.breaks:
            assert ((starts + 15 <= planned.start) | (starts >= planned.start + planned.minutes)).all()


def test_differences_can_be_played_until_narrow(week: Case) -> None:
    """The rule looks at the difference, and the cap is told."""
    calm, late = Player(week), Player(week, Scenario(late_probability=0.4))
    reached = compare(calm, late, 500, half_widths=[HalfWidth("wait_mean", 0.3)])
    kpi = reached.difference["wait_mean"]
    assert reached.half_widths[0].reached
    assert kpi.high - kpi.mean <= 0.3
    assert reached.replications < 500
    capped = compare(calm, late, 25, half_widths=[HalfWidth("wait_mean", 1e-9)])
    assert (capped.replications, capped.half_widths[0].reached) == (25, False)


def test_a_comparison_needs_two_pairs(week: Case) -> None:
    """With one pair there is no interval."""
    with pytest.raises(ValueError, match="got 1"):
        compare(Player(week), Player(week), replications=1)
