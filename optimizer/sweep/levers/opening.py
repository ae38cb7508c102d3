"""Opening hours: another weekday, longer or shorter days. The work required is spread over the new hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import time

import numpy as np
from pydantic import ValidationError

from data.calendars import opening_intervals
from data.model import Calendar, Case, Demand, OpeningHours, Plan
from data.model.columns import BoolArray, FloatArray, IntArray
from optimizer.sweep.levers.demand import rounded_by_interval
from optimizer.sweep.levers.faults import Fault, Faults, Path
from optimizer.sweep.values import Setting

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOSED = "closed"
_HOURS = re.compile(r"^(\d{2}):(\d{2})\s*-\s*(\d{2}):(\d{2})$")


def with_opening(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> Case:
    """Other hours on weekdays; exceptions of dates and holidays stay.

    Hours that are new require what hours at the same time of other open days do; then all hours together
    require as much as before, of each skill. Customers come in their windows, as before.
    """
    hours = {
        day: (found.opens, found.closes)
        for found in case.plan.calendar.opening_hours
        for day in found.weekdays
    }
    in_horizon = {case.axis.date_of(day).weekday() for day in range(case.plan.days)}
    for path, setting in changes.items():
        weekday = WEEKDAYS.index(path[0]) if len(path) == 1 and path[0] in WEEKDAYS else None
        if weekday is None:
            faults.append(Fault(path, str(setting), f"expected a weekday: one of {', '.join(WEEKDAYS)}"))
        elif weekday not in in_horizon:
            faults.append(
                Fault(path, str(setting), f"expected a weekday of the horizon; it has no {path[0]}")
            )
        elif setting.value == CLOSED:
            hours.pop(weekday, None)
        elif (found := _hours(str(setting.value))) is not None:
            hours[weekday] = found
        else:
            faults.append(Fault(path, str(setting), f"expected hours such as 08:00-14:00, or {CLOSED}"))
    try:
        calendar = case.plan.calendar.model_dump() | {
            "opening_hours": [
                OpeningHours(weekdays=(day,), opens=opens, closes=closes)
                for day, (opens, closes) in sorted(hours.items())
            ]
        }
        plan = case.plan.model_copy(update={"calendar": Calendar.model_validate(calendar)})
    except ValidationError as error:
        faults.append(Fault((), "", error.errors()[0]["msg"]))
        return case
    if not any(opening_intervals(plan)):
        faults.append(Fault((), "", "expected an open day in the horizon"))
        return case
    return replace(case, plan=plan, demand=_spread(case.demand, case.plan, plan))


def _hours(text: str) -> tuple[time, time] | None:
    found = _HOURS.match(text)
    if found is None:
        return None
    opens, closes = (found[1], found[2]), (found[3], found[4])
    try:
        first = time(int(opens[0]), int(opens[1]))
        last = time(0) if closes == ("24", "00") else time(int(closes[0]), int(closes[1]))
    except ValueError:
        return None
    return (first, last) if last == time(0) or first < last else None


def _spread(demand: Demand, before: Plan, after: Plan) -> Demand:
    """The work required in the new hours; prices of new intervals are those that most have."""
    if not len(demand):
        return demand
    step = before.demand_interval_minutes
    at = np.arange(0, before.axis.end, step)
    was, now = _open(before, at, step), _open(after, at, step)
    skills = sorted(set(demand.skill.tolist()))
    place = {name: number for number, name in enumerate(skills)}
    row = demand.starts_at // step
    column = np.array([place[name] for name in demand.skill.tolist()], dtype=np.int64)
    figures = np.zeros((2, len(at), len(skills)))
    figures[:, row, column] = demand.required, demand.expected_bookings
    total = figures.sum(axis=1)
    stays = was & now
    clock = np.array([before.axis.minute_of_day(int(minute)) for minute in at], dtype=np.int64)
    for interval in np.flatnonzero(now & ~was):
        like = np.flatnonzero(stays & (clock == clock[interval]))
        like = like if len(like) else np.flatnonzero(stays)
        if len(like):
            figures[:, interval] = figures[:, like].mean(axis=1)
    figures[:, was & ~now] = 0.0
    left = figures.sum(axis=1)
    figures *= np.divide(total, left, out=np.zeros_like(total), where=left > 0)[:, None, :]
    return _table(demand, at, skills, figures, now | figures[0].any(axis=1))


def _open(plan: Plan, at: IntArray, step: int) -> BoolArray:
    """Whether each interval lies in the opening hours."""
    found = np.zeros(len(at), dtype=np.bool_)
    for opens, closes in filter(None, opening_intervals(plan)):
        found |= (at >= opens) & (at + step <= closes)
    return found


def _table(demand: Demand, at: IntArray, skills: list[str], figures: FloatArray, listed: BoolArray) -> Demand:
    """All skills in the listed intervals."""
    rows = np.flatnonzero(listed)
    starts, names = np.repeat(at[rows], len(skills)), np.tile(np.array(skills, dtype=object), len(rows))
    priced = {
        (start, skill): prices
        for start, skill, *prices in zip(
            demand.starts_at.tolist(),
            demand.skill.tolist(),
            demand.under_price.tolist(),
            demand.over_price.tolist(),
            strict=True,
        )
    }
    usual = [_usual(prices) for prices in (demand.under_price, demand.over_price)]
    prices = [priced.get(key, usual) for key in zip(starts.tolist(), names.tolist(), strict=True)]
    found = Demand.from_columns(
        {
            "starts_at": starts,
            "skill": names,
            "required": np.zeros(len(starts), dtype=np.int64),
            "expected_bookings": figures[1][rows].ravel(),
            "under_price": [under for under, _ in prices],
            "over_price": [over for _, over in prices],
        },
        rows=len(starts),
    )
    return replace(found, required=rounded_by_interval(found, figures[0][rows].ravel()))


def _usual(prices: IntArray) -> int:
    """The price that most rows have."""
    values, counts = np.unique(prices, return_counts=True)
    return int(values[np.argmax(counts)])
