"""Prices, requirement by shift type and priced wishes, on teams small enough to try every roster."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.coverage import coverage
from data.model import Case, Demand, Duties, Duty, ShiftDemand, ShiftLimits, ShiftTypes, Wishes
from data.referee import judge_roster, recount
from optimizer.roster import run, solve_roster
from optimizer.roster.requirement import Cover, Requirement
from optimizer.roster.shift_cover import ShiftCover, ShiftRequirement, shift_demand_cost
from optimizer.roster.shift_types import ShiftTypes as Types
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.referee.plain_roster import roster_faults
from tests.roster.week import DAY, demand, problem
from tests.support.cases import HOUR, MONDAY, agent
from tests.support.cases import contract as contract_row

QUICK = SolveLimits(work=5.0)
TIMES = {"early": (8 * HOUR, 240), "late": (14 * HOUR, 240)}


def small_case(seed: int, agents: int, days: int) -> Case:
    """Agents with duties of two types; random demand, limits, prices and wishes."""
    chance, extra = np.random.default_rng(seed), np.random.default_rng([seed, 59])
    names = [f"A{n}" for n in range(agents)]
    contracts, limits = [], []
    for name in names:
        row = contract_row(name, "CLT_8H", 240, 2640)
        if extra.random() < 0.5:
            row |= {"daily_minutes": int(extra.choice([180, 200, 235])), "overtime_minutes": 60}
        if chance.random() < 0.5:
            row["max_horizon_minutes"] = 240 * int(chance.integers(days // 2, days + 1))
        if chance.random() < 0.4:
            row["min_horizon_minutes"] = 240 * int(chance.integers(1, days // 2 + 1))
        if chance.random() < 0.4:
            row["max_days_in_a_row"] = int(chance.integers(2, 4))
        if chance.random() < 0.4:
            row["max_weekends"] = int(chance.integers(0, 2))
        contracts.append(row)
        limits += [
            {"contract_id": name, "shift_type": kind, "most": int(chance.integers(days // 2, days))}
            for kind in TIMES
            if chance.random() < 0.5
        ]
    rows: list[dict[str, Any]] = []
    for day in range(days):
        first, price = int(chance.integers(8, 16)), int(chance.integers(0, 4))
        prices = {"under_price": price, "over_price": int(chance.integers(0, 3))}
        asked = demand(day, first, first + 3, int(chance.integers(1, agents + 1)))
        rows += [row | prices for row in asked] if chance.random() < 0.6 else []
    by_type = [
        {
            "date": day,
            "shift_type": kind,
            "required": int(chance.integers(0, agents + 1)),
            "under_price": int(chance.integers(0, 40)),
            "over_price": int(chance.integers(0, 20)),
        }
        for day in range(days)
        for kind in TIMES
        if chance.random() < 0.7
    ]
    wishes = {}
    for _ in range(4 * agents):
        name, start = str(chance.choice(names)), DAY * int(chance.integers(days))
        wish = {
            "agent_id": name,
            "starts_at": start,
            "ends_at": start + DAY * int(chance.integers(1, 3)),
            "kind": str(chance.choice(["work", "off"])),
            "weight": int(chance.integers(1, 9)),
            "shift_type": str(chance.choice(["", *TIMES])),
        }
        wishes[name, start, wish["ends_at"], wish["shift_type"]] = wish
    built = problem(
        rows,
        [agent(name, contract=name, sunday_off_every_weeks=7) for name in names],
        contracts=contracts,
        days=days,
        first_day=MONDAY + timedelta(days=seed % 7),
    )
    types = [
        {"shift_type": kind, "starts": start, "minutes": minutes, "not_followed_by": after}
        for (kind, (start, minutes)), after in zip(TIMES.items(), ("", "early"), strict=True)
    ]
    return replace(
        built,
        plan=built.plan.model_copy(
            update={
                "wish_price": int(chance.integers(0, 6)),
                "overtime_price": int(extra.choice([0, 1, 3, 8])),
            }
        ),
        shift_types=ShiftTypes.from_rows(types),
        shift_limits=ShiftLimits.from_rows(limits),
        shift_demand=ShiftDemand.from_rows(by_type),
        wishes=Wishes.from_rows(wishes.values()),
    )


@dataclass(frozen=True)
class Weeks:
    """All legal choices of days of one agent.

    Attributes:
        served: agents in service; shape (choices, quarters of an hour).
        types: duties; shape (choices, days x types).
        lost: weight of wishes not met; shape (choices,).
        overtime: price of the overtime; shape (choices,).
    """

    served: np.ndarray[Any, Any]
    types: np.ndarray[Any, Any]
    lost: np.ndarray[Any, Any]
    overtime: np.ndarray[Any, Any]


def weeks_of(built: Case, row: dict[str, Any]) -> Weeks:
    """Every choice that the plain restatement of the rules allows."""
    served, types, lost, worked = [], [], [], []
    wishes = [wish for wish in built.wishes.rows() if wish["agent_id"] == row["agent_id"]]
    for choice in itertools.product(["", *TIMES], repeat=built.axis.days):
        duties = [
            (DAY * day + TIMES[kind][0], DAY * day + sum(TIMES[kind]), kind)
            for day, kind in enumerate(choice)
            if kind
        ]
        least = built.contracts.row(built.contracts.position[row["contract_id"]])["min_horizon_minutes"]
        if not duties and least > 0:
            continue
        if duties and roster_faults(built, row, [Duty(row["agent_id"], s, e) for s, e, _ in duties]):
            continue
        cells = np.zeros(built.axis.end // 15, dtype=np.int64)
        for start, end, _ in duties:
            cells[start // 15 : end // 15] = 1
        served.append(cells)
        worked.append(len(duties))
        types.append([kind == name for kind in choice for name in TIMES])
        met = [
            any(
                s < wish["ends_at"] and wish["starts_at"] < e and wish["shift_type"] in ("", kind)
                for s, e, kind in duties
            )
            == (wish["kind"] == "work")
            for wish in wishes
        ]
        lost.append(sum(wish["weight"] for wish, kept in zip(wishes, met, strict=True) if not kept))
    normal = built.contracts.row(built.contracts.position[row["contract_id"]])["daily_minutes"]
    quarters = -(-max(240 - normal, 0) // 15)  # every duty works four hours
    overtime = built.plan.overtime_price * quarters * np.array(worked, dtype=np.int64)
    return Weeks(np.array(served), np.array(types, dtype=np.int64), np.array(lost), overtime)


def best_levels(built: Case) -> tuple[int, int] | None:
    """The least cost, and the least weight of wishes lost with it; None when some agent has no choice."""
    teams = [weeks_of(built, row) for row in built.agents.rows()]
    if not all(len(weeks.lost) for weeks in teams):
        return None
    asked = np.zeros(built.axis.end // 15, dtype=np.int64)
    under, over = np.ones_like(asked), np.zeros_like(asked)
    if not len(built.shift_demand):
        over[:] = 1
    for row in built.demand.rows():
        place = row["starts_at"] // 15
        asked[place], under[place], over[place] = row["required"], row["under_price"], row["over_price"]
    places = [
        row["date"] * len(TIMES) + list(TIMES).index(row["shift_type"]) for row in built.shift_demand.rows()
    ]
    of_types = [(row["required"], row["under_price"], row["over_price"]) for row in built.shift_demand.rows()]
    last = teams[-1]
    best = (10**9, 10**9)
    for chosen in itertools.product(*(range(len(weeks.lost)) for weeks in teams[:-1])):
        picked = list(zip(teams, chosen, strict=False))
        cells = last.served + sum(weeks.served[n] for weeks, n in picked)
        kinds = last.types + sum(weeks.types[n] for weeks, n in picked)
        lost = last.lost + sum(int(weeks.lost[n]) for weeks, n in picked)
        cost = (np.maximum(asked - cells, 0) * under + np.maximum(cells - asked, 0) * over).sum(axis=1)
        for place, (required, short, spare) in zip(places, of_types, strict=True):
            count = kinds[:, place]
            cost = cost + np.where(count < required, (required - count) * short, (count - required) * spare)
        cost = cost + built.plan.wish_price * lost
        cost = cost + last.overtime + sum(int(weeks.overtime[n]) for weeks, n in picked)
        least = int(cost.min())
        best = min(best, (least, int(lost[cost == least].min())))
    return best


def check_against_every_roster(seed: int, agents: int, days: int) -> None:
    """Cost and wishes are those of the best roster, the bound is below, and the referee counts the same."""
    built = small_case(seed, agents, days)
    result, best = solve_roster(built, QUICK), best_levels(built)
    if best is None:
        assert result.status is SolveStatus.INFEASIBLE
        return
    assert result.answer is not None
    planned = built.with_roster(result.answer)
    assert judge_roster(planned) == []
    cost, lost = result.levels[0], next(level for level in result.levels if level.name == "wishes")
    assert cost.name == "staffing_cost"
    assert (cost.objective, lost.objective) == best
    assert cost.bound <= cost.objective
    assert recount(planned).staffing_cost == cost.objective
    assert recount(planned).wishes_not_met == lost.objective


SIZES = [(seed, 2, 5) for seed in range(8)] + [(seed, 3, 3) for seed in range(8, 14)]


@pytest.mark.parametrize(("seed", "agents", "days"), SIZES)
def test_small_teams_against_every_roster(seed: int, agents: int, days: int) -> None:
    """Everything at once: types, successions, limits, prices, shift demand and wishes."""
    check_against_every_roster(seed, agents, days)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_small_teams_against_every_roster_at_length(block: int) -> None:
    """The same for 400 teams."""
    for seed in range(1000 + 40 * block, 1040 + 40 * block):
        check_against_every_roster(seed, *((3, 3) if seed % 2 else (2, 5)))


@pytest.mark.parametrize("seed", range(6))
def test_the_search_without_cp_sat(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Agents in turn: legal, never below the best, within a twentieth of it, and counted truly."""
    built = small_case(seed, 2, 5)
    best = best_levels(built)
    monkeypatch.setattr(run, "MOST_NUMBERS", 0)
    result = solve_roster(built, SolveLimits(work=0.5))
    if best is None:
        assert result.status is SolveStatus.INFEASIBLE
        return
    assert result.answer is not None
    planned = built.with_roster(result.answer)
    assert judge_roster(planned) == []
    assert result.levels[0].bound <= best[0] <= result.levels[0].objective
    assert result.levels[0].objective <= 1.05 * best[0]
    assert result.levels[0].objective == recount(planned).staffing_cost


