"""Breaks that sessions run into: within the labour rules, broken, skipped, paid; by hand, by properties."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Agents, Case, Scenario, regime_on
from simulation import DayPolicy, OwnList, PoolLateBinding, SimpyEngine, TwinEngine, Week, draw, simulate
from simulation.break_shifting import AfterSession, BreakShifting, HoldBack, WithinRules
from simulation.breaks import BreakFault
from simulation.kpis import replication_kpis
from simulation.outcome_log import OutcomeLog
from simulation.policies import policy_of
from tests.simulation.test_twin import POLICIES, random_day
from tests.simulation.weeks import certain, random_week, scheduled

NONE, EDGE, STRETCH, SKIPPED = (int(fault) for fault in (BreakFault.NONE, *BreakFault))
COST = 28.0 / 60
"""R$ for a minute of every contract of the tests."""

NR17_DUTY = ("A1", 540, 920)
NR17_BREAKS = [("A1", 620, 630, "pause"), ("A1", 700, 720, "meal"), ("A1", 800, 810, "pause")]
"""6 h of work: no pause before 600 and after 860, so the last pause begins at 850 at the latest."""

CLT_DUTY = ("A1", 480, 1020)
"""8 h of work and a meal of an hour: nobody is in service for over 300 minutes at a stretch."""


def under(contract: str, case: Case) -> Case:
    """The same, with all agents under another contract."""
    rows = [{**row, "contract_id": contract} for row in case.agents.rows()]
    return replace(case, agents=Agents.from_rows(rows))


def played(
    case: Case, policy: DayPolicy, scenario: Scenario | None = None, login: float = 0.0, **minutes: float
) -> tuple[Week, OutcomeLog]:
    """The day in which sessions last so many minutes and nothing else is by chance."""
    scenario = scenario or certain(rebooking_after=600.0)
    week = Week.of(case)
    draws = draw(week, scenario, 1, 0)
    service = [
        minutes.get(name, planned) for name, planned in zip(week.booking_id, week.planned, strict=True)
    ]
    draws = replace(
        draws, service=np.array(service, dtype=np.float64), login_delay=np.array([login] * len(week.duties))
    )
    log = SimpyEngine().run(week, scenario, draws, policy)
    twin = TwinEngine().run(week, scenario, draws, policy)
    assert np.array_equal(log.break_delays, twin.break_delays, equal_nan=True)
    assert (log.break_minutes, log.break_faults) == (twin.break_minutes, twin.break_faults)
    return week, log


@pytest.mark.parametrize("policy", [OwnList(), PoolLateBinding()])
@pytest.mark.parametrize(
    ("minutes", "delay", "taken", "broken"),
    [
        (20, 0, 10, NONE),
        (72, 50, 10, NONE),
        (73, 51, 10, EDGE),
        (132, 110, 10, EDGE),
        (133, math.nan, 0, SKIPPED),
    ],
)
def test_a_pause_that_a_session_runs_into(
    policy: DayPolicy, minutes: float, delay: float, taken: float, broken: int
) -> None:
    """The session of 775 is wrapped up 3 minutes after its end: the pause of 800 may begin up to 850, is in
    the closing edge from 851 on, and does not end by 920 from 911 on."""
    case = under("nr17", scheduled([("B1", "A1", 775, 20)], [NR17_DUTY], NR17_BREAKS, pool="p"))
    _, log = played(case, policy, B1=minutes)
    assert log.break_delays == pytest.approx([0, 0, delay], nan_ok=True)
    assert log.break_minutes == [10, 20, taken]
    assert log.break_faults == [NONE, NONE, broken]
    assert log.left_at == [920]


def test_a_pause_planned_in_the_opening_edge_is_broken() -> None:
    """599 is 59 minutes after the start, 600 is 60."""
    for start, broken in ((599, EDGE), (600, NONE)):
        breaks = [("A1", start, start + 10, "pause"), *NR17_BREAKS[1:]]
        case = under("nr17", scheduled([("B1", "A1", 775, 20)], [NR17_DUTY], breaks))
        assert played(case, OwnList())[1].break_faults == [broken, NONE, NONE]


def test_edges_are_closed_to_pauses_only() -> None:
    """A meal of 20 minutes that ends 10 minutes before the duty does breaks no edge."""
    breaks = [*NR17_BREAKS[::2], ("A1", 890, 910, "meal")]
    case = under("nr17", scheduled([("B1", "A1", 775, 20)], [NR17_DUTY], breaks))
    assert played(case, OwnList())[1].break_faults == [NONE, NONE, NONE]


@pytest.mark.parametrize(("minutes", "broken"), [(22, NONE), (23, STRETCH)])
def test_the_stretch_before_a_break(minutes: float, broken: int) -> None:
    """In service from 480, the meal of 760 may begin at 780 and not at 781; the pause comes soon after it."""
    breaks = [("A1", 760, 820, "meal"), ("A1", 900, 910, "pause")]
    case = scheduled([("B1", "A1", 755, 10)], [CLT_DUTY], breaks)
    _, log = played(case, OwnList(), B1=minutes)
    assert log.break_faults == [broken, NONE]
    assert log.break_delays == [minutes - 2, 0]


def test_the_stretch_is_counted_from_the_end_of_a_moved_break() -> None:
    """The pause of 500 is over at 520, not at 510: the meal at 815 comes after 295 minutes, not 305."""
    breaks = [("A1", 500, 510, "pause"), ("A1", 800, 860, "meal")]
    sessions = [("B1", "A1", 485, 10), ("B2", "A1", 785, 10)]
    _, log = played(scheduled(sessions, [CLT_DUTY], breaks), OwnList(), B1=22, B2=27)
    assert log.break_delays == [10, 15]
    assert log.break_faults == [NONE, NONE]


def test_the_stretch_goes_on_through_a_skipped_break() -> None:
    """The meal of 930 can't end by 1020 any more; the pause at 1000 follows 530 minutes in service."""
    breaks = [("A1", 930, 990, "meal"), ("A1", 1000, 1010, "pause")]
    case = scheduled([("B1", "A1", 905, 20)], [CLT_DUTY], breaks)
    _, log = played(case, OwnList(), B1=60)
    assert log.break_faults == [SKIPPED, STRETCH]
    assert log.break_delays == pytest.approx([math.nan, 0], nan_ok=True)


