"""The parts of the engine against plain restatements of what they do."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.coverage import coverage, intervals_in_service
from data.model import Duties, Duty
from data.policies import default_labour_regimes
from data.referee import judge_roster
from optimizer.roster import solve_roster
from optimizer.roster.breaks import BREAK_RULES
from optimizer.roster.kinds import kinds_of, table_of
from optimizer.roster.requirement import Cover, Requirement
from optimizer.roster.rules import RULES, SequenceRule, Shift, Terms, shift_limit_rules
from optimizer.roster.shapes import SHORTEST_SERVICE, duty_shapes, work_lengths
from optimizer.roster.steadiness import unsteadiness
from optimizer.roster.terms import terms_of_agents
from optimizer.roster.tours import OFF, tour_graph
from optimizer.solve_result import SolveLimits
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent

SEQUENCE_RULES = [rule for rule in RULES if isinstance(rule, SequenceRule)]


@given(st.data())
def test_cover_counts_as_coverage_does(data: st.DataObject) -> None:
    """Under + over of a working cover equals that of the roster; room tells what one more agent is worth."""
    sets = data.draw(st.lists(st.sets(st.sampled_from("abcd"), min_size=1), min_size=1, max_size=6))
    wanted = data.draw(st.lists(st.tuples(*[st.integers(0, 3)] * 4), min_size=3, max_size=3))
    rows = [
        {"starts_at": 540 + 15 * n, "skill": skill, "required": number}
        for n, numbers in enumerate(wanted)
        for skill, number in zip("abcd", numbers, strict=True)
    ]
    agents = [agent(f"A{n}", "|".join(sorted(held))) for n, held in enumerate(sets)]
    spans = [sorted(data.draw(st.tuples(st.integers(0, 9), st.integers(0, 9)))) for _ in sets]
    duties = [
        {"agent_id": f"A{n}", "starts_at": 540 + 5 * low, "ends_at": 540 + 5 * high + 5}
        for n, (low, high) in enumerate(spans)
    ]
    built = problem(rows, agents)
    cover = Cover(Requirement(built))

    def counted(number: int) -> int:
        found = coverage(replace(built, duties=Duties.from_rows(duties[:number])))
        return found.under + found.over

    assert cover.objective() == counted(0)
    for n, duty in enumerate(duties):
        skill_set = int(cover.requirement.class_of_agent[n])
        service = np.zeros(96, dtype=np.int64)
        for first, last in intervals_in_service([Duty(f"A{n}", duty["starts_at"], duty["ends_at"])], 15):
            service[first:last] = 1
        change = np.where(cover.room(skill_set) > 0, -1, 1) @ service
        before = cover.objective()
        cover.add(skill_set, slice(0, 96), service)
        assert cover.objective() == before + change == counted(n + 1)


def terms(**changes: Any) -> Terms:
    """The terms of one CLT agent over six days."""
    (own,) = terms_of_agents(problem(demand(0, 9, 13), days=6))
    return replace(own, **changes)


@given(st.data())
def test_tours_are_exactly_what_the_rules_allow(data: st.DataObject) -> None:
    """The best tour of the graph is the best of all sequences that no rule refuses."""
    own = terms(
        weekly_minutes=data.draw(st.integers(240, 1500)),
        days_worked_in_a_row=data.draw(st.integers(0, 6)),
        last_duty_end=data.draw(st.one_of(st.none(), st.integers(-200, 200))),
        min_days_in_a_row=data.draw(st.sampled_from([None, 1, 2, 3])),
        max_days_in_a_row=data.draw(st.sampled_from([None, 2, 3])),
        min_days_off_in_a_row=data.draw(st.sampled_from([None, 1, 2])),
        max_weekends=data.draw(st.sampled_from([None, 0, 1])),
        min_horizon_minutes=data.draw(st.sampled_from([None, 0, 480, 720])),
        max_horizon_minutes=data.draw(st.sampled_from([None, 480, 960])),
        successions=data.draw(st.frozensets(st.sampled_from([(0, 1), (1, 0), (1, 1)]))),
        shift_limits=tuple(
            sorted(data.draw(st.dictionaries(st.integers(0, 1), st.integers(0, 3), max_size=2)).items())
        ),
    )
    first_weekday = data.draw(st.integers(0, 6))
    own = replace(
        own,
        weekdays=tuple((day + first_weekday) % 7 for day in own.weekdays),
        days_worked_in_week=data.draw(st.integers(0, first_weekday)),
        minutes_worked_in_week=data.draw(st.sampled_from([0, 600])) if first_weekday else 0,
        weekly_rest_due=data.draw(st.booleans()),
    )
    days = 4
    own = replace(own, regimes=own.regimes[:days], weekdays=own.weekdays[:days], closed=own.closed[:days])
    kinds = [
        [Shift(day, DAY * day + start, DAY * day + start + work, work, kind) for start, work, kind in chosen]
        for day in range(days)
        for chosen in [
            data.draw(
                st.lists(
                    st.tuples(
                        st.sampled_from([0, 300, 900]),
                        st.sampled_from([240, 480]),
                        st.sampled_from([None, 0, 1]),
                    ),
                    max_size=3,
                )
            )
        ]
    ]
    worth = [np.array([data.draw(st.integers(-5, 9)) for _ in listed], dtype=np.float64) for listed in kinds]
    must = [bool(listed) and data.draw(st.integers(0, 4)) == 0 for listed in kinds]
    best = None
    options = [
        [*([] if forced else [OFF]), *range(len(listed))] for listed, forced in zip(kinds, must, strict=True)
    ]
    for tour in itertools.product(*options):
        if legal(own, [None if k == OFF else kinds[day][k] for day, k in enumerate(tour)]):
            value = sum(worth[day][k] for day, k in enumerate(tour) if k != OFF)
            best = value if best is None else max(best, value)
    graph = tour_graph(own, kinds, must, [*SEQUENCE_RULES, *shift_limit_rules(own)])
    if graph is None:
        assert best is None
        return
    found = graph.best(worth)
    assert legal(own, [None if k == OFF else kinds[day][k] for day, k in enumerate(found)])
    assert sum(worth[day][k] for day, k in enumerate(found) if k != OFF) == best


def legal(own: Terms, shifts: list[Shift | None]) -> bool:
    """Whether no sequence rule refuses these days."""
    for rule in [*SEQUENCE_RULES, *shift_limit_rules(own)]:
        state: int | None = rule.begin(own)
        for day, shift in enumerate(shifts):
            assert state is not None
            state = rule.step(own, state, day, shift)
            if state is None:
                return False
    return True


@given(st.data())
def test_kinds_of_shift_are_told_apart_as_far_as_rules_do(data: st.DataObject) -> None:
    """Around the clock, days with any hours: a tour of shifts is legal where that of their kinds is."""
    days = data.draw(st.integers(2, 4))
    own = terms(
        last_duty_end=data.draw(st.one_of(st.none(), st.integers(-2000, 200))),
        days_worked_in_a_row=data.draw(st.integers(0, 1)),
        weekly_rest_due=data.draw(st.booleans()),
    )
    first_weekday = data.draw(st.integers(0, 6))
    own = replace(
        own,
        regimes=own.regimes[:days],
        weekdays=tuple((day + first_weekday) % 7 for day in range(days)),
        closed=own.closed[:days],
    )
    drawn = st.lists(st.tuples(st.integers(0, 95), st.sampled_from([240, 480])), min_size=1, max_size=3)
    real = [
        [
            Shift(day, DAY * day + 15 * at, DAY * day + 15 * at + work, work)
            for at, work in sorted(set(data.draw(drawn)))
        ]
        for day in range(days)
    ]
    grouped = kinds_of([table_of(listed) for listed in real], own)
    shown = [[kinds[place] for place in which.tolist()] for kinds, which in grouped]
    for tour in itertools.product(*([OFF, *range(len(listed))] for listed in real)):
        of_shifts = [None if k == OFF else real[day][k] for day, k in enumerate(tour)]
        of_kinds = [None if k == OFF else shown[day][k] for day, k in enumerate(tour)]
        assert legal(own, of_shifts) == legal(own, of_kinds)


@pytest.mark.parametrize("regime", default_labour_regimes(), ids=lambda regime: regime.regime)
def test_shapes_obey_the_rules_on_breaks(regime: Any) -> None:
    """Every shape of every regime keeps every rule on breaks, and the breaks leave room for sessions."""
    shapes = duty_shapes(regime, *2 * (regime.daily_max_minutes,), regime.weekly_max_minutes, 720, 15, 100)
    assert shapes
    for shape in shapes:
        duty = Duty("A1", 0, shape.presence, shape.breaks)
        assert duty.work_minutes == shape.work <= regime.daily_max_minutes
        assert [code for code, keeps in BREAK_RULES if not keeps(duty, regime)] == []
        assert all(end - start >= SHORTEST_SERVICE for start, end in shape.segments())


def test_work_lengths_hold_what_contracts_are_made_of() -> None:
    """CLT: 8 h, 4 h, and 44 h over six days; NR-17: 6 h, and what fits into a Saturday of 6 h."""
    by_name = {regime.regime: regime for regime in default_labour_regimes()}
    assert {240, 360, 440, 480} <= set(work_lengths(by_name["CLT_8H"], 480, 480, 2640, 720))
    assert {470, 500, 530, 560, 590} <= set(work_lengths(by_name["CLT_8H"], 470, 590, 2640, 720))
    assert {240, 360} <= set(work_lengths(by_name["NR17_6H"], 360, 360, 2160, 720))
    assert 340 in work_lengths(by_name["NR17_6H"], 360, 360, 2160, 360)
    assert work_lengths(by_name["CLT_8H"], 180, 180, 900, 720) == (180,)
    assert work_lengths(by_name["CLT_8H"], 180, 240, 1440, 720) == (180, 210, 240)


@pytest.mark.parametrize("minutes", [5, 10, 15, 30, 60])
def test_every_length_of_interval(minutes: int) -> None:
    """Whatever the demand interval, a team of three is rostered legally and covers most of two days."""
    rows = [
        {"starts_at": DAY * day + start, "skill": "pf", "required": 2}
        for day in range(2)
        for start in range(8 * HOUR, 18 * HOUR, minutes)
    ]
    agents = [agent("A1"), agent("A2", contract="nr17"), agent("A3", contract="part")]
    built = problem(rows, agents, days=2, demand_interval_minutes=minutes)
    result = solve_roster(built, SolveLimits(work=2.0))
    assert result.answer is not None
    planned = built.with_roster(result.answer)
    assert judge_roster(planned) == []
    counted = coverage(planned)
    assert counted.covered >= 0.6 * counted.required


def test_nights_and_two_weeks() -> None:
    """Demand around the clock for ten days: duties across midnight, rest and weeks all legal."""
    rows = [row for day in range(10) for row in demand(day, 0, 24)]
    agents = [agent(f"A{n}", contract="nr17" if n % 2 else "clt") for n in range(5)]
    built = problem(rows, agents, days=10)
    result = solve_roster(built, SolveLimits(work=2.0))
    assert result.answer is not None
    planned = built.with_roster(result.answer)
    assert judge_roster(planned) == []
    assert coverage(planned).covered >= 0.75 * coverage(planned).required
    assert any(duty.start // DAY != (duty.end - 1) // DAY for duty in result.answer.duties)


def test_starts_are_steady_where_nothing_is_lost() -> None:
    """One agent may work any four hours of each day: the same hours every day."""
    rows = [row for day in range(5) for row in demand(day, 8, 20, required=3)]
    contract = {
        "contract_id": "half",
        "regime": "CLT_8H",
        "daily_minutes": 240,
        "weekly_minutes": 1200,
        "hourly_cost": 1.0,
    }
    built = problem(rows, [agent(f"A{n}", contract="half") for n in range(3)], contracts=[contract], days=5)
    result = solve_roster(built, SolveLimits(work=2.0))
    assert result.answer is not None
    assert len(result.answer.duties) == 15
    assert result.levels[3].objective == unsteadiness(built, result.answer) == 0
