"""Night hours, counted as CLT 73 does: by hand, by the referee, by the engine, and minute by minute."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Case, Contracts
from data.night_hours import night_work
from data.referee import judge_roster
from data.referee.facts import Facts
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.terms import terms_of_agents
from tests.referee.legal_case import codes, with_rows
from tests.referee.plain_roster import counted
from tests.support.cases import HOUR, agent, case, contract

DAY = 24 * HOUR


def night(
    start: float, end: float, meal: tuple[float, float] | None = None, regime: str = "CLT_8H", **terms: Any
) -> Case:
    """One duty between these hours of the first of three days, with a meal between those."""
    breaks = []
    if meal is not None:
        first, last = (round(HOUR * hour) for hour in meal)
        breaks.append({"agent_id": "A1", "starts_at": first, "ends_at": last, "kind": "meal"})
    made = case(
        agents=[agent("A1", contract="own")],
        duties=[{"agent_id": "A1", "starts_at": round(HOUR * start), "ends_at": round(HOUR * end)}],
        breaks=breaks,
        days=3,
    )
    return with_rows(made, Contracts, [contract("own", regime, 480, 2640) | terms])


BY_HAND = [
    # Seven hours of the night are eight by law.
    (night(22, 29), 420, 480),
    # By day nothing is added; of an evening only what lies after 22:00.
    (night(13, 22), 0, 540),
    (night(18, 23), 60, 300 + Fraction(60, 7)),
    # Early in the morning until 5:00.
    (night(3, 7), 120, 240 + Fraction(120, 7)),
    # A meal at night is no night work; half of it lies in the night.
    (night(20, 29, (24, 25)), 360, 480 + Fraction(360, 7)),
    (night(20, 29, (21.5, 22.5)), 390, 480 + Fraction(390, 7)),
    # The whole night was covered: it goes on until the end, but for the meal.
    (night(22, 31), 540, 540 + Fraction(540, 7)),
    (night(21, 31, (29.5, 30.5)), 480, 540 + Fraction(480, 7)),
    # Five minutes of it were not.
    (night(22 + 5 / 60, 31), 415, 535 + Fraction(415, 7)),
    # 12x36 goes by the clock.
    (night(19, 31, (25, 26), "SHIFT_12X36"), 480, 660),
]


@pytest.mark.parametrize(("made", "at_night", "by_law"), BY_HAND)
def test_night_work_by_hand(made: Case, at_night: int, by_law: Fraction) -> None:
    """Minutes by the clock at night, and minutes of work by law, each with a duty worked out by hand."""
    (duty,) = made.roster.duties
    (own,) = terms_of_agents(made)
    shift = ShiftTypes(made).shift(duty, own.regimes[0])
    assert night_work(made.axis, duty) == at_night
    assert Fraction(int(Facts(made).roster.counted_sevenths[0]), 7) == by_law
    assert counted(made, made.agents.row(0), duty) == by_law
    assert shift.least_work <= by_law <= shift.work < shift.least_work + 2


@given(st.data())
def test_three_counts_agree(data: st.DataObject) -> None:
    """Whatever the duty and its meal, up to one that touches two nights."""
    start = 5 * data.draw(st.integers(0, 2 * 288 - 13))
    end = start + 5 * data.draw(st.integers(12, (3 * DAY - start) // 5))
    first = 5 * data.draw(st.integers(start // 5, end // 5 - 12))
    made = night(start / HOUR, end / HOUR, (first / HOUR, first / HOUR + 1))
    (duty,) = made.roster.duties
    by_law = counted(made, made.agents.row(0), duty)
    assert Fraction(int(Facts(made).roster.counted_sevenths[0]), 7) == by_law
    assert duty.work_minutes + Fraction(night_work(made.axis, duty), 7) == by_law


MUTATIONS = [
    # Each rule that limits work: kept to the minute by law, and broken by what is five minutes beyond.
    ("CLT-58", night(22, 29), night(22, 29 + 5 / 60)),
    ("CF-7-XIII", night(22, 29, weekly_minutes=480), night(22, 29, weekly_minutes=479)),
    ("MAX-WORK", night(22, 29, max_horizon_minutes=480), night(22, 29, max_horizon_minutes=479)),
    ("MIN-WORK", night(22, 29, min_horizon_minutes=480), night(22, 29, min_horizon_minutes=481)),
    ("MAX-DUTY", night(22, 29, max_duty_minutes=480), night(22, 29, max_duty_minutes=479)),
    ("MIN-DUTY", night(22, 29, min_duty_minutes=480), night(22, 29, min_duty_minutes=481)),
]


@pytest.mark.parametrize(("code", "kept", "broken"), MUTATIONS, ids=[code for code, *_ in MUTATIONS])
def test_every_limit_of_work_counts_the_night(code: str, kept: Case, broken: Case) -> None:
    """420 minutes of the night are 480; what the meal lacks is another matter."""
    assert code not in codes(kept)
    assert codes(broken) - codes(kept) == {code}


def test_the_budget_counts_the_night() -> None:
    """BUDGET: seven hours of the night take eight of it."""
    made = night(22, 29)
    for budget, expected in ((480, False), (479, True)):
        plan = made.plan.model_copy(update={"work_minutes_budget": budget})
        assert ("BUDGET" in codes(Case(**{**vars(made), "plan": plan}))) is expected


def test_the_violation_says_that_the_night_was_counted() -> None:
    """A planner who adds up the clock finds seven hours and five minutes, not more than eight."""
    found = [v for v in judge_roster(night(22, 29 + 5 / 60)) if v.rule == "CLT-58"]
    assert [v.what for v in found] == [
        "8 h 6 min of work on the day, 7 h 5 min at night counted by CLT 73, expected 8 h at most"
    ]
