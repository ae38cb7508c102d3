"""What was worked before the horizon, and the weekly rest: the referee against a plain restatement."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import MISSING, Case, Contracts
from data.policies import default_labour_regimes
from data.referee import judge_roster
from optimizer.roster.rules import RULES, SequenceRule
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.terms import terms_of_agents
from tests.referee.legal_case import codes, with_rows
from tests.referee.plain_roster import roster_faults
from tests.support.cases import HOUR, MONDAY, agent, case, contract

DAY = 24 * HOUR
LAST_END = {"-": MISSING, "a": -5 * HOUR, "b": -10 * HOUR, "c": -26 * HOUR, "d": -30 * HOUR}


def worked(hours: str, first: int = 0, limits: dict[str, Any] | None = None, **history: Any) -> Case:
    """An agent with duties of four hours, a day a letter: early from 5 h, late from 18 h, night from 22 h.

    `first` is the weekday on which the horizon begins; a dot is a day off.
    """
    begins = {"E": 5, "L": 18, "N": 22}
    made = case(
        agents=[agent("A1", contract="own", sunday_off_every_weeks=7, **history)],
        duties=[
            {
                "agent_id": "A1",
                "starts_at": DAY * n + begins[letter] * HOUR,
                "ends_at": DAY * n + (begins[letter] + 4) * HOUR,
            }
            for n, letter in enumerate(hours)
            if letter != "."
        ],
        days=len(hours) + 1,
        first_day=MONDAY + timedelta(days=first),
    )
    return with_rows(made, Contracts, [contract("own", "CLT_8H", 480, 1440) | (limits or {})])


@st.composite
def weeks(draw: st.DrawFn) -> Case:
    """Up to sixteen days of an agent, with any history that tables can tell."""
    first = draw(st.integers(0, 6))
    limits = draw(st.sampled_from([{}, {"max_weekends": 0}, {"max_weekends": 1}, {"max_weekends": 2}]))
    limits |= draw(
        st.fixed_dictionaries(
            {
                "daily_minutes": st.sampled_from([480, 240, 220, 200]),
                "overtime_minutes": st.sampled_from([0, 20, 40, 300]),
            }
        )
    )
    made = worked(
        draw(st.text("EELN.", min_size=1, max_size=16)),
        first,
        limits,
        days_worked_in_a_row=draw(st.integers(0, 6)),
        days_worked_in_week=draw(st.integers(0, first)),
        minutes_worked_in_week=draw(st.sampled_from([0, 480, 960])) if first else 0,
        overtime_worked_in_week=draw(st.sampled_from([0, 60])) if first else 0,
        weekly_rest_due=draw(st.booleans()),
        last_duty_end=LAST_END[draw(st.sampled_from("-abcd"))],
    )
    most = draw(st.sampled_from([None, 0, 60, 100]))
    labour = tuple(r.model_copy(update={"overtime_weekly_max_minutes": most}) for r in made.plan.labour)
    return replace(made, plan=made.plan.model_copy(update={"labour": labour}))


@given(weeks())
def test_the_referee_agrees_with_the_plain_restatement(made: Case) -> None:
    """Whatever the days worked, their hours and the history."""
    duties = made.roster.duties
    expected = roster_faults(made, made.agents.row(0), duties) if duties else set()
    assert {violation.rule for violation in judge_roster(made)} == expected


@given(weeks())
def test_the_rules_of_the_solver_agree_with_the_referee(made: Case) -> None:
    """Each sequence rule refuses exactly the rosters in which the referee finds it broken."""
    (terms,) = terms_of_agents(made)
    types, days = ShiftTypes(made), [made.axis.day_of(duty.start) for duty in made.roster.duties]
    by_day = {
        day: types.shift(duty, terms.regimes[day]) for day, duty in zip(days, made.roster.duties, strict=True)
    }
    refused = set()
    for rule in RULES:
        if isinstance(rule, SequenceRule):
            state: int | None = rule.begin(terms)
            for day in range(made.axis.days):
                state = None if state is None else rule.step(terms, state, day, by_day.get(day))
            refused |= {rule.code} if state is None else set()
    found = {violation.rule for violation in judge_roster(made)}
    assert found & {rule.code for rule in RULES if isinstance(rule, SequenceRule)} == refused


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        # Six days until 22:00 on Saturday; Monday at 5:00 is 31 hours later, Tuesday is not.
        (worked("LLLLLL.E"), {"TST-110"}),
        (worked("LLLLLL..E"), set()),
        # Two days off, one of them with 35 hours around it: enough.
        (worked("LL.LL..E"), set()),
        (worked("LL.ELL.E"), {"TST-110"}),
        # The Sunday is off, and what follows the horizon is free.
        (worked("LLLLLL."), set()),
        # From Wednesday on, after two days worked: the rest must lie in what is left of the week.
        (worked("LLLL.E", 2, days_worked_in_a_row=2), {"TST-110"}),
        (worked("LLLL.E", 2, days_worked_in_week=1), set()),
        (worked("LLLL.E", 2, days_worked_in_a_row=1, weekly_rest_due=True), {"TST-110"}),
        (worked("EEE.EE", 2, days_worked_in_a_row=2), set()),
        # The eve, a Sunday, is the rest of its week, or not.
        (worked("E", last_duty_end=-26 * HOUR, weekly_rest_due=True), {"TST-110"}),
        (worked("L", last_duty_end=-26 * HOUR, weekly_rest_due=True), set()),
        (worked("E", last_duty_end=-26 * HOUR), set()),
        # Minutes and days before the horizon count in its first week only.
        (worked("EE", 2, minutes_worked_in_week=960), set()),
        (worked("EEE", 2, minutes_worked_in_week=960), {"CF-7-XIII"}),
        (worked(".....EEE", 2, minutes_worked_in_week=960), set()),
        # From a Sunday on, the Saturday worked: that weekend is one, whether the Sunday is worked or not.
        (worked("E", 6, {"max_weekends": 0}, days_worked_in_a_row=1), {"MAX-WEEKENDS"}),
        (worked("E.....E", 6, {"max_weekends": 1}, days_worked_in_a_row=1), {"MAX-WEEKENDS"}),
        (worked("......E", 6, {"max_weekends": 1}, days_worked_in_a_row=1), {"MAX-WEEKENDS"}),
        (worked("......E", 6, {"max_weekends": 1}), set()),
    ],
)
def test_edges(made: Case, expected: set[str]) -> None:
    """Weeks cut by the horizon, and rest across its edges."""
    assert codes(made) == expected


def test_exempt_regimes_ask_for_no_weekly_rest() -> None:
    """CLT 59-A: the 36 hours of 12x36 are the rest; nor is work by task under the chapter on hours."""
    asked = {regime.regime: regime.weekly_rest_minutes for regime in default_labour_regimes()}
    assert [name for name, minutes in asked.items() if not minutes] == ["SHIFT_12X36", "TASK"]
    assert set(asked.values()) == {0, 35 * HOUR}
    task = contract("own", "TASK", 480, 2640)
    assert codes(with_rows(worked("LLLLLLE"), Contracts, [task])) == set()


def test_a_long_week_of_the_message() -> None:
    """The violation says how long the free time was, and which week lacks its rest."""
    (found,) = judge_roster(worked("LLLLLL.E"))
    assert found.where == "agent A1, duty Mon 2026-12-07 05:00-09:00"
    assert found.what == "31 h free around a day off in the week of Mon 2026-11-30, expected 35 h at least"