LATE_MEAL = [("A1", 940, 1000, "meal")]


@pytest.mark.parametrize(
    ("contract", "login", "factor", "paid_minutes"),
    [("clt", 0, 1.5, 60), ("clt", 0, 2.0, 60), ("clt", 299, 1.5, 15), ("clt", 300, 1.5, 0)],
)
def test_a_meal_not_granted_is_paid(contract: str, login: float, factor: float, paid_minutes: float) -> None:
    """CLT 71: an hour is due in over 6 h of work, 15 minutes in over 4 h; what is lacking costs half as much
    again. The agent comes at 480 + login, is held until 964, and leaves at 1020 without the meal."""
    case = under(contract, scheduled([("B1", "A1", 915, 20)], [CLT_DUTY], LATE_MEAL))
    scenario = certain(rebooking_after=600.0, meal_factor=factor)
    week, log = played(case, OwnList(), scenario, login, B1=46)
    kpis = replication_kpis(week, scenario, log)
    assert log.break_faults == [SKIPPED]
    assert log.left_at == [1020]
    assert kpis["breaks_skipped"] == kpis["breaks_broken"] == 1
    assert kpis["meals_not_granted_cost"] == pytest.approx(factor * paid_minutes * COST)
    assert kpis["cost"] == pytest.approx((480 + factor * paid_minutes) * COST)


