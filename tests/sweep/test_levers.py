"""What each lever does, and that nothing else changes."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from data.calendars import opening_intervals
from data.eligibility import evaluate
from data.generator import GeneratorSettings, generate
from data.model import Case, Scenario, Wishes, tokens
from optimizer.sweep.levers import ChangedInputs, LeverError, changes_plan, with_changes
from optimizer.sweep.values import Setting


@pytest.fixture(scope="module")
def week() -> Case:
    """A generated week of 30 agents, open on Saturdays until 14:00."""
    return generate(GeneratorSettings(agents=30, days=6, load=0.7, seed=2)).case


def moved(case: Case, **levers: Any) -> ChangedInputs:
    """The case with levers moved; nested mappings as in a file."""
    return with_changes(case, Scenario(), settings(levers))


def settings(levers: dict[str, Any], above: tuple[str, ...] = ()) -> dict[tuple[str, ...], Setting]:
    """The levers by path."""
    found: dict[tuple[str, ...], Setting] = {}
    for name, value in levers.items():
        if isinstance(value, dict):
            found |= settings(value, (*above, name))
        else:
            found[(*above, name)] = Setting.of(value)
    return found


def faults(case: Case, **levers: Any) -> list[tuple[str, str]]:
    """Places and what was expected."""
    with pytest.raises(LeverError) as error:
        moved(case, **levers)
    return [(".".join(fault.path), fault.expected) for fault in error.value.faults]


def differing(first: Case, second: Case) -> set[str]:
    """Tables that differ, without those of the plan."""
    names = {field.name for field in fields(Case)} - {"duties", "breaks", "sessions", "unplaced", "plan"}
    found = {name for name in names if not getattr(first, name).same_as(getattr(second, name))}
    return found | ({"plan"} if first.plan != second.plan else set())


@pytest.mark.parametrize(
    ("levers", "is_plan", "touched"),
    [
        ({"late_tolerance": 10}, False, set()),
        ({"no_show": "12%"}, False, set()),
        ({"pool_size": 4}, False, {"agents"}),
        ({"outage": {"from": "10:00", "minutes": 30}}, False, set()),
        ({"demand": "+20%"}, True, {"bookings", "participants", "demand"}),
        ({"requirement": "+20%"}, True, {"demand"}),
        ({"buffer_minutes": {"single": 5}}, True, {"bookings"}),
        ({"opening": {"saturday": "08:00-20:00"}}, True, {"plan", "demand"}),
        ({"regimes": {"all": {"max_days_a_week": 5}}}, True, {"plan"}),
        ({"reform": "5x2_40h"}, True, {"plan", "contracts"}),
        ({"contracts": {"CLT-44h": {"hourly_cost": "+5%"}}}, True, {"contracts"}),
        ({"training": {"agents": "pf|pj", "skill": "joint"}}, True, {"agents"}),
        ({"hired": {"CLT-44h": 2}}, True, {"agents"}),
        ({"hired": {"CLT-44h": -2, "NR17-36h": 2}}, True, {"agents"}),
        ({"service": {"held_back_share": "5%"}}, True, {"plan"}),
        ({"plan": {"overtime_price": 3}}, True, {"plan"}),
    ],
)
def test_the_field_says_what_must_be_made_anew(
    week: Case, levers: dict[str, Any], is_plan: bool, touched: set[str]
) -> None:
    """A lever of the day keeps the plan, one of the plan does not; only its own tables change."""
    found = moved(week, **levers)
    assert found.needs_plan == changes_plan(settings(levers)) == is_plan
    assert (len(found.case.duties) == 0) == is_plan
    assert differing(week, found.case) == touched


def test_a_no_show_rate_moves_all_kinds_in_proportion(week: Case) -> None:
    """12 % of single sessions instead of 8 %: joint ones 18 % instead of 12 %."""
    scenario = moved(week, no_show="12%").scenario
    assert (scenario.no_show_single, scenario.no_show_joint) == (0.12, pytest.approx(0.18))


def test_pools(week: Case) -> None:
    """Pools of a size, each with his own list, or as they are."""
    sizes = np.unique(moved(week, pool_size=4).case.agents.pool.astype(str), return_counts=True)[1]
    assert max(sizes) <= 4
    assert not moved(week, pool_size="own_list").scenario.pooled
    assert differing(week, moved(week, pool_size="as_it_is").case) == set()


@pytest.mark.parametrize("factor", [0.5, 0.9, 1.0, 1.2, 2.7])
def test_demand_scales_bookings_and_the_requirement(week: Case, factor: float) -> None:
    """As many bookings and agents required as asked for, to the rounding of each interval."""
    case = moved(week, demand=factor).case
    assert len(case.bookings) == round(factor * len(week.bookings))
    assert len(set(case.bookings.booking_id)) == len(case.bookings)
    assert set(case.participants.booking_id) == set(case.bookings.booking_id)
    intervals = np.unique(week.demand.starts_at)
    for start in intervals.tolist():
        before, after = (
            found.demand.required[found.demand.starts_at == start].sum() for found in (week, case)
        )
        assert abs(after - factor * before) <= 0.5 + 1e-9
    promised = week.bookings.booking_id[week.bookings.pin != ""]
    assert set(promised) <= set(case.bookings.booking_id)
    assert np.count_nonzero(case.bookings.pin != "") == len(promised)


def test_more_bookings_are_of_other_people_like_those_of_today(week: Case) -> None:
    """Copies need the same skill and minutes in the same windows, and share no participant with others."""
    case = moved(week, demand=2.0).case
    copies = np.array([name.endswith("+1") for name in case.bookings.booking_id])
    assert np.count_nonzero(copies) == len(week.bookings)
    for column in ("skill", "duration_minutes", "preferred_start"):
        values = getattr(case.bookings, column)
        assert sorted(values[copies].tolist()) == sorted(values[~copies].tolist())
    people = case.participants.participant_id[[n.endswith("+1") for n in case.participants.booking_id]]
    assert not set(people) & set(week.participants.participant_id)
    before, after = evaluate(week), evaluate(case)
    assert np.count_nonzero(after.eligible) == 2 * np.count_nonzero(before.eligible)


def test_a_buffer_plans_more_minutes_for_the_same_work(week: Case) -> None:
    """Within the kind's limits; what is played is the work booked; promised sessions stay."""
    found = moved(week, buffer_minutes={"single": 5})
    kind, policy = evaluate(week).kind, week.plan.policy
    single = (kind == "single") & (week.bookings.pin == "")
    booked, planned = week.bookings.duration_minutes, found.case.bookings.duration_minutes
    within = np.minimum(booked[single] + 5, policy.single.longest_minutes)
    assert np.array_equal(planned[single], np.maximum(booked[single], within))
    assert np.array_equal(evaluate(found.case).eligible, evaluate(week).eligible)
    assert np.array_equal(planned[~single], booked[~single])
    assert np.array_equal(found.booked_minutes, booked)


