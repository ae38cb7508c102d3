"""From a team to what column generation works on, and whether it applies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.model import Case
from optimizer.roster.columns.choices import Choices
from optimizer.roster.columns.master import CellDemand
from optimizer.roster.columns.pricing import FlatGraph
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.team import DayChoice, Team
from optimizer.roster.tours import OFF
from optimizer.roster.wishes import Span


def columns_apply(case: Case, team: Team) -> bool:
    """Whether what a roster costs is the sum of what its tours cost and of what they leave of shift demand.

    So it is when demand per interval costs nothing, and priced wishes concern single days.
    """
    demand = case.demand
    asked = ((demand.required > 0) & (demand.under_price > 0)) | (demand.over_price > 0)
    if not len(case.shift_demand) or asked.any():
        return False
    if not case.plan.wish_price:
        return True
    days = [
        {day for day, choice in enumerate(pattern.choices) for span in _spans(choice) if wish.touches(*span)}
        for pattern, wishes in zip(team.patterns, team.wishes, strict=True)
        for wish in wishes
    ]
    return all(len(touched) <= 1 for touched in days)


def demand_of(case: Case) -> CellDemand:
    """The shift demand by cells: a cell is a day times the types + a type."""
    types, table = ShiftTypes(case), case.shift_demand
    cells = case.axis.days * len(types.names)
    place = table.date * len(types.names) + np.array(
        [types.number[name] for name in table.shift_type.tolist()], dtype=np.int64
    )
    inside = (table.date >= 0) & (table.date < case.axis.days)
    place = place[inside]
    required, under, over = np.zeros(cells, dtype=np.int64), np.zeros(cells), np.zeros(cells)
    asked = np.zeros(cells, dtype=np.bool_)
    required[place], asked[place] = table.required[inside], True
    under[place], over[place] = table.under_price[inside], table.over_price[inside]
    return CellDemand(required, under, over, asked)


def choices_of(case: Case, team: Team) -> list[Choices]:
    """What every agent may choose, in the order of the table."""
    types = len(case.shift_types)
    flat: dict[int, FlatGraph] = {}
    listed = []
    for agent, (pattern, wishes) in enumerate(zip(team.patterns, team.wishes, strict=True)):
        if id(pattern.graph) not in flat:
            flat[id(pattern.graph)] = FlatGraph.of(pattern.graph)
        offers = [
            (day, kind, duty, span)
            for day, choice in enumerate(pattern.choices)
            for kind, duty, span in _offers(choice)
        ]
        day, kind, duty = (np.array([offer[n] for offer in offers], dtype=np.int64) for n in range(3))
        cost, fixed = np.zeros(len(offers)), 0.0
        for wish in wishes:
            touched = np.array([wish.touches(*span) for *_, span in offers], dtype=np.bool_)
            price = float(case.plan.wish_price * wish.weight)
            cost[touched] += -price if wish.work else price
            fixed += price if wish.work else 0.0
        listed.append(
            Choices(
                agent=agent,
                graph=flat[id(pattern.graph)],
                day=day,
                kind=kind,
                duty=duty,
                cell=day * types + np.array([span[2] for *_, span in offers], dtype=np.int64),
                cost=cost,
                fixed=fixed,
                types=types,
                late_limits=pattern.late_limits,
            )
        )
    return listed


def _offers(choice: DayChoice) -> Iterator[tuple[int, int, Span]]:
    """Kind, duty and times of one duty of each shift: where breaks lie makes no difference."""
    if choice.menu is None:
        if choice.pinned is not None:
            yield 0, 0, choice.span(0)
        return
    for duty, kind in zip(choice.menu.first[:-1].tolist(), choice.kind_of_shift.tolist(), strict=True):
        if kind != OFF:
            yield kind, duty, choice.span(duty)


def _spans(choice: DayChoice) -> Iterator[Span]:
    return (span for *_, span in _offers(choice))
