"""The forecast on held-back months, beside the same weekday before and the same day a year before.

Run with `python -m benchmarks.planning_ahead.forecast [--save]`. Ten seeds of each form of history
(`histories.py`), two months of each held back; the month of the year differs from seed to seed. The naive
forecasts are made here, not by the forecaster. An error is the sum of absolute errors of the open days over
their bookings; coverage is the share of counts that lie inside nominal 90 % intervals.
"""

from __future__ import annotations

import sys
from collections import Counter
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.planning_ahead.histories import FORMS, MONTHS, HeldBack, held_back_months
from benchmarks.provenance import record
from simulation.forecast import counts_of_history, forecast

SEEDS = range(1, 11)
LEAST_MEAN = 0.5
"""Expected bookings of an hour and skill from which coverage is counted; below, nearly all are 0 or 1."""

T_975_9 = 2.262
"""97.5 % quantile of Student's t with 9 degrees of freedom: ten seeds."""


def main() -> int:
    """Run, print, and keep with --save."""
    run(save="--save" in sys.argv[1:])
    return 0


def run(save: bool) -> dict[str, Any]:
    """All forms and seeds."""
    began = perf_counter()
    forms = {}
    for form in FORMS:
        months = [judged(month) for seed in SEEDS for month in held_back_months(form, seed)]
        forms[form] = summary(months)
        print(f"{form:14} {_line(forms[form])}", flush=True)
    result = {"seeds": len(SEEDS), "forms": forms, "seconds": round(perf_counter() - began, 1)}
    if save:
        record("forecast", result)
    return result


def judged(month: HeldBack) -> dict[str, Any]:
    """How the forecast of one month did."""
    counts = counts_of_history(month.past, month.plan.axis, month.plan.first_day)
    found = forecast(month.plan, counts)
    if list(found.numbers) != month.day.tolist() or tuple(s.skill for s in found.series) != month.skills:
        raise RuntimeError("the forecast is of other days or skills than the held-back month")
    total, by_skill = month.actual.sum(axis=(1, 2)), month.actual.sum(axis=1)
    worth = found.slots[..., 0] >= LEAST_MEAN
    return {
        "picked": found.picked,
        "error": _error(found.total[:, 0], total),
        "weekly": _error(month.weekly, total),
        "yearly": _error(month.yearly, total),
        "days": _inside(found.total, total),
        "skills": _inside(found.days, by_skill),
        "hours": _inside(found.slots[worth], month.actual[worth]),
        "width": float(((found.total[:, 2] - found.total[:, 1]) / found.total[:, 0]).mean()),
    }


def _error(predicted: Any, actual: Any) -> float:
    return float(np.abs(predicted - actual).sum() / actual.sum())


def _inside(interval: Any, actual: Any) -> float:
    return float(((interval[..., 1] <= actual) & (actual <= interval[..., 2])).mean())


def summary(months: list[dict[str, Any]]) -> dict[str, Any]:
    """Means over the months of all seeds, and by how much the error is less than that of the weekday before.

    The 95 % interval of that difference counts the months of a seed, which are listed together, as one.
    """
    means = {name: float(np.mean([m[name] for m in months])) for name in months[0] if name != "picked"}
    less = np.array([m["weekly"] - m["error"] for m in months])
    by_seed = less.reshape(-1, MONTHS).mean(axis=1)
    half = T_975_9 * float(by_seed.std(ddof=1)) / np.sqrt(len(by_seed))
    return {
        "months": len(months),
        **{name: round(value, 4) for name, value in means.items()},
        "better_by": [round(float(less.mean() + side * half), 4) for side in (0.0, -1.0, 1.0)],
        "months_better": int((less > 0).sum()),
        "picked": dict(Counter(m["picked"] for m in months)),
    }


def _line(row: dict[str, Any]) -> str:
    mean, low, high = row["better_by"]
    return (
        f"error {row['error']:6.1%}, weekday before {row['weekly']:6.1%} "
        f"(less {mean:.1%} [{low:.1%}, {high:.1%}], {row['months_better']} of {row['months']} months), "
        f"year before {row['yearly']:6.1%}; inside 90 %: days {row['days']:.1%}, "
        f"by skill {row['skills']:.1%}, hours {row['hours']:.1%}; {row['picked']}"
    )


if __name__ == "__main__":
    sys.exit(main())
