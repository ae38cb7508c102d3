"""From past bookings and the calendar of a plan to its forecast."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from data.calendars import hours_of
from data.model import Plan
from data.model.columns import BoolArray, FloatArray, IntArray
from data.progress import Progress, no_progress
from simulation.forecast.apart import fit_apart
from simulation.forecast.calendar_effects import DayEffects, effects_of
from simulation.forecast.counts import DAY_MINUTES, BookingCounts
from simulation.forecast.horizon import LEAST_KNOWN, LEAST_OF_WEEKDAY, back_test_days, least_days
from simulation.forecast.intraday import day_profiles, profile_spread
from simulation.forecast.messages import Answer, Task
from simulation.forecast.predicted import Effect, Forecast, ModelError
from simulation.forecast.shares import UNCHANGED, Shares

NORMAL_975 = 1.959963984540054

MOST_BY_CHANCE = 9.0
"""Of a Poisson number with this mean, one in 8,000 is 0."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class TooShortError(ValueError):
    """The history is too short for what is asked of it."""


class ClosedHorizonError(ValueError):
    """The service is closed on every day that is asked for."""


def forecast(
    plan: Plan, counts: BookingCounts, shares: Shares = UNCHANGED, report: Progress = no_progress
) -> Forecast:
    """Bookings to expect on the open days of a plan's horizon.

    The statistics run in a process of their own. The same input gives the same forecast.

    Args:
        plan: horizon, calendar and length of the intervals.
        counts: past bookings, all before the horizon.
        shares: of video and of automated issuance, in the past and in the horizon.
        report: is told how far the work is.

    Raises:
        TooShortError: when the history is too short, or has too few days of a weekday that is asked for.
        ClosedHorizonError: when the service is closed on the whole horizon.
    """
    length = (plan.first_day - counts.first).days + plan.days
    calendar = effects_of(plan, counts.first, length)
    end = len(counts.count)
    asked = np.flatnonzero(calendar.is_open[length - plan.days :]) + length - plan.days
    if not len(asked):
        raise ClosedHorizonError(
            f"expected open days; the service is closed on every day of the horizon, from {plan.first_day} on"
        )
    known = known_days(counts, calendar.is_open[:end])
    _refuse_short(counts, calendar, known, asked)
    task = task_of(plan, counts, calendar, known, asked, shares.factor)
    answer = fit_apart(task, report)
    return _forecast(plan, counts, calendar, known, asked, answer, shares.factor)


def known_days(counts: BookingCounts, is_open: BoolArray) -> BoolArray:
    """Which past days count: open ones with bookings, and those whose lack of bookings may be chance.

    Open days in a row of which nothing is recorded are empty where fewer than MOST_BY_CHANCE bookings were
    to be expected of them together, at the mean of the other days; else nobody wrote anything down.
    """
    known = counts.recorded & is_open
    if not known.any():
        return known
    usual = counts.count[known].sum() / known.sum()
    days = np.flatnonzero(is_open)
    recorded = known[days]
    row = np.cumsum(recorded)
    length = np.bincount(row[~recorded], minlength=int(row[-1]) + 1)
    empty = ~recorded & (length[row] * usual < MOST_BY_CHANCE)
    known[days[empty]] = True
    return known


def _refuse_short(counts: BookingCounts, calendar: DayEffects, known: BoolArray, asked: IntArray) -> None:
    end, last = len(known), int(asked[-1])
    least = least_days(end, last)
    if end < least:
        until = counts.first + timedelta(days=last)
        raise TooShortError(
            f"the history has {end} days, from {counts.first} on; expected {least} or more for a forecast "
            f"until {until} that can be tested on the past"
        )
    earliest = end - back_test_days(end, last)
    if known[:earliest].sum() < LEAST_KNOWN:
        raise TooShortError(
            f"the history has bookings on {int(known[:earliest].sum())} open days, its last "
            f"{end - earliest} days aside; expected {LEAST_KNOWN} or more"
        )
    for weekday in sorted(set(calendar.weekday[asked].tolist())):
        days = known[:earliest] & (calendar.weekday[:earliest] == weekday)
        if days.sum() < LEAST_OF_WEEKDAY:
            raise TooShortError(
                f"the history has bookings on {int(days.sum())} days that are a {WEEKDAYS[weekday]}, its "
                f"last {end - earliest} days aside; expected {LEAST_OF_WEEKDAY} or more"
            )


