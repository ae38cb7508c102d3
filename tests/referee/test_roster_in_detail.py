"""Sides of the roster's rules that one mutation each does not show: other breaches, and what is allowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from data.model import (
    Agents,
    Breaks,
    Case,
    Contracts,
    Duties,
    HolidayOverride,
)
from data.referee import judge
from data.referee.calendar import holidays_among
from tests.referee.legal_case import (
    END,
    SATURDAY,
    SUNDAY,
    added,
    at,
    codes,
    edited,
    legal_case,
    with_calendar,
)
from tests.support.cases import HOUR, agent, case


def week_of(contract: str, *duties: tuple[int, int, int], **agent_changes: Any) -> Case:
    """One agent from Monday 2026-11-30: duties as (day, first hour, hours); long ones have an hour's meal."""
    rows = [
        {"agent_id": "A1", "starts_at": d * 24 * HOUR + h * HOUR, "ends_at": d * 24 * HOUR + (h + n) * HOUR}
        for d, h, n in duties
    ]
    meals = [
        {
            "agent_id": "A1",
            "starts_at": row["starts_at"] + 4 * HOUR,
            "ends_at": row["starts_at"] + 5 * HOUR,
            "kind": "meal",
        }
        for row in rows
        if row["ends_at"] - row["starts_at"] > 5 * HOUR
    ]
    return case(agents=[agent("A1", contract=contract, **agent_changes)], duties=rows, breaks=meals, days=14)


def test_the_rest_of_eleven_hours_is_judged_within_the_roster():
    """From 22:00 to 9:00 is enough, to 8:55 it is not."""
    assert codes(week_of("clt", (0, 14, 8), (1, 9, 9))) == set()
    late = week_of("clt", (0, 14, 8), (1, 9, 9))
    early = edited(late, Duties, {"starts_at": 33 * HOUR}, starts_at=33 * HOUR - 5)
    assert codes(early) == {"CLT-66", "CLT-58"}


def test_six_days_in_a_row_and_not_seven():
    """Monday to Saturday is allowed; with the Sunday the seventh day and the seventh of the week."""
    six = [(day, 8, 4) for day in range(6)]
    assert codes(week_of("clt", *six)) == set()
    assert codes(week_of("clt", *six, (6, 8, 4))) == {"CLT-67", "LEI-605", "TST-110"}
    assert codes(week_of("clt", *six, (7, 8, 4))) == set()


def test_a_week_is_monday_to_sunday():
    """44 hours from Monday to Saturday, and again in the next week, are allowed; half an hour more is not."""
    days = [(day, 8, 9) for day in range(5)]
    week = [*days, (5, 8, 4)]
    assert codes(week_of("clt", *week, *[(d + 7, h, n) for d, h, n in week])) == set()
    more = week_of("clt", *week)
    assert codes(edited(more, Duties, {"starts_at": 128 * HOUR}, ends_at=132 * HOUR + 30)) == {
        "CF-7-XIII",
        "CLT-71",
    }


def test_sundays_off_every_three_weeks():
    """Two Sundays in a row are allowed where one in three is off; where one in two is off they are not."""
    sundays = ((6, 8, 4), (13, 8, 4))
    assert codes(week_of("clt", *sundays, sunday_off_every_weeks=3)) == set()
    assert codes(week_of("clt", *sundays, sunday_off_every_weeks=2)) == {"LEI-10101"}
    assert codes(week_of("clt", (13, 8, 4), sunday_off_every_weeks=2, sundays_worked_in_a_row=1)) == set()
    assert codes(week_of("clt", (6, 8, 4), sunday_off_every_weeks=1)) == {"LEI-10101"}


