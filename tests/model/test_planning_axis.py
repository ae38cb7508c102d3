"""The planning axis: minutes and instants agree, also when the clocks change at midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import BRASILIA, CUSTOMER_ZONES, PlanningAxis, default_as_of

FORWARD = PlanningAxis(date(2018, 11, 3), 3)
"""On Sunday 4 November 2018 the clocks went from 24:00 of Saturday to 01:00: that midnight did not exist."""

BACK = PlanningAxis(date(2018, 2, 16), 4)
"""At 24:00 of Saturday 17 February 2018 the clocks went back to 23:00: that hour came twice."""

AXES = st.builds(
    PlanningAxis,
    st.one_of(
        st.dates(date(2017, 1, 1), date(2019, 12, 31)),
        st.sampled_from([date(2018, 11, 3), date(2018, 11, 4), date(2018, 2, 17), date(2018, 2, 18)]),
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    ),
    st.integers(1, 10),
)


def test_a_plain_week() -> None:
    """Without a clock change, days have 1,440 minutes and minute 480 is eight o'clock."""
    axis = PlanningAxis(date(2026, 11, 30), 6)
    assert axis.day_starts.tolist() == [0, 1440, 2880, 4320, 5760, 7200, 8640]
    assert axis.end == 8640
    assert axis.instant_of(480).isoformat() == "2026-11-30T08:00:00-03:00"
    assert axis.minute_of(datetime(2026, 12, 1, 11, 0, 59, tzinfo=UTC)) == 1440 + 480
    assert axis.at(1, 480, "America/Rio_Branco") == 1440 + 600
    assert axis.at(0, 1440) == 1440


def test_the_day_without_a_midnight() -> None:
    """4 November 2018 began at 01:00 and had 23 hours."""
    assert FORWARD.day_starts.tolist() == [0, 1440, 1440 + 1380, 1440 + 1380 + 1440]
    assert FORWARD.instant_of(1439).isoformat() == "2018-11-03T23:59:00-03:00"
    assert FORWARD.instant_of(1440).isoformat() == "2018-11-04T01:00:00-02:00"
    assert [FORWARD.at(1, minute) for minute in (0, 1, 59, 60, 61, 480)] == [
        1440,
        1440,
        1440,
        1440,
        1441,
        1860,
    ]
    assert FORWARD.at(0, 1440) == 1440
    assert [FORWARD.day_of(minute) for minute in (1439, 1440, 2819, 2820)] == [0, 1, 1, 2]
    assert FORWARD.minute_of_day(1440) == 60


def test_a_horizon_that_begins_without_a_midnight() -> None:
    """Minute 0 is then 01:00, the first minute of the day."""
    axis = PlanningAxis(date(2018, 11, 4), 2)
    assert axis.instant_of(0).isoformat() == "2018-11-04T01:00:00-02:00"
    assert axis.day_starts.tolist() == [0, 1380, 2820]
    assert axis.at(0, 480) == 420
    assert axis.midnight(-1) == -1440


def test_the_hour_that_came_twice() -> None:
    """17 February 2018 had 25 hours; a time that came twice means its first coming."""
    assert BACK.day_starts.tolist() == [0, 1440, 2940, 4380, 5820]
    assert BACK.at(1, 23 * 60 + 30) == 1440 + 23 * 60 + 30
    assert BACK.instant_of(1440 + 1439).isoformat() == "2018-02-17T23:59:00-02:00"
    assert BACK.instant_of(1440 + 1440).isoformat() == "2018-02-17T23:00:00-03:00"
    assert BACK.at(1, 1440) == 2940
    assert [BACK.day_of(minute) for minute in (2939, 2940)] == [1, 2]


@given(AXES, st.integers(-10_000, 20_000))
def test_instants_and_minutes_undo_each_other(axis: PlanningAxis, minute: int) -> None:
    """Every minute is an instant and back, in any zone."""
    instant = axis.instant_of(minute)
    assert axis.minute_of(instant) == minute
    assert axis.minute_of(instant.astimezone(UTC)) == minute
    assert axis.minute_of(instant.astimezone(UTC) + timedelta(seconds=59)) == minute
    assert instant.tzinfo == axis.zone


@given(AXES)
def test_days_follow_the_calendar(axis: PlanningAxis) -> None:
    """Minute by minute, the day is that of the local date, and days begin where the date changes."""
    minutes = np.arange(axis.end)
    dates = [axis.instant_of(minute).date() for minute in range(0, axis.end, 7)]
    assert [axis.date_of(axis.day_of(minute)) for minute in range(0, axis.end, 7)] == dates
    assert axis.days_of(minutes)[::7].tolist() == [axis.day_number(on) for on in dates]
    for day, start in enumerate(axis.day_starts.tolist()):
        assert axis.instant_of(start).date() == axis.date_of(day)
        assert axis.instant_of(start - 1).date() == axis.date_of(day - 1)


@given(AXES, st.integers(-3, 12), st.integers(0, 1440), st.sampled_from(CUSTOMER_ZONES))
def test_wall_clock_times(axis: PlanningAxis, day: int, clock: int, zone_name: str) -> None:
    """`at` is the first minute at which the local clock shows the time, or has skipped it."""
    zone = ZoneInfo(zone_name)
    wanted = datetime.combine(axis.date_of(day), datetime.min.time()) + timedelta(minutes=clock)
    minute = axis.at(day, clock, zone_name)
    shown = [axis.instant_of(minute + step).astimezone(zone).replace(tzinfo=None) for step in (-1, 0)]
    assert shown[1] >= wanted
    assert shown[0] < wanted
    if shown[1] != wanted:
        assert shown[1] - shown[0] > timedelta(minutes=1)


@given(AXES, st.integers(0, 9), st.lists(st.integers(0, 1440), min_size=2, max_size=2))
def test_wall_clock_times_are_in_order(axis: PlanningAxis, day: int, clocks: list[int]) -> None:
    """A later time of the same day is never an earlier minute."""
    early, late = sorted(clocks)
    assert axis.at(day, early) <= axis.at(day, late)


def test_outside_the_horizon() -> None:
    """Days before and after the horizon are counted on."""
    axis = PlanningAxis(date(2026, 11, 30), 2)
    assert axis.days_of(np.array([-1441, -1440, -1, 2880, 4319, 4320])).tolist() == [-2, -1, -1, 2, 2, 3]
    assert [axis.day_of(minute) for minute in (-1441, -1440, -1, 2880, 4319, 4320)] == [-2, -1, -1, 2, 2, 3]
    assert axis.midnight(-1) == -1440
    assert axis.day_number(date(2026, 11, 28)) == -2


def test_the_grid() -> None:
    """Grid points are multiples of the step; durations are rounded up to it."""
    axis = PlanningAxis(date(2026, 11, 30), 1)
    assert [axis.on_grid(minute) for minute in (-5, 0, 4, 5)] == [True, True, False, True]
    assert [axis.round_up(minutes) for minutes in (0, 1, 5, 28, 30, 31)] == [0, 5, 5, 30, 30, 35]


def test_instants_need_a_zone() -> None:
    """A naive time is refused rather than guessed."""
    with pytest.raises(ValueError, match="time zone"):
        PlanningAxis(date(2026, 11, 30), 1).minute_of(datetime(2026, 11, 30, 8))  # noqa: DTZ001


def test_default_moment_of_planning() -> None:
    """18:00 on the eve, in Brasília."""
    assert default_as_of(date(2026, 11, 30)) == datetime(2026, 11, 29, 18, tzinfo=ZoneInfo(BRASILIA))
