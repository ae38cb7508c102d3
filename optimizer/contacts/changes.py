"""From decisions to changes that somebody must be told of: a customer of a session, or an agent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from data.day import CallStandby, DayState, Decision, Delay, MoveBreak, NewTime, Rebook, SessionNow, carry_out
from data.model import PlanningAxis

ChangeKind = Literal["delay", "new_time", "rebook"]
NoticeKind = Literal["call_standby", "move_break"]

ID_DIGITS = 20
"""Hexadecimal digits of an id: 80 bits, so that no two of a million changes share one."""


@dataclass(frozen=True)
class Change:
    """What becomes of one session; times are minutes on the planning axis.

    Attributes:
        session: as it stood before the decisions; its `start` is what the customer knows.
        after: the start instead; None when it is to be rebooked.
        agent_id: who holds it then; empty when it is to be rebooked.
    """

    contact_id: str
    kind: ChangeKind
    session: SessionNow
    after: int | None
    agent_id: str

    @property
    def booking_id(self) -> str:
        """The surrogate of the booking."""
        return self.session.booking_id

    @property
    def before(self) -> int:
        """The start that the customer knows."""
        return self.session.start


@dataclass(frozen=True)
class AgentNotice:
    """What an agent is to be told.

    Attributes:
        start, end: of the service of an agent on standby, or of the break where it is now.
        before: where the break was; None for an agent on standby.
        by: the latest moment: now for a call, the sooner of both starts for a break.
    """

    notice_id: str
    kind: NoticeKind
    agent_id: str
    start: int
    end: int
    before: int | None
    by: int


def follow(
    axis: PlanningAxis, state: DayState, decisions: Iterable[Decision], now: float
) -> tuple[list[Change], list[AgentNotice], DayState]:
    """What decisions make of the day, which is not changed itself.

    A decision of which the day has gone on meanwhile (`carry_out` says so) changes nothing and is told to
    nobody. Of several decisions about one session the last one counts, and nothing is told when the customer
    knows that start already.

    Returns:
        Changes in the order of the decisions, notices for agents, and the day after the decisions.
    """
    after = state.copy()
    last: dict[str, Delay | NewTime | Rebook] = {}
    calls: dict[str, AgentNotice] = {}
    breaks: dict[tuple[str, int], AgentNotice] = {}
    for decision in decisions:
        if not carry_out(after, decision):
            continue
        match decision:
            case CallStandby():
                calls[decision.agent_id] = _called(axis, decision, now)
            case MoveBreak():
                moved = _moved(axis, state, after, decision, now)
                breaks[decision.agent_id, decision.place] = moved
            case Delay() | NewTime() | Rebook():
                last.pop(decision.booking_id, None)
                last[decision.booking_id] = decision
    changes = [_changed(axis, state.sessions[booking], made) for booking, made in last.items()]
    told = [change for change in changes if change.after != change.before]
    notices = [*calls.values(), *(notice for notice in breaks.values() if notice.before != notice.start)]
    return told, sorted(notices, key=lambda one: (one.by, one.start, one.agent_id)), after


def _changed(axis: PlanningAxis, session: SessionNow, made: Delay | NewTime | Rebook) -> Change:
    after = None if isinstance(made, Rebook) else made.start
    agent = "" if isinstance(made, Rebook) else made.agent_id
    name = _name(axis, session.booking_id, made.kind, session.start, after)
    return Change(name, made.kind, session, after, agent)


def _called(axis: PlanningAxis, made: CallStandby, now: float) -> AgentNotice:
    name = _name(axis, made.agent_id, made.kind, made.start, made.end)
    return AgentNotice(name, made.kind, made.agent_id, made.start, made.end, None, int(now))


def _moved(axis: PlanningAxis, state: DayState, after: DayState, made: MoveBreak, now: float) -> AgentNotice:
    before = state.agents[made.agent_id].breaks[made.place].start
    end = after.agents[made.agent_id].breaks[made.place].end
    name = _name(axis, made.agent_id, made.kind, before, made.start)
    by = max(int(now), min(before, made.start))
    return AgentNotice(name, made.kind, made.agent_id, made.start, end, before, by)


def _name(axis: PlanningAxis, subject: str, kind: str, *minutes: int | None) -> str:
    """An id that depends on who, what, and the instants, whatever horizon they are counted from."""
    instants = ["" if at is None else str(round(axis.instant_of(at).timestamp())) for at in minutes]
    text = "\x1f".join([subject, kind, *instants])
    return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]
