"""Overtime in rosters (CLT 59): used where it pays, within the day and the week, and counted at its price."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from data.model import Case, Duty, Roster, ShiftDemand, ShiftTypes
from data.overtime import overtime_of_days
from data.referee import judge_roster, recount
from optimizer.planning.summaries import roster_summary
from optimizer.roster import run, solve_roster
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, agent, contract

QUICK = SolveLimits(work=5.0)


def days(
    count: int,
    first: float,
    last: float,
    *,
    price: int = 1,
    under: int = 4,
    over: int = 1,
    regime: str = "CLT_8H",
    **limits: Any,
) -> Case:
    """One agent on some days with demand for one between these hours; normally eight hours a day."""
    own = contract("own", regime, 480, 2640) | {"overtime_minutes": 120} | limits
    rows = [
        row | {"under_price": under, "over_price": over}
        for day in range(count)
        for row in demand(day, first, last)
    ]
    agents = [agent("A1", contract="own", sunday_off_every_weeks=7)]
    return problem(rows, agents, contracts=[own], days=count + 1, overtime_price=price)


def solved(built: Case) -> tuple[SolveResult[Roster], Case]:
    """The result, and the case with a roster that the referee finds lawful and counts alike."""
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    planned = built.with_roster(result.answer)
    assert judge_roster(planned) == []
    assert recount(planned).staffing_cost == result.levels[0].objective
    return result, planned


def overtime(planned: Case) -> int:
    """All minutes of overtime."""
    return sum(sum(minutes) for minutes in overtime_of_days(planned, planned.roster).values())


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("price", "agreed", "minutes"), [(3, 120, 120), (5, 120, 0), (3, 0, 0), (3, 60, 60), (3, 600, 120)]
)
def test_overtime_is_worked_where_it_pays(
    price: int, agreed: int, minutes: int, at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eleven hours of demand, a meal of one: two more than normal cost 4 an interval, or the price."""
    monkeypatch.setattr(run, "MOST_NUMBERS", 250_000 if at_once else 0)
    built = days(1, 8, 19, price=price, overtime_minutes=agreed)
    result, planned = solved(built)
    assert overtime(planned) == minutes
    quarters = minutes // 15
    assert result.levels[0].objective == 4 * (44 - 32 - quarters) + price * quarters


def test_the_bound_knows_the_price() -> None:
    """No roster is cheaper: the meal is missing, and what the normal day leaves is bought at the price."""
    result, _ = solved(days(1, 8, 19, price=3))
    assert (result.levels[0].objective, result.levels[0].bound) == (4 * 4 + 3 * 8, 4 * 4 + 3 * 8)
    assert result.status is SolveStatus.OPTIMAL or result.levels[0].gap == 0


def test_half_hours_of_overtime() -> None:
    """Half an hour more is worked where no more is asked for."""
    _, planned = solved(days(1, 8, 17.5, price=3))
    assert overtime(planned) == 30


def test_overtime_comes_on_top_of_the_week() -> None:
    """A week of 40 normal hours holds five days of ten hours, and a sixth has no normal hours left."""
    _, planned = solved(days(6, 8, 19, price=3, weekly_minutes=2400))
    assert [duty.work_minutes for duty in planned.roster.duties] == [600] * 5


@pytest.mark.parametrize(("before", "minutes"), [(0, 360), (300, 360)])
def test_overtime_of_part_time_is_limited_by_the_week(before: int, minutes: int) -> None:
    """CLT 58-A: six hours a week; before a Monday nothing counts."""
    built = days(5, 8, 19, price=0, regime="PART_TIME_26", daily_minutes=300, weekly_minutes=1500)
    agents = [row | {"overtime_worked_in_week": before} for row in built.agents.rows()]
    _, planned = solved(replace(built, agents=type(built.agents).from_rows(agents)))
    assert overtime(planned) == minutes


def test_a_pinned_duty_may_hold_overtime() -> None:
    """Its overtime counts at its price, and without an agreement it is too long."""
    pin = {"agent_id": "A1", "starts_at": 8 * HOUR, "ends_at": 17 * HOUR + 30, "pinned": True}
    built = days(1, 8, 9, price=3)
    rest = {"agent_id": "A1", "starts_at": 12 * HOUR, "ends_at": 13 * HOUR, "kind": "meal"}
    pinned = built.with_roster(
        Roster.from_tables(type(built.duties).from_rows([pin]), type(built.breaks).from_rows([rest]))
    )
    result, planned = solved(pinned)
    assert overtime(planned) == 30
    assert result.levels[0].objective == (38 - 4 - 4) + 2 * 3
    contracts = [row | {"overtime_minutes": 0} for row in pinned.contracts.rows()]
    refused = solve_roster(replace(pinned, contracts=type(built.contracts).from_rows(contracts)), QUICK)
    assert refused.status is SolveStatus.INFEASIBLE
    assert any("CLT-58" in line for line in refused.clash)


def typed(price: int) -> Case:
    """Two agents and a type that takes eleven hours, on each of three days."""
    own = contract("own", "CLT_8H", 480, 2640) | {"overtime_minutes": 120}
    agents = [agent(f"A{n}", contract="own") for n in (1, 2)]
    built = problem([], agents, contracts=[own], days=3, overtime_price=price)
    types = [
        {"shift_type": "long", "starts": 8 * HOUR, "minutes": 11 * HOUR},
        {"shift_type": "short", "starts": 8 * HOUR, "minutes": 9 * HOUR},
    ]
    asked = [
        {"date": day, "shift_type": "long", "required": 1, "under_price": 20, "over_price": 1}
        for day in range(3)
    ]
    return replace(built, shift_types=ShiftTypes.from_rows(types), shift_demand=ShiftDemand.from_rows(asked))


@pytest.mark.parametrize(("price", "cost"), [(1, 12), (4, 48), (6, 60)])
def test_columns_weigh_overtime(price: int, cost: int) -> None:
    """Four intervals of overtime a duty, its meal two hours, against 20 for one that is missing: proven."""
    built = typed(price)
    result, planned = solved(built)
    assert result.engine == run.COLUMNS
    assert (result.levels[0].objective, result.levels[0].bound) == (cost, cost)
    assert overtime(planned) == (180 if price < 6 else 0)


def test_the_summary_tells_overtime_by_agent() -> None:
    """Minutes of the agents with any."""
    result, planned = solved(days(1, 8, 19, price=3))
    assert roster_summary(planned, result)["overtime_minutes"] == {"A1": 120}


def test_overtime_at_night_counts_as_the_law_counts_it() -> None:
    """Seven hours of night are eight of work: a duty of 8 h 45 from 20:15 has 30 + 60 minutes of overtime."""
    built = days(1, 8, 9)
    start = 20 * HOUR + 15
    duty = Duty("A1", start, start + 9 * HOUR + 45)
    night = (29 * HOUR - 22 * HOUR) + (start + 9 * HOUR + 45 - 29 * HOUR)
    found = overtime_of_days(built, Roster.of([duty]))
    assert found == {"A1": [9 * HOUR + 45 + -(-night // 7) - 480]}
    assert duty.start < DAY
