"""When the service is open, as intervals on the planning axis."""

from __future__ import annotations

from datetime import date, time

from data.calendars.holiday_names import holiday_name
from data.model import Plan

_END_OF_DAY = 1440


def opening_intervals(plan: Plan) -> tuple[tuple[int, int] | None, ...]:
    """The open interval of each day of the horizon: minutes on the axis, half-open; None on closed days.

    Sessions start and end within it. An exception for the date goes before everything, holidays included;
    otherwise a holiday of the service's place is closed unless the plan opens on holidays.
    """
    return tuple(_interval(plan, number) for number in range(plan.days))


def _interval(plan: Plan, number: int) -> tuple[int, int] | None:
    axis = plan.axis
    hours = hours_of(plan, axis.date_of(number))
    if hours is None:
        return None
    opens, closes = hours
    start = axis.at(number, _minute(opens))
    end = axis.at(number, _minute(closes) or _END_OF_DAY)
    return (start, end) if start < end else None


def hours_of(plan: Plan, day: date) -> tuple[time, time] | None:
    """Opening and closing time of a date, which may lie outside the horizon; None when it is closed."""
    calendar = plan.calendar
    for exception in calendar.exceptions:
        if exception.day == day:
            if exception.opens is None or exception.closes is None:
                return None
            return exception.opens, exception.closes
    if not calendar.open_on_holidays and holiday_name(
        day, calendar.state, calendar.city, calendar.holiday_overrides
    ):
        return None
    for hours in calendar.opening_hours:
        if day.weekday() in hours.weekdays:
            return hours.opens, hours.closes
    return None


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
