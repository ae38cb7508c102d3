"""The whole forecast: what it is made of, what it refuses, and that the same input gives the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from data.model import History, HolidayOverride
from simulation.forecast import (
    BookingCounts,
    ClosedHorizonError,
    Forecast,
    Series,
    Shares,
    TooShortError,
    counts_of_history,
    demand_of,
    forecast,
)
from simulation.forecast.predicting import known_days
from tests.simulation.forecast.plans import plan_from
from tests.simulation.forecast.small import SMALL_PLAN, small_counts, small_history

# One test process has them all: what they share is worked out once.
pytestmark = pytest.mark.xdist_group("simulation forecast forecast")


@pytest.fixture(scope="module")
def found() -> Forecast:
    return forecast(SMALL_PLAN, small_counts())


def test_days_and_intervals(found: Forecast) -> None:
    """Open days only; parts add up to days and days to the total; each mean lies inside its interval."""
    assert [day.isoweekday() for day in found.dates] == [1, 2, 3, 4, 5, 6]
    assert found.days[..., 0].sum(axis=1) == pytest.approx(found.total[:, 0])
    assert found.slots[..., 0].sum(axis=1) == pytest.approx(found.days[..., 0])
    for interval in (found.total, found.days):
        assert (interval[..., 1] <= interval[..., 0]).all()
        assert (interval[..., 0] <= interval[..., 2]).all()
    closed = found.slots[-1, 14:, :, 0]
    assert not closed.any()


def test_what_was_planted_comes_back(found: Forecast) -> None:
    """Each day's mean is near the truth, and so is the share of PF bookings."""
    truth = np.array(
        [(9.0 - day.weekday()) * (1.5 * 4 + 0.8 * (8 if day.weekday() < 5 else 2)) for day in found.dates]
    )
    assert found.total[:, 0] == pytest.approx(truth, rel=0.12)
    assert found.days[:, 0, 0] / found.total[:, 0] == pytest.approx(np.full(6, 0.6), abs=0.05)


def test_the_same_input_gives_the_same(found: Forecast) -> None:
    """To the last bit, in another process."""
    again = forecast(SMALL_PLAN, small_counts())
    assert (again.slots == found.slots).all()
    assert (again.models, again.effects) == (found.models, found.effects)


def test_what_if(found: Forecast) -> None:
    """Half the share of video halves what is expected; intervals are those of so many bookings."""
    half = forecast(SMALL_PLAN, small_counts(), Shares(video=0.4, past_video=0.8))
    assert half.total[:, 0] == pytest.approx(found.total[:, 0] / 2)
    relative = (half.total[:, 2] - half.total[:, 1]) / half.total[:, 0]
    assert (relative > (found.total[:, 2] - found.total[:, 1]) / found.total[:, 0]).all()


def test_the_demand_of_a_forecast(found: Forecast) -> None:
    """Expected bookings are the forecast's; required agents do the work at the load, rounded up."""
    demand = demand_of(SMALL_PLAN, found, {}, {"pf": 30.0, "pj": 30.0}, 0.8)
    assert demand.expected_bookings.sum() == pytest.approx(found.total[:, 0].sum(), abs=0.5)
    # Sessions of half an hour in intervals of an hour: half an agent each, of which a quarter comes later.
    by_hour = found.slots[0, :, :, 0].sum(axis=1)
    work = 0.375 * by_hour[9] + 0.125 * by_hour[8]
    at_nine = demand.required[demand.starts_at == 9 * 60]
    assert at_nine.sum() == np.ceil(work / 0.8)


