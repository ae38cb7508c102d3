"""Histories to forecast from: the generator's, and what it and the forecaster do not contain.

The generator's history has weekdays, months, deadlines, holidays and growth. Upon it: a sudden shift of the
level; unrecorded weeks; a holiday that was moved (worked on its date, closed on another that
the calendar does not know), with such a closure in each held-back month, too; and a level that wanders, with
days that depend on the day before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.calendars import hours_of
from data.generator import GeneratorSettings, generate
from data.model import History, Plan, default_as_of
from data.model.columns import BoolArray, FloatArray, IntArray, TextArray
from simulation.forecast.calendar_effects import effects_of

HELD_BACK = 28
"""Days of a held-back month: every weekday four times."""

MONTHS = 2
"""Held-back months of each history, one after the other."""

AGENTS = 40

Form = Callable[[np.random.Generator, "Hours"], None]


@dataclass(eq=False)
class Hours:
    """A history as arrays, to be changed.

    Attributes:
        plan: horizon from the first held-back day on.
        first: first date.
        start: of each row, on the axis of the case that was generated.
        day: of each row, counted from the first date.
        skill: of each row.
        bookings: of each row.
        kept: whether each row is recorded.
        held_back: first held-back day.
    """

    plan: Plan
    first: date
    start: IntArray
    day: IntArray
    skill: TextArray
    bookings: IntArray
    kept: BoolArray
    held_back: int

    @property
    def days(self) -> int:
        """Days from the first to the last."""
        return int(self.day.max()) + 1

    def scale(self, factor: FloatArray, rng: np.random.Generator) -> None:
        """Multiply the expected bookings of each day: thin them, or add Poisson ones."""
        by_row = factor[self.day]
        thinned = rng.binomial(self.bookings, np.minimum(by_row, 1.0))
        added = rng.poisson(self.bookings * np.maximum(by_row - 1.0, 0.0))
        self.bookings = np.where(by_row < 1.0, thinned, self.bookings + added)

    def copy_day(self, source: int, target: int) -> None:
        """Let a day on which nothing was recorded be as another one."""
        rows = np.flatnonzero(self.day == source)
        moved = self.start[rows] + 1440 * (target - source)
        self.start = np.append(self.start, moved)
        self.day = np.append(self.day, np.full(len(rows), target))
        self.skill = np.append(self.skill, self.skill[rows])
        self.bookings = np.append(self.bookings, self.bookings[rows])
        self.kept = np.append(self.kept, self.kept[rows])

    def closed_weekdays(self, earliest: int, latest: int) -> list[int]:
        """Days from Monday to Friday on which the service is closed."""
        dates = [(day, self.first + timedelta(days=day)) for day in range(earliest, latest)]
        return [day for day, each in dates if each.weekday() < 5 and hours_of(self.plan, each) is None]

    def open_days(self, earliest: int, latest: int) -> list[int]:
        """Days from Monday to Friday on which the service is open."""
        dates = [(day, self.first + timedelta(days=day)) for day in range(earliest, latest)]
        return [day for day, each in dates if each.weekday() < 5 and hours_of(self.plan, each) is not None]


def plain(_rng: np.random.Generator, _hours: Hours) -> None:
    """As generated."""


def level_shift(rng: np.random.Generator, hours: Hours) -> None:
    """From a day three weeks to four months before the first held-back one, a third fewer or more."""
    at = hours.held_back - int(rng.integers(21, 120))
    size = float(rng.choice([0.65, 0.75, 1.3, 1.45]))
    hours.scale(np.where(np.arange(hours.days) < at, 1.0, size), rng)


def missing_weeks(rng: np.random.Generator, hours: Hours) -> None:
    """Two weeks just before the first held-back day and three weeks earlier on are not recorded."""
    for weeks, before in ((2, int(rng.integers(0, 14))), (3, int(rng.integers(90, 250)))):
        last = hours.held_back - before
        hours.kept &= (hours.day < last - 7 * weeks) | (hours.day >= last)


def moved_holiday(rng: np.random.Generator, hours: Hours) -> None:
    """A past holiday was worked on, like the day a week later. Three open days of the past and one of each
    held-back month were closed, and no calendar says so."""
    holiday = int(rng.choice(hours.closed_weekdays(0, hours.held_back - 14)))
    hours.copy_day(holiday + 7, holiday)
    closed = rng.choice(hours.open_days(0, hours.held_back), 3, replace=False).tolist()
    for month in range(MONTHS):
        start = hours.held_back + month * HELD_BACK
        closed.append(int(rng.choice(hours.open_days(start, start + HELD_BACK))))
    hours.kept &= ~np.isin(hours.day, closed)


def wandering(rng: np.random.Generator, hours: Hours) -> None:
    """The level is a random walk, and a day's deviation depends on that of the day before (AR(1))."""
    walk = np.cumsum(rng.normal(0.0, 0.006, hours.days))
    noise = np.empty(hours.days)
    noise[0] = 0.0
    for day in range(1, hours.days):
        noise[day] = 0.5 * noise[day - 1] + rng.normal(0.0, 0.06)
    hours.scale(np.exp(walk + noise), rng)


