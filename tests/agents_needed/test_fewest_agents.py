"""The fewest agents for each day's sessions: breaks, skills, pins and midnight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.model import Breaks, Case, Sessions
from data.referee import agent_days, judge_agents
from optimizer.agents_needed import fewest_agents
from optimizer.planning.agents_needed import judged_agents
from optimizer.planning.faults import IllegalSessionsError, NoSessionsError
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.support.cases import agent, booking, case, participant

LIMITS = SolveLimits(work=10)


def week(**changes: str) -> Case:
    """Three agents on duty 9 to 13 h, A1 with a break at 10 h; three sessions one after the other."""
    names = ("B1", "B2", "B3")
    bookings = [booking(name) for name in names]
    if changes:
        bookings[1] |= {"pin": "fixed", "pinned_start": 600, **changes}
    made = case(
        agents=[agent("A1"), agent("A2", skills="pf"), agent("A3", skills="pj")],
        bookings=bookings,
        participants=[participant(name, f"P{name}", 540, 780) for name in names],
        duties=[{"agent_id": name, "starts_at": 540, "ends_at": 780} for name in ("A1", "A2", "A3")],
        breaks=[{"agent_id": "A1", "starts_at": 600, "ends_at": 610, "kind": "pause"}],
    )
    held = (("B1", "A1", 545), ("B2", "A2", 600), ("B3", "A1", 700))
    rows = [
        {"booking_id": name, "agent_id": who, "starts_at": start, "duration_minutes": 20}
        for name, who, start in held
    ]
    return replace(made, sessions=Sessions.from_rows(rows))


def test_one_agent_can_serve_all() -> None:
    """A2 alone has the skill and no break in the way."""
    result = fewest_agents(week(), LIMITS)
    assert result.status is SolveStatus.OPTIMAL
    assert result.answer is not None
    assert result.answer.sessions.agent_id.tolist() == ["A2"] * 3
    (day,) = result.answer.days
    assert (day.agents_now, day.agents_needed, day.bound) == (2, 1, 1)


def test_a_fixed_pin_keeps_its_agent() -> None:
    """The session that is pinned to an agent stays with that agent."""
    made = replace(week(pinned_agent="A2"), breaks=Breaks.empty())
    changed, result = judged_agents(made, LIMITS)
    assert changed.sessions.agent_id.tolist()[1] == "A2"
    assert result.levels[0].objective == 1
    agents = np.array(["A1", "A3", "A1"], dtype=made.sessions.agent_id.dtype)
    other = replace(made, sessions=replace(made.sessions, agent_id=agents))
    with pytest.raises(IllegalSessionsError):
        judged_agents(other, LIMITS)


def test_no_sessions_is_said() -> None:
    """Without sessions there is no question."""
    with pytest.raises(NoSessionsError):
        judged_agents(replace(week(), sessions=Sessions.empty()), LIMITS)


def test_the_referee_recounts() -> None:
    """Agents with a session are counted from the tables, and unlawful hands are found."""
    made = week()
    assert agent_days(made) == {0: 2}
    assert judge_agents(made) == []
    crossed = replace(made, sessions=replace(made.sessions, agent_id=made.sessions.agent_id[[0, 0, 0]]))
    assert {found.rule for found in judge_agents(crossed)} == {"BREAK-CROSSED"}


def test_an_interruption_keeps_what_is_there() -> None:
    """Interrupted at once, the sessions stay with their agents, and a bound is stated."""

    def stop(_fraction: float, _what: str) -> None:
        raise KeyboardInterrupt

    two = week()
    result = fewest_agents(two, LIMITS, stop)
    assert result.status is SolveStatus.INTERRUPTED
    assert result.answer is not None
    assert result.levels[0].bound <= result.levels[0].objective == 2
    assert judge_agents(replace(two, sessions=result.answer.sessions)) == []