@given(st.data())
@settings(max_examples=60)
def test_a_working_cover_counts_prices_as_coverage_does(data: st.DataObject) -> None:
    """At random prices the cost of a working cover is that of the roster, and so is the referee's count."""
    prices = [data.draw(st.tuples(st.integers(0, 5), st.integers(0, 5))) for _ in range(6)]
    rows = [
        {
            "starts_at": 540 + 15 * n,
            "skill": skill,
            "required": data.draw(st.integers(0, 2)),
            "under_price": under,
            "over_price": over,
        }
        for n, (under, over) in enumerate(prices)
        for skill in "ab"
    ]
    agents = [agent(f"A{n}", data.draw(st.sampled_from(["a", "b", "a|b", "c"]))) for n in range(3)]
    duties = []
    for n in range(3):
        low, high = sorted(data.draw(st.tuples(st.integers(0, 8), st.integers(0, 8))))
        start = 510 + 15 * low
        duties.append({"agent_id": f"A{n}", "starts_at": start, "ends_at": 525 + 15 * high})
    built = replace(problem(rows, agents), duties=Duties.from_rows(duties))
    requirement = Requirement(built)
    cover = Cover(requirement)
    for n, duty in enumerate(duties):
        service = np.zeros(96, dtype=np.int64)
        service[duty["starts_at"] // 15 : duty["ends_at"] // 15] = 1
        cover.add(int(requirement.class_of_agent[n]), slice(0, 96), service)
    assert cover.objective() == coverage(built).cost == recount(built).staffing_cost
    assert recount(replace(built, demand=unpriced(built.demand))).staffing_cost == (
        coverage(built).under + coverage(built).over
    )


def unpriced(table: Demand) -> Demand:
    """The same demand, all prices 1."""
    return Demand.from_rows([row | {"under_price": 1, "over_price": 1} for row in table.rows()])


@given(st.data())
@settings(max_examples=60)
def test_shift_cover_says_what_one_more_is_worth(data: st.DataObject) -> None:
    """The worth of one more duty is what the cost falls by, and the cost is the roster's."""
    built = small_case(data.draw(st.integers(0, 10**6)), 3, 4)
    types = Types(built)
    cover = ShiftCover(ShiftRequirement(built, types))
    duties: list[Duty] = []
    for n in range(data.draw(st.integers(0, 5))):
        day, kind = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 1))
        before, worth = cover.objective(), cover.worth()[day, kind]
        cover.add(day, kind)
        assert before - cover.objective() == worth
        start, minutes = TIMES[types.names[kind]]
        duties.append(Duty(f"A{n % 3}", DAY * day + start, DAY * day + start + minutes))
    planned = replace(built, duties=Duties.from_rows([_row(duty) for duty in set(duties)]))
    assert shift_demand_cost(planned, planned.roster) == recount(
        replace(
            planned,
            plan=planned.plan.model_copy(update={"overtime_price": 0}),
            wishes=Wishes.empty(),
            demand=Demand.empty(),
        )
    ).staffing_cost - _surplus_without_shift_demand(planned)


