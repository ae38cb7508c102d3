"""Sessions as they are sold, by booking."""

from __future__ import annotations

from dataclasses import dataclass

from data.model import Sessions


@dataclass(frozen=True)
class SoldStart:
    """A session as it is sold: its minutes on the planning axis, and its nominal agent."""

    agent_id: str
    start: int
    duration_minutes: int


def sold_starts(sessions: Sessions) -> dict[str, SoldStart]:
    """The sessions of a table by booking."""
    columns = (sessions.booking_id, sessions.agent_id, sessions.starts_at, sessions.duration_minutes)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {booking: SoldStart(agent, start, minutes) for booking, agent, start, minutes in rows}
