"""The day by hand: each rule on a case that a person can follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Case, Scenario
from simulation import (
    DayPolicy,
    OwnList,
    PoolLateBinding,
    SessionRecord,
    SimpyEngine,
    Week,
    draw,
    simulate,
)
from simulation.outcome_log import OutcomeLog
from simulation.records import Outcome
from tests.simulation.day_checker import check_day
from tests.simulation.weeks import certain, random_week, scheduled


def played(
    case: Case,
    policy: DayPolicy,
    scenario: Scenario | None = None,
    absent: tuple[int, ...] = (),
    **changes: dict[str, float],
) -> tuple[dict[str, SessionRecord], OutcomeLog]:
    """One certain day in which some arrivals, services or patiences are set by booking."""
    scenario = scenario or certain()
    week = Week.of(case)
    draws = draw(week, scenario, 1, 0)
    values = {name: getattr(draws, name).copy() for name in ("arrival", "patience", "service")}
    place = {name: n for n, name in enumerate(week.booking_id)}
    for name, by_booking in changes.items():
        for booking, value in by_booking.items():
            values[name][place[booking]] = value
    gone = np.isin(np.arange(len(week.duties)), absent)
    log = SimpyEngine().run(
        week, scenario, replace(draws, **values, absent=gone), policy, with_activities=True
    )
    return {record.booking_id: record for record in log.session_records(week)}, log


TWO = [("B1", "A1", 545, 20), ("B2", "A1", 575, 20)]


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_without_chance_everything_goes_to_plan(pooled: bool, seed: int) -> None:
    """D/D: no wait, no knock-on, no overtime, no late break, everybody served at the appointment."""
    case = random_week(seed, agents=6, pools=2, fullness=1.0)
    result = simulate(case, certain(pooled=pooled), replications=2)
    assert result.kpis["wait_mean"] == (0, 0, 0)
    assert result.kpis["fulfilled"] == (1, 1, 1)
    assert result.kpis["overtime_minutes"].high == 0
    assert result.kpis["late_breaks"].high == 0
    assert np.array_equal(result.records.started, result.records.appointed)
    assert list(result.records.agent_id) == list(case.sessions.agent_id)


def test_an_overrun_knocks_on() -> None:
    """B1 takes 40 minutes instead of 20 and is wrapped up at 588: B2 of 575 could start at 593, too late."""
    records, log = played(scheduled(TWO, [("A1", 540, 610)]), OwnList(), service={"B1": 40.0})
    assert (records["B1"].started, records["B1"].ended) == (545, 585)
    assert (records["B2"].outcome, records["B2"].ended) == ("rebooked_by_issuer", 588)
    assert log.left_at == [610]


def test_a_start_at_the_very_limit_is_a_start() -> None:
    """A wait of exactly 15 minutes is no rebooking, and 15 minutes and a little is."""
    case = scheduled(TWO, [("A1", 540, 610)])
    records, log = played(case, OwnList(), service={"B1": 37.0})
    assert (records["B2"].started, records["B2"].wait) == (590, 15)
    assert log.left_at == [613]
    records, _ = played(case, OwnList(), service={"B1": 37.0 + 2**-20})
    assert records["B2"].outcome == "rebooked_by_issuer"


def test_impatient_customers_leave() -> None:
    """Patience of 4 minutes ends during the set-up, which the agent finishes."""
    case = scheduled(TWO, [("A1", 540, 610)])
    records, log = played(case, OwnList(), service={"B1": 30.0}, patience={"B2": 4.0})
    assert (records["B2"].outcome, records["B2"].ended, records["B2"].wait) == ("left", 579, 4)
    assert log.busy == [5 + 30 + 3 + 5]


def test_late_within_the_tolerance_and_beyond() -> None:
    """At 15 minutes late the session takes place without a wait; a little later it is a no-show at 560."""
    case = scheduled(TWO, [("A1", 540, 610)])
    records, _ = played(case, OwnList(), arrival={"B1": 560.0})
    assert (records["B1"].started, records["B1"].wait) == (560, 0)
    assert (records["B2"].started, records["B2"].wait) == (588, 13)
    records, _ = played(case, OwnList(), arrival={"B1": 560.0 + 2**-20})
    assert (records["B1"].outcome, records["B1"].ended) == ("no_show", 560)
    assert records["B1"].arrived > 560
    assert records["B2"].started == 575


def test_early_start() -> None:
    """All are there at 520 and the duty begins at 540: the session starts at 545, or waits for 555."""
    case = scheduled([("B1", "A1", 555, 20)], [("A1", 540, 600)])
    records, _ = played(case, OwnList(), arrival={"B1": 520.0})
    assert (records["B1"].started, records["B1"].wait) == (545, 0)
    records, _ = played(case, OwnList(), certain(allow_early_start=False), arrival={"B1": 520.0})
    assert (records["B1"].started, records["B1"].wait) == (555, 0)


@pytest.mark.parametrize("policy", [OwnList(), PoolLateBinding()])
def test_a_break_starts_late_after_an_overrun_and_is_whole(policy: DayPolicy) -> None:
    """B1 ends at 580 instead of 565: the meal of 570 to 630 is taken from 583 to 643."""
    case = scheduled(
        [("B1", "A1", 545, 20), ("B2", "A1", 645, 20)],
        [("A1", 540, 700)],
        [("A1", 570, 630, "meal")],
        pool="p",
    )
    records, log = played(case, policy, service={"B1": 35.0})
    assert log.break_delays == [13]
    assert log.on_break == [60]
    assert (records["B2"].started, records["B2"].wait) == (648, 3)


def test_an_absent_agents_customers() -> None:
    """On the own list they are rebooked after 15 minutes; in a pool the colleague serves them."""
    case = scheduled([("B1", "A1", 545, 20)], [("A1", 540, 600), ("A2", 540, 600)], pool="p")
    records, log = played(case, OwnList(), absent=(0,))
    assert (records["B1"].outcome, records["B1"].ended, records["B1"].wait) == ("rebooked_by_issuer", 560, 15)
    assert np.isnan(log.left_at[0])
    records, _ = played(case, PoolLateBinding(), absent=(0,))
    assert (records["B1"].agent_id, records["B1"].started) == ("A2", 545)


def test_a_session_without_a_duty_is_rebooked() -> None:
    """Nobody is there at the appointment: the issuer has to rebook."""
    case = scheduled([("B1", "A1", 545, 20), ("B2", "A1", 700, 20)], [("A1", 540, 600)])
    for policy in (OwnList(), PoolLateBinding()):
        records, _ = played(case, policy)
        assert (records["B1"].outcome, records["B2"].outcome) == ("fulfilled", "rebooked_by_issuer")


def test_a_person_is_in_one_session_at_a_time() -> None:
    """One person with two orders: B2's agent waits until B1 ends at 590, and that is no wait of B2's."""
    case = scheduled(
        [("B1", "A1", 545, 20), ("B2", "A2", 570, 20)],
        [("A1", 540, 700), ("A2", 540, 700)],
        persons={"B1": ["P"], "B2": ["P"]},
    )
    records, _ = played(case, OwnList(), service={"B1": 45.0})
    assert (records["B2"].started, records["B2"].wait, records["B2"].arrived) == (590, 0, 570)


def test_two_waiting_sessions_of_one_person_do_not_start_together() -> None:
    """Both agents are late for the same person; the second session starts when the first has ended."""
    case = scheduled(
        [("B1", "A1", 545, 20), ("B2", "A2", 545, 20)],
        [("A1", 540, 700), ("A2", 540, 700)],
        persons={"B1": ["P"], "B2": ["P"]},
    )
    records, _ = played(case, OwnList())
    assert sorted((r.started, r.wait) for r in records.values()) == [(545, 0), (565, 0)]


def test_the_longest_waiting_customer_is_served_next() -> None:
    """Of two who are there, the smaller max(appointment, arrival) goes first, not the earlier appointment."""
    case = scheduled(
        [("B1", "A1", 545, 30), ("B2", "A1", 585, 20), ("B3", "A1", 590, 20)], [("A1", 540, 700)], pool="p"
    )
    # B1 ends at 590; its wrap-up at 593. B2 logs in at 592, B3 was there at its appointment, 590.
    records, _ = played(case, PoolLateBinding(), service={"B1": 45.0}, arrival={"B2": 592.0})
    assert (records["B3"].started, records["B2"].ended) == (598, 607)
    assert records["B2"].outcome == "rebooked_by_issuer"
    records, _ = played(case, OwnList(), service={"B1": 45.0}, arrival={"B2": 592.0})
    assert records["B2"].started == 598


def test_a_pool_agent_does_not_run_into_the_break_when_a_colleague_can_serve() -> None:
    """A1's meal is at 585. B2's own agent A2 is busy until 579; A1 is idle, but B2 would end after 585."""
    case = scheduled(
        [("B1", "A2", 545, 20), ("B2", "A2", 575, 20)],
        [("A1", 540, 700), ("A2", 540, 700)],
        [("A1", 585, 645, "meal"), ("A2", 660, 690, "meal")],
        pool="p",
    )
    records, log = played(case, PoolLateBinding(), service={"B1": 31.0})
    assert (records["B2"].agent_id, records["B2"].started) == ("A2", 584)
    assert log.break_delays == [0, 0]


def test_a_pool_agent_runs_into_the_break_when_nobody_else_can_serve() -> None:
    """The same, but A2's customer holds A2 by plan until 625: A1 serves B3 and takes the meal late."""
    case = scheduled(
        [("B1", "A2", 545, 45), ("B3", "A1", 555, 20)],
        [("A1", 540, 700), ("A2", 540, 700)],
        [("A1", 585, 645, "meal"), ("A2", 600, 690, "meal")],
        pool="p",
    )
    records, log = played(case, PoolLateBinding(), arrival={"B3": 568.0})
    assert (records["B3"].agent_id, records["B3"].started) == ("A1", 568)
    assert sorted(log.break_delays) == [0, 6]


