"""Oracles of the statistics, computed in a process without OR-Tools: figures as JSON on standard output.

Run as `python -m tests.simulation.forecast.oracles TRIALS`; the tests judge the figures.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

import numpy as np

from simulation.forecast.calendar_effects import DayEffects, effects_of
from simulation.forecast.fitting import backtest
from simulation.forecast.fitting.answering import finer
from simulation.forecast.fitting.backtest import combined, origins, predictions_of
from simulation.forecast.fitting.level import fit_local_level
from simulation.forecast.fitting.naive import seasonal_naive
from simulation.forecast.fitting.past import Past, Prediction
from simulation.forecast.fitting.quantiles import with_interval
from simulation.forecast.fitting.regression import fit_effects
from simulation.forecast.fitting.series import split
from tests.simulation.forecast.plans import plan_from

FIRST = date(2025, 1, 1)
AHEAD = 28
TRUTH = {
    "tuesday": 0.08, "wednesday": 0.02, "thursday": -0.05, "friday": -0.3, "saturday": -1.2,
    "business_day_1": 0.05, "business_day_2": 0.0, "business_day_3": -0.03,
    "business_day_1_from_end": 0.15, "business_day_2_from_end": 0.12, "business_day_3_from_end": 0.05,
    "through_month": 0.06, "due_15": 0.12, "due_20": 0.1, "before_due": 0.04,
    "after_holiday": 0.11, "before_holiday": -0.1, "bridge": -0.2, "optional_day": -0.15,
}  # fmt: skip
"""Planted effects, on the scale of logarithms."""


def days_of(count: int, first: date = FIRST) -> DayEffects:
    """What the calendar says of so many days, and of four weeks more."""
    return effects_of(plan_from(first), first, count + AHEAD)


def planted(calendar: DayEffects, level: Any, spread: float, rng: np.random.Generator) -> Any:
    """Counts of all days with the planted effects; nan on closed days; and their means."""
    values = np.array([TRUTH.get(name, 0.0) for name in calendar.names])
    mean = np.exp(level + calendar.effects @ values)
    noise = rng.gamma(1.0 / spread, spread, len(mean)) if spread else 1.0
    return np.where(calendar.is_open, rng.poisson(mean * noise), np.nan), mean


def past_of(calendar: DayEffects, count: Any, end: int) -> Past:
    """The first days as past."""
    known = count.copy()
    known[end:] = np.nan
    return Past(calendar.weekday, known, calendar.effects, calendar.names, calendar.season, end)


def recovery(trials: int) -> dict[str, Any]:
    """How many of the 95 % intervals of each effect hold what was planted; mean standardised errors."""
    end = 400
    calendar = days_of(end)
    inside: dict[str, list[bool]] = {}
    errors: dict[str, list[float]] = {}
    for trial in range(trials):
        rng = np.random.default_rng([7, trial])
        level = np.log(300.0) + np.cumsum(rng.normal(0.0, 0.004, end + AHEAD))
        count, _ = planted(calendar, level, 0.002, rng)
        found = fit_local_level(past_of(calendar, count, end)).effects
        for place, column in enumerate(found.columns.tolist()):
            name, error = calendar.names[column], float(np.sqrt(found.covariance[place, place]))
            off = (found.value[place] - TRUTH.get(name, 0.0)) / error
            inside.setdefault(name, []).append(bool(abs(off) <= 1.96))
            errors.setdefault(name, []).append(float(off))
    return {
        "effects": sorted(inside),
        "coverage": {name: float(np.mean(row)) for name, row in inside.items()},
        "bias": {name: float(np.mean(row)) for name, row in errors.items()},
    }


def shifted(_trials: int) -> dict[str, Any]:
    """Where a fall of the level by 35 % is found, and what is predicted after it over the truth."""
    end, at = 300, 260
    calendar = days_of(end)
    rng = np.random.default_rng(5)
    level = np.log(300.0) + np.where(np.arange(end + AHEAD) < at, 0.0, np.log(0.65))
    count, mean = planted(calendar, level, 0.001, rng)
    found = fit_local_level(past_of(calendar, count, end))
    is_open = calendar.is_open[end:]
    ratio = found.prediction.mean[is_open].sum() / mean[end:][is_open].sum()
    still, _ = planted(calendar, np.full(end + AHEAD, np.log(300.0)), 0.001, rng)
    calm = fit_local_level(past_of(calendar, still, end))
    return {"at": at, "shifts": list(found.shifts), "ratio": float(ratio), "calm": list(calm.shifts)}


def gap(_trials: int) -> dict[str, Any]:
    """Five unrecorded weeks at the end: the prediction over the truth; spreads with them and without."""
    end = 300
    calendar = days_of(end)
    level = np.log(300.0) + np.cumsum(np.random.default_rng(8).normal(0.0, 0.004, end + AHEAD))
    count, mean = planted(calendar, level, 0.001, np.random.default_rng(9))
    whole = fit_local_level(past_of(calendar, count, end)).prediction
    count[end - 35 :] = np.nan
    holed = fit_local_level(past_of(calendar, count, end)).prediction
    is_open = calendar.is_open[end:]
    return {
        "ratio": float(holed.mean[is_open].sum() / mean[end:][is_open].sum()),
        "spread": float(holed.spread.mean()),
        "spread_of_whole": float(whole.spread.mean()),
    }


def echo(_trials: int) -> dict[str, Any]:
    """A June that is busier every year: predictions over the truth, two of them known, and none."""
    first, end = date(2024, 1, 1), 366 + 365 + 151
    calendar = days_of(end, first)
    dates = np.datetime64(first) + np.arange(end + AHEAD)
    month = dates.astype("M8[M]").astype(int) % 12
    level = np.log(300.0) + np.where(month == 5, 0.25, 0.0)
    count, mean = planted(calendar, level, 0.001, np.random.default_rng(4))
    with_echo = fit_local_level(past_of(calendar, count, end))
    late = 600
    short = Past(
        calendar.weekday[late:], past_of(calendar, count, end).count[late:], calendar.effects[late:],
        calendar.names, calendar.season[late:], end - late,
    )  # fmt: skip
    without = fit_local_level(short)
    is_open = calendar.is_open[end:]
    truth = mean[end:][is_open].sum()
    return {
        "has_echo": [with_echo.has_echo, without.has_echo],
        "ratios": [float(each.prediction.mean[is_open].sum() / truth) for each in (with_echo, without)],
    }


def exact_effects(_trials: int) -> dict[str, Any]:
    """Weekdays alone: the maximum of the likelihood is the logarithm of a ratio of means."""
    rng = np.random.default_rng(3)
    days = 28 * 4
    weekday = np.arange(days) % 7
    count = rng.poisson(40.0 + 5.0 * weekday).astype(float)
    effects = np.column_stack([(weekday == day).astype(float) for day in range(1, 7)])
    past = Past(weekday, count, effects, tuple("bcdefg"), np.zeros((days, 0)), days)
    found = fit_effects(past, past.known, np.zeros(days), np.ones(days))
    means = [count[weekday == day].mean() for day in range(7)]
    return {
        "found": found.value.tolist(),
        "exact": [*np.log(np.array(means[1:]) / means[0]).tolist(), float(np.log(means[0]))],
    }


def naive(_trials: int) -> dict[str, Any]:
    """A series worked out by hand: a missing day takes the week before it, a closed weekday has none."""
    weekday = np.arange(28) % 7
    count = np.array(
        [10.0, 20, 30, 40, 50, 60, np.nan] * 2 + [11.0, np.nan, 33, 44, 55, 66, np.nan] + [np.nan] * 7
    )
    past = Past(weekday, count, np.zeros((28, 0)), (), np.zeros((28, 0)), 21)
    return {"mean": seasonal_naive(past).mean.tolist()}


def quantiles(_trials: int) -> dict[str, Any]:
    """Ends of intervals, for means and spreads that the test sums up by itself."""
    mean = np.array([0.0, 0.3, 4.0, 60.0, 500.0])
    spread = np.array([0.1, 0.2, 0.05, 0.01, 0.02])
    return {"mean": mean.tolist(), "spread": spread.tolist(), "ends": with_interval(mean, spread).tolist()}


def intervals(_trials: int) -> dict[str, Any]:
    """Hours as quarters of an hour, whole days and opening hours that cut an hour."""
    hours = np.zeros(24)
    hours[8:14] = [0.1, 0.2, 0.3, 0.2, 0.1, 0.1]
    quarters = finer(hours, 15, 8 * 60, 14 * 60)
    cut = finer(hours, 15, 8 * 60 + 30, 14 * 60)
    return {"hours": hours.tolist(), "quarters": quarters.tolist(), "cut": cut.tolist(),
            "same": finer(hours, 60, 0, 1440).tolist(),
            "none": finer(np.zeros(24), 60, 600, 720).tolist()}  # fmt: skip


def parts(_trials: int) -> dict[str, Any]:
    """Series of a total: their means add up to it, and a series that doubles is followed."""
    end = 300
    calendar = days_of(end)
    rng = np.random.default_rng(2)
    total, _ = planted(calendar, np.full(end + AHEAD, np.log(400.0)), 0.001, rng)
    share = np.where(np.arange(end + AHEAD) < 200, 0.2, 0.4)
    counts = np.full((end, 3), np.nan)
    known = np.isfinite(total[:end])
    counts[known] = [
        rng.multinomial(int(number), [part, 0.998 - part, 0.002])
        for number, part in zip(total[:end][known], share[:end][known], strict=True)
    ]
    whole = predictions_of(past_of(calendar, total, end))["local_level"]
    found = split(past_of(calendar, total, end), counts, whole)
    is_open = calendar.is_open[end:]
    return {
        "shares": [float(part.mean[is_open].sum() / whole.mean[is_open].sum()) for part in found],
        "most_apart": float(np.abs(sum(part.mean for part in found) - whole.mean).max()),
    }


def rules(_trials: int) -> dict[str, Any]:
    """The combination, the origins, and the factor of intervals that are half as wide as they should be."""
    both = combined(
        Prediction(np.array([4.0]), np.array([0.1])), Prediction(np.array([9.0]), np.array([0.3]))
    )
    days = 400
    calendar = days_of(days)
    rng = np.random.default_rng(6)
    count = np.where(calendar.is_open, rng.poisson(400 * rng.gamma(25.0, 1 / 25.0, days + AHEAD)), np.nan)
    past = past_of(calendar, count, days)
    narrow = Prediction(np.full(AHEAD, 400.0), np.full(AHEAD, 0.25 / 25.0))
    right = Prediction(np.full(AHEAD, 400.0), np.full(AHEAD, 1 / 25.0))
    folds = []
    for end in origins(past, AHEAD):
        held = np.arange(end, end + AHEAD)
        held = held[np.isfinite(past.count[held])]
        folds.append(backtest.Fold(end, held, {"narrow": narrow, "right": right}))
    return {
        "combined": [float(both.mean[0]), float(both.spread[0])],
        "origins": origins(past, AHEAD),
        "factors": {name: backtest.width_factor(past, folds, name) for name in ("narrow", "right")},
    }


def rare_effects(_trials: int) -> dict[str, Any]:
    """What is fitted of three effects: four days without bookings, three days, and five."""
    days = 60
    effects = np.zeros((days, 3))
    effects[:4, 0] = effects[10:13, 1] = effects[20:25, 2] = 1.0
    count = np.full(days, 3.0)
    count[:4] = 0.0
    past = Past(np.arange(days) % 7, count, effects, tuple("abc"), np.zeros((days, 0)), days)
    found = fit_effects(past, past.known, np.zeros(days), np.ones(days))
    return {"columns": found.columns.tolist(), "value": found.value.tolist()}


ORACLES = (
    recovery,
    shifted,
    gap,
    echo,
    exact_effects,
    naive,
    quantiles,
    intervals,
    parts,
    rare_effects,
    rules,
)


def main() -> None:
    """All figures by name."""
    trials = int(sys.argv[1])
    json.dump({oracle.__name__: oracle(trials) for oracle in ORACLES}, sys.stdout)


if __name__ == "__main__":
    main()
