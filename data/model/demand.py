"""Demand: what is expected per interval and skill; and what came in the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from data.model.columns import FloatArray, Instant, IntArray, Integer, Number, Table, Text, TextArray, column
from data.model.shift_types import MOST_PRICE

MOST_DEMANDED_SKILLS: Final = 20
"""Skills with a requirement in one case, at most: coverage is recounted over all their sets."""


@dataclass(frozen=True, eq=False)
class Demand(Table):
    """Agents required per interval and skill.

    An interval lasts `Plan.demand_interval_minutes`. An agent covers an interval for *one* of the agent's
    skills, and only when in service (on duty, not in a break) for the whole interval. In an interval without
    a row nothing is required, and an agent beyond that has the price 1; or 0 where the case has shift demand.
    """

    TABLE: ClassVar[str] = "demand"

    starts_at: IntArray = column(Instant(), "start of the interval", key=True)
    skill: TextArray = column(Text(), "skill", key=True)
    required: IntArray = column(Integer(0, 100_000), "agents required")
    expected_bookings: FloatArray = column(
        Number(0, 1_000_000), "bookings expected to start in the interval", optional=True, default=0.0
    )
    under_price: IntArray = column(
        Integer(0, MOST_PRICE),
        "price of each agent missing in the interval; the same for all of its skills",
        optional=True,
        default=1,
    )
    over_price: IntArray = column(
        Integer(0, MOST_PRICE),
        "price of each agent in service beyond the requirement; the same for all skills of the interval",
        optional=True,
        default=1,
    )


@dataclass(frozen=True, eq=False)
class History(Table):
    """Bookings of the past, counted per hour and skill."""

    TABLE: ClassVar[str] = "history"

    starts_at: IntArray = column(Instant(), "start of the hour", key=True)
    skill: TextArray = column(Text(), "skill", key=True)
    bookings: IntArray = column(Integer(0, 1_000_000), "sessions appointed in the hour")
    no_shows: IntArray = column(
        Integer(0, 1_000_000), "of which the customer did not come", optional=True, default=0
    )
