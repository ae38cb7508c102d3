"""The day as it is planned, before anything has happened."""

from __future__ import annotations

from data.day.records import AgentNow, DayState, SessionNow
from data.eligibility import evaluate
from data.model import Case


def planned_day(case: Case, day: int) -> DayState:
    """The sessions that the schedule has on a day, and the duties and agents on standby of that day.

    Raises:
        ValueError: when the horizon has no such day.
    """
    axis = case.axis
    if not 0 <= day < axis.days:
        raise ValueError(f"the horizon has the days 0 to {axis.days - 1}, not {day}")
    first, end = int(axis.day_starts[day]), int(axis.day_starts[day + 1])
    state = DayState(day, float(first))
    people = required_participants(case)
    for booking, agent, start, minutes in zip(
        case.sessions.booking_id.tolist(),
        case.sessions.agent_id.tolist(),
        case.sessions.starts_at.tolist(),
        case.sessions.duration_minutes.tolist(),
        strict=True,
    ):
        if first <= start < end:
            state.put(SessionNow(booking, start, start, minutes, agent, people.get(booking, ())))
    for agent in case.agents.agent_id.tolist():
        state.agents[agent] = AgentNow(agent, None, None)
    for agent, duties in case.roster.by_agent.items():
        for duty in duties:
            if first <= duty.start < end:
                state.agents[agent] = AgentNow(agent, duty.start, duty.end, duty.breaks)
    for row in case.standby.rows():
        agent, starts, ends = row["agent_id"], int(row["starts_at"]), int(row["ends_at"])
        if first <= starts < end and agent in state.agents and state.agents[agent].start is None:
            state.agents[agent] = AgentNow(agent, None, None, standby=(starts, ends))
    return state


def required_participants(case: Case) -> dict[str, tuple[str, ...]]:
    """By booking, who must attend, in alphabetical order (R13, R19 to R22)."""
    found: dict[str, list[str]] = {}
    for booking, person, needed in zip(
        case.participants.booking_id.tolist(),
        case.participants.participant_id.tolist(),
        evaluate(case).required.tolist(),
        strict=True,
    ):
        if needed:
            found.setdefault(booking, []).append(person)
    return {booking: tuple(sorted(people)) for booking, people in found.items()}
