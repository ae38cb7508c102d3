"""Holidays of the nation, states and cities, against the dates of DOMAIN 3.4."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from data.calendars import default_holiday_overrides, holiday_name
from data.model import STATES, HolidayOverride

NATIONAL_2026 = ["01-01", "04-03", "04-21", "05-01", "09-07", "10-12", "11-02", "11-15", "11-20", "12-25"]
NATIONAL_2027 = ["01-01", "03-26", "04-21", "05-01", "09-07", "10-12", "11-02", "11-15", "11-20", "12-25"]


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=number) for number in range(365)]


def override(day: date, scope: str = "national", **changes: object) -> HolidayOverride:
    return HolidayOverride.model_validate({"day": day, "scope": scope, "name": "ours", **changes})


@pytest.mark.parametrize(("year", "expected"), [(2026, NATIONAL_2026), (2027, NATIONAL_2027)])
def test_national_holidays(year: int, expected: list[str]) -> None:
    """Ten national holidays a year; Carnival, Corpus Christi and other optional days are not among them."""
    assert [f"{day:%m-%d}" for day in days_of(year) if holiday_name(day, "")] == expected


@pytest.mark.parametrize("state", STATES)
def test_national_holidays_hold_in_every_state(state: str) -> None:
    """A state may add holidays and takes none away."""
    for day in days_of(2026):
        if holiday_name(day, ""):
            assert holiday_name(day, state)


@pytest.mark.parametrize(
    ("state", "day"),
    [
        ("SP", date(2027, 7, 9)),
        ("RJ", date(2027, 4, 23)),
        ("RJ", date(2027, 2, 9)),
        ("RS", date(2027, 9, 20)),
        ("BA", date(2027, 7, 2)),
        ("CE", date(2027, 3, 19)),
        ("CE", date(2027, 3, 25)),
        ("DF", date(2026, 11, 30)),
        ("PE", date(2027, 3, 6)),
        ("AM", date(2027, 9, 5)),
    ],
)
def test_state_holidays_hold_in_their_state_only(state: str, day: date) -> None:
    """A state's own holiday is none for the nation, nor in Paraná."""
    assert holiday_name(day, state)
    assert holiday_name(day, "PR") is None
    assert holiday_name(day, "") is None


@pytest.mark.parametrize("state", ["MG", "MT", "PR"])
def test_states_without_holidays_of_their_own(state: str) -> None:
    """In 2027 these keep the national ones alone."""
    assert [f"{day:%m-%d}" for day in days_of(2027) if holiday_name(day, state)] == NATIONAL_2027


@pytest.mark.parametrize("city", ["São Paulo", "sao paulo", " SÃO  PAULO "])
def test_city_holidays_are_found_however_the_city_is_written(city: str) -> None:
    """The city of São Paulo keeps its birthday and Corpus Christi; accents, case and blanks don't matter."""
    kept = [day for day in days_of(2027) if holiday_name(day, "SP", city) and not holiday_name(day, "SP")]
    assert kept == [date(2027, 1, 25), date(2027, 5, 27)]


def test_city_holidays_belong_to_the_city_of_that_state() -> None:
    """Neither another city, nor a namesake in another state, nor the state keeps them."""
    birthday = date(2027, 1, 25)
    assert holiday_name(birthday, "SP", "Campinas") is None
    assert holiday_name(birthday, "RS", "São Paulo") is None
    assert holiday_name(birthday, "SP") is None
    assert holiday_name(date(2027, 1, 20), "RJ", "Rio de Janeiro") == "São Sebastião"
    assert holiday_name(date(2027, 1, 20), "RJ", "Niterói") is None


def test_names_are_portuguese_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language of the machine does not change the names."""
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("LANGUAGE", "en_US")
    assert holiday_name(date(2031, 12, 25), "SP") == "Natal"


def test_the_carried_table_is_in_order() -> None:
    """The table covers 2026 and 2027, in order of days, and adds nothing that the library has."""
    table = default_holiday_overrides()
    assert [o.day for o in table] == sorted(o.day for o in table)
    assert {o.day.year for o in table} == {2026, 2027}
    for entry in table:
        assert entry.is_holiday
        assert holiday_name(entry.day, entry.state or "") is None


def test_plans_add_holidays_in_their_scope() -> None:
    """An override holds in the place that it names and within it."""
    day = date(2026, 12, 1)
    nation, state, city = (
        (override(day),),
        (override(day, "state", state="SP"),),
        (override(day, "city", state="SP", city="Campinas"),),
    )
    places = [("", ""), ("SP", ""), ("SP", "Campinas"), ("SP", "Santos"), ("RJ", "")]
    assert [holiday_name(day, *place, overrides=nation) for place in places] == ["ours"] * 5
    assert [holiday_name(day, *place, overrides=state) for place in places] == [
        None,
        "ours",
        "ours",
        "ours",
        None,
    ]
    assert [holiday_name(day, *place, overrides=city) for place in places] == [None, None, "ours", None, None]
    assert holiday_name(day + timedelta(days=1), "SP", "Campinas", nation + state + city) is None


def test_plans_strike_out_holidays() -> None:
    """An override with is_holiday false removes a holiday of the library, or of the carried table."""
    christmas, birthday = date(2026, 12, 25), date(2027, 1, 25)
    assert holiday_name(christmas, "SP", overrides=(override(christmas, is_holiday=False),)) is None
    in_sp = (override(christmas, "state", state="SP", is_holiday=False),)
    assert holiday_name(christmas, "SP", overrides=in_sp) is None
    assert holiday_name(christmas, "RJ", overrides=in_sp) == "Natal"
    struck = (override(birthday, "city", state="SP", city="Sao Paulo", is_holiday=False),)
    assert holiday_name(birthday, "SP", "São Paulo", struck) is None


def test_the_last_override_holds() -> None:
    """Of several overrides that name the place, the last one decides."""
    day = date(2026, 12, 25)
    off, on = override(day, is_holiday=False), override(day)
    assert holiday_name(day, "SP", overrides=(off, on)) == "ours"
    assert holiday_name(day, "SP", overrides=(on, off)) is None


def test_unknown_states_are_refused() -> None:
    """A misspelt state is an error, not a place without holidays."""
    with pytest.raises(ValueError, match="such as SP, not 'XX'"):
        holiday_name(date(2026, 12, 25), "XX")
