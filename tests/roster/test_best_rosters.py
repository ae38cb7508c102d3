"""Rosters are as good as the best one that brute force finds, and bounds hold."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.coverage import coverage
from data.generator import GeneratorSettings, generate
from data.model import Break, Case, Duty, Roster
from data.referee import judge_roster, recount
from optimizer.roster import solve_roster
from optimizer.roster.menu import DayMenu, MenuMaker
from optimizer.roster.terms import terms_of_agents
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent

QUICK = SolveLimits(work=20.0)


def duty_of(menu: DayMenu, name: str, place: int) -> Duty:
    """A duty of a menu, as an agent's."""
    shift, shape = menu.shifts[int(menu.shift_of[place])], menu.shapes[int(menu.shape[place])]
    breaks = tuple(Break(shift.start + b.start, shift.start + b.end, b.kind) for b in shape.breaks)
    return Duty(name, shift.start, shift.end, breaks)


def objective(built: Case, duties: list[Duty]) -> int:
    """Under + over of these duties."""
    counted = coverage(built.with_roster(Roster.of(duties)))
    return counted.under + counted.over


def uneven(chance: np.random.Generator, day: int, skills: str = "ab") -> list[dict[str, Any]]:
    """A requirement from 9 to 14 h that changes every half hour."""
    return [
        {"starts_at": DAY * day + 9 * HOUR + 30 * half + quarter, "skill": skill, "required": wanted}
        for half in range(10)
        for skill in skills
        for wanted in [int(chance.integers(0, 3))]
        for quarter in (0, 15)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_two_agents_against_every_pair_of_duties(seed: int) -> None:
    """Two agents with different skills and contracts on one day: the best pair of duties is found."""
    chance = np.random.default_rng(seed)
    contracts = ["part", "nr17"] if seed % 2 else ["part", "clt"]
    agents = [agent("A1", "a", contracts[0]), agent("A2", "a|b", contracts[1])]
    built = problem(uneven(chance, 0), agents)
    options: list[list[list[Duty]]] = []
    for name, terms in zip(("A1", "A2"), terms_of_agents(built), strict=True):
        menu = MenuMaker(built).menu(terms, 0)
        assert menu is not None
        options.append([[], *([duty_of(menu, name, n)] for n in range(len(menu.shape)))])
    best = min(objective(built, one + two) for one, two in itertools.product(*options))
    result = solve_roster(built, QUICK)
    assert result.levels[0].objective == best
    assert result.levels[0].bound <= best


@pytest.mark.parametrize("seed", range(4))
def test_one_agent_against_every_legal_week(seed: int) -> None:
    """One agent with few hours a week over four days: the best legal choice of days and duties is found."""
    chance = np.random.default_rng(seed)
    contract = {
        "contract_id": "few",
        "regime": "PART_TIME_30",
        "daily_minutes": 300,
        "weekly_minutes": 600,
        "hourly_cost": 1.0,
    }
    rows = [row for day in range(4) for row in uneven(chance, day, "a")]
    built = problem(rows, [agent("A1", "a", "few", days_worked_in_a_row=5)], contracts=[contract], days=4)
    (terms,) = terms_of_agents(built)
    idle = objective(built, [])
    gains: list[list[tuple[int, Duty | None]]] = []
    for day in range(4):
        menu = MenuMaker(built).menu(terms, day)
        assert menu is not None
        duties = [duty_of(menu, "A1", n) for n in range(len(menu.shape))]
        by_work: dict[int, tuple[int, Duty]] = {}
        for duty in duties:
            gain = idle - objective(built, [duty])
            by_work[duty.work_minutes] = max(
                by_work.get(duty.work_minutes, (-99, duty)), (gain, duty), key=lambda g: g[0]
            )
        gains.append([(0, None), *by_work.values()])
    best = 0
    for choice in itertools.product(*gains):
        taken = [duty for _, duty in choice if duty is not None]
        if not judge_roster(built.with_roster(Roster.of(taken))):
            best = max(best, sum(gain for gain, _ in choice))
    assert best > 0
    assert solve_roster(built, QUICK).levels[0].objective == idle - best


def test_a_requirement_that_can_be_met_is_met() -> None:
    """Two part-time agents cover four hours each without a gap: optimal, nothing under or over."""
    built = problem(
        demand(0, 8, 12) + demand(0, 12, 16), [agent("A1", contract="part"), agent("A2", contract="part")]
    )
    result = solve_roster(built, QUICK)
    assert result.status is SolveStatus.OPTIMAL
    assert (result.levels[0].objective, result.levels[0].bound, result.levels[0].gap) == (0, 0, 0)
    assert result.limited_by == "bound reached"


def test_the_bound_sees_that_people_are_missing() -> None:
    """One agent of six hours cannot cover two times eight: the bound says how much is missing."""
    built = problem(demand(0, 8, 16, required=2), [agent("A1", contract="part")])
    level = solve_roster(built, QUICK).levels[0]
    assert level.bound == 2 * 32 - 24
    assert level.objective >= level.bound


@pytest.mark.parametrize(("agents", "seed", "most"), [(12, 1, 0.02), (30, 2, 0.01)])
def test_a_mixed_team_is_rostered_almost_perfectly(agents: int, seed: int, most: float) -> None:
    """Generated weeks with all contracts: legal, honest about the objective, and within 2 % and 1 %."""
    built = generated(agents, seed)
    result = solve_roster(built, SolveLimits(work=5.0))
    assert result.answer is not None
    planned = built.with_roster(result.answer)
    assert judge_roster(planned) == []
    counted = recount(planned)
    assert result.levels[0].objective == counted.under + counted.over
    assert result.levels[0].gap == (result.levels[0].objective - result.levels[0].bound) / counted.required
    assert result.levels[0].gap <= most
    assert result.reproducible


def generated(agents: int, seed: int) -> Case:
    """A generated week whose planted roster covers the demand exactly."""
    return generate(GeneratorSettings(agents=agents, days=6, load=0.8, seed=seed)).case


def test_bounds_never_exceed_what_a_planted_roster_reaches() -> None:
    """The planted roster of a generated week is legal, so no bound may exceed what it misses."""
    built = generated(12, 5)
    wanted = built.demand
    for factor in (1.0, 1.2, 1.6):
        more = replace(wanted, required=np.ceil(wanted.required * factor).astype(np.int64))
        harder = replace(built, demand=more)
        planted = coverage(harder)
        level = solve_roster(harder, SolveLimits(work=2.0)).levels[0]
        assert level.bound <= planted.under + planted.over
        assert level.bound <= level.objective


def test_more_skills_than_sets_can_be_watched() -> None:
    """Fifteen skills, each agent with two: the search blunts, the objective stays the true one."""
    skills = [f"s{n:02}" for n in range(15)]
    agents = [agent(f"A{n:02}", f"{skills[n]}|{skills[(n + 1) % 15]}", "part") for n in range(15)]
    built = problem([row for skill in skills for row in demand(0, 9, 13, skill=skill)], agents)
    result = solve_roster(built, SolveLimits(work=4.0))
    assert result.answer is not None
    counted = recount(built.with_roster(result.answer))
    assert result.levels[0].objective == counted.under + counted.over == 0