def test_only_the_least_meal_is_paid() -> None:
    """A planned meal of 90 minutes, of which the law asks for 60: these are paid; a pause costs nothing."""
    breaks = [("A1", 900, 990, "meal"), ("A1", 1000, 1010, "pause")]
    case = scheduled([("B1", "A1", 875, 20)], [("A1", 480, 1050)], breaks)
    week, log = played(case, OwnList(), B1=165)
    assert log.break_faults == [SKIPPED, SKIPPED]
    kpis = replication_kpis(week, certain(), log)
    assert kpis["meals_not_granted_cost"] == pytest.approx(1.5 * 60 * COST)


def test_a_meal_moved_but_taken_costs_nothing() -> None:
    """It ends with the duty, at 1020."""
    week, log = played(scheduled([("B1", "A1", 915, 20)], [CLT_DUTY], LATE_MEAL), OwnList(), B1=42)
    kpis = replication_kpis(week, certain(), log)
    assert (log.break_delays, log.left_at) == ([20], [1020])
    assert (kpis["late_breaks"], kpis["break_minutes_moved"], kpis["meals_not_granted_cost"]) == (1, 20, 0)


@pytest.mark.parametrize("pool", ["", "p"])
@pytest.mark.parametrize(
    ("shifting", "start", "begun", "delay"),
    [
        (AfterSession(), 825, 825, 48),
        (WithinRules(), 825, 825, 48),
        (WithinRules(), 827, 827, 50),
        (WithinRules(), 828, 835, 0),
        (HoldBack(), 777, 777, 0),
        (HoldBack(), 778, 815, 0),
    ],
)
def test_how_far_a_session_may_run_into_a_break(
    pool: str, shifting: BreakShifting, start: int, begun: float, delay: float
) -> None:
    """A session planned to take 20 and 3 minutes can begin at `start`, 3 and 5 minutes after B0 ends. The
    pause of 800 may begin up to 850. Held back, it is taken as soon as it is due, and the set-up follows."""
    sessions = [("B0", "A1", 755, 10), ("B1", "A1", 770, 20)]
    case = under("nr17", scheduled(sessions, [NR17_DUTY], NR17_BREAKS, pool=pool))
    scenario = certain(rebooking_after=600.0, patience_median=600.0)
    own_list = OwnList(break_shifting=shifting)
    policy = PoolLateBinding(own_list=own_list, break_shifting=shifting) if pool else own_list
    _, log = played(case, policy, scenario, B0=start - 8 - 755)
    expected_break = max(800, start - 5) if begun != start else 800 + delay
    assert log.begun[1] == (begun if begun == start else expected_break + 15)
    assert log.break_delays[2] == expected_break - 800


@pytest.mark.parametrize(
    ("shifting", "delay", "begun"), [(AfterSession(), 18, 575), (WithinRules(), 0, 635), (HoldBack(), 0, 635)]
)
def test_who_waits_for_a_late_customer_takes_the_break_meanwhile(
    shifting: BreakShifting, delay: float, begun: float
) -> None:
    """The meal is due at 570, the customer of 555 comes at 575 and the agent, set up since 555, is free."""
    case = scheduled([("B1", "A1", 555, 10)], [("A1", 540, 700)], [("A1", 570, 630, "meal")], pool="p")
    scenario = certain(rebooking_after=600.0, patience_median=600.0, late_tolerance=30.0)
    week = Week.of(case)
    draws = replace(draw(week, scenario, 1, 0), arrival=np.array([575.0]))
    for policy in (PoolLateBinding(break_shifting=shifting), OwnList(break_shifting=shifting)):
        log = SimpyEngine().run(week, scenario, draws, policy)
        assert log.break_delays == [delay]
        assert log.begun == [begun if shifting.stays else 630]


def test_a_colleague_who_may_run_over_is_asked() -> None:
    """B1 would run 2 minutes into A1's meal and 8 over the end of A2's duty: A1 serves, or, held back, A2."""
    case = scheduled(
        [("B1", "A1", 575, 20)], [("A1", 540, 700), ("A2", 540, 590)], [("A1", 596, 656, "meal")], pool="p"
    )
    for shifting, agent in ((AfterSession(), 0), (HoldBack(), 1)):
        _, log = played(case, PoolLateBinding(break_shifting=shifting))
        assert log.agent == [agent]


