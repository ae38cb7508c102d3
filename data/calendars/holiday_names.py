"""Which day is a holiday where: the `holidays` library, and a table of what it lacks (DOMAIN 3.4).

Optional days (*pontos facultativos*) are working days; so is Carnival, where no state law says otherwise.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files

import holidays

from data.model import STATES, HolidayOverride

_LANGUAGE = "pt_BR"

Overrides = Iterable[HolidayOverride]


def holiday_name(day: date, state: str, city: str = "", overrides: Overrides = ()) -> str | None:
    """The name (in Portuguese) of the holiday that a place keeps on a day, or None on a working day.

    Overrides act in order on what the library knows: those of the table that Pontual carries, then
    `overrides` (the plan's). Of those that name the place or somewhere around it, the last one holds.

    Args:
        day: a date.
        state: UF of the place; empty: national holidays only.
        city: municipality; case and accents don't matter.
        overrides: holidays to add or strike out.

    Raises:
        ValueError: when the state is not known.
    """
    if state and state not in STATES:
        raise ValueError(f"expected a state (UF) such as SP, not {state!r}")
    name = _library_year(day.year, state).get(day)
    for override in (*_carried().get(day, ()), *overrides):
        if override.day == day and _holds_in(override, state, city):
            name = override.name if override.is_holiday else None
    return name


def is_optional_day(day: date) -> bool:
    """Whether a date is one of the nation's optional days (*pontos facultativos*), such as Carnival."""
    return day in _optional_days(day.year)


@cache
def default_holiday_overrides() -> tuple[HolidayOverride, ...]:
    """The holidays that Pontual adds to those of the library: municipal ones of 2026 and 2027."""
    text = files("data.policies").joinpath("holiday_overrides.csv").read_text(encoding="utf-8")
    return tuple(
        HolidayOverride.model_validate({name: cell or None for name, cell in row.items()})
        for row in csv.DictReader(text.splitlines())
    )


@cache
def _carried() -> Mapping[date, list[HolidayOverride]]:
    by_day: dict[date, list[HolidayOverride]] = {}
    for override in default_holiday_overrides():
        by_day.setdefault(override.day, []).append(override)
    return by_day


def _holds_in(override: HolidayOverride, state: str, city: str) -> bool:
    if override.scope == "national":
        return True
    if override.state != state:
        return False
    return override.scope == "state" or _plain(override.city or "") == _plain(city)


def _plain(name: str) -> str:
    """A name without accents, case and doubled blanks, to compare names of cities."""
    parts = unicodedata.normalize("NFKD", " ".join(name.split()))
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


@cache
def _library_year(year: int, state: str) -> Mapping[date, str]:
    """National holidays of a year and, where a state is given, those of its own law."""
    return dict(holidays.country_holidays("BR", subdiv=state or None, years=year, language=_LANGUAGE).items())


@cache
def _optional_days(year: int) -> frozenset[date]:
    """Optional days of a year, as the library knows them."""
    return frozenset(holidays.country_holidays("BR", years=year, categories=("optional",)))
