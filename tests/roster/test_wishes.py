"""Wishes are met as far as coverage allows, and never at its expense."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.generator import GeneratorSettings, generate
from data.model import Case, Duty, Roster, Wishes
from data.referee import judge_roster, recount
from optimizer.roster import run, solve_roster
from optimizer.roster.menu import MenuMaker
from optimizer.roster.terms import terms_of_agents
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.referee.plain_roster import roster_faults
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent, contract

QUICK = SolveLimits(work=5.0)
HALF_DAY = contract("half", "CLT_8H", 240, 2640)


def wish(name: str, day: int, first: float, last: float, kind: str, weight: int = 1) -> dict[str, Any]:
    """A wish from one hour of a day to another."""
    start, end = int(DAY * day + HOUR * first), int(DAY * day + HOUR * last)
    return {"agent_id": name, "starts_at": start, "ends_at": end, "kind": kind, "weight": weight}


def with_wishes(built: Case, wishes: list[dict[str, Any]]) -> Case:
    """The case with these wishes."""
    return replace(built, wishes=Wishes.from_rows(wishes))


def random_wishes(chance: np.random.Generator, names: list[str], days: int, count: int) -> Wishes:
    """Wishes of random agents for intervals of 1 to 40 hours from half hours on."""
    rows = {}
    for _ in range(count):
        name, start = str(chance.choice(names)), 30 * int(chance.integers(12, 48 * days))
        end = start + 60 * int(chance.choice([1, 2, 4, 12, 40]))
        kind, weight = str(chance.choice(["work", "off"])), int(chance.integers(1, 9))
        rows[name, start, end] = {
            "agent_id": name, "starts_at": start, "ends_at": end, "kind": kind, "weight": weight,
        }  # fmt: skip
    return Wishes.from_rows(rows.values())


def small_case(seed: int) -> Case:
    """Two agents with duties of four hours, three days, random demand for up to two, and random wishes."""
    chance = np.random.default_rng(seed)
    rows = []
    for day in range(3):
        first = int(chance.integers(8, 11))
        rows += demand(day, first, first + int(chance.integers(4, 6)), int(chance.integers(1, 3)))
    limits = {"max_days_in_a_row": 2} if seed % 2 else {}
    built = problem(
        rows,
        [agent("A1", contract="half"), agent("A2", contract="half")],
        contracts=[HALF_DAY | limits],
        days=3,
    )
    return replace(built, wishes=random_wishes(chance, ["A1", "A2"], 3, 6))


def best_levels(built: Case) -> tuple[int, int]:
    """The least under + over, and the least weight of wishes lost with it, over all legal rosters."""
    asked = np.zeros(built.axis.end // 15, dtype=np.int64)
    np.add.at(asked, built.demand.starts_at // 15, built.demand.required)
    weeks: list[list[tuple[Duty, ...]]] = []
    maker = MenuMaker(built)
    for terms, row in zip(terms_of_agents(built), built.agents.rows(), strict=True):
        options: list[list[Duty | None]] = []
        for day in range(built.axis.days):
            menu = maker.menu(terms, day)
            assert menu is not None
            options.append([None, *(Duty(row["agent_id"], s.start, s.end) for s in menu.shifts)])
        chosen = (tuple(d for d in choice if d is not None) for choice in itertools.product(*options))
        weeks.append([week for week in chosen if not week or not roster_faults(built, row, week)])
    wishes = built.wishes.rows()

    def served(week: tuple[Duty, ...]) -> np.ndarray[Any, Any]:
        cells = np.zeros(len(asked), dtype=np.int64)
        for duty in week:
            cells[duty.start // 15 : duty.end // 15] += 1
        return cells

    def lost(week: tuple[Duty, ...], name: str) -> int:
        return sum(
            w["weight"]
            for w in wishes
            if w["agent_id"] == name
            and any(d.start < w["ends_at"] and w["starts_at"] < d.end for d in week) != (w["kind"] == "work")
        )

    first = [(served(week), lost(week, "A1")) for week in weeks[0]]
    second = [(served(week), lost(week, "A2")) for week in weeks[1]]
    cells = np.array([cell for cell, _ in second])
    unmet = np.array([number for _, number in second])
    best = (10**9, 10**9)
    for cell, number in first:
        missing = np.abs(asked - cell - cells).sum(axis=1)
        least = int(missing.min())
        best = min(best, (least, number + int(unmet[missing == least].min())))
    return best


def check_against_every_roster(seed: int) -> None:
    """Both levels are those of the best roster, and the referee counts the same."""
    built = small_case(seed)
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    assert judge_roster(built.with_roster(result.answer)) == []
    best = best_levels(built)
    assert (result.levels[0].objective, result.levels[1].objective) == best
    assert result.levels[1].bound <= best[1]
    assert result.levels[1].objective == recount(built.with_roster(result.answer)).wishes_not_met


@pytest.mark.parametrize("seed", range(10))
def test_small_teams_against_every_roster(seed: int) -> None:
    """Two agents over three days: coverage is the best there is, and so are the wishes met with it."""
    check_against_every_roster(seed)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_small_teams_against_every_roster_at_length(block: int) -> None:
    """The same for 1,000 teams."""
    for seed in range(1000 + 100 * block, 1100 + 100 * block):
        check_against_every_roster(seed)


@pytest.mark.parametrize("seed", range(10))
def test_the_search_never_pays_for_wishes_with_coverage(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without CP-SAT: coverage as without wishes or better, never below the best; wishes counted truly."""
    monkeypatch.setattr(run, "MOST_NUMBERS", 0)
    built, limits = small_case(seed), SolveLimits(work=0.3)
    with_them = solve_roster(built, limits)
    without = solve_roster(replace(built, wishes=Wishes.empty()), limits)
    assert with_them.answer is not None
    best = best_levels(built)
    assert best[0] <= with_them.levels[0].objective <= without.levels[0].objective
    if with_them.levels[0].objective == best[0]:
        assert with_them.levels[1].objective >= best[1]
    planned = built.with_roster(with_them.answer)
    assert judge_roster(planned) == []
    assert with_them.levels[1].objective == recount(planned).wishes_not_met


