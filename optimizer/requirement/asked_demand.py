"""The requirement as the table of demand that a roster is made for."""

from __future__ import annotations

from data.model import Case, Demand
from optimizer.requirement.requirement import Requirement


def required_demand(case: Case, found: Requirement) -> Demand:
    """The table of demand that asks for the agents to roster; bookings expected and prices stay.

    Nothing is required where the requirement has no bookings.
    """
    wanted: dict[tuple[int, str], int] = {}
    for day in found.days:
        for place, minute in enumerate(day.frame.starts.tolist()):
            for skill, agents in zip(day.frame.skills, day.rostered[place].tolist(), strict=True):
                wanted[minute, skill] = agents
    rows = {
        (row["starts_at"], row["skill"]): row | {"required": wanted.pop((row["starts_at"], row["skill"]), 0)}
        for row in case.demand.rows()
    }
    prices = {minute: (row["under_price"], row["over_price"]) for (minute, _), row in rows.items()}
    for (minute, skill), agents in wanted.items():
        under, over = prices.get(minute, (1, 1))
        rows[minute, skill] = {
            "starts_at": minute,
            "skill": skill,
            "required": agents,
            "expected_bookings": 0.0,
            "under_price": under,
            "over_price": over,
        }
    return Demand.from_rows(rows[key] for key in sorted(rows))
