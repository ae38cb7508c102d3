"""A small history, quickly forecast."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from data.calendars import hours_of
from data.model import History, Plan
from simulation.forecast import counts_of_history
from simulation.forecast.calendar_effects import effects_of
from simulation.forecast.counts import BookingCounts
from simulation.forecast.messages import Task
from simulation.forecast.predicting import task_of
from tests.simulation.forecast.plans import plan_from

SMALL_PLAN = plan_from(date(2026, 11, 30), days=7)
PAST_DAYS = 119


def small_history(plan: Plan = SMALL_PLAN, days: int = PAST_DAYS, seed: int = 1) -> History:
    """Hours of the days before a plan: PF and PJ bookings by weekday, more in the morning."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(-days, 0):
        day = plan.first_day + timedelta(days=number)
        hours = hours_of(plan, day)
        if hours is None:
            continue
        for hour in range(hours[0].hour, hours[1].hour):
            mean = (9.0 - day.weekday()) * (1.5 if hour < 12 else 0.8)
            for skill, share in (("pf", 0.6), ("pj", 0.4)):
                rows.append(
                    {
                        "starts_at": plan.axis.at(number, 60 * hour),
                        "skill": skill,
                        "bookings": int(rng.poisson(mean * share)),
                    }
                )
    return History.from_rows(rows)


def small_counts(plan: Plan = SMALL_PLAN, days: int = PAST_DAYS, seed: int = 1) -> BookingCounts:
    """The same, counted."""
    return counts_of_history(small_history(plan, days, seed), plan.axis, plan.first_day)


def small_task() -> Task:
    """The task of a week."""
    counts = small_counts()
    calendar = effects_of(SMALL_PLAN, counts.first, (SMALL_PLAN.first_day - counts.first).days + 7)
    known = counts.recorded & calendar.is_open[: len(counts.count)]
    asked = np.flatnonzero(calendar.is_open[-7:]) + len(calendar.is_open) - 7
    return task_of(SMALL_PLAN, counts, calendar, known, asked, 1.0)
