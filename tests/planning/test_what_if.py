"""What-ifs: the figures of sweeps, and never a figure from a plan that was made for other levers."""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.executors import Shared
from data.model import Scenario
from optimizer.planning.what_if import (
    TODAYS,
    Figures,
    KeyedPlan,
    OtherPlanError,
    WhatIfInputs,
    differences,
    figures_of,
    plan_for,
)
from optimizer.planning.what_if_choice import DECISIONS, choices, circumstances_of, requirement_steps
from optimizer.solve_result import SolveLimits
from optimizer.sweep.levers import DAY_LEVERS, PLAN_LEVERS
from optimizer.sweep.playing import FIGURES, INFEASIBLE, PLAYED, MadePlan, SweepInputs, Work, play_work
from optimizer.sweep.scenarios import SweepScenario
from optimizer.sweep.values import Setting
from tests.sweep.days import day

# One test process has them all: what they share is worked out once.
pytestmark = pytest.mark.xdist_group("planning what_if")


@cache
def what_ifs() -> WhatIfInputs:
    """Of a small day."""
    return WhatIfInputs(day(), Scenario(), 4, SolveLimits(work=0.5, seed=3))


def scenario(name: str = "x", **levers: object) -> SweepScenario:
    """A scenario; words of a lever are parted by two underscores."""
    changes = ((tuple(path.split("__")), Setting.of(value)) for path, value in levers.items())
    return SweepScenario(name, tuple(changes))


MORE = scenario("more", demand="+25%", late_tolerance=5)


@pytest.fixture(scope="module")
def plans() -> dict[str, KeyedPlan]:
    """Of today, and of more demand."""
    return {each.name: plan_for(what_ifs(), each) for each in (TODAYS, MORE)}


def test_figures_are_those_of_a_sweep(plans: dict[str, KeyedPlan]) -> None:
    """Levers of the day on the plan there is, levers of the plan on one made anew: the same numbers."""
    late = scenario("late", late_tolerance=5)
    for asked, anew in (((TODAYS, late), False), ((TODAYS, MORE), True)):
        inputs = SweepInputs(
            what_ifs().case, what_ifs().base, asked, anew, what_ifs().replications, what_ifs().limits
        )
        for number, each in enumerate(asked):
            (expected,) = play_work(Work(Shared(inputs), (number,), 0))
            found = figures_of(what_ifs(), each, plans[each.name] if anew else None)
            assert found.status == expected.status == PLAYED
            np.testing.assert_array_equal(found.values, expected.values)


def test_differences_are_paired(plans: dict[str, KeyedPlan]) -> None:
    """Replication by replication; of what is the same, there is none."""
    today, more = (figures_of(what_ifs(), each, plans[each.name]) for each in (TODAYS, MORE))
    found = differences(today, more)
    place = FIGURES.index("served")
    pairs = more.values[:, place] - today.values[:, place]
    assert found["served"].mean == pytest.approx(pairs.mean())
    assert found["served"].high - found["served"].low == pytest.approx(2 * 3.182446 * pairs.std(ddof=1) / 2.0)
    assert more.bookings == round(1.25 * today.bookings)
    assert set(differences(today, today).values()) == {(0.0, 0.0, 0.0)}


DAY = st.dictionaries(st.sampled_from(["late_tolerance", "standby_agents"]), st.integers(0, 3), max_size=2)
PLAN = st.dictionaries(
    st.sampled_from(["demand", "requirement"]), st.sampled_from(["+10%", "-10%", "+20%"]), max_size=2
)


@settings(max_examples=60, deadline=None)
@given(DAY, PLAN, DAY, PLAN)
def test_no_figures_from_a_plan_of_other_levers(
    day_one: dict[str, int], plan_one: dict[str, str], day_two: dict[str, int], plan_two: dict[str, str]
) -> None:
    """A plan serves all scenarios with its levers of the plan and no other; keys tell them apart."""
    one, two = scenario("one", **day_one, **plan_one), scenario("two", **plan_two, **day_two)
    made = KeyedPlan(what_ifs().plan_key(one), MadePlan(what_ifs().case, INFEASIBLE, {}))
    same_plan = one.plan_changes == two.plan_changes
    assert (what_ifs().plan_key(one) == what_ifs().plan_key(two)) == same_plan
    if same_plan:
        found = figures_of(what_ifs(), two, made)
        assert (found.key == figures_of(what_ifs(), one, made).key) == (
            dict(one.changes) == dict(two.changes)
        )
        assert found.plan_key == made.key
        assert not found.has_figures
    else:
        with pytest.raises(OtherPlanError):
            figures_of(what_ifs(), two, made)
    if two.plan_changes:
        with pytest.raises(OtherPlanError):
            figures_of(what_ifs(), two)