def test_buffers_and_demand_together_keep_the_work_of_every_booking(week: Case) -> None:
    """The minutes booked are told of the copies too."""
    found = moved(week, buffer_minutes={"all": 5}, demand="+50%")
    assert len(found.booked_minutes) == len(found.case.bookings)
    assert np.array_equal(found.booked_minutes, moved(week, demand="+50%").case.bookings.duration_minutes)


def test_opening_spreads_the_same_work(week: Case) -> None:
    """Longer Saturdays: intervals there require like those of other days, all together as much as before."""
    case = moved(week, opening={"saturday": "08:00-20:00"}).case
    assert opening_intervals(case.plan)[5] == (5 * 1440 + 480, 5 * 1440 + 1200)
    late = case.demand.starts_at >= 5 * 1440 + 15 * 60
    assert case.demand.required[late].sum() > 0
    for column in ("required", "expected_bookings"):
        before, after = (float(getattr(found.demand, column).sum()) for found in (week, case))
        assert after == pytest.approx(before, rel=0.02 if column == "required" else 1e-9)


def test_closing_moves_the_work_to_other_days(week: Case) -> None:
    """Nothing is required on a day that is closed."""
    case = moved(week, opening={"saturday": "closed"}).case
    assert opening_intervals(case.plan)[5] is None
    assert case.demand.required[case.demand.starts_at >= 5 * 1440].sum() == 0
    assert case.demand.required.sum() == pytest.approx(week.demand.required.sum(), rel=0.02)


def test_the_reform_only_ever_lowers(week: Case) -> None:
    """40 hours on five days at most; who works less keeps that, and 12x36 stays."""
    case = moved(week, reform="5x2_40h").case
    for before, after in zip(week.plan.labour, case.plan.labour, strict=True):
        assert after.weekly_max_minutes <= before.weekly_max_minutes
        if before.regime in ("CLT_8H", "NR17_6H"):
            assert (after.weekly_max_minutes, after.max_days_a_week) == (
                min(2400, before.weekly_max_minutes),
                5,
            )
        if before.regime == "SHIFT_12X36":
            assert after == before
    assert max(case.contracts.weekly_minutes) == 2400


