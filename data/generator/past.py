"""The history: thirteen months of bookings and no-shows by hour and skill (seasonality: DOMAIN 2.5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np

from data.generator.chance import Streams
from data.generator.requests import JOINT, Requests
from data.generator.seasonality import HOUR_WEIGHTS, YEARLY_GROWTH, day_weight
from data.generator.team import SKILLS
from data.generator.workdays import Workdays
from data.model import History, Plan

MONTHS: Final = 13
NO_SHOW: Final = 0.08
NO_SHOW_JOINT: Final = 0.12
"""DOMAIN 6.4."""


def draw_history(plan: Plan, workdays: Workdays, asked: Requests, streams: Streams) -> History:
    """Draw the past at the level of the bookings of this case, hours without a booking included."""
    rng = streams.of("history")
    days = _open_days(plan, workdays)
    hours = np.array([start for start, *_ in days], dtype=np.int64)
    busy = np.array([weight * HOUR_WEIGHTS[hour] for _, hour, weight in days])
    level = np.bincount(asked.skill, minlength=len(SKILLS)) / (workdays.weights.sum() * HOUR_WEIGHTS.sum())
    bookings = rng.poisson(busy[:, None] * level)
    share = np.full(len(SKILLS), NO_SHOW)
    share[JOINT] = NO_SHOW_JOINT
    return History(
        starts_at=np.repeat(hours, len(SKILLS)),
        skill=np.tile(np.array(SKILLS, dtype=object), len(hours)),
        bookings=bookings.ravel(),
        no_shows=rng.binomial(bookings, share).ravel(),
    )


def _open_days(plan: Plan, workdays: Workdays) -> list[tuple[int, int, float]]:
    """Start on the axis, hour of the day and weight of the day for each open hour of the past."""
    axis, opening = plan.axis, plan.calendar.opening_hours
    hours_of = {
        weekday: range(hours.opens.hour, hours.closes.hour) for hours in opening for weekday in hours.weekdays
    }
    listed: list[tuple[int, int, float]] = []
    day = _months_before(plan.first_day, MONTHS)
    while day < plan.first_day:
        weight = day_weight(day, workdays.holiday)
        if weight > 0:
            number = axis.day_number(day)
            weight *= (1 + YEARLY_GROWTH) ** (number / 365)
            listed.extend(
                (axis.at(number, 60 * hour), hour, weight) for hour in hours_of.get(day.weekday(), ())
            )
        day += timedelta(days=1)
    return listed


def _months_before(day: date, months: int) -> date:
    """The first of the month so many months before."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
