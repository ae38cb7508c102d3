"""Holidays and opening hours, stated anew for the referee (DOMAIN 3.4, 3.1)."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from datetime import date, time
from functools import cache, cached_property
from importlib.resources import files

import holidays
import numpy as np

from data.model import HolidayOverride, Plan
from data.model.columns import IntArray


@cache
def carried_overrides() -> tuple[HolidayOverride, ...]:
    """The overrides that Pontual carries: holidays that the library lacks, or has in excess."""
    text = files("data").joinpath("policies", "holiday_overrides.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(
        HolidayOverride.model_validate(
            {name: cell.strip() or None for name, cell in row.items() if name != "is_holiday"}
            | {"is_holiday": row["is_holiday"].strip().lower()}
        )
        for row in rows
    )


@cache
def library_holidays(state: str, year: int) -> dict[date, str]:
    """National and state holidays of a year, as the library knows them."""
    known = holidays.country_holidays("BR", subdiv=state or None, years=year)
    return dict(known.items())


def _holds_in(override: HolidayOverride, state: str, city: str) -> bool:
    if override.scope == "national":
        return True
    if override.scope == "state":
        return override.state == state
    return override.state == state and _bare(override.city or "") == _bare(city)


def _bare(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.strip().casefold())
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


def holidays_among(
    days: Iterable[date], state: str, city: str, extra: tuple[HolidayOverride, ...]
) -> dict[date, str]:
    """The holidays of a place among some days, with their names.

    Overrides act in order on what the library knows: those that Pontual carries, then the plan's own
    (`extra`); the later one wins. Names of cities are compared without case and accents.
    """
    acting = [o for o in (*carried_overrides(), *extra) if _holds_in(o, state, city)]
    found: dict[date, str] = {}
    for day in days:
        name = library_holidays(state, day.year).get(day)
        for override in acting:
            if override.day == day:
                name = override.name if override.is_holiday else None
        if name is not None:
            found[day] = name
    return found


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


class ServiceCalendar:
    """When the service is open on each day of the horizon, and the holidays of establishments."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._axis = plan.axis
        self._dates = [plan.axis.date_of(day) for day in range(plan.days)]

    @cached_property
    def opening(self) -> tuple[IntArray, IntArray]:
        """First minute open and minute of closing, per day of the horizon; a closed day has 1 and 0.

        An exception for the date comes before everything else, and a holiday before the weekday's hours.
        """
        opens = np.ones(len(self._dates), dtype=np.int64)
        closes = np.zeros(len(self._dates), dtype=np.int64)
        for day, on in enumerate(self._dates):
            hours = self._hours_on(on)
            if hours is not None:
                opens[day] = self._axis.at(day, _minutes(hours[0]))
                closes[day] = self._axis.at(day, _minutes(hours[1]) or 1440)
        return opens, closes

    def _hours_on(self, on: date) -> tuple[time, time] | None:
        calendar = self._plan.calendar
        for exception in calendar.exceptions:
            if exception.day == on:
                if exception.opens is None or exception.closes is None:
                    return None
                return exception.opens, exception.closes
        if not calendar.open_on_holidays and on in self.holidays_of(calendar.state, calendar.city):
            return None
        for hours in calendar.opening_hours:
            if on.weekday() in hours.weekdays:
                return hours.opens, hours.closes
        return None

    def holidays_of(self, state: str, city: str) -> dict[date, str]:
        """Holidays of a place in the horizon."""
        return holidays_among(self._dates, state, city, self._plan.calendar.holiday_overrides)
