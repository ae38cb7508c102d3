"""Tiny teams all of whose tours can be listed: duties of four hours, a few starts a day, three days."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from data.coverage import coverage
from data.model import Break, Case, Contracts, Demand, Duty, Roster, ShiftDemand, ShiftTypes, Wishes
from data.referee import recount
from optimizer.roster.menu import MenuMaker
from optimizer.roster.terms import terms_of_agents
from tests.referee.plain_roster import roster_faults
from tests.roster.week import DAY, problem
from tests.support.cases import HOUR, agent, contract

Tour = tuple[Duty, ...]


def tiny_case(seed: int, agents: int = 2, days: int = 3) -> Case:
    """Two skills, histories, absences and limits at random; demand from 9 to 14 h, in hours."""
    chance = np.random.default_rng(seed)
    rows = [
        {"starts_at": DAY * day + 9 * HOUR + 15 * n, "skill": skill, "required": wanted}
        for day in range(days)
        for skill in "ab"
        for hour in range(5)
        for wanted in [int(chance.integers(0, 3))]
        for n in range(4 * hour, 4 * hour + 4)
    ]
    people, absences = [], []
    for number in range(agents):
        changes: dict[str, Any] = {
            "sunday_off_every_weeks": 2,
            "days_worked_in_a_row": int(chance.choice([0, 0, 4, 5])),
            "sundays_worked_in_a_row": int(chance.integers(0, 2)),
        }
        if chance.random() < 0.3:
            changes["last_duty_end"] = -1 * HOUR
        if chance.random() < 0.2:
            changes["credential_until"] = 1
        skills = str(chance.choice(["a", "b", "a|b"]))
        people.append(agent(f"A{number}", skills, "tiny", **changes))
        if chance.random() < 0.4:
            start = DAY * int(chance.integers(0, days)) + 11 * HOUR
            absences.append({"agent_id": f"A{number}", "starts_at": start, "ends_at": start + 2 * HOUR})
    limits = {"max_days_in_a_row": 2} if chance.random() < 0.3 else {}
    if chance.random() < 0.2:
        limits["min_days_in_a_row"] = 2
    own = contract("tiny", "CLT_8H", 240, int(chance.choice([240, 480, 2640]))) | limits
    built = problem(rows, people, absences=absences, contracts=[own], days=days)
    return replace(built, plan=built.plan.model_copy(update={"first_day": built.axis.date_of(4)}))


def tours(case: Case, number: int, ignoring: Collection[str] = ()) -> list[Tour]:
    """Every choice of the menus' duties that breaks no rule, those ignored apart."""
    terms = terms_of_agents(case)[number]
    row = list(case.agents.rows())[number]
    maker = MenuMaker(case)
    options: list[list[Tour]] = []
    for day in range(case.axis.days):
        menu = maker.menu(terms, day)
        offered = [()] if menu is None else [(), *(_duties(menu, row["agent_id"]))]
        options.append(offered)
    listed = []
    for chosen in itertools.product(*options):
        taken = tuple(duty for part in chosen for duty in part)
        if not taken or not roster_faults(case, row, taken) - set(ignoring):
            listed.append(taken)
    return listed


def _duties(menu: Any, name: str) -> list[Tour]:
    listed = []
    for place in range(len(menu.shape)):
        shift, shape = menu.shifts[int(menu.shift_of[place])], menu.shapes[int(menu.shape[place])]
        breaks = tuple(Break(shift.start + b.start, shift.start + b.end, b.kind) for b in shape.breaks)
        listed.append((Duty(name, shift.start, shift.end, breaks),))
    return listed


def covers(tour: Tour, start: int, end: int) -> bool:
    """Whether a tour is in service in an interval."""
    return any(a <= start and end <= b for duty in tour for a, b in duty.segments)


def priced(case: Case, seed: int) -> Case:
    """The case with prices of agents missing and in excess, of overtime, types with a demand, and wishes with
    a price.
    """
    chance = np.random.default_rng(seed)
    prices = [
        row | {"under_price": int(chance.integers(1, 4)), "over_price": int(chance.integers(0, 3))}
        for row in case.demand.rows()
    ]
    types = [{"shift_type": "early", "starts": 9 * HOUR, "minutes": 240}]
    types.append({"shift_type": "late", "starts": 10 * HOUR, "minutes": 240})
    asked = [
        {"date": day, "shift_type": kind["shift_type"], "required": int(chance.integers(0, 3))}
        | {"under_price": int(chance.integers(0, 9)), "over_price": int(chance.integers(0, 9))}
        for day in range(case.axis.days)
        for kind in types
    ]
    wishes = [
        {"agent_id": name, "starts_at": DAY * day, "ends_at": DAY * (day + 1), "weight": 1 + day}
        | {"kind": str(chance.choice(["work", "off"])), "shift_type": str(chance.choice(["", "late"]))}
        for day, name in enumerate(case.agents.agent_id.tolist())
    ]
    wish_price, overtime_price = int(chance.integers(0, 6)), int(chance.integers(0, 5))
    plan = case.plan.model_copy(update={"wish_price": wish_price, "overtime_price": overtime_price})
    contracts = case.contracts.rows()
    if chance.random() < 0.6:  # then 40 of a duty's 240 minutes are overtime
        agreed = {"daily_minutes": 200, "overtime_minutes": 40}
        contracts = [row | (agreed if row["contract_id"] == "tiny" else {}) for row in contracts]
    return replace(
        case,
        plan=plan,
        contracts=Contracts.from_rows(contracts),
        demand=Demand.from_rows(prices),
        shift_types=ShiftTypes.from_rows(types),
        shift_demand=ShiftDemand.from_rows(asked),
        wishes=Wishes.from_rows(wishes),
    )


def objective(case: Case, duties: Collection[Duty]) -> int:
    """Under + over of these duties; where anything has a price, their cost."""
    planned = case.with_roster(Roster.of(duties))
    if case.is_priced:
        return recount(planned).staffing_cost
    counted = coverage(planned)
    return counted.under + counted.over


def random_roster(case: Case, seed: int) -> Roster:
    """A legal tour for each agent, drawn at random."""
    chance = np.random.default_rng(seed)
    duties: list[Duty] = []
    for number in range(len(case.agents)):
        listed = tours(case, number)
        duties += listed[int(chance.integers(len(listed)))]
    return Roster.of(duties)
