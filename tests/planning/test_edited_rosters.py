"""A planner's edits do what they say and nothing else; what does not fit is refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Case, Duty
from data.referee import judge_roster
from optimizer.planning.edited_rosters import (
    AddAbsence,
    Edit,
    EditError,
    MoveDuty,
    PinDuty,
    SwapDuties,
    with_edits,
)
from tests.dashboard.planned import planned_case

DAYS = 2
AGENTS = [f"A{number:04d}" for number in range(1, 11)]
NAMES = st.sampled_from(AGENTS)
ON = st.integers(0, DAYS - 1)
EDITS = st.one_of(
    st.builds(MoveDuty, NAMES, ON, st.integers(0, 2 * 288 - 1).map(lambda slot: 5 * slot)),
    st.builds(SwapDuties, NAMES, NAMES, ON),
    st.builds(PinDuty, NAMES, ON, st.booleans()),
    st.builds(AddAbsence, NAMES, st.integers(0, 1440), st.integers(1441, 2880)),
)


def duty(case: Case, agent: str, day: int) -> Duty | None:
    held = case.roster.by_agent.get(agent, ())
    return next((one for one in held if case.axis.day_of(one.start) == day), None)


def on_duty(case: Case, day: int) -> str:
    return next(name for name in AGENTS if duty(case, name, day) is not None)


def test_a_duty_moves_with_its_breaks_and_is_pinned() -> None:
    case = planned_case()
    agent = on_duty(case, 0)
    before = duty(case, agent, 0)
    assert before is not None
    after = duty(MoveDuty(agent, 0, before.start + 30)(case), agent, 0)
    assert after is not None
    assert (after.start, after.end, after.pinned) == (before.start + 30, before.end + 30, True)
    assert [b.start - a.start for a, b in zip(before.breaks, after.breaks, strict=True)] == [30] * len(
        before.breaks
    )


def test_agents_exchange_their_day() -> None:
    """Both get what the other had; the day off too."""
    case = planned_case()
    for other in AGENTS[1:]:
        if duty(case, AGENTS[0], 0) is None and duty(case, other, 0) is None:
            continue
        swapped = SwapDuties(AGENTS[0], other, 0)(case)
        for giver, taker in ((AGENTS[0], other), (other, AGENTS[0])):
            had, has = duty(case, giver, 0), duty(swapped, taker, 0)
            assert (had is None) == (has is None)
            if had is not None and has is not None:
                assert (had.start, had.end, had.breaks) == (has.start, has.end, has.breaks)
                assert has.pinned


def test_absences_that_touch_are_joined() -> None:
    case = with_edits(planned_case(), [AddAbsence("A0001", 0, 600), AddAbsence("A0001", 600, 1440)])
    rows = [row for row in case.absences.rows() if row["agent_id"] == "A0001"]
    assert [(row["starts_at"], row["ends_at"]) for row in rows] == [(0, 1440)]
    agent = on_duty(planned_case(), 0)
    absent = AddAbsence(agent, 0, 1440)(planned_case())
    assert "ABSENCE" in {found.rule for found in judge_roster(absent)}


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (SwapDuties("A0001", "A0001", 0), "same_agent"),
        (PinDuty("nobody", 0), "no_duty"),
        (MoveDuty("nobody", 0, 480), "no_duty"),
        (AddAbsence("A0001", 600, 600), "outside"),
        (AddAbsence("nobody", 0, 600), "no_duty"),
    ],
)
def test_what_does_not_fit_is_refused(edit: Edit, code: str) -> None:
    with pytest.raises(EditError) as refused:
        edit(planned_case())
    assert refused.value.code == code


def test_nobody_gets_two_duties_on_a_day() -> None:
    case = planned_case()
    agent = next(name for name in AGENTS if all(duty(case, name, day) for day in range(DAYS)))
    with pytest.raises(EditError, match="taken"):
        MoveDuty(agent, 0, 1440 + 480)(case)
    with pytest.raises(EditError, match="outside"):
        MoveDuty(agent, 0, 2 * 1440)(case)


@given(st.lists(EDITS, max_size=5))
def test_edits_keep_duties_and_inputs(edits: list[Edit]) -> None:
    """Whatever is edited, no duty is lost or doubled, and only absences of the inputs change."""
    case = planned_case()
    try:
        edited = with_edits(case, edits)
    except EditError:
        return
    assert len(edited.duties) == len(case.duties)
    assert len(edited.breaks) == len(case.breaks)
    assert sorted(d.end - d.start for d in edited.roster.duties) == sorted(
        d.end - d.start for d in case.roster.duties
    )
    days = [(d.agent_id, case.axis.day_of(d.start)) for d in edited.roster.duties]
    assert len(days) == len(set(days))
    same = replace(edited, duties=case.duties, breaks=case.breaks, absences=case.absences)
    assert all(getattr(same, name) is getattr(case, name) for name in case.__dataclass_fields__)
