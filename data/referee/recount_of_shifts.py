"""What a roster costs beside the requirement by shift type, counted from the tables alone."""

from __future__ import annotations

from collections import Counter

from data.referee.intervals import NONE
from data.referee.roster_facts import RosterFacts


def shift_demand_cost(roster: RosterFacts) -> int:
    """Agents missing and beyond those required, over days and shift types, at the prices of each row."""
    case = roster.case
    names = case.shift_types.shift_type.tolist()
    at_work = Counter(
        (day, names[kind])
        for day, kind in zip(roster.day.tolist(), roster.shift_type.tolist(), strict=True)
        if kind != NONE
    )
    cost = 0
    for row in case.shift_demand.rows():
        spare = at_work[row["date"], row["shift_type"]] - row["required"]
        cost += spare * row["over_price"] if spare > 0 else -spare * row["under_price"]
    return cost
