"""What the calendar says of a day that changes how many bookings it has (DOMAIN 2.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from data.calendars import holiday_name, hours_of, is_optional_day
from data.model import Plan
from data.model.columns import BoolArray, FloatArray, IntArray

DUE_DAYS: Final = (15, 20)
"""eSocial and DCTFWeb fall due on the 15th, FGTS Digital and DAS on the 20th; on no business day, they are
due on the one before."""

RETURN_MONTH: Final = 5
RETURN_DAYS: Final = 10
"""The last business days before the income tax return is due, at the end of May."""

EDGE_DAYS: Final = 3
"""Business days at each end of a month that have an effect of their own."""

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, eq=False)
class DayEffects:
    """Consecutive dates, and what the calendar says of them.

    Attributes:
        weekday: of each date; 0 is Monday.
        is_open: whether the service is open on it, by today's opening hours.
        effects: dates x effects: weekdays, places in the month, deadlines, holidays near by.
        names: of the effects.
        season: dates x slow effects, which last for weeks.
        season_names: of the slow effects.
    """

    weekday: IntArray
    is_open: BoolArray
    effects: FloatArray
    names: tuple[str, ...]
    season: FloatArray
    season_names: tuple[str, ...]


def effects_of(plan: Plan, first: date, count: int) -> DayEffects:
    """What the calendar of a plan says of so many dates."""
    calendar = _Calendar(plan)
    days = [first + number * _DAY for number in range(count)]
    return DayEffects(
        np.array([day.weekday() for day in days], dtype=np.int64),
        np.array([calendar.is_open(day) for day in days], dtype=np.bool_),
        np.array([[float(effect(calendar, day)) for effect in EFFECTS.values()] for day in days]),
        tuple(EFFECTS),
        np.array([[float(effect(calendar, day)) for effect in SEASON.values()] for day in days]),
        tuple(SEASON),
    )


class _Calendar:
    """The calendar of the service's place, each date worked out once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._open: dict[date, bool] = {}
        self._holiday: dict[date, bool] = {}
        self._months: dict[tuple[int, int], list[date]] = {}

    def is_open(self, day: date) -> bool:
        """Whether sessions take place on the date."""
        if day not in self._open:
            self._open[day] = hours_of(self._plan, day) is not None
        return self._open[day]

    def is_holiday(self, day: date) -> bool:
        """Whether the date is a holiday of the service's place."""
        if day not in self._holiday:
            where = self._plan.calendar
            name = holiday_name(day, where.state, where.city, where.holiday_overrides)
            self._holiday[day] = name is not None
        return self._holiday[day]

    def is_business_day(self, day: date) -> bool:
        """Monday to Friday, and no holiday."""
        return day.weekday() < _SATURDAY and not self.is_holiday(day)

    def business_days(self, day: date) -> list[date]:
        """All business days of the date's month, in order."""
        key = (day.year, day.month)
        if key not in self._months:
            each, found = day.replace(day=1), []
            while each.month == day.month:
                if self.is_business_day(each):
                    found.append(each)
                each += _DAY
            self._months[key] = found
        return self._months[key]

    def place_in_month(self, day: date) -> int:
        """Business days of the month before the date."""
        return sum(each < day for each in self.business_days(day))

    def left_in_month(self, day: date) -> int:
        """Business days of the month after the date."""
        return sum(each > day for each in self.business_days(day))

    def due_on(self, day: date, due: int) -> date:
        """The date on which taxes of the date's month fall due."""
        at = day.replace(day=due)
        while not self.is_business_day(at):
            at -= _DAY
        return at

    def closed_by_holiday(self, day: date) -> bool:
        """Whether a holiday takes a weekday (Monday to Friday)."""
        return day.weekday() < _SATURDAY and self.is_holiday(day)


def _weekday(number: int) -> Effect:
    return lambda _calendar, day: day.weekday() == number


def _from_start(place: int) -> Effect:
    return lambda calendar, day: calendar.is_business_day(day) and calendar.place_in_month(day) == place


def _from_end(place: int) -> Effect:
    return lambda calendar, day: calendar.is_business_day(day) and calendar.left_in_month(day) == place


def _through_month(calendar: _Calendar, day: date) -> float:
    """From -0.5 on the first business day of the month to 0.5 on the last."""
    last = len(calendar.business_days(day)) - 1
    return min(calendar.place_in_month(day) / max(last, 1), 1.0) - 0.5


def _due(day_of_month: int) -> Effect:
    return lambda calendar, day: calendar.due_on(day, day_of_month) == day


def _before_due(calendar: _Calendar, day: date) -> bool:
    """The business day before taxes fall due."""
    if not calendar.is_business_day(day):
        return False
    following = day + _DAY
    while not calendar.is_business_day(following):
        following += _DAY
    return any(calendar.due_on(following, due) == following for due in DUE_DAYS)


def _holiday(calendar: _Calendar, day: date) -> bool:
    return calendar.is_holiday(day)


def _after_holiday(calendar: _Calendar, day: date) -> bool:
    """The first open day after a holiday that took a weekday."""
    before = day - _DAY
    for _ in range(7):
        if calendar.closed_by_holiday(before):
            return True
        if calendar.is_open(before):
            return False
        before -= _DAY
    return False


def _before_holiday(calendar: _Calendar, day: date) -> bool:
    """The last open day before a holiday that takes a weekday."""
    after = day + _DAY
    for _ in range(7):
        if calendar.closed_by_holiday(after):
            return True
        if calendar.is_open(after):
            return False
        after += _DAY
    return False


def _bridge(calendar: _Calendar, day: date) -> bool:
    """A Monday before, or a Friday after, a holiday: many make a long weekend of it."""
    if not calendar.is_business_day(day):
        return False
    return (day.weekday() == 0 and calendar.is_holiday(day + _DAY)) or (
        day.weekday() == 4 and calendar.is_holiday(day - _DAY)
    )


def _optional(_calendar: _Calendar, day: date) -> bool:
    return is_optional_day(day)


def _year_end(_calendar: _Calendar, day: date) -> bool:
    return day.month == 12 and day.day >= 24


def _return_due(calendar: _Calendar, day: date) -> bool:
    return day.month == RETURN_MONTH and calendar.left_in_month(day) < RETURN_DAYS


Effect = Callable[[_Calendar, date], bool | float]

EFFECTS: Final[dict[str, Effect]] = {
    **{
        name: _weekday(number)
        for number, name in enumerate(
            ("tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), start=1
        )
    },
    **{f"business_day_{place + 1}": _from_start(place) for place in range(EDGE_DAYS)},
    **{f"business_day_{place + 1}_from_end": _from_end(place) for place in range(EDGE_DAYS)},
    "through_month": _through_month,
    **{f"due_{day}": _due(day) for day in DUE_DAYS},
    "before_due": _before_due,
    "holiday": _holiday,
    "after_holiday": _after_holiday,
    "before_holiday": _before_holiday,
    "bridge": _bridge,
    "optional_day": _optional,
}
"""Monday, in the middle of the month, is what they are all measured against."""

SEASON: Final[dict[str, Effect]] = {"year_end": _year_end, "return_due": _return_due}