FORMS: dict[str, Form] = {
    form.__name__: form for form in (plain, level_shift, missing_weeks, moved_holiday, wandering)
}


@dataclass(frozen=True, eq=False)
class HeldBack:
    """A month to forecast, and what came.

    Attributes:
        plan: its horizon.
        past: what is recorded of the time before.
        actual: bookings of the days of the horizon on which the calendar says open: days x hours x skills.
        day: of the horizon, each of these.
        skills: in order.
        weekly: bookings on the last recorded day of the same weekday.
        yearly: bookings 364 days before, or the weekly ones where nothing is recorded of that day.
    """

    plan: Plan
    past: History
    actual: IntArray
    day: IntArray
    skills: tuple[str, ...]
    weekly: IntArray
    yearly: IntArray


def held_back_months(form: str, seed: int) -> list[HeldBack]:
    """The held-back months of one history; the month of the year differs from seed to seed."""
    rng = np.random.default_rng([seed, *form.encode()])
    horizon = date(2026, 1, 5) + timedelta(weeks=5 * seed)
    made = generate(GeneratorSettings(agents=AGENTS, days=6, load=0.85, seed=seed, first_day=horizon)).case
    history, axis = made.history, made.axis
    day = axis.days_of(history.starts_at)
    first, last = axis.date_of(int(day[0])), int(day[-1]) - int(day[0])
    held_back = last + 1 - MONTHS * HELD_BACK
    hours = Hours(
        made.plan,
        first,
        history.starts_at,
        day - day[0],
        history.skill,
        history.bookings,
        np.ones(len(day), np.bool_),
        held_back,
    )
    FORMS[form](rng, hours)
    return [_month(hours, held_back + month * HELD_BACK) for month in range(MONTHS)]


def _month(hours: Hours, start: int) -> HeldBack:
    begins = hours.first + timedelta(days=start)
    plan = hours.plan.model_copy(
        update={
            "first_day": begins,
            "days": HELD_BACK,
            "as_of": default_as_of(begins),
            "demand_interval_minutes": 60,
        }
    )
    skills = tuple(sorted(set(hours.skill.tolist())))
    cube = np.zeros((hours.days, 24, len(skills)), dtype=np.int64)
    hour = (hours.start - 1440 * (hours.day + hours.plan.axis.day_number(hours.first))) // 60
    which = np.searchsorted(np.array(skills), hours.skill.astype(str))
    np.add.at(cube, (hours.day, hour, which), np.where(hours.kept, hours.bookings, 0))
    is_open = effects_of(plan, hours.first, hours.days).is_open
    days = np.flatnonzero(is_open[start : start + HELD_BACK])
    total = cube.sum(axis=(1, 2))
    rows = hours.kept & (hours.day < start)
    since = 1440 * (hours.plan.first_day - begins).days
    past = History(
        hours.start[rows] + since,
        hours.skill[rows],
        hours.bookings[rows],
        np.zeros(int(rows.sum()), dtype=np.int64),
    )
    weekly = np.array([_last_like(total, is_open, start, start + each) for each in days.tolist()])
    ago = start + days - 364
    yearly = np.where((ago >= 0) & (total[ago] > 0), total[ago], weekly)
    return HeldBack(plan, past, cube[start + days], days, skills, weekly, yearly)


def _last_like(total: IntArray, is_open: BoolArray, start: int, day: int) -> int:
    """Bookings of the last recorded open day before `start` with the weekday of `day`."""
    before = day - 7 * ((day - start) // 7 + 1)
    while not (is_open[before] and total[before]):
        before -= 7
    return int(total[before])