def test_skills_of_kinds_whose_history_says_none(found: Forecast) -> None:
    """A series without a skill is split by the shares of its kind."""
    one = replace(found, series=(found.series[0], Series("joint", "")))
    skills = ("pf", "pj", "libras")
    shares = {"joint": {"pj": 0.75, "libras": 0.25}}
    demand = demand_of(SMALL_PLAN, one, shares, dict.fromkeys(skills, 30.0), 1.0)
    by_skill = {skill: demand.expected_bookings[demand.skill == skill].sum() for skill in skills}
    assert by_skill["pj"] == pytest.approx(3 * by_skill["libras"], abs=0.2)
    assert by_skill["pj"] + by_skill["libras"] == pytest.approx(found.days[:, 1, 0].sum(), abs=0.2)


@pytest.mark.parametrize("rare", [0, 3])
def test_one_series_is_everything(rare: int) -> None:
    """A history of one skill, or of one and three bookings of another, is forecast like any other."""
    history = small_history()
    skill = np.full(len(history), "pf", dtype=object)
    skill[np.flatnonzero(history.bookings)[40 : 40 + rare]] = "libras"
    at = np.unique(history.starts_at)
    merged = [
        {"starts_at": minute, "skill": name, "bookings": int(history.bookings[rows].sum())}
        for minute in at.tolist()
        for name in ("libras", "pf")
        if (rows := (history.starts_at == minute) & (skill == name)).any()
    ]
    counts = counts_of_history(History.from_rows(merged), SMALL_PLAN.axis, SMALL_PLAN.first_day)
    found = forecast(SMALL_PLAN, counts)
    assert len(found.series) == (2 if rare else 1)
    assert found.days[..., 0].sum(axis=1) == pytest.approx(found.total[:, 0])
    assert found.days[:, -1, 0] == pytest.approx(found.total[:, 0], rel=0.05)


def test_a_short_history_is_refused() -> None:
    """Twelve weeks are needed; the refusal says how many days there are, and how many it takes."""
    with pytest.raises(TooShortError, match=r"has 82 days, from 2026-09-08 on; expected 84 or more"):
        forecast(SMALL_PLAN, small_counts(days=83))


def test_a_weekday_that_was_never_open_is_refused() -> None:
    """A Sunday can't be forecast from a history of working days and Saturdays."""
    hours = [{"weekdays": [0, 1, 2, 3, 4, 5, 6], "opens": "08:00", "closes": "14:00"}]
    plan = plan_from(SMALL_PLAN.first_day, days=7, opening_hours=hours)
    with pytest.raises(TooShortError, match=r"on 0 days that are a Sunday"):
        forecast(plan, small_counts())


def test_a_closed_horizon_is_refused() -> None:
    """A horizon of one Sunday has nothing to forecast."""
    plan = plan_from(date(2026, 11, 29), days=1)
    with pytest.raises(ClosedHorizonError, match="closed on every day of the horizon, from 2026-11-29 on"):
        forecast(plan, small_counts(plan))


def test_empty_days_and_unknown_ones() -> None:
    """At 2 bookings a day, four days without any are empty, and five are unknown; at 20, one is unknown."""
    is_open = np.ones(40, dtype=np.bool_)
    is_open[10] = False
    gaps = [*range(8, 13), *range(20, 25), 39]
    for usual, unknown in ((2, {20, 21, 22, 23, 24}), (20, {*gaps} - {10})):
        count = np.full((40, 1, 1), usual)
        count[gaps] = 0
        counts = BookingCounts(date(2026, 1, 1), 60, (Series("", "pf"),), count, 0)
        found = set(np.flatnonzero(~known_days(counts, is_open)).tolist())
        assert found == unknown | {10}


def test_bookings_on_closed_days_are_left_out() -> None:
    """Days that today's calendar closes are not learnt from, and counted."""
    struck = (HolidayOverride(day=date(2026, 10, 6), scope="national", name="Moved"),)
    plan = plan_from(SMALL_PLAN.first_day, days=7, holiday_overrides=struck)
    counts: BookingCounts = counts_of_history(small_history(), plan.axis, plan.first_day)
    found = forecast(plan, counts)
    assert (found.closed_days, found.missing_days) == (1, 0)
