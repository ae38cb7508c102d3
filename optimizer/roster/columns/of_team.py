"""From a team to what column generation works on, and whether it applies."""

from __future__ import annotations

import numpy as np

from optimizer.roster.columns.choices import Choices
from optimizer.roster.columns.master import CellDemand
from optimizer.roster.columns.pricing import FlatGraph
from optimizer.roster.search import Tour
from optimizer.roster.team import Pattern, Team
from optimizer.roster.tours import OFF


def columns_apply(team: Team) -> bool:
    """Whether what a roster costs is the sum of what its tours cost and of what they leave of shift demand.

    So it is when demand per interval costs nothing, priced wishes concern single days, and it is known how
    much overtime a duty is.
    """
    requirement = team.requirement
    asked = (requirement.per_interval * requirement.under_price).any() or requirement.over_price.any()
    if asked or not team.shift_requirement.any or team.overtime_is_unsure:
        return False
    return not team.wish_price or all(
        pattern.tells_apart(wishes) for pattern, wishes in zip(team.patterns, team.wishes, strict=True)
    )


def demand_of(team: Team) -> CellDemand:
    """The shift demand by cells: a cell is a day times the types + a type."""
    need = team.shift_requirement
    asked = (need.under_price > 0) | (need.over_price > 0)
    return CellDemand(
        need.required.ravel(),
        need.under_price.ravel().astype(np.float64),
        need.over_price.ravel().astype(np.float64),
        asked.ravel(),
    )


def first_of_each_shift(pattern: Pattern, tour: Tour) -> Tour:
    """The tour with the first duty of each shift: where breaks lie makes no difference here."""
    return tuple(
        duty if duty == OFF or choice.menu is None else int(choice.menu.first[choice.menu.shift_of[duty]])
        for choice, duty in zip(pattern.choices, tour, strict=True)
    )


def choices_of(team: Team) -> list[Choices]:
    """What every agent may choose, in the order of the table."""
    types = team.shift_requirement.required.shape[1]
    flat: dict[int, FlatGraph] = {}
    listed = []
    for agent, (pattern, wishes) in enumerate(zip(team.patterns, team.wishes, strict=True)):
        if id(pattern.graph) not in flat:
            flat[id(pattern.graph)] = FlatGraph.of(pattern.graph)
        offers = list(pattern.offers())
        day, kind, duty = (np.array([offer[n] for offer in offers], dtype=np.int64) for n in range(3))
        cost, fixed = np.zeros(len(offers)), 0.0
        if team.has_priced_overtime:
            cost += [team.overtime_cost(pattern.choices[at], chosen) for at, _, chosen, _ in offers]
        for wish in wishes:
            touched = np.array([wish.touches(*span) for *_, span in offers], dtype=np.bool_)
            price = float(team.wish_price * wish.weight)
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
