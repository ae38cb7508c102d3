"""Weekends, late duties and lost wishes are shared fairly, and never at the expense of coverage or wishes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.generator import GeneratorSettings, generate
from data.model import Agents, Case, Duty, Roster, Wishes
from data.referee import judge_roster, recount
from optimizer.roster import fairness, run, solve_roster
from optimizer.roster.fairness import beyond_fair
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus
from tests.roster.test_wishes import random_wishes
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent, contract

QUICK = SolveLimits(work=5.0)
HALF_DAY = contract("half", "CLT_8H", 240, 2640)
FRIDAY = date(2026, 12, 4)


def team(count: int, days: int, rows: list[dict[str, Any]], **changes: Any) -> Case:
    """Agents with duties of four hours, alike, who may work every Sunday, from a Friday on."""
    agents = [
        agent(
            f"A{n}",
            contract="half",
            sunday_off_every_weeks=7,
            **{key: values[n] for key, values in changes.items()},
        )
        for n in range(count)
    ]
    built = problem(rows, agents, contracts=[HALF_DAY], days=days, first_day=FRIDAY)
    plan = built.plan.model_copy(update={"late_duties_end_after": time(13)})
    return replace(built, plan=plan)


def small_case(seed: int) -> Case:
    """Two agents over three or four days: random demand early and late, history, and wishes."""
    chance = np.random.default_rng(seed)
    days = int(chance.integers(3, 5))
    rows = []
    for day in range(days):
        first = int(chance.choice([8, 9, 10]))
        rows += demand(day, first, first + 4, int(chance.integers(1, 3)))
    history = {
        "weekend_days_worked": chance.integers(0, 4, 2).tolist(),
        "late_duties_worked": chance.integers(0, 4, 2).tolist(),
    }
    built = team(2, days, rows, **history)
    return replace(built, wishes=random_wishes(chance, ["A0", "A1"], days, int(chance.integers(0, 5))))


def best_levels(built: Case) -> tuple[int, int, int]:
    """The best of the first three levels in turn, over all choices of four-hour duties within the demand."""
    best = (10**9, 10**9, 10**9)
    starts = []
    for day in range(built.axis.days):
        asked = built.demand.starts_at[built.demand.starts_at // DAY == day]
        last = int(asked.max()) + 15 - 4 * HOUR
        starts.append([None, *range(int(asked.min()), last + 1, 15)])
    one_agent = list(itertools.product(*starts))
    for first, second in itertools.product(one_agent, repeat=2):
        roster = Roster.of(
            Duty(name, start, start + 4 * HOUR)
            for name, choice in (("A0", first), ("A1", second))
            for start in choice
            if start is not None
        )
        planned = built.with_roster(roster)
        counted = recount(planned)
        found = (counted.under + counted.over, counted.wishes_not_met, counted.unfair_shares)
        if found < best and not judge_roster(planned):
            best = found
    return best


def levels(result: SolveResult[Roster]) -> tuple[float, ...]:
    """Objectives of the first three levels."""
    return tuple(level.objective for level in result.levels[:3])


@pytest.mark.parametrize("seed", range(8))
def test_small_teams_against_every_roster(seed: int) -> None:
    """Two agents: coverage, wishes and fair shares are the best there are, in this order, and so counted."""
    built = small_case(seed)
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    assert levels(result) == best_levels(built)
    assert result.levels[2].bound <= result.levels[2].objective
    assert recount(built.with_roster(result.answer)).unfair_shares == result.levels[2].objective


@pytest.mark.parametrize("most", [0, 10**9])
def test_history_decides_who_works_the_weekend(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One agent is needed a day; who has worked two weekend days more before is off on this weekend."""
    monkeypatch.setattr(run, "MOST_NUMBERS", most)
    rows = [row for day in range(4) for row in demand(day, 9, 13)]
    for history in ([2, 0], [0, 2]):
        built = team(2, 4, rows, weekend_days_worked=history)
        result = solve_roster(built, QUICK)
        assert result.answer is not None
        assert levels(result) == (0, 0, 0)
        (on_duty,) = {duty.agent_id for duty in result.answer.duties if duty.start // DAY in (1, 2)}
        assert on_duty == ("A1" if history[0] else "A0")


@pytest.mark.parametrize("most", [0, 10**9])
def test_late_duties_are_shared(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every day an early and a late duty of the same length: nobody has more late ones than fair."""
    monkeypatch.setattr(run, "MOST_NUMBERS", most)
    rows = [row for day in range(6) for row in demand(day, 8, 12) + demand(day, 16, 20)]
    result = solve_roster(team(2, 6, rows), QUICK)
    assert result.answer is not None
    assert levels(result) == (0, 0, 0)
    late = [duty.agent_id for duty in result.answer.duties if duty.end % DAY > 13 * HOUR]
    assert sorted(late.count(name) for name in ("A0", "A1")) == [3, 3]


def test_what_pins_make_unfair_is_in_the_bound() -> None:
    """A0 is pinned to both weekend days, A1 absent then: two days are one too many, and proven to be."""
    pins = [
        {"agent_id": "A0", "starts_at": DAY * d + 9 * HOUR, "ends_at": DAY * d + 13 * HOUR, "pinned": True}
        for d in (1, 2)
    ]
    away = [{"agent_id": "A1", "starts_at": DAY, "ends_at": 3 * DAY}]
    agents = [agent(f"A{n}", contract="half", sunday_off_every_weeks=7) for n in range(2)]
    rows = [row for day in range(3) for row in demand(day, 9, 13)]
    built = problem(rows, agents, away, contracts=[HALF_DAY], days=3, first_day=FRIDAY, duties=pins)
    level = solve_roster(built, QUICK).levels[2]
    assert (level.name, level.objective, level.bound) == ("fairness", 2, 2)
    assert level.gap == 0.0


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_the_measure_is_what_lies_outside_of_the_rounded_mean(counts: list[int]) -> None:
    """Restated with every count moved to the nearest of the two whole numbers around the mean."""
    mean = sum(counts) / len(counts)
    fair = [n for n in range(10) if abs(n - mean) < 1]
    assert beyond_fair(np.array(counts)) == sum(min(abs(count - n) for n in fair) for count in counts)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=2, max_size=4))
def test_the_bound_is_the_least_that_limits_allow(limits: list[tuple[int, int]]) -> None:
    """Against every choice of counts within the limits."""
    least = np.array([low for low, _ in limits])
    most = np.array([low + width for low, width in limits])
    choices = itertools.product(*(range(low, high + 1) for low, high in zip(least, most, strict=True)))
    best = min(beyond_fair(np.array(choice)) for choice in choices)
    assert fairness._least_beyond_fair(least, most) == best


def with_history(built: Case, chance: np.random.Generator) -> Case:
    """The case after weeks in which weekends and late duties were shared unevenly."""
    rows = [
        row
        | {
            "weekend_days_worked": int(chance.integers(0, 4)),
            "late_duties_worked": int(chance.integers(0, 6)),
        }
        for row in built.agents.rows()
    ]
    return replace(built, agents=Agents.from_rows(rows))


def test_a_generated_team_shares_fairly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two dozen agents of all contracts, wishes, an uneven past: coverage and wishes as without fair
    shares, which are clearly fairer.
    """
    case = generate(GeneratorSettings(agents=24, days=6, load=0.8, seed=3)).case
    chance = np.random.default_rng(5)
    built = with_history(case, chance)
    built = replace(built, wishes=random_wishes(chance, case.agents.agent_id.tolist(), 6, 40))
    limits = SolveLimits(work=2.0)
    fair = solve_roster(built, limits)
    assert fair.answer is not None
    planned = built.with_roster(fair.answer)
    assert judge_roster(planned) == []
    assert fair.levels[2].objective == recount(planned).unfair_shares
    assert fair.levels[2].bound <= fair.levels[2].objective
    assert fair.reproducible
    monkeypatch.setattr(run, "share_fairly", lambda *_: None)
    unfair = solve_roster(built, limits)
    assert levels(fair)[:2] == levels(unfair)[:2]
    assert fair.levels[2].objective <= 0.7 * unfair.levels[2].objective


def test_agents_who_are_not_alike_are_not_compared() -> None:
    """Other skills, another regime or other hours: nobody to share with, whatever the past."""
    agents = [
        agent("A0", "pf", "half", weekend_days_worked=9),
        agent("A1", "pf", "clt", late_duties_worked=9),
        agent("A2", "pf", "nr17"),
        agent("A3", "pj|pf", "half"),
        agent("A4", "libras", "half"),
        agent("A5", "libras", "half", weekend_days_worked=9),
    ]
    rows = demand(0, 9, 13) + demand(0, 9, 13, skill="pj")
    built = problem(rows, agents, contracts=[contract("half", "CLT_8H", 240, 1200)])
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    assert (result.levels[2].objective, result.levels[2].gap) == (0, 0.0)
    assert recount(built.with_roster(result.answer)).unfair_shares == 0


def test_lost_wishes_are_shared() -> None:
    """Four wishes to be off, of which two must be lost: one of each agent, not two of one."""
    rows = demand(0, 9, 13) + demand(3, 9, 13)
    wishes = [
        {"agent_id": name, "starts_at": DAY * day, "ends_at": DAY * (day + 1), "kind": "off", "weight": 1}
        for name in ("A0", "A1")
        for day in (0, 3)
    ]
    built = replace(team(2, 4, rows), wishes=Wishes.from_rows(wishes))
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    assert levels(result) == (0, 2, 0)
    assert {duty.agent_id for duty in result.answer.duties} == {"A0", "A1"}
    assert result.status is not SolveStatus.INFEASIBLE
