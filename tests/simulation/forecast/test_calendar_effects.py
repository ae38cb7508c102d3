"""What the calendar says of days, by hand and against the generator's own statement of the same rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from data.calendars import holiday_name
from data.generator.seasonality import is_deadline, is_month_end
from data.model import HolidayOverride
from simulation.forecast.calendar_effects import effects_of
from tests.simulation.forecast.plans import plan_from

FIRST = date(2026, 1, 1)
YEAR = effects_of(plan_from(FIRST), FIRST, 365)


def named(day: date) -> set[str]:
    """Effects, but for places in the month and weekdays, that a day of 2026 has."""
    row = YEAR.effects[(day - FIRST).days]
    shown = {name for name, value in zip(YEAR.names, row.tolist(), strict=True) if value}
    return {
        name
        for name in shown
        if not name.endswith("day") or name in ("holiday", "after_holiday", "before_holiday", "optional_day")
    } - {"through_month"}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 4, 20), {"before_holiday", "bridge", "due_20"}),  # Monday before Tiradentes
        (date(2026, 4, 22), {"after_holiday"}),
        (date(2026, 2, 13), {"due_15"}),  # the 15th is a Sunday
        (date(2026, 2, 12), {"before_due"}),
        (date(2026, 9, 8), {"after_holiday"}),  # after Independence Day, a Monday
        (date(2026, 9, 5), {"before_holiday"}),  # the Saturday before it
        (date(2026, 2, 17), {"optional_day"}),  # Carnival, not a holiday in São Paulo
        (date(2026, 7, 10), {"after_holiday", "bridge"}),  # Friday after 9 July, of the state
        (date(2026, 10, 30), {"business_day_1_from_end", "before_holiday"}),
        (date(2026, 3, 4), set()),
    ],
)
def test_effects_by_hand(day: date, expected: set[str]) -> None:
    """Holidays near by, bridge days, deadlines that fall back to a business day, optional days."""
    found = named(day)
    if day == date(2026, 10, 30):  # Monday 2 November is All Souls'; Saturday lies between
        expected = expected - {"before_holiday"}
    assert found - {"business_day_1", "business_day_2", "business_day_3"} == expected


def test_deadlines_and_month_ends_are_those_of_the_generator() -> None:
    """Two statements of the same rules, written apart, agree on every day of the year."""

    def holiday(day: date) -> bool:
        return holiday_name(day, "SP") is not None

    column = {name: YEAR.effects[:, place] for place, name in enumerate(YEAR.names)}
    for number in range(365):
        day = FIRST + timedelta(days=number)
        assert bool(column["due_15"][number] or column["due_20"][number]) == is_deadline(day, holiday), day
        last_two = column["business_day_1_from_end"][number] or column["business_day_2_from_end"][number]
        assert bool(last_two) == is_month_end(day, holiday), day


def test_a_moved_holiday_of_the_plan_counts() -> None:
    """A holiday struck out and another put in change which days are closed, and their neighbours."""
    moved = (
        HolidayOverride(day=date(2026, 4, 21), scope="national", name="Tiradentes", is_holiday=False),
        HolidayOverride(day=date(2026, 4, 24), scope="national", name="Tiradentes"),
    )
    days = effects_of(plan_from(FIRST, holiday_overrides=moved), date(2026, 4, 20), 8)
    column = {name: days.effects[:, place] for place, name in enumerate(days.names)}
    assert days.is_open.tolist() == [True, True, True, True, False, True, False, True]
    assert column["before_holiday"].tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    assert column["after_holiday"].tolist() == [0, 0, 0, 0, 0, 1, 0, 0]


def test_seasons() -> None:
    """The last week of the year, and the ten business days before the income tax return is due."""
    column = {name: YEAR.season[:, place] for place, name in enumerate(YEAR.season_names)}
    assert column["year_end"].sum() == 8
    due = [FIRST + timedelta(days=n) for n in range(365) if column["return_due"][n]]
    assert (due[0], due[-1]) == (date(2026, 5, 18), date(2026, 5, 31))
