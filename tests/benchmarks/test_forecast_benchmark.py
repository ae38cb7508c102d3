"""The back-test of the forecast on held-back months: a sample, and all ten seeds in `make soak`."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.planning_ahead.forecast import SEEDS, judged, summary
from benchmarks.planning_ahead.histories import FORMS, HELD_BACK, held_back_months


@pytest.mark.parametrize("form", ["level_shift", "missing_weeks", "moved_holiday"])
def test_a_held_back_month(form: str) -> None:
    """Better than the weekday before, on a form that the forecaster does not contain."""
    row = judged(held_back_months(form, 23)[0])
    assert row["error"] < row["weekly"]
    assert row["days"] >= 0.7
    assert row["hours"] >= 0.8


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
def test_all_held_back_months(form: str) -> None:
    """Ten seeds: better than the weekday before beyond chance, and 80 to 98 % inside 90 % intervals."""
    found = summary([judged(month) for seed in SEEDS for month in held_back_months(form, seed)])
    assert found["better_by"][1] > 0.0, found
    for counted in ("days", "skills", "hours"):
        assert 0.80 <= found[counted] <= 0.98, found


@pytest.mark.parametrize("form", FORMS)
def test_histories_are_what_they_say(form: str) -> None:
    """No row of the past is of the held-back month; what changes is what the form's name says."""
    month, plain = held_back_months(form, 23)[0], held_back_months("plain", 23)[0]
    assert (month.past.starts_at < 0).all()
    assert month.plan.days == HELD_BACK
    days = np.unique(month.plan.axis.days_of(month.past.starts_at))
    plain_days = np.unique(plain.plan.axis.days_of(plain.past.starts_at))
    gone, come = np.setdiff1d(plain_days, days), np.setdiff1d(days, plain_days)
    ratio = month.past.bookings.sum() / plain.past.bookings.sum()
    total = month.actual.sum(axis=(1, 2))
    match form:
        case "plain":
            assert month.past.same_as(plain.past)
        case "level_shift":
            after = month.actual.sum() / plain.actual.sum()
            assert min(abs(after - size) for size in (0.65, 0.75, 1.3, 1.45)) <= 0.03
        case "missing_weeks":
            assert 28 <= len(gone) <= 31
            assert not len(come)
        case "moved_holiday":
            assert (len(gone), len(come)) == (3, 1)
            assert (total == 0).sum() == 1
        case "wandering":
            assert not len(gone)
            assert 0.7 <= ratio <= 1.4