@pytest.mark.parametrize(("minutes", "agent"), [(35, 1), (45, 0)])
def test_no_customer_is_left_waiting_long_for_a_colleague(minutes: int, agent: int) -> None:
    """B1 would run into A1's meal. A2 is expected to be set up for it 13 or 23 minutes after its appointment,
    of which 15 are the most that a customer is left waiting, whatever the limit for rebooking is."""
    case = scheduled(
        [("B0", "A2", 560, minutes), ("B1", "A1", 590, 20)],
        [("A1", 540, 700), ("A2", 540, 700)],
        [("A1", 600, 660, "meal")],
        pool="p",
    )
    _, log = played(case, PoolLateBinding(), certain(rebooking_after=60.0, patience_median=600.0))
    assert log.agent == [1, agent]
    assert log.begun[1] == (560 + minutes + 3 + 5 if agent else 590)


def test_the_scenario_names_the_policy() -> None:
    """Both for pools and for own lists."""
    for shifting in (AfterSession(), WithinRules(), HoldBack()):
        policy = policy_of(Scenario(break_shifting=shifting.name))
        assert isinstance(policy, PoolLateBinding)
        assert policy.break_shifting == policy.own_list.break_shifting == shifting
        own = policy_of(Scenario(break_shifting=shifting.name, pooled=False))
        assert own == OwnList(break_shifting=shifting)


def test_holding_back_keeps_breaks_and_costs_waits() -> None:
    """On the same busy days breaks move less under each stricter policy, and customers wait longer."""
    case = random_week(3, agents=8, pools=2, fullness=1.0, contracts=("nr17", "clt"))
    found = [
        simulate(case, Scenario(break_shifting=name, duration_mean=26.0), replications=30).kpis
        for name in ("after_session", "within_rules", "hold_back")
    ]
    assert found[0]["break_minutes_moved"].low > found[2]["break_minutes_moved"].high
    assert found[0]["break_minutes_moved"].mean >= found[1]["break_minutes_moved"].mean
    assert found[0]["breaks_broken"].mean >= found[2]["breaks_broken"].mean
    assert found[2]["rebooked_by_issuer"].mean > found[0]["rebooked_by_issuer"].mean


@settings(derandomize=True, deadline=None, max_examples=80)
@given(seed=st.integers(0, 10**6), policy=st.sampled_from(POLICIES))
def test_figures_of_breaks_from_a_plain_reading(seed: int, policy: DayPolicy) -> None:
    """Every break of an agent who comes is taken whole within the duty, or skipped and counted; the key
    figures are those of a reading of the agents' time that does not know the engine's notes on breaks."""
    case, scenario = random_day(seed, most_agents=6)
    scenario = scenario.model_copy(update={"standby_agents": 0})
    week = Week.of(case)
    log = TwinEngine().run(week, scenario, draw(week, scenario, seed, 0), policy, with_activities=True)
    kpis = replication_kpis(week, scenario, log)
    expected = dict.fromkeys(
        ("late_breaks", "break_minutes_moved", "breaks_broken", "breaks_at_edge", "breaks_after_long_stretch",
         "breaks_skipped", "meals_not_granted_cost"), 0.0,
    )  # fmt: skip
    cost = 0.0
    for number in range(len(week.duties)):
        if not math.isnan(log.left_at[number]):
            cost += _read_duty(case, number, log, expected)
    assert {name: kpis[name] for name in expected} == pytest.approx(expected)
    assert kpis["cost"] == pytest.approx(cost + expected["meals_not_granted_cost"])


