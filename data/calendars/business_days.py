"""Business days, and by when the install e-mail is due (R6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from data.calendars.holiday_names import holiday_name
from data.model import HolidayOverride, Plan

_SATURDAY = 5
_SUNDAY = 6


def is_business_day(
    day: date,
    *,
    saturday: bool = False,
    state: str = "",
    city: str = "",
    overrides: Iterable[HolidayOverride] = (),
) -> bool:
    """Whether a day is neither a Sunday nor a holiday, nor, unless `saturday`, a Saturday.

    Without a state, only national holidays count.
    """
    if day.weekday() == _SUNDAY or (day.weekday() == _SATURDAY and not saturday):
        return False
    return holiday_name(day, state, city, overrides) is None


def add_business_days(
    day: date,
    count: int,
    *,
    saturday: bool = False,
    state: str = "",
    city: str = "",
    overrides: Iterable[HolidayOverride] = (),
) -> date:
    """The `count`-th business day after a day; the day itself never counts, whatever it is.

    A negative count goes back. A count of 0 gives the day itself, even when it is no business day.
    """
    listed = tuple(overrides)
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        if is_business_day(day, saturday=saturday, state=state, city=city, overrides=listed):
            left -= 1
    return day


def install_email_due(session_end: datetime, plan: Plan) -> date:
    """R6: the last day for the e-mail with the instructions to install the certificate.

    Counts business days from the session's day in Brasília. Only national holidays count (DOMAIN 3.4), those
    that the plan adds or strikes out included.

    Raises:
        ValueError: when the instant has no time zone.
    """
    if session_end.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return add_business_days(
        session_end.astimezone(plan.axis.zone).date(),
        plan.policy.install_business_days,
        saturday=plan.policy.saturday_is_business_day,
        overrides=plan.calendar.holiday_overrides,
    )
