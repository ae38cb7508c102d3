"""What is decided when the day goes wrong, and what each decision makes of the day.

In the order in which they disturb: another agent of the pool holds a session (the customer notices nothing);
an agent on standby is called, a break is moved; a session starts a little later; it has a new time today; it
is rebooked on another day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from data.day.records import OPEN, DayState, Status


class _Decision(BaseModel):
    """Times are minutes on the planning axis."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rebind(_Decision):
    """Another agent holds the session, at the same time."""

    kind: Literal["rebind"] = "rebind"
    booking_id: str
    agent_id: str


class CallStandby(_Decision):
    """An agent on standby is called, to serve from `start` to `end`."""

    kind: Literal["call_standby"] = "call_standby"
    agent_id: str
    start: int
    end: int


class MoveBreak(_Decision):
    """A break that has not begun is taken at another time; `place` counts the duty's breaks from 0."""

    kind: Literal["move_break"] = "move_break"
    agent_id: str
    place: int = Field(ge=0)
    start: int


class Delay(_Decision):
    """The session starts later, within the tolerance; the customer is told."""

    kind: Literal["delay"] = "delay"
    booking_id: str
    agent_id: str
    start: int


class NewTime(_Decision):
    """The session is to be held at another time today, which is kept for the customer to agree to."""

    kind: Literal["new_time"] = "new_time"
    booking_id: str
    agent_id: str
    start: int


class Rebook(_Decision):
    """The session can't be held today; the customer is offered other days (R15)."""

    kind: Literal["rebook"] = "rebook"
    booking_id: str


Decision = Annotated[Rebind | CallStandby | MoveBreak | Delay | NewTime | Rebook, Field(discriminator="kind")]

DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)
"""Reads a decision back from a journal."""


def carry_out(state: DayState, decision: Decision) -> bool:
    """Change the day as decided; False when what it speaks of has gone on meanwhile, and nothing changes."""
    match decision:
        case CallStandby():
            agent = state.agents.get(decision.agent_id)
            if agent is None or agent.standby is None or agent.called:
                return False
            state.agents[agent.agent_id] = replace(agent, start=decision.start, end=decision.end, called=True)
        case MoveBreak():
            agent = state.agents.get(decision.agent_id)
            if agent is None or not agent.breaks_taken <= decision.place < len(agent.breaks):
                return False
            breaks = list(agent.breaks)
            old = breaks[decision.place]
            breaks[decision.place] = replace(
                old, start=decision.start, end=decision.start + old.end - old.start
            )
            state.agents[agent.agent_id] = replace(agent, breaks=tuple(breaks))
        case _:
            session = state.sessions.get(decision.booking_id)
            if session is None or session.status not in OPEN:
                return False
            match decision:
                case Rebind():
                    session = replace(session, agent_id=decision.agent_id)
                case Delay() | NewTime():
                    session = replace(session, agent_id=decision.agent_id, start=decision.start)
                case Rebook():
                    session = replace(session, agent_id="", status=Status.TO_REBOOK)
            state.put(session)
    return True


def carried_out(state: DayState, decisions: Iterable[Decision]) -> DayState:
    """The day once decisions are carried out, in their order; the state itself is not changed."""
    changed = state.copy()
    for decision in decisions:
        carry_out(changed, decision)
    return changed