def _read_duty(case: Case, number: int, log: OutcomeLog, found: dict[str, float]) -> float:
    """Count what became of one duty's breaks, one meal and one pause; its cost but for them."""
    duty = case.roster.duties[number]
    contract_id = case.agents.contract_id[case.agents.position[duty.agent_id]]
    contract = case.contracts.position[contract_id]
    regime = regime_on(case.plan.labour, case.contracts.regime[contract], case.plan.first_day)
    meal = next(b.end - b.start for b in duty.breaks if b.kind == "meal")
    work = duty.end - duty.start - meal
    rule = next((r for r in regime.breaks if r.work_over < work <= r.work_up_to), None)
    noted = log.activities()
    kinds = {4: "pause", 3: "meal"}
    taken = {
        kinds[doing]: (begins, ends)
        for who, begins, ends, doing in zip(
            *(column.tolist() for column in (noted.duty, noted.begins, noted.ends, noted.doing)), strict=True
        )
        if who == number and doing in kinds
    }
    came, left = log.came_at[number], log.left_at[number]
    for planned in duty.breaks:
        minutes = planned.end - planned.start
        broken = False
        if planned.kind not in taken:
            found["breaks_skipped"] += 1
            broken = True
            assert left > duty.end - minutes
        else:
            begins, ends = taken[planned.kind]
            assert begins >= planned.start
            assert ends - begins == minutes
            assert ends <= duty.end
            found["late_breaks"] += begins - planned.start > 5
            found["break_minutes_moved"] += begins - planned.start
            edge = rule.edge_minutes if rule and planned.kind == "pause" else 0
            at_edge = begins < duty.start + edge or ends > duty.end - edge
            since = max([came, *(e for _, e in taken.values() if e <= begins)])
            too_long = begins - since > regime.max_stretch_minutes
            found["breaks_at_edge"] += at_edge
            found["breaks_after_long_stretch"] += too_long
            broken = at_edge or too_long
        found["breaks_broken"] += broken
    hourly = float(case.contracts.hourly_cost[contract])
    if "meal" not in taken:
        done = min(work, left - came)
        due = [r.meal_minutes_min for r in regime.breaks if r.work_over < done <= r.work_up_to]
        found["meals_not_granted_cost"] += 1.5 * sum(due) * hourly / 60
    return (work + 1.5 * (left - duty.end)) * hourly / 60


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10**6), shifting=st.sampled_from((WithinRules(), HoldBack())), pooled=st.booleans()
)
def test_no_session_begins_that_runs_further_into_a_break_than_allowed(
    seed: int, shifting: WithinRules | HoldBack, pooled: bool
) -> None:
    """By planned minutes, each session of an appointment ends in time for the next break of its agent."""
    case, scenario = random_day(seed, most_agents=6)
    week = Week.of(case)
    own_list = OwnList(break_shifting=shifting)
    policy = PoolLateBinding(own_list=own_list, break_shifting=shifting) if pooled else own_list
    log = TwinEngine().run(week, scenario, draw(week, scenario, seed, 0), policy)
    for session, (number, begun) in enumerate(zip(log.agent, log.begun, strict=True)):
        if math.isnan(begun):
            continue
        duty, since = week.duties[number], log.came_at[number]
        for place, planned in enumerate(duty.breaks, start=week.first_break[number]):
            if planned.start + log.break_delays[place] < begun:
                since = planned.start + log.break_delays[place] + planned.minutes
            elif max(planned.start, begun) + planned.minutes <= duty.end:
                limit = planned.start
                if isinstance(shifting, WithinRules):
                    limit = max(limit, min(planned.latest, since + planned.longest_stretch))
                assert begun + week.planned[session] + week.wrap_up[session] <= limit
                break


def test_breaks_lie_in_the_order_of_time() -> None:
    """What `Week.breaks` numbers: the breaks of the first duty, then those of the next."""
    week = Week.of(random_week(1, agents=3, days=2))
    assert week.breaks.duty.tolist() == sorted(week.breaks.duty.tolist())
    assert week.first_break == (0, 2, 4, 6, 8, 10)
    for duty in week.duties:
        assert all(one.start + one.minutes <= other.start for one, other in pairwise(duty.breaks))
