"""Business days, and by when the install e-mail is due (R6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.calendars import add_business_days, install_email_due, is_business_day
from data.model import BRASILIA, Calendar, HolidayOverride
from data.policies import default_service_policies
from tests.support import cases

THURSDAY = date(2026, 11, 19)
"""The eve of a national holiday, a Friday."""

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def due(session_end: datetime, calendar: Calendar | None = None, **policy: Any) -> date:
    service = tuple(p.model_copy(update=policy) for p in default_service_policies())
    return install_email_due(session_end, cases.plan(service=service, calendar=calendar or Calendar()))


def brasilia(*parts: int) -> datetime:
    year, month, day, hour, minute = parts
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(BRASILIA))


def test_the_vector_of_the_domain() -> None:
    """A session on Thu 2026-11-19 has its e-mail by Tue 2026-11-24: Friday is a national holiday."""
    assert add_business_days(THURSDAY, 2) == date(2026, 11, 24)
    assert due(brasilia(2026, 11, 19, 15, 0)) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 30), 0, date(2026, 11, 30)),
        (date(2026, 11, 30), 1, date(2026, 12, 1)),
        (date(2026, 12, 4), 1, date(2026, 12, 7)),
        (date(2026, 12, 5), 1, date(2026, 12, 7)),
        (date(2026, 12, 6), 2, date(2026, 12, 8)),
        (date(2026, 12, 24), 2, date(2026, 12, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 11, 24), -2, THURSDAY),
        (date(2026, 12, 6), 0, date(2026, 12, 6)),
    ],
)
def test_counting(day: date, count: int, expected: date) -> None:
    """Weekends and national holidays are jumped over, forwards and backwards; the day itself never counts."""
    assert add_business_days(day, count) == expected


def test_saturday_counts_when_asked_for() -> None:
    """Saturday is a business day by policy only; Sunday never is."""
    friday = date(2026, 12, 4)
    assert add_business_days(friday, 1, saturday=True) == date(2026, 12, 5)
    assert add_business_days(friday, 2, saturday=True) == date(2026, 12, 7)
    assert not is_business_day(date(2026, 12, 6), saturday=True)
    assert due(brasilia(2026, 12, 3, 10, 0), saturday_is_business_day=True) == date(2026, 12, 5)


def test_holidays_of_a_place_count_when_asked_for() -> None:
    """State and city holidays count only where a place is given."""
    eve = date(2027, 7, 8)
    assert add_business_days(eve, 1) == date(2027, 7, 9)
    assert add_business_days(eve, 1, state="SP") == date(2027, 7, 12)
    assert add_business_days(date(2027, 1, 22), 1, state="SP", city="São Paulo") == date(2027, 1, 26)


@given(DAYS, st.integers(1, 12), st.booleans())
def test_counting_agrees_with_a_list_of_days(day: date, count: int, saturday: bool) -> None:
    """The result is the count-th of all later business days, listed one by one."""
    later = [day + timedelta(days=n) for n in range(1, 40)]
    listed = [d for d in later if is_business_day(d, saturday=saturday)]
    found = add_business_days(day, count, saturday=saturday)
    assert found == listed[count - 1]
    assert is_business_day(found, saturday=saturday)


@given(DAYS, st.integers(1, 8))
def test_counting_back_undoes_counting_on(day: date, count: int) -> None:
    """From a business day, as many steps back as on lead home."""
    if is_business_day(day):
        assert add_business_days(add_business_days(day, count), -count) == day


def test_the_session_ends_on_a_day_in_brasilia() -> None:
    """Late in the evening in Brasília it is the next day in UTC, which does not matter."""
    end = brasilia(2026, 11, 30, 23, 30)
    assert end.astimezone(UTC).date() == date(2026, 12, 1)
    assert due(end.astimezone(UTC)) == due(end) == date(2026, 12, 2)


def test_only_national_holidays_delay_the_email() -> None:
    """By default a holiday of the service's state or city is a business day for the e-mail."""
    paulista = Calendar(state="SP", city="São Paulo")
    assert due(brasilia(2027, 7, 8, 10, 0), paulista, install_business_days=1) == date(2027, 7, 9)
    assert due(brasilia(2027, 1, 22, 10, 0), paulista, install_business_days=1) == date(2027, 1, 25)


def test_the_plan_adds_and_strikes_out_national_holidays() -> None:
    """National overrides of the plan count; those of a state don't."""
    holiday = {"day": date(2026, 11, 30), "name": "x"}
    added = Calendar(holiday_overrides=(HolidayOverride(scope="national", **holiday),))
    local = Calendar(holiday_overrides=(HolidayOverride(scope="state", state="SP", **holiday),))
    assert due(brasilia(2026, 11, 27, 10, 0), added) == date(2026, 12, 2)
    assert due(brasilia(2026, 11, 27, 10, 0), local) == date(2026, 12, 1)


def test_the_policy_sets_the_number_of_days() -> None:
    """The number of business days is the policy's."""
    assert due(brasilia(2026, 12, 1, 10, 0), install_business_days=0) == date(2026, 12, 1)
    assert due(brasilia(2026, 12, 1, 10, 0), install_business_days=3) == date(2026, 12, 4)


def test_a_session_end_needs_a_zone() -> None:
    """A naive time is refused."""
    with pytest.raises(ValueError, match="time zone"):
        due(datetime(2026, 12, 1, 10))  # noqa: DTZ001