def test_a_late_customers_agent_stays_when_nobody_else_is_there() -> None:
    """The duty ends at 570; the only agent of the pool waits for the customer of 550 until the tolerance."""
    case = scheduled([("B1", "A1", 550, 10)], [("A1", 540, 570)], pool="p")
    scenario = certain(late_tolerance=30.0, duration_reference=25.0)
    records, log = played(case, PoolLateBinding(), scenario, arrival={"B1": 579.0})
    assert (records["B1"].started, records["B1"].ended) == (579, 589)
    assert log.left_at == [592]
    records, log = played(case, PoolLateBinding(), scenario, arrival={"B1": np.inf})
    assert (records["B1"].outcome, log.left_at) == ("no_show", [580])


def test_an_agent_leaves_when_a_colleague_has_taken_the_late_customer() -> None:
    """A1's duty ends at 570 while A2 is on a pause; A2 is back at 571 and serves at 572, and A1 goes."""
    case = scheduled(
        [("B1", "A1", 550, 10)],
        [("A1", 540, 570), ("A2", 540, 700)],
        [("A2", 560, 571, "pause")],
        pool="p",
    )
    records, log = played(case, PoolLateBinding(), certain(late_tolerance=30.0), arrival={"B1": 572.0})
    assert (records["B1"].agent_id, records["B1"].started) == ("A2", 572)
    assert log.left_at == [572, 700]