def test_training_gives_a_share_of_a_class_a_skill(week: Case) -> None:
    """Half of those who have just pf and pj learn joint; nobody else learns or forgets anything."""
    case = moved(week, training={"agents": "pj|pf", "skill": "joint", "share": "50%"}).case
    before, after = week.agents.skills, case.agents.skills
    rows = np.flatnonzero(before == "pf|pj")
    learnt = [row for row in rows if tokens(after[row]) == {"pf", "pj", "joint"}]
    assert len(learnt) == round(0.5 * len(rows) + 1e-9)
    assert [row for row in range(len(before)) if before[row] != after[row]] == learnt


def test_agents_who_leave_take_along_what_is_theirs(week: Case) -> None:
    """Spread evenly over those without a promised session; absences, standby and wishes go with them."""
    rows = np.flatnonzero(week.agents.contract_id == "CLT-44h")
    named = np.where(np.arange(len(week.bookings)) == 0, week.agents.agent_id[rows[0]], "")
    bookings = replace(week.bookings, pinned_agent=named.astype(object))
    wishes = Wishes.from_rows(
        {"agent_id": name, "starts_at": 0, "ends_at": 1440, "kind": "off", "weight": 1}
        for name in week.agents.agent_id.tolist()
    )
    case = replace(week, bookings=bookings, wishes=wishes)
    left = moved(case, hired={"CLT-44h": -(len(rows) - 1)}).case
    stay = set(left.agents.agent_id.tolist())
    assert stay == set(week.agents.agent_id.tolist()) - set(week.agents.agent_id[rows[1:]].tolist())
    assert set(left.wishes.agent_id.tolist()) == stay
    assert set(left.absences.agent_id.tolist()) <= stay
    assert faults(case, hired={"CLT-44h": -len(rows)}) == [
        ("hired.CLT-44h", f"expected a number of agents from {1 - len(rows)} to 10,000")
    ]
    contracts = set(week.agents.contract_id.tolist())
    everybody = {name: -int((week.agents.contract_id == name).sum()) for name in contracts}
    nobody_named = replace(bookings, pinned_agent=np.full(len(bookings), "", dtype=object))
    assert faults(replace(week, bookings=nobody_named), hired=everybody) == [
        ("hired", "expected an agent who stays")
    ]


def test_hired_agents_are_like_those_of_their_contract(week: Case) -> None:
    """Two more, without a past."""
    case = moved(week, hired={"NR17-36h": 2}).case
    hired = case.agents.take(np.arange(len(week.agents), len(case.agents)))
    assert hired.contract_id.tolist() == ["NR17-36h"] * 2
    like = week.agents.contract_id == "NR17-36h"
    assert set(hired.skills) <= set(week.agents.skills[like])
    assert not hired.days_worked_in_a_row.any()


def test_every_fault_is_told_at_once(week: Case) -> None:
    """Fields that there are not, and values that are not allowed, with what was expected."""
    found = dict(
        faults(
            week,
            no_such_lever=1,
            late_tolerance=-1,
            no_show="120%",
            pool_size=0,
            standby_agents=1.5,
            demand=-0.5,
            buffer_minutes={"double": 5},
            opening={"sunday": "08:00-14:00", "saturday": "14:00-08:00"},
            regimes={"all": {"weekly_max_minutes": -5}},
            contracts={"nobody": {"hourly_cost": 1}},
            training={"agents": "nobody", "skill": "flying"},
            hired={"CLT-44h": -100},
            service={"late_tolerance_minutes": 10, "single": {"shortest_minutes": 0}},
            plan={"days": 3},
            outage={"from": "25:00", "minutes": 0, "day": 9},
        )
    )
    assert set(found) == {
        "no_such_lever",
        "late_tolerance",
        "no_show",
        "pool_size",
        "standby_agents",
        "demand",
        "buffer_minutes.double",
        "opening.sunday",
        "opening.saturday",
        "regimes.all.weekly_max_minutes",
        "contracts.nobody.hourly_cost",
        "training.agents",
        "training.skill",
        "hired.CLT-44h",
        "service.late_tolerance_minutes",
        "service.single.shortest_minutes",
        "plan.days",
        "outage.from",
        "outage.minutes",
        "outage.day",
    }
    assert "the lever of the day late_tolerance" in found["service.late_tolerance_minutes"]
    assert all(found.values())


def test_rules_between_fields_are_kept(week: Case) -> None:
    """What the simulation refuses together is refused here."""
    found = faults(week, failure_rebook=0.7, failure_recoverable=0.6)
    assert any("exclude each other" in expected for _, expected in found)
