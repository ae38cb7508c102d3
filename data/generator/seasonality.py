"""When customers come: weekday, month, deadlines, holidays and the hour of the day (DOMAIN 2.4, 2.5)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import numpy as np

from data.model.columns import FloatArray

WEEKDAY_WEIGHTS: Final = (1.198, 1.277, 1.185, 1.099, 0.764, 0.35, 0.0)
"""Monday to Sunday. The working days are the NHS curve of DOMAIN 2.5; Saturday (a half day) is assumed."""

MONTH_WEIGHTS: Final = (0.968, 0.923, 1.007, 0.904, 1.085, 1.150, 0.962, 1.0, 0.98, 0.98, 0.96, 0.98)
"""January to July: certificates issued in 2021 (DOMAIN 2.4); August to December are assumed."""

HOUR_WEIGHTS: Final = np.array(
    [0.0] * 8 + [0.60, 0.95, 1.40, 1.15, 0.65, 0.75, 1.30, 1.40, 1.20, 0.90, 0.60, 0.40] + [0.0] * 4
)
"""By the hour in Brasília: peaks at 10 to 11 and 14 to 16, a dip at lunch (DOMAIN 2.5)."""

DEADLINE_DAYS: Final = (15, 20)
"""eSocial and DCTFWeb on the 15th, FGTS Digital and DAS on the 20th (DOMAIN 2.5)."""

DEADLINE_FACTOR: Final = 1.12
MONTH_END_FACTOR: Final = 1.15
MONTH_END_BUSINESS_DAYS: Final = 2
AFTER_HOLIDAY_FACTOR: Final = 1.12
BEFORE_HOLIDAY_FACTOR: Final = 0.90
YEARLY_GROWTH: Final = 0.06

Holiday = Callable[[date], bool]
"""Tells whether a date is a holiday of the service's place."""


def is_business_day(day: date, holiday: Holiday) -> bool:
    """Monday to Friday, and no holiday."""
    return day.weekday() < 5 and not holiday(day)


def business_day_on_or_before(day: date, holiday: Holiday) -> date:
    """The day itself, or the last business day before it."""
    while not is_business_day(day, holiday):
        day -= timedelta(days=1)
    return day


def day_weight(day: date, holiday: Holiday) -> float:
    """How busy a date is; a working day is about 1, and a holiday or Sunday 0."""
    if holiday(day):
        return 0.0
    weight = WEEKDAY_WEIGHTS[day.weekday()] * MONTH_WEIGHTS[day.month - 1]
    if is_deadline(day, holiday):
        weight *= DEADLINE_FACTOR
    if is_month_end(day, holiday):
        weight *= MONTH_END_FACTOR
    if holiday(day - timedelta(days=1)):
        weight *= AFTER_HOLIDAY_FACTOR
    if holiday(day + timedelta(days=1)):
        weight *= BEFORE_HOLIDAY_FACTOR
    return weight


def is_deadline(day: date, holiday: Holiday) -> bool:
    """Whether taxes fall due: on the 15th or 20th, or on the business day before when those are none."""
    return any(business_day_on_or_before(day.replace(day=due), holiday) == day for due in DEADLINE_DAYS)


def is_month_end(day: date, holiday: Holiday) -> bool:
    """Whether the date is one of the last two business days of its month."""
    last = day.replace(day=monthrange(day.year, day.month)[1])
    for _ in range(MONTH_END_BUSINESS_DAYS):
        last = business_day_on_or_before(last, holiday)
        if last == day:
            return True
        last -= timedelta(days=1)
    return False


def intraday_weights(minutes_of_day: np.ndarray) -> FloatArray:
    """How busy each minute of the day is, interpolated between the middles of the hours."""
    middles = np.arange(24) * 60 + 30
    weights: FloatArray = np.interp(minutes_of_day, middles, HOUR_WEIGHTS)
    return weights
