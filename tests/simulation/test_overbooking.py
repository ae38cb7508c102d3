"""Bookings beyond the plan: where they are made, and what comes of them against exact binomial numbers."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from data.model import Case, Scenario
from simulation import Engine, Outcome, Player, SimpyEngine, TwinEngine, Week, draw, simulate
from simulation.draws import no_show_probability
from simulation.overbooking import LimitedRisk, ShareOfPlan, how_many_come, with_overbooking
from simulation.theory.overbooking import Turnout, binomial
from tests.simulation.weeks import certain, random_week, scheduled

PUNCTUAL = certain(no_show_single=0.2, rebooking_after=10.0)
"""Customers come on time or not at all."""


def one_slot(agents: int) -> Case:
    """A pool whose agents all have a session at 9:05."""
    return scheduled(
        [(f"B{n:02}", f"A{n:02}", 545, 20) for n in range(agents)],
        [(f"A{n:02}", 540, 600) for n in range(agents)],
        pool="p",
    )


def test_a_share_is_spread_evenly_over_the_day_of_a_pool() -> None:
    """Sessions of two agents of a pool every half hour, one more for each four: at the fourth and eighth."""
    sessions = [(f"B{n}", f"A{n % 2 + 1}", 545 + 30 * n, 20) for n in range(9)]
    duties = [("A1", 540, 900), ("A2", 540, 900)]
    week = Week.of(scheduled(sessions, duties, pool="p"))
    assert ShareOfPlan(0.25).more(week, Scenario()).tolist() == [0, 0, 0, 1, 0, 0, 0, 1, 0]
    own = ShareOfPlan(0.25).more(week, Scenario(pooled=False))
    assert own.tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 0]
    without_pool = Week.of(scheduled(sessions, duties))
    assert ShareOfPlan(0.25).more(without_pool, Scenario()).tolist() == own.tolist()
    only_ten = tuple(1.0 if hour == 10 else 0.0 for hour in range(24))
    by_hour = ShareOfPlan(1.0, only_ten).more(week, Scenario())
    assert by_hour.tolist() == [0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_a_share_begins_anew_each_day() -> None:
    """Three sessions a day and a share of a quarter: nobody more, though six make more than a whole one."""
    sessions = [(f"B{n}", "A1", 545 + 30 * (n % 3) + 1440 * (n // 3), 20) for n in range(6)]
    duties = [("A1", 540, 900), ("A1", 1980, 2340)]
    week = Week.of(scheduled(sessions, duties, pool="p", days=2))
    assert ShareOfPlan(0.25).more(week, Scenario()).sum() == 0
    assert ShareOfPlan(1 / 3).more(week, Scenario()).tolist() == [0, 0, 1, 0, 0, 1]


@given(st.lists(st.floats(0, 1), max_size=7))
def test_how_many_come_by_enumeration(probabilities: list[float]) -> None:
    """All ways in which customers come or not, summed."""
    expected = np.zeros(len(probabilities) + 1)
    for comes in product((0, 1), repeat=len(probabilities)):
        chance = [p if come else 1 - p for come, p in zip(comes, probabilities, strict=True)]
        expected[sum(comes)] += np.prod(chance)
    assert how_many_come(np.array(probabilities)) == pytest.approx(expected)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    agents=st.integers(1, 15),
    no_show=st.sampled_from((0.0, 0.05, 0.2, 0.5, 1.0)),
    risk=st.sampled_from((0.01, 0.1, 0.3)),
)
def test_the_risk_is_kept_and_used_up(agents: int, no_show: float, risk: float) -> None:
    """Binomial tails: with the bookings made the risk is kept, and with one more it would not be."""

    def too_many(booked: int) -> float:
        come = 1 - no_show
        return sum(comb(booked, k) * come**k * no_show ** (booked - k) for k in range(agents + 1, booked + 1))

    scenario = certain(no_show_single=no_show)
    more = int(LimitedRisk(risk).more(Week.of(one_slot(agents)), scenario).sum())
    assert too_many(agents + more) <= risk
    assert more == agents or too_many(agents + more + 1) > risk


def test_the_risk_counts_hours_skills_and_cancellations() -> None:
    """Ten sessions of one pool, five each in two hours: each hour has its own; who cancels does not come."""
    sessions = [(f"B{n}", f"A{n % 5}", 545 + 60 * (n // 5), 20) for n in range(10)]
    week = Week.of(scheduled(sessions, [(f"A{n}", 540, 700) for n in range(5)], pool="p"))
    more = LimitedRisk(0.35).more(week, certain(no_show_single=0.2))
    assert (more[:5].sum(), more[5:].sum()) == (1, 1)
    assert binomial(6, 0.8)[6:].sum() <= 0.35 < binomial(7, 0.8)[6:].sum()
    assert more.max() == 1
    cancelling = certain(no_show_single=0.2, cancellation_probability=0.375)
    assert LimitedRisk(0.35).more(week, cancelling)[:5].sum() == 4
    assert binomial(10, 0.5)[6:].sum() > 0.35 >= binomial(9, 0.5)[6:].sum()


@pytest.mark.parametrize(("engine", "replications"), [(TwinEngine(), 4000), (SimpyEngine(), 1000)])
@pytest.mark.parametrize(("agents", "risk"), [(1, 0.7), (4, 0.4), (10, 0.1)])
def test_shows_are_binomial(engine: Engine, replications: int, agents: int, risk: float) -> None:
    """Punctual customers of one slot: how many come, whether more than there are agents, and how many the
    issuer turns away, each within 99.9 % of its exact number."""
    player = Player(one_slot(agents), PUNCTUAL, engine=engine, overbooking=LimitedRisk(risk))
    booked = agents + player.week.overbooked
    assert booked > agents
    exact = binomial(booked, 0.8)
    come, away = np.zeros(replications), np.zeros(replications)
    for replication in range(replications):
        outcome = np.array(player.play(7, replication).outcome)
        come[replication] = np.count_nonzero(outcome != Outcome.NO_SHOW)
        away[replication] = np.count_nonzero(outcome == Outcome.REBOOKED_BY_ISSUER)
        assert np.count_nonzero(outcome == Outcome.FULFILLED) == min(come[replication], agents)
    customers = np.arange(booked + 1)
    more = np.maximum(customers - agents, 0)
    for found, values in ((come, customers), (come > agents, more > 0), (away, more)):
        mean = exact @ values
        error = np.sqrt((exact @ (values - mean) ** 2) / replications)
        assert abs(found.mean() - mean) <= 3.29 * error
    assert exact @ more == pytest.approx(Turnout.of(booked, agents, 0.8).turned_away)
    assert exact[agents + 1 :].sum() <= risk


def test_bookings_of_the_plan_keep_their_chance() -> None:
    """The sessions of the plan, and walk-ups, draw the same with and without; the others draw their own."""
    scenario = Scenario(
        walk_ups_per_hour=4.0, cancellation_probability=0.1, same_day_return=0.5, no_show_single=0.3
    )
    week = Week.of(random_week(3, agents=6, pools=2))
    more = with_overbooking(week, scenario, ShareOfPlan(0.3))
    assert 0 < more.overbooked == len(more) - len(week)
    one, other = draw(week, scenario, 5, 0), draw(more, scenario, 5, 0)
    for name in ("arrival", "cancelled_at", "patience", "service", "result", "return_after"):
        assert np.array_equal(getattr(one, name), getattr(other, name)[: len(week)])
    assert np.array_equal(one.walk_ups.like, other.walk_ups.like)
    assert np.array_equal(one.walk_ups.service, other.walk_ups.service)
    assert len(set(other.patience.tolist())) == len(more)


def test_a_booking_more_is_like_the_one_whose_start_it_shares() -> None:
    """Kind, skill, minutes, participants, agent; it is next in the agent's list, and has no companion."""
    week = Week.of(random_week(8, agents=5, pools=0))
    more = with_overbooking(week, Scenario(), ShareOfPlan(0.5))
    assert more.booking_id[len(week) :].tolist() == [f"overbooked {n + 1}" for n in range(more.overbooked)]
    for duty in more.duties:
        starts = more.appointed[list(duty.own_list)]
        assert (np.diff(starts) >= 0).all()
        for before, session in zip(duty.own_list, duty.own_list[1:], strict=False):
            if session >= len(week):
                for name in ("appointed", "kind", "skill", "planned", "participants", "duty", "hour"):
                    assert getattr(more, name)[session] == getattr(more, name)[before]
    rows = more.attendance_session[more.attendance_session >= len(week)]
    assert (np.bincount(rows, minlength=len(more))[len(week) :] == more.participants[len(week) :]).all()
    assert len(set(more.attendance_key.tolist())) == len(more.attendance_key)
    assert more.companions[len(week) :] == ((),) * more.overbooked
    assert np.array_equal(
        no_show_probability(more, Scenario())[: len(week)], no_show_probability(week, Scenario())
    )
    with pytest.raises(ValueError, match="overbooked already"):
        with_overbooking(more, Scenario(), ShareOfPlan(0.5))