def test_overnight_duties_belong_to_the_day_of_their_start():
    """A duty across midnight counts on its first day, and its work in that day's week."""
    assert codes(week_of("clt", (0, 20, 5))) == {"CLT-71"}
    assert codes(week_of("clt", (0, 20, 4))) == set()
    assert codes(week_of("clt", (6, 20, 8), (7, 20, 4))) == set()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (lambda c: added(c, Duties, agent_id="A3", starts_at=END - 60, ends_at=END + 60), {"DUTY-HORIZON"}),
        # A break half outside its duty is in no duty, nor is one of an agent without duties.
        (
            lambda c: added(
                c,
                Breaks,
                agent_id="A3",
                starts_at=at(SATURDAY, 21, 55),
                ends_at=at(SATURDAY, 22, 5),
                kind="pause",
            ),
            {"BREAK"},
        ),
        (
            lambda c: added(
                c,
                Breaks,
                agent_id="A9",
                starts_at=at(SATURDAY, 21),
                ends_at=at(SATURDAY, 21, 10),
                kind="meal",
            ),
            {"BREAK"},
        ),
        # No meal and no pause may stand where none is due.
        (
            lambda c: added(
                c,
                Breaks,
                agent_id="A3",
                starts_at=at(SATURDAY, 21),
                ends_at=at(SATURDAY, 21, 10),
                kind="meal",
            ),
            {"CLT-71"},
        ),
        (
            lambda c: added(
                c,
                Breaks,
                agent_id="A3",
                starts_at=at(SATURDAY, 21),
                ends_at=at(SATURDAY, 21, 10),
                kind="pause",
            ),
            {"NR17-5.4"},
        ),
        (
            lambda c: edited(c, Breaks, {"starts_at": at(SUNDAY, 14, 10)}, ends_at=at(SUNDAY, 14, 15)),
            {"NR17-5.4"},
        ),
        (lambda c: edited(c, Breaks, {"starts_at": at(SUNDAY, 14, 10)}, kind="nap"), {"BREAK", "NR17-5.4"}),
        # The smaller of contract and regime counts.
        (lambda c: edited(c, Contracts, {"contract_id": "clt"}, daily_minutes=479), {"CLT-58"}),
        (lambda c: edited(c, Contracts, {"contract_id": "clt"}, daily_minutes=720), set()),
        (
            lambda c: with_calendar(edited(c, Agents, {"agent_id": "A1"}, state="DF"), open_on_holidays=True),
            set(),
        ),
        (lambda c: edited(c, Agents, {"agent_id": "A3"}, state="DF", credential_from=0), set()),
    ],
)
def test_roster(changed: Any, expected: set[str]):
    """Edits of the legal case's roster and what they break."""
    assert codes(changed(legal_case())) == expected


def test_holidays_of_places():
    """National, state and municipal holidays; overrides add and strike out, and the later one wins."""
    days = [date(2026, 11, 20), date(2026, 11, 30), date(2027, 1, 25), date(2026, 12, 2)]
    assert set(holidays_among(days, "SP", "", ())) == {days[0]}
    assert set(holidays_among(days, "DF", "", ())) == {days[0], days[1]}
    assert set(holidays_among(days, "SP", "sao paulo", ())) == {days[0], days[2]}
    extra = HolidayOverride(day=days[3], scope="city", state="SP", city="Santos", name="Feriado")
    struck = HolidayOverride(day=days[3], scope="national", name="", is_holiday=False)
    assert holidays_among(days, "SP", "Santos", (extra,))[days[3]] == "Feriado"
    assert days[3] not in holidays_among(days, "SP", "Campinas", (extra,))
    assert days[3] not in holidays_among(days, "SP", "Santos", (extra, struck))
    assert days[3] in holidays_among(days, "SP", "Santos", (struck, extra))


def test_regimes_are_dated():
    """The version in force on the day counts: from Monday on the week has one working day."""
    base = legal_case()
    (clt,) = [version for version in base.plan.labour if version.regime == "CLT_8H"]
    newer = clt.model_copy(update={"effective_from": date(2026, 11, 30), "daily_max_minutes": 420})
    changed = replace(base, plan=base.plan.model_copy(update={"labour": (newer, *base.plan.labour)}))
    (found,) = judge(changed)
    assert found.rule == "CLT-58"
    assert "Mon 2026-11-30" in found.where