def task_of(
    plan: Plan,
    counts: BookingCounts,
    calendar: DayEffects,
    known: BoolArray,
    asked: IntArray,
    factor: float,
) -> Task:
    """What the statistics are asked.

    Args:
        plan: hours and length of the intervals.
        counts: past bookings.
        calendar: from the first past day to the last day of the horizon.
        known: past days that count.
        asked: positions of the days to forecast.
        factor: of the what-if.
    """
    end = len(known)
    daily = counts.count.sum(axis=1).astype(np.float64)
    daily[~known] = np.nan
    hours = [_hours(plan, counts.first + timedelta(days=day)) for day in range(len(calendar.weekday))]
    groups = _groups(hours)
    profiles = day_profiles(counts.count, groups[:end], known, int(groups.max()) + 1)
    return Task(
        past=np.array(end),
        weekday=calendar.weekday,
        effects=calendar.effects,
        names=np.array(calendar.names),
        season=calendar.season,
        count=daily,
        asked=asked,
        profile=profiles[groups[asked]],
        profile_spread=profile_spread(counts.count, profiles, groups[:end], known),
        opens=np.array([hours[day][0] for day in asked.tolist()]),
        closes=np.array([hours[day][1] for day in asked.tolist()]),
        slot_minutes=np.array(plan.demand_interval_minutes),
        factor=np.array(factor),
    )


def _hours(plan: Plan, day: date) -> tuple[int, int]:
    """Minutes of the day between which the service is open; (0, 0) when it is closed."""
    hours = hours_of(plan, day)
    if hours is None:
        return 0, 0
    opens, closes = hours
    return 60 * opens.hour + opens.minute, (60 * closes.hour + closes.minute) or DAY_MINUTES


def _groups(hours: list[tuple[int, int]]) -> IntArray:
    """Days with the same hours go together; the commonest hours of open days come first."""
    open_hours = [each for each in hours if each != (0, 0)]
    order = sorted(set(open_hours), key=lambda each: (-open_hours.count(each), each))
    number = {each: place for place, each in enumerate(order)}
    return np.array([number.get(each, 0) for each in hours], dtype=np.int64)


def _forecast(
    plan: Plan,
    counts: BookingCounts,
    calendar: DayEffects,
    known: BoolArray,
    asked: IntArray,
    answer: Answer,
    factor: float,
) -> Forecast:
    end = len(known)
    is_open = calendar.is_open[:end]
    dates = tuple(counts.first + timedelta(days=day) for day in asked.tolist())
    picked = str(answer.picked)
    models = [
        ModelError(str(name), float(answer.errors[:, place].mean()), _mean(answer.coverages[:, place]))
        for place, name in enumerate(answer.models.tolist())
    ]
    return Forecast(
        series=counts.series,
        dates=dates,
        numbers=tuple((day - plan.first_day).days for day in dates),
        slot_minutes=plan.demand_interval_minutes,
        total=answer.total,
        days=answer.days,
        slots=answer.slots,
        history=(counts.first, counts.first + timedelta(days=end - 1)),
        recorded_days=int(known.sum()),
        missing_days=int((is_open & ~known).sum()),
        closed_days=int((counts.recorded & ~is_open).sum()),
        later_rows=counts.later,
        models=tuple(sorted(models, key=lambda each: (each.model != picked, each.error))),
        held_back=back_test_days(end, int(asked[-1])),
        origins=len(answer.origins),
        width_factor=float(answer.width_factor),
        effects=tuple(_effects(answer)),
        shifts=tuple(counts.first + timedelta(days=day) for day in answer.shifts.tolist()),
        has_echo=bool(answer.has_echo),
        factor=factor,
    )


def _mean(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _effects(answer: Answer) -> list[Effect]:
    value, error = answer.effect_values[:, 0], answer.effect_values[:, 1]
    ends = np.exp([value, value - NORMAL_975 * error, value + NORMAL_975 * error])
    return [
        Effect(str(name), float(ends[0, place]), float(ends[1, place]), float(ends[2, place]))
        for place, name in enumerate(answer.effects.tolist())
    ]