def test_off_by_default_and_one_way_at_a_time() -> None:
    """Without either the week is the plan's; both at once are refused."""
    week = Week.of(one_slot(3))
    assert with_overbooking(week, Scenario(), ShareOfPlan(0.0)) is week
    assert Player(one_slot(3)).week.overbooked == 0
    assert Player(one_slot(3), Scenario(overbooking_share=0.4)).week.overbooked == 1
    with pytest.raises(ValidationError, match="not both"):
        Scenario(overbooking_share=0.1, overbooking_risk=0.1)


def test_sessions_that_nobody_serves_get_no_booking_more() -> None:
    """A session outside its agent's duty, and in no pool."""
    case = scheduled([("B1", "A1", 545, 20), ("B2", "A1", 700, 20)], [("A1", 540, 600)])
    for policy in (ShareOfPlan(1.0), LimitedRisk(0.99)):
        assert policy.more(Week.of(case), certain(no_show_single=0.5)).tolist() == [1, 0]


def test_overbooking_trades_idle_time_for_rebookings() -> None:
    """On the same days with many no-shows more is served, agents idle less, and more is rebooked."""
    case = random_week(3, agents=8, pools=1, fullness=1.0)
    scenario = Scenario(no_show_single=0.3, no_show_joint=0.3)
    plain = simulate(case, scenario, replications=60).kpis
    found = simulate(case, scenario.model_copy(update={"overbooking_risk": 0.3}), replications=60).kpis
    assert found["overbooked"].mean > 5
    assert found["served"].low > plain["served"].high
    assert found["idle"].high < plain["idle"].low
    assert found["rebooked_by_issuer"].mean > plain["rebooked_by_issuer"].mean


def test_any_object_with_the_method_will_do() -> None:
    """A policy of somebody else: two more at the first session; as given, whatever the scenario says."""

    class TwoMore:
        def more(self, week: Week, scenario: Scenario) -> np.ndarray:
            return np.eye(1, len(week), dtype=np.int64)[0] * 2

    result = simulate(
        one_slot(2),
        PUNCTUAL.model_copy(update={"overbooking_share": 0.5}),
        replications=2,
        overbooking=TwoMore(),
    )
    assert result.kpis["overbooked"].mean == 2
    assert len(result.records) == 4
    assert sum(group.kpis["overbooked"].mean for group in result.by_interval) == 2