@pytest.mark.parametrize("most", [0, 10**9])
def test_two_agents_swap_days(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One agent is needed a day, A1 wishes the odd days off and A2 the even ones: all is met."""
    monkeypatch.setattr(run, "MOST_NUMBERS", most)
    built = problem(
        [row for day in range(5) for row in demand(day, 9, 13)],
        [agent("A1", contract="half"), agent("A2", contract="half")],
        contracts=[HALF_DAY],
        days=5,
    )
    wishes = [wish("A2" if day % 2 else "A1", day, 0, 24, "work", 3) for day in range(5)]
    wishes += [wish("A1" if day % 2 else "A2", day, 0, 24, "off", 2) for day in range(5)]
    result = solve_roster(with_wishes(built, wishes), QUICK)
    assert [(level.objective, level.bound) for level in result.levels[:2]] == [(0, 0), (0, 0)]
    assert result.status is SolveStatus.OPTIMAL


def test_wishes_that_nobody_can_meet_are_in_the_bound() -> None:
    """Off during a pinned duty, work during an absence and outside the horizon: lost, and proven to be."""
    built = problem(
        demand(0, 9, 13),
        [agent("A1", contract="half"), agent("A2", contract="half")],
        absences=[{"agent_id": "A2", "starts_at": 0, "ends_at": DAY}],
        contracts=[HALF_DAY],
        duties=[{"agent_id": "A1", "starts_at": 9 * HOUR, "ends_at": 13 * HOUR, "pinned": True}],
    )
    wishes = [
        wish("A1", 0, 12, 14, "off", 5),
        wish("A2", 0, 8, 10, "work", 7),
        wish("A1", 3, 8, 10, "work", 11),
        wish("A2", 3, 8, 10, "off", 13),
    ]
    result = solve_roster(with_wishes(built, wishes), QUICK)
    level = result.levels[1]
    assert (level.objective, level.bound, level.gap) == (23, 23, 0.0)
    assert result.status is SolveStatus.OPTIMAL


def test_wishes_of_a_generated_team() -> None:
    """Thirty agents of all contracts, forty wishes: coverage as without them, and clearly fewer lost."""
    case = generate(GeneratorSettings(agents=30, days=6, load=0.8, seed=2)).case
    chance = np.random.default_rng(7)
    built = replace(case, wishes=random_wishes(chance, case.agents.agent_id.tolist(), 6, 40))
    limits = SolveLimits(work=3.0)
    without = solve_roster(case, limits)
    with_them = solve_roster(built, limits)
    assert without.answer is not None
    assert with_them.answer is not None
    planned = built.with_roster(with_them.answer)
    assert judge_roster(planned) == []
    assert with_them.levels[0].objective <= without.levels[0].objective
    assert with_them.levels[1].objective == recount(planned).wishes_not_met
    lost_by_chance = recount(built.with_roster(without.answer)).wishes_not_met
    assert with_them.levels[1].objective <= 0.8 * lost_by_chance
    assert with_them.reproducible


def test_no_wishes_no_weight() -> None:
    """Without wishes the level is 0 of 0."""
    result = solve_roster(problem(demand(0, 9, 13)), QUICK)
    assert (result.levels[1].name, result.levels[1].objective, result.levels[1].gap) == ("wishes", 0, 0.0)
    assert result.answer != Roster(())