def test_a_break_waits_for_a_late_customer_whom_nobody_else_can_serve() -> None:
    """The meal is due at 570, the customer of 555 comes at 575 and is served: the meal starts at 588."""
    case = scheduled([("B1", "A1", 555, 10)], [("A1", 540, 700)], [("A1", 570, 630, "meal")], pool="p")
    records, log = played(case, PoolLateBinding(), certain(late_tolerance=30.0), arrival={"B1": 575.0})
    assert (records["B1"].started, records["B1"].wait) == (575, 0)
    assert log.break_delays == [18]


def test_an_agent_steps_in_when_the_colleague_has_taken_another_customer() -> None:
    """A1, with a meal at 590, leaves B2 and B3 to A2; A2 takes B2 at 580, so A1 takes B3 at once."""
    case = scheduled(
        [("B1", "A2", 545, 20), ("B2", "A2", 575, 20), ("B3", "A1", 575, 20)],
        [("A1", 540, 700), ("A2", 540, 700)],
        [("A1", 590, 650, "meal"), ("A2", 660, 690, "meal")],
        pool="p",
    )
    records, log = played(case, PoolLateBinding(), service={"B1": 32.0})
    assert (records["B2"].agent_id, records["B2"].started) == ("A2", 585)
    assert (records["B3"].agent_id, records["B3"].started) == ("A1", 585)
    assert sorted(log.break_delays) == [0, 18]