def _row(duty: Duty) -> dict[str, Any]:
    return {"agent_id": duty.agent_id, "starts_at": duty.start, "ends_at": duty.end}


def _surplus_without_shift_demand(planned: Case) -> int:
    """Where nothing is asked by type either, every quarter of an hour in service is in excess."""
    if len(planned.shift_demand):
        return 0
    return recount(replace(planned, demand=Demand.empty())).over


def test_a_missing_agent_outbids_one_in_excess() -> None:
    """One duty of four hours for demand of one hour: worth it from a price of three quarters of excess on."""
    short = contract_row("own", "CLT_8H", 240, 2640)

    def duties(price: int) -> int:
        rows = [row | {"under_price": price} for row in demand(0, 8, 9)] + [
            row | {"required": 0} for row in demand(0, 9, 12)
        ]
        built = problem(rows, [agent("A1", contract="own")], contracts=[short])
        result = solve_roster(built, QUICK)
        assert result.answer is not None
        assert result.levels[0].objective == (12 if price > 3 else 4 * price)
        return len(result.answer.duties)

    assert [duties(price) for price in (1, 2, 4, 9)] == [0, 0, 1, 1]


@pytest.mark.parametrize("price", [0, 1, 30])
def test_wishes_have_a_price(price: int) -> None:
    """A day off is wished where four hours are missing otherwise: granted when it costs less."""
    rows = demand(0, 8, 12)
    built = problem(rows, [agent("A1", contract="own")], contracts=[contract_row("own", "CLT_8H", 240, 2640)])
    wish = {"agent_id": "A1", "starts_at": 0, "ends_at": DAY, "kind": "off", "weight": 1}
    priced = replace(
        built,
        wishes=Wishes.from_rows([wish]),
        plan=built.plan.model_copy(update={"wish_price": price}),
    )
    result = solve_roster(priced, QUICK)
    assert result.answer is not None
    assert len(result.answer.duties) == (0 if price == 30 else 1)
    assert result.levels[0].name == ("staffing_cost" if price else "under_plus_over")
    assert result.levels[0].objective == {0: 0, 1: 1, 30: 16}[price]


def test_shift_demand_is_met_by_anybody() -> None:
    """An agent without a skill in demand works a type that is asked for; no interval has an excess."""
    built = problem(
        [], [agent("A1", "none", contract="own")], contracts=[contract_row("own", "CLT_8H", 240, 2640)]
    )
    built = replace(
        built,
        shift_types=ShiftTypes.from_rows([{"shift_type": "early", "starts": 480, "minutes": 240}]),
        shift_demand=ShiftDemand.from_rows([{"date": 0, "shift_type": "early", "required": 3}]),
    )
    result = solve_roster(built, QUICK)
    assert result.answer is not None
    assert [duty.start for duty in result.answer.duties] == [480]
    assert (result.levels[0].objective, result.levels[0].bound) == (2, 2)
    assert result.status is SolveStatus.OPTIMAL
