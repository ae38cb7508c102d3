"""What a synthetic planning case is asked to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

FEWEST_AGENTS: Final = 10
MOST_AGENTS: Final = 20_000
MOST_DAYS: Final = 62
FEWEST_BOOKINGS: Final = 20
MOST_LOAD: Final = 2.0
"""Above a load of 1 more is asked for than the duties hold; above 2 a case is of no use to anybody."""

EARLIEST_FIRST_DAY: Final = date(2022, 2, 1)
"""NR-17 Annex II is in force in its present text from 2022-01-03 (DOMAIN 3.2)."""


@dataclass(frozen=True)
class GeneratorSettings:
    """Size, difficulty and seed of a synthetic planning case; the same settings give the same case.

    Attributes:
        agents: number of agents, 10 to 20,000.
        days: dates in the horizon, 1 to 62.
        load: occupation minutes of the eligible bookings over the minutes in service of the planted duties.
            Up to 0.95 every eligible booking has a planted place; asking for more than the packing holds
            adds bookings that have none. Give either `load` or `bookings`.
        bookings: number of bookings, 20 or more, the ineligible ones included; the load follows.
        seed: seed of every random choice.
        first_day: first date of the horizon, from 2022-02-01 on.
        name: name of the case; empty: one is made from the size and the seed.

    Raises:
        ValueError: when a value is out of its range, or not exactly one of `load` and `bookings` is given.
    """

    agents: int
    days: int
    load: float | None = None
    bookings: int | None = None
    seed: int = 1
    first_day: date = date(2026, 11, 30)
    name: str = ""

    def __post_init__(self) -> None:
        _within("agents", self.agents, FEWEST_AGENTS, MOST_AGENTS)
        _within("days", self.days, 1, MOST_DAYS)
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}, expected 0 or more")
        if (self.load is None) == (self.bookings is None):
            raise ValueError("expected either load or bookings, and not both")
        if self.load is not None and not 0 < self.load <= MOST_LOAD:
            raise ValueError(f"load is {self.load}, expected more than 0 and at most {MOST_LOAD}")
        if self.bookings is not None and self.bookings < FEWEST_BOOKINGS:
            raise ValueError(f"bookings is {self.bookings}, expected {FEWEST_BOOKINGS} or more")
        if self.first_day < EARLIEST_FIRST_DAY:
            raise ValueError(f"first_day is {self.first_day}, expected {EARLIEST_FIRST_DAY} or later")


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} is {value:,}, expected {low:,} to {high:,}")