def test_other_inputs_have_other_keys() -> None:
    """Another case, other work, another seed or another day: nothing kept of one is taken for the other."""
    others = [
        replace(what_ifs(), case=replace(what_ifs().case, wishes=type(what_ifs().case.wishes).empty())),
        replace(what_ifs(), case=what_ifs().case.with_roster(what_ifs().case.roster)),
        replace(
            what_ifs(), case=replace(what_ifs().case, bookings=what_ifs().case.bookings.take(np.arange(10)))
        ),
        replace(what_ifs(), limits=SolveLimits(work=0.6, seed=3)),
        replace(what_ifs(), limits=SolveLimits(work=0.5, seed=4)),
    ]
    same = [each.plan_key(MORE) == what_ifs().plan_key(MORE) for each in others]
    assert same[2:] == [False, False, False]
    assert same[0] == (len(what_ifs().case.wishes) == 0)
    on_another_day = replace(what_ifs(), base=Scenario(late_median=6.0))
    assert on_another_day.plan_key(MORE) == what_ifs().plan_key(MORE)
    assert on_another_day.figures_key(MORE, "") != what_ifs().figures_key(MORE, "")
    assert replace(what_ifs(), replications=5).figures_key(MORE, "") != what_ifs().figures_key(MORE, "")


def test_inputs_and_plans_travel_to_other_processes(plans: dict[str, KeyedPlan]) -> None:
    """Whatever was asked of them before."""
    assert pickle.loads(pickle.dumps(what_ifs())).key == what_ifs().key
    there = pickle.loads(pickle.dumps(plans["more"]))
    np.testing.assert_array_equal(
        figures_of(what_ifs(), MORE, there).values, figures_of(what_ifs(), MORE, plans["more"]).values
    )


def test_only_alike_plans_are_compared(plans: dict[str, KeyedPlan]) -> None:
    """A plan made anew is not held against the one the case brings, nor against other inputs."""
    brought, anew = figures_of(what_ifs(), TODAYS), figures_of(what_ifs(), TODAYS, plans["today"])
    late = figures_of(what_ifs(), scenario(late_tolerance=5))
    for today, other in ((brought, anew), (anew, late), (late, late)):
        with pytest.raises(OtherPlanError):
            differences(today, other)
    with pytest.raises(OtherPlanError):
        differences(figures_of(replace(what_ifs(), replications=5), TODAYS), late)


def figures(each: SweepScenario, cost: float, waits: float, not_placed: float = 0.0) -> Figures:
    """Made up, hardly any spread."""
    values = np.zeros((4, len(FIGURES)))
    spread = np.array([-1.0, 1.0, -1.0, 1.0])
    for name, mean, scale in (("cost", cost, 1.0), ("wait_over_10", waits, 1e-4)):
        values[:, FIGURES.index(name)] = mean + scale * spread
    values[:, FIGURES.index("not_placed")] = not_placed
    return Figures(each, "", "", "", PLAYED, {}, 1000, values)


def test_the_cheapest_that_surely_keeps_the_target_is_recommended() -> None:
    """Within the interval's end; not what leaves bookings without a session; each circumstance apart."""
    busy = scenario("busy", demand="+20%")
    listed = [
        figures(TODAYS, 1000.0, 0.05),
        figures(scenario("a", pool_size=8), 1100.0, 0.0199999),  # its interval reaches beyond 2 %
        figures(scenario("b", standby_agents=1), 1200.0, 0.015),
        figures(scenario("c", standby_agents=2), 1300.0, 0.004),
        figures(scenario("d", hired__x=3), 1250.0, 0.03),
        figures(scenario("e", requirement="-20%"), 500.0, 0.001, not_placed=90.0),
        figures(busy, 900.0, 0.2),
        figures(scenario("f", demand="+20%", standby_agents=2), 1400.0, 0.1),
    ]
    here, there = choices(listed, 0.02)
    assert here.members == (0, 1, 2, 3, 4, 5)
    assert here.on_offer == (0, 1, 2, 3, 4)
    assert here.on_frontier == (0, 1, 2, 3)
    assert here.dominated == (4,)
    assert here.recommended == 2
    assert there.circumstances == circumstances_of(busy)
    assert there.members == (6, 7)
    assert there.recommended is None
    nothing = Figures(TODAYS, "", "", "", INFEASIBLE, {}, 0, np.full((4, len(FIGURES)), np.nan))
    assert choices([nothing], 0.02) == []


def test_decisions_are_levers() -> None:
    """All of them exist."""
    assert DAY_LEVERS | set(PLAN_LEVERS) >= DECISIONS


def test_steps_of_the_requirement_move_one_lever_more() -> None:
    """Each is the scenario with another number of agents required."""
    steps = requirement_steps(MORE)
    assert len({step.name for step in steps}) == len(steps) > 1
    for step in steps:
        assert step.changes[:-1] == MORE.changes
        assert step.changes[-1][0] == ("requirement",)
    assert requirement_steps(steps[0]) == []
