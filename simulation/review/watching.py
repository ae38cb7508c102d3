"""Events are brought into the day one by one, and what the last state no longer shows is kept on the way."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from data.day import (
    CLOSED,
    OPEN,
    AgentNow,
    DayState,
    Decision,
    Event,
    SessionNow,
    Snapshot,
    Status,
    carry_out,
)
from data.day.events import (
    AgentGone,
    BookingAdded,
    BreakStarted,
    CustomerLeft,
    PlatformDown,
    SessionEnded,
    SessionStarted,
)
from data.day.happenings import happen
from data.day.minutes import minutes_of
from data.model import PlanningAxis
from simulation.mending.carrying_out import NOTICE_MINUTES

GIVEN_UP = CLOSED - {Status.ENDED}
"""Sessions that were closed without having ended."""


@dataclass
class Seen:
    """What the last state no longer shows of a session.

    Attributes:
        promised: the appointment last told with notice; None: that of the plan.
        nominal: who was to hold it before it began, where that was changed; None: it was not.
        there: whether all were there when the appointment went to another day.
    """

    promised: int | None = None
    nominal: str | None = None
    began: float = math.nan
    given_up: float = math.nan
    by_issuer: bool = False
    there: bool = False
    broken_by: str = ""
    outcome: str = ""
    interrupted_minutes: float = 0.0


@dataclass
class SeenAgent:
    """What the last state no longer shows of an agent: spans gone, and breaks taken by place."""

    gone: list[tuple[float, float]] = field(default_factory=list)
    taken: dict[int, tuple[float, float]] = field(default_factory=dict)


class Watch:
    """Follows a day.

    Attributes:
        state: the day as it stands.
        sessions: by booking; those of which something is to be said.
        agents: by agent, likewise.
        outages: spans in which the platform was down.
        anomalies: of the whole day.
    """

    def __init__(self, axis: PlanningAxis, planned: DayState) -> None:
        self._axis = axis
        self.state = planned.copy()
        self.sessions: dict[str, Seen] = {}
        self.agents: dict[str, SeenAgent] = {}
        self.outages: list[tuple[float, float]] = []
        self.anomalies = list(planned.anomalies)

    def take(self, event: Event) -> None:
        """Bring an event in, the next by its number."""
        state, at = self.state, minutes_of(self._axis, event.at)
        sessions = {name: state.sessions[name] for name in _sessions_of(state, event)}
        agents = {name: state.agents[name] for name in _agents_of(state, event)}
        down, known = state.platform_down_since, len(state.anomalies)
        happen(self._axis, state, event)
        is_snapshot = isinstance(event, Snapshot)
        self.anomalies += state.anomalies if is_snapshot else state.anomalies[known:]
        for name, session in sessions.items():
            after = state.sessions.get(name)
            if after is not None:
                self._session_changed(session, after, event.kind, math.nan if is_snapshot else at, at)
        for name, agent in agents.items():
            if name in state.agents:
                self._agent_changed(agent, state.agents[name], at)
        self._platform_changed(down, at)
        self._note_details(event)

    def decide(self, decision: Decision) -> None:
        """Carry a decision out."""
        booking = getattr(decision, "booking_id", "")
        before = self.state.sessions.get(booking)
        carry_out(self.state, decision)
        if before is not None:
            self._session_changed(
                before, self.state.sessions[booking], decision.kind, self.state.now, self.state.now
            )

    def finish(self) -> None:
        """Close what no event closed."""
        for agent in self.state.agents.values():
            if agent.gone_since is not None:
                self._agent_changed(agent, replace(agent, gone_since=None), math.inf)
        if self.state.platform_down_since is not None:
            self.outages.append((self.state.platform_down_since, math.inf))

    def _session_changed(
        self, before: SessionNow, after: SessionNow, kind: str, at: float, told_at: float
    ) -> None:
        """`at` is nan where only the outcome is told, as snapshots do."""
        if before is after:
            return
        seen = self.sessions.setdefault(after.booking_id, Seen())
        if after.start != before.start and _is_notice(before, told_at):
            seen.promised = after.start
        if after.status in OPEN and after.agent_id != before.agent_id:
            seen.nominal = after.agent_id
        if after.started_at is not None and math.isnan(seen.began):
            seen.began = after.started_at
        if before.status is Status.RUNNING and after.interrupted and not before.interrupted:
            seen.broken_by = kind
        if after.status in GIVEN_UP and before.status not in GIVEN_UP:
            seen.given_up = at
            seen.there = before.status is Status.CONNECTED
        elif before.status in GIVEN_UP and after.status not in GIVEN_UP:
            seen.given_up = math.nan

    def _agent_changed(self, before: AgentNow, after: AgentNow, at: float) -> None:
        if before is after:
            return
        seen = self.agents.setdefault(after.agent_id, SeenAgent())
        if before.gone_since is not None and after.gone_since is None:
            seen.gone.append((before.gone_since, at))
        if after.on_break_since is not None and before.on_break_since is None:
            seen.taken[after.breaks_taken - 1] = (after.on_break_since, math.nan)
        elif before.on_break_since is not None and after.on_break_since is None:
            seen.taken[before.breaks_taken - 1] = (before.on_break_since, at)

    def _platform_changed(self, before: float | None, at: float) -> None:
        if before is not None and self.state.platform_down_since is None:
            self.outages.append((before, at))

    def _note_details(self, event: Event) -> None:
        """What an event says that the state does not keep."""
        match event:
            case SessionEnded() if event.outcome is not None and event.booking_id in self.state.sessions:
                seen = self.sessions.setdefault(event.booking_id, Seen())
                seen.outcome, seen.interrupted_minutes = event.outcome, event.interrupted_minutes
            case CustomerLeft() if event.by_issuer and event.booking_id in self.state.sessions:
                self.sessions.setdefault(event.booking_id, Seen()).by_issuer = True
            case BookingAdded() if str(event.booking.get("booking_id", "")) in self.state.added:
                self.sessions[str(event.booking["booking_id"])] = Seen(nominal=event.agent_id)
            case _:
                pass


def _is_notice(session: SessionNow, at: float) -> bool:
    """Whether a customer who is told now is told with notice: not there yet, and in good time."""
    return session.status is Status.EXPECTED and at + NOTICE_MINUTES <= session.start


def _sessions_of(state: DayState, event: Event) -> Iterator[str]:
    """The sessions that an event may change."""
    if isinstance(event, Snapshot):
        yield from state.sessions
        return
    if isinstance(event, PlatformDown):
        yield from (name for name, s in state.sessions.items() if s.status is Status.RUNNING)
        return
    booking = getattr(event, "booking_id", None)
    if booking in state.sessions:
        yield booking
    if isinstance(event, SessionStarted | AgentGone | BreakStarted):
        running = state.running_with(event.agent_id)
        if running is not None and running.booking_id != booking:
            yield running.booking_id


def _agents_of(state: DayState, event: Event) -> Iterator[str]:
    """The agents that an event may change."""
    if isinstance(event, Snapshot):
        yield from state.agents
        return
    agent = getattr(event, "agent_id", None)
    if agent in state.agents:
        yield agent
