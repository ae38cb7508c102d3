"""On random rosters of one agent the referee finds the same rules broken as their plain restatement."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import MISSING, Case, Contracts
from data.referee import judge_roster
from tests.referee.legal_case import codes, with_rows
from tests.referee.plain_roster import roster_faults
from tests.support.cases import HOUR, agent, case, contract

DAY = 24 * HOUR


def worked(days: str, minutes: int = 240, history: int = 0, first: int = 30, **limits: int) -> Case:
    """An agent who works the days marked W from 9 h on, a day a letter, from a day of November 2026 on."""
    made = case(
        agents=[agent("A1", contract="own", days_worked_in_a_row=history, sunday_off_every_weeks=7)],
        duties=[
            {"agent_id": "A1", "starts_at": DAY * n + 9 * HOUR, "ends_at": DAY * n + 9 * HOUR + minutes}
            for n, letter in enumerate(days)
            if letter == "W"
        ],
        days=len(days),
        first_day=date(2026, 11, first),
    )
    return with_rows(made, Contracts, [contract("own", "CLT_8H", 480, 2640) | limits])


@given(st.data())
def test_limits_agree(data: st.DataObject) -> None:
    """Whatever the days worked, the history and the limits."""
    days = data.draw(st.text("WF", min_size=1, max_size=16))
    ranges = {
        "min_duty_minutes": st.sampled_from([235, 240, 245]),
        "max_duty_minutes": st.sampled_from([235, 240, 245]),
        "min_days_in_a_row": st.integers(1, 5),
        "max_days_in_a_row": st.integers(1, 6),
        "min_days_off_in_a_row": st.integers(1, 4),
        "max_weekends": st.integers(0, 3),
        "min_horizon_minutes": st.sampled_from([0, 960, 1440]),
        "max_horizon_minutes": st.sampled_from([720, 1200, 2000]),
    }
    limits: dict[str, Any] = {
        name: data.draw(st.one_of(st.just(MISSING), values)) for name, values in ranges.items()
    }
    made = worked(days, history=data.draw(st.integers(0, 6)), first=data.draw(st.integers(21, 30)), **limits)
    duties = made.roster.duties
    expected = roster_faults(made, made.agents.row(0), duties) if duties else set()
    assert {violation.rule for violation in judge_roster(made)} == expected


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (worked("WFFWWFFW", min_days_in_a_row=2), set()),
        (worked("FWFFFFFW", min_days_in_a_row=2), {"MIN-DAYS"}),
        (worked("FWWFFFFW", min_days_in_a_row=2), set()),
        (worked("FWWFWWFF", min_days_off_in_a_row=2), {"MIN-DAYS-OFF"}),
        (worked("FWWFFWWF", min_days_off_in_a_row=2), set()),
        (worked("WWF", history=2, max_days_in_a_row=3), {"MAX-DAYS"}),
        (worked("FWWW", history=2, max_days_in_a_row=3), set()),
        # From a Sunday on: that Sunday is a weekend of its own, the days at the end are another.
        (worked("WFFFFFWFW", first=29, max_weekends=2), set()),
        (worked("WFFFFFWFW", first=29, max_weekends=1), {"MAX-WEEKENDS"}),
        (worked("FFFFFWWFF", max_weekends=1), set()),
        (worked("W", min_duty_minutes=240, max_duty_minutes=240), set()),
    ],
)
def test_edges(made: Case, expected: set[str]) -> None:
    """Runs at the edges of the horizon, history, and weekends cut by the horizon."""
    assert codes(made) == expected
