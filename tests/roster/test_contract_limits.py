"""Limits of contracts on duties and their sequence: always kept, and at no higher price than need be."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from data.generator import GeneratorSettings, generate
from data.model import Case, Contracts, Duty, Roster, Wishes
from data.referee import judge_roster, recount
from optimizer.roster import engine, solve_roster
from optimizer.roster.menu import MenuMaker
from optimizer.roster.rules import RULES
from optimizer.roster.terms import terms_of_agents
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.referee.plain_roster import roster_faults
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent
from tests.support.cases import contract as contract_row

QUICK = SolveLimits(work=5.0)


def limited(
    rows: list[dict[str, Any]],
    days: int,
    daily: int = 240,
    duties: list[dict[str, Any]] | None = None,
    history: int = 0,
    **limits: int,
) -> Case:
    """One agent whose contract has these limits; duties have four hours unless said."""
    return problem(
        rows,
        [agent("A1", contract="own", days_worked_in_a_row=history, sunday_off_every_weeks=7)],
        contracts=[contract_row("own", "CLT_8H", daily, 2640) | limits],
        duties=duties or [],
        days=days,
    )


def from_sunday(rows: list[dict[str, Any]], days: int, **limits: int) -> Case:
    """The same from a Sunday on, after a Saturday worked."""
    made = limited(rows, days, history=1, **limits)
    return replace(made, plan=made.plan.model_copy(update={"first_day": date(2026, 12, 6)}))


def days_with_demand(*days: int) -> list[dict[str, Any]]:
    """Demand for one agent from 9 to 13 h on these days."""
    return [row for day in days for row in demand(day, 9, 13)]


def pinned(*days: int) -> list[dict[str, Any]]:
    """Pinned duties from 9 to 13 h on these days."""
    return [
        {"agent_id": "A1", "starts_at": DAY * d + 9 * HOUR, "ends_at": DAY * d + 13 * HOUR, "pinned": True}
        for d in days
    ]


BINDING: list[tuple[str, Callable[[], Case]]] = [
    ("MIN-DUTY", lambda: limited(days_with_demand(0), 1, 480, min_duty_minutes=480)),
    ("MIN-DAYS", lambda: limited(days_with_demand(1), 3, min_days_in_a_row=2)),
    ("MAX-DAYS", lambda: limited(days_with_demand(0, 1, 2), 3, max_days_in_a_row=2)),
    ("MAX-DAYS", lambda: limited(days_with_demand(0), 1, history=4, max_days_in_a_row=4)),
    ("MIN-DAYS-OFF", lambda: limited(days_with_demand(0, 2), 3, min_days_off_in_a_row=2)),
    ("MAX-WEEKENDS", lambda: limited(days_with_demand(5, 12), 14, max_weekends=1)),
    ("MAX-WEEKENDS", lambda: limited(days_with_demand(6), 7, max_weekends=0)),
    ("MAX-WEEKENDS", lambda: from_sunday(days_with_demand(0), 1, max_weekends=0)),
    ("MAX-WEEKENDS", lambda: from_sunday(days_with_demand(6), 7, max_weekends=1)),
]


def broken(built: Case) -> set[str]:
    """Rules that the roster made for a case breaks, by the referee."""
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    return {violation.rule for violation in judge_roster(built.with_roster(result.answer))}


@pytest.mark.parametrize(
    ("code", "build"), BINDING, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BINDING)]
)
def test_a_limit_binds(code: str, build: Callable[[], Case], monkeypatch: pytest.MonkeyPatch) -> None:
    """With all rules nothing is broken; without this one, it alone is."""
    built = build()
    assert broken(built) == set()
    monkeypatch.setattr(engine, "RULES", tuple(rule for rule in RULES if rule.code != code))
    assert broken(built) == {code}


def test_no_duty_is_longer_than_the_contract_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    """MAX-DUTY: duties end in time, even where four hours are too long; a longer pinned one is refused."""
    built = limited(demand(0, 9, 18), 1, 480, max_duty_minutes=150)
    free = solve_roster(built, QUICK)
    assert free.answer is not None
    assert {duty.work_minutes for duty in free.answer.duties} == {150}
    assert free.levels[0].objective == free.levels[0].bound == 26
    kept = limited(demand(0, 9, 18), 1, 480, pinned(0), max_duty_minutes=150)
    refused = solve_roster(kept, QUICK)
    assert refused.status is SolveStatus.INFEASIBLE
    (clash,) = refused.clash
    assert clash.endswith("; MAX-DUTY: at most 150 min of work in a duty by the contract")
    monkeypatch.setattr(engine, "RULES", tuple(rule for rule in RULES if rule.code != "MAX-DUTY"))
    assert broken(kept) == {"MAX-DUTY"}


def test_a_day_without_demand_is_worked_for_the_sake_of_others() -> None:
    """MIN-DAYS: demand on Tuesday and on Thursday is worth a duty on Wednesday, that on one day is not."""
    worth = solve_roster(limited(days_with_demand(1, 3), 5, min_days_in_a_row=3), QUICK)
    assert worth.answer is not None
    assert [duty.start // DAY for duty in worth.answer.duties] == [1, 2, 3]
    alone = solve_roster(limited(days_with_demand(2), 5, min_days_in_a_row=3), QUICK)
    assert alone.answer == Roster(())


def test_a_pin_is_joined_by_the_days_that_its_contract_asks_for() -> None:
    """A single pinned day breaks MIN-DAYS and is kept nevertheless: a neighbour is worked as well."""
    result = solve_roster(limited([], 5, duties=pinned(2), min_days_in_a_row=2), QUICK)
    assert result.answer is not None
    assert len(result.answer.duties) == 2
    assert judge_roster(limited([], 5, min_days_in_a_row=2).with_roster(result.answer)) == []


def test_a_pin_that_no_days_can_join_is_named() -> None:
    """At most three days in a row and at least four days off: pins four days apart fit neither."""
    limits = {"min_days_in_a_row": 3, "max_days_in_a_row": 3, "min_days_off_in_a_row": 4}
    refused = solve_roster(limited([], 9, duties=pinned(2, 6), **limits), QUICK)
    assert refused.status is SolveStatus.INFEASIBLE
    assert refused.clash == (
        "A1: pinned duty Wednesday 2026-12-02 09:00-13:00; pinned duty Sunday 2026-12-06 09:00-13:00; "
        "MAX-DAYS: at most 3 day(s) worked in a row by the contract; "
        "MIN-DAYS-OFF: at least 4 day(s) off in a row by the contract",
    )


def best_gain(built: Case) -> int:
    """The most agent-intervals that any legal choice of days gains, by trying them all."""
    (terms,) = terms_of_agents(built)
    (row,) = built.agents.rows()
    maker = MenuMaker(built)
    asked = np.zeros(built.axis.end // 15, dtype=np.int64)
    asked[built.demand.starts_at // 15] = built.demand.required
    options: list[list[tuple[int, Duty | None]]] = []
    for day in range(built.axis.days):
        menu = maker.menu(terms, day)
        found: list[tuple[int, int, Duty]] = []
        for shift in menu.shifts if menu is not None else ():
            served = asked[shift.start // 15 : shift.end // 15]
            # Of equally good starts the one nearest to 10 h, so that the rest between duties never binds.
            late = abs(shift.start - DAY * day - 10 * HOUR)
            found.append((int(np.where(served > 0, 1, -1).sum()), -late, Duty("A1", shift.start, shift.end)))
        best_of_day = max(found, key=lambda duty: duty[:2], default=None)
        options.append([(0, None), *([(best_of_day[0], best_of_day[2])] if best_of_day else [])])
    best = 0
    for choice in itertools.product(*options):
        gain = sum(gained for gained, _ in choice)
        taken = [duty for _, duty in choice if duty is not None]
        if gain > best and not roster_faults(built, row, taken):
            best = gain
    return best


def random_case(seed: int) -> Case:
    """Nine days of an agent with random limits, history and demand, which some days lack."""
    chance = np.random.default_rng(seed)
    rows = []
    for day in range(9):
        first, hours = int(chance.integers(8, 12)), int(chance.integers(1, 6))
        rows += demand(day, first, first + hours) if chance.random() < 0.6 else []
    ranges = {
        "min_days_in_a_row": (1, 5),
        "max_days_in_a_row": (2, 6),
        "min_days_off_in_a_row": (1, 4),
        "max_weekends": (0, 3),
    }
    limits = {n: int(chance.integers(*span)) for n, span in ranges.items() if chance.random() < 0.6}
    if chance.random() < 0.3:
        limits |= {"max_duty_minutes": 180, "min_duty_minutes": 60}
    return limited(rows, 9, history=int(chance.integers(0, 4)), **limits)


def check_against_every_choice(seed: int) -> None:
    """The roster is legal, to the referee as well, and gains as much as the best choice of days."""
    built = random_case(seed)
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    assert judge_roster(built.with_roster(result.answer)) == []
    required = int(built.demand.required.sum())
    assert required - result.levels[0].objective == best_gain(built)
    assert result.levels[0].bound <= result.levels[0].objective


@pytest.mark.parametrize("seed", range(15))
def test_limits_against_every_choice_of_days(seed: int) -> None:
    """Random limits: no limit is ever broken, and none costs more than it must."""
    check_against_every_choice(seed)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_limits_against_every_choice_of_days_at_length(block: int) -> None:
    """The same for 1,000 instances."""
    for seed in range(1000 + 100 * block, 1100 + 100 * block):
        check_against_every_choice(seed)


@pytest.mark.parametrize("seed", range(2))
def test_a_team_under_limits_and_with_wishes(seed: int) -> None:
    """A dozen agents over nine days, every contract with all limits, and wishes: nothing is ever broken."""
    case = generate(GeneratorSettings(agents=12, days=9, load=0.8, seed=seed)).case
    chance = np.random.default_rng(seed)
    limits = {
        "min_duty_minutes": 300,
        "max_duty_minutes": 400,
        "min_days_in_a_row": 2,
        "max_days_in_a_row": int(chance.integers(3, 6)),
        "min_days_off_in_a_row": 2,
        "max_weekends": 1,
    }
    contracts = [row | limits | {"max_weekends": n % 2} for n, row in enumerate(case.contracts.rows())]
    wishes = [
        {"agent_id": name, "starts_at": DAY * day, "ends_at": DAY * (day + 1), "kind": kind}
        for name in case.agents.agent_id.tolist()
        for day, kind in zip(chance.choice(9, 2, replace=False).tolist(), ("work", "off"), strict=True)
    ]
    built = replace(case, contracts=Contracts.from_rows(contracts), wishes=Wishes.from_rows(wishes))
    result = solve_roster(built, SolveLimits(work=2.0))
    assert result.answer is not None
    planned = built.with_roster(result.answer)
    assert judge_roster(planned) == []
    assert len(result.answer.duties) > 40
    assert result.levels[0].bound <= result.levels[0].objective
    assert result.levels[1].objective == recount(planned).wishes_not_met
    assert judge_roster(planned.with_roster(case.roster)) != []
