"""Opening hours on the planning axis."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from data.calendars import holiday_name, opening_intervals
from data.model import Calendar, DateException, HolidayOverride, OpeningHours, PlanningAxis
from data.policies import default_service_policies
from tests.support import cases

ALL_DAYS = tuple(range(7))


def intervals(first_day: date, days: int, **calendar: Any) -> tuple[tuple[int, int] | None, ...]:
    service = tuple(
        p.model_copy(update={"effective_from": date(2000, 1, 1)}) for p in default_service_policies()
    )
    return opening_intervals(cases.plan(days, first_day, service=service, calendar=Calendar(**calendar)))


def every_day(opens: time, closes: time) -> tuple[OpeningHours, ...]:
    return (OpeningHours(weekdays=ALL_DAYS, opens=opens, closes=closes),)


def test_a_plain_week() -> None:
    """Monday to Friday 8 to 20 h, Saturday 8 to 14 h, Sunday closed."""
    assert intervals(date(2026, 12, 7), 7) == (
        (480, 1200),
        (1920, 2640),
        (3360, 4080),
        (4800, 5520),
        (6240, 6960),
        (7680, 8040),
        None,
    )


def test_midnight_closes_at_the_days_end() -> None:
    """00:00 as closing time is midnight at the end of the day; days then touch."""
    assert intervals(date(2026, 12, 7), 2, opening_hours=every_day(time(0), time(0))) == (
        (0, 1440),
        (1440, 2880),
    )


def test_holidays_of_the_place_are_closed() -> None:
    """Holidays of the nation, the service's state and its city close the day."""
    assert intervals(date(2026, 11, 20), 1) == (None,)
    assert intervals(date(2026, 7, 9), 1) == (None,)
    assert intervals(date(2026, 7, 9), 1, state="RJ") == ((480, 1200),)
    assert intervals(date(2026, 6, 4), 1) == ((480, 1200),)
    assert intervals(date(2026, 6, 4), 1, city="São Paulo") == (None,)


def test_plans_may_open_on_holidays() -> None:
    """With open_on_holidays a holiday has the hours of its weekday."""
    assert intervals(date(2026, 11, 20), 1, open_on_holidays=True) == ((480, 1200),)


def test_overrides_of_the_plan_close_and_open() -> None:
    """The plan's own holidays close days, and struck-out ones open them."""
    added = HolidayOverride(day=date(2026, 12, 7), scope="city", state="SP", city="Santos", name="x")
    struck = HolidayOverride(day=date(2026, 12, 8), scope="national", name="x", is_holiday=False)
    assert intervals(date(2026, 12, 7), 2, city="Santos", holiday_overrides=(added, struck)) == (
        None,
        (1920, 2640),
    )
    struck = HolidayOverride(day=date(2026, 11, 20), scope="national", name="x", is_holiday=False)
    assert intervals(date(2026, 11, 20), 1, holiday_overrides=(struck,)) == ((480, 1200),)


def test_exceptions_go_before_everything() -> None:
    """An exception sets the hours of its date: shorter, closed, on a Sunday, or on a holiday."""
    exceptions = (
        DateException(day=date(2026, 12, 24), opens=time(8), closes=time(12, 30)),
        DateException(day=date(2026, 12, 25), opens=time(10), closes=time(12)),
        DateException(day=date(2026, 12, 26)),
        DateException(day=date(2026, 12, 27), opens=time(22), closes=time(0)),
    )
    assert intervals(date(2026, 12, 24), 4, exceptions=exceptions) == (
        (480, 750),
        (1440 + 600, 1440 + 720),
        None,
        (4320 + 1320, 4320 + 1440),
    )


@pytest.mark.parametrize(
    ("day", "opens", "closes", "expected"),
    [
        (date(2018, 11, 4), time(8), time(20), (420, 1140)),
        (date(2018, 11, 4), time(0), time(0), (0, 1380)),
        (date(2018, 11, 4), time(0, 30), time(2), (0, 60)),
        (date(2018, 11, 4), time(0, 10), time(0, 50), None),
        (date(2018, 2, 17), time(8), time(0), (480, 1500)),
        (date(2018, 2, 18), time(8), time(20), (480, 1200)),
    ],
)
def test_days_on_which_the_clocks_changed(
    day: date, opens: time, closes: time, expected: tuple[int, int] | None
) -> None:
    """Hours are wall-clock hours: the day of 23 hours, the day of 25, and hours that were skipped."""
    assert intervals(day, 1, opening_hours=every_day(opens, closes)) == (expected,)


@example(date(2017, 10, 1), 14, time(0), time(0), "SP")
@given(
    st.dates(date(2017, 1, 1), date(2027, 12, 31)),
    st.integers(1, 20),
    st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    st.sampled_from(["SP", "RJ", "AC"]),
)
def test_opening_agrees_with_the_wall_clock(
    first_day: date, days: int, opens: time, closes: time, state: str
) -> None:
    """On every open day the interval runs from the one time to the other, as a wall clock shows them."""
    if closes != time(0) and closes <= opens:
        opens, closes = closes, opens if opens != closes else time(0)
    found = intervals(first_day, days, opening_hours=every_day(opens, closes), state=state)
    axis = PlanningAxis(first_day, days)
    for number, interval in enumerate(found):
        day = axis.date_of(number)
        if holiday_name(day, state):
            assert interval is None
        elif interval is not None:
            start, end = (axis.instant_of(minute) for minute in interval)
            assert start.date() == day
            assert start.time() >= opens
            assert axis.instant_of(interval[1] - 1).date() == day
            if closes == time(0):
                # That midnight is none where the next day begins at one o'clock.
                assert interval[1] == axis.day_starts[number + 1]
            if axis.day_starts[number + 1] - axis.day_starts[number] == 1440:
                assert start.time() == opens
                assert closes == time(0) or end.time() == closes
        else:
            assert axis.day_starts[number + 1] - axis.day_starts[number] == 1380


def test_hours_are_in_order() -> None:
    """Hours that end before they begin are refused, for weekdays and for exceptions."""
    with pytest.raises(ValidationError, match="expected closes after opens"):
        every_day(time(20), time(8))
    with pytest.raises(ValidationError, match="expected closes after opens"):
        DateException(day=date(2026, 12, 24), opens=time(8), closes=time(8))