def test_agents_without_a_pool_keep_to_their_own_list() -> None:
    """With no pools at all both policies give the same day."""
    case = random_week(4, agents=5, pools=0)
    own, pooled = (simulate(case, policy=policy, replications=3) for policy in (OwnList(), PoolLateBinding()))
    assert own.records.frame().equals(pooled.records.frame())
    assert own.kpis == pooled.kpis


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    agents=st.integers(1, 6),
    pools=st.integers(0, 2),
    fullness=st.sampled_from((0.3, 0.8, 1.0)),
    pooled=st.booleans(),
    early=st.booleans(),
    mean=st.sampled_from((15.0, 22.0, 30.0)),
    tolerance=st.sampled_from((0.0, 7.5, 15.0, 40.0)),
    limit=st.sampled_from((0.0, 3.3, 15.0, 120.0)),
)
def test_records_obey_every_rule_of_the_day(
    seed: int,
    agents: int,
    pools: int,
    fullness: float,
    pooled: bool,
    early: bool,
    mean: float,
    tolerance: float,
    limit: float,
) -> None:
    """Random weeks, calm to overloaded, checked by code that reads only records and case."""
    case = random_week(seed, agents, pools, fullness)
    scenario = Scenario(
        pooled=pooled,
        allow_early_start=early,
        duration_mean=mean,
        late_tolerance=tolerance,
        rebooking_after=limit,
        agent_absence=0.1,
        late_probability=0.3,
        no_show_single=0.1,
        login_late_probability=0.2,
        cancellation_probability=0.1,
        walk_ups_per_hour=2.0,
        same_day_return=0.5,
    )
    check_day(case, scenario, simulate(case, scenario, replications=1, seed=seed))


@pytest.mark.soak
def test_records_obey_every_rule_of_many_days() -> None:
    """The same on 2,000 random weeks of up to 12 agents in up to 3 pools."""
    for seed in range(2000):
        case = random_week(seed, 1 + seed % 12, seed % 4, (0.5, 0.9, 1.0)[seed % 3], days=1)
        scenario = Scenario(
            pooled=seed % 5 > 0, allow_early_start=seed % 2 > 0, duration_mean=(18.0, 22.0, 28.0)[seed % 3]
        )
        check_day(case, scenario, simulate(case, scenario, replications=1, seed=seed))


def test_each_session_has_one_outcome() -> None:
    """A second outcome is refused."""
    log = OutcomeLog(1, 0, 0)
    log.closed(0, 1.0, Outcome.NO_SHOW)
    with pytest.raises(RuntimeError, match="two outcomes"):
        log.closed(0, 2.0, Outcome.LEFT)


def test_skills_are_needed_in_a_pool_too() -> None:
    """A colleague without the skill leaves the customer waiting."""
    case = scheduled([("B1", "A1", 545, 20)], [("A1", 540, 600), ("A2", 540, 600)], pool="p")
    case = replace(case, agents=replace(case.agents, skills=np.array(["pf", "pj"], dtype=object)))
    records, _ = played(case, PoolLateBinding(), absent=(0,))
    assert records["B1"].outcome == "rebooked_by_issuer"
