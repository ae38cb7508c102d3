"""What an event makes of the day.

What is told as a fact is believed: when it does not follow from what was known, something before it was lost,
and the state is mended so that it stays possible (a session at a time for each agent, a status for each
session); an anomaly says what. What cannot be brought in line is left out, with an anomaly as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from data.day.events import (
    AgentBack,
    AgentGone,
    BookingAdded,
    BookingCancelled,
    BookingRescheduled,
    BreakEnded,
    BreakStarted,
    CustomerConnected,
    CustomerLeft,
    Event,
    NoShow,
    PlatformDown,
    PlatformUp,
    SessionEnded,
    SessionOverrunning,
    SessionStarted,
    Snapshot,
)
from data.day.minutes import minutes_of
from data.day.records import OPEN, AddedBooking, AgentNow, Anomaly, DayState, Odd, SessionNow, Status
from data.day.snapshots import from_snapshot
from data.model import PlanningAxis

HELD = frozenset({Status.RUNNING, Status.ENDED})
"""What has begun is not undone by events that tell of something before."""


@dataclass
class Happening:
    """One event on its way into the state."""

    axis: PlanningAxis
    state: DayState
    event: Event

    @property
    def at(self) -> float:
        """When it happened, in minutes on the planning axis."""
        return minutes_of(self.axis, self.event.at)

    def odd(self, subject: str, what: Odd) -> None:
        """Note an anomaly."""
        self.state.anomalies.append(Anomaly(self.event.number, subject, what))

    def unfit(self, session: SessionNow, what: Odd) -> None:
        """Note that something does not go with a session's status."""
        self.state.anomalies.append(Anomaly(self.event.number, session.booking_id, what, session.status))

    def session(self, booking_id: str) -> SessionNow | None:
        """A session of the day; an anomaly where there is none."""
        found = self.state.sessions.get(booking_id)
        if found is None:
            self.odd(booking_id, Odd.NO_SUCH_SESSION)
        return found

    def agent(self, agent_id: str) -> AgentNow | None:
        """An agent; an anomaly where there is none."""
        found = self.state.agents.get(agent_id)
        if found is None:
            self.odd(agent_id, Odd.NO_SUCH_AGENT)
        return found

    def put(self, session: SessionNow) -> None:
        """Replace a session."""
        self.state.put(session)

    def put_agent(self, agent: AgentNow) -> None:
        """Replace an agent."""
        self.state.agents[agent.agent_id] = agent


def happen(axis: PlanningAxis, state: DayState, event: Event) -> None:
    """Bring an event, the next by its number, into the state."""
    happening = Happening(axis, state, event)
    if isinstance(event, Snapshot):
        from_snapshot(axis, state, event)
    else:
        _HAPPEN[type(event)](happening, event)
    state.number = event.number
    state.now = max(state.now, happening.at)


def _connected(happening: Happening, event: CustomerConnected) -> None:
    session = happening.session(event.booking_id)
    if session is None:
        return
    if session.status is not Status.EXPECTED:
        if session.status is not Status.CONNECTED:
            happening.unfit(session, Odd.CONNECTED_BUT)
        return
    who = session.participants if event.participant_id is None else (event.participant_id,)
    strangers = sorted(set(who) - set(session.participants))
    if strangers:
        happening.odd(session.booking_id, Odd.STRANGER)
        return
    there = tuple(sorted({*session.connected, *who}))
    complete = len(there) == len(session.participants)
    happening.put(
        replace(
            session,
            connected=there,
            connected_at=happening.at if complete else None,
            status=Status.CONNECTED if complete else Status.EXPECTED,
        )
    )


def _left(happening: Happening, event: CustomerLeft) -> None:
    session = happening.session(event.booking_id)
    if session is None:
        return
    if session.status not in OPEN:
        happening.unfit(session, Odd.LEFT_BUT)
        return
    happening.put(replace(session, status=Status.LEFT))


def _started(happening: Happening, event: SessionStarted) -> None:
    session, agent = happening.session(event.booking_id), happening.agent(event.agent_id)
    if session is None or agent is None:
        return
    if session.status in HELD:
        happening.unfit(session, Odd.STARTED_BUT)
        return
    _free(happening, agent)
    if session.status is not Status.CONNECTED:
        happening.unfit(session, Odd.STARTED_WITHOUT_CUSTOMERS)
    happening.put(
        replace(
            session,
            status=Status.RUNNING,
            agent_id=agent.agent_id,
            connected=session.participants,
            connected_at=happening.at if session.connected_at is None else session.connected_at,
            started_at=happening.at,
            expected_end=None,
            interrupted=False,
        )
    )


def _free(happening: Happening, agent: AgentNow) -> None:
    """An agent who begins a session is there, on no break, and holds no other session."""
    other = happening.state.running_with(agent.agent_id)
    if other is not None:
        happening.odd(other.booking_id, Odd.AGENT_HAS_BEGUN_ANOTHER)
        happening.put(replace(other, status=Status.ENDED, ended_at=happening.at, expected_end=None))
    if agent.gone_since is not None:
        happening.odd(agent.agent_id, Odd.BACK_AS_BEGUN)
    if agent.on_break_since is not None:
        happening.odd(agent.agent_id, Odd.BACK_FROM_BREAK_AS_BEGUN)
    happening.put_agent(replace(agent, on_break_since=None, gone_since=None, gone_until=None))


def _ended(happening: Happening, event: SessionEnded) -> None:
    session = happening.session(event.booking_id)
    if session is None:
        return
    if session.status is Status.ENDED:
        happening.unfit(session, Odd.ENDED_BUT)
        return
    if session.status is not Status.RUNNING:
        happening.unfit(session, Odd.START_NOT_TOLD)
    happening.put(replace(session, status=Status.ENDED, ended_at=happening.at, expected_end=None))


def _overrunning(happening: Happening, event: SessionOverrunning) -> None:
    session = happening.session(event.booking_id)
    if session is None:
        return
    if session.status is not Status.RUNNING:
        happening.unfit(session, Odd.OVERRUNNING_BUT)
        return
    happening.put(replace(session, expected_end=happening.at + event.remaining_minutes))


def _no_show(happening: Happening, event: NoShow) -> None:
    session = happening.session(event.booking_id)
    if session is None:
        return
    if session.status not in OPEN:
        happening.unfit(session, Odd.NO_SHOW_BUT)
        return
    if session.status is Status.CONNECTED:
        happening.odd(session.booking_id, Odd.NO_SHOW_OF_CONNECTED)
    happening.put(replace(session, status=Status.NO_SHOW))


def _interrupt(happening: Happening, session: SessionNow) -> None:
    """A session that runs stops; its customers are there still."""
    happening.put(
        replace(session, status=Status.CONNECTED, started_at=None, expected_end=None, interrupted=True)
    )


def _gone(happening: Happening, event: AgentGone) -> None:
    agent = happening.agent(event.agent_id)
    if agent is None:
        return
    running = happening.state.running_with(agent.agent_id)
    if running is not None:
        _interrupt(happening, running)
    happening.put_agent(
        replace(
            agent,
            on_break_since=None,
            gone_since=happening.at if agent.gone_since is None else agent.gone_since,
            gone_until=None if event.until is None else minutes_of(happening.axis, event.until),
        )
    )


def _back(happening: Happening, event: AgentBack) -> None:
    agent = happening.agent(event.agent_id)
    if agent is None:
        return
    if agent.gone_since is None:
        happening.odd(agent.agent_id, Odd.BACK_BUT_NOT_GONE)
        return
    happening.put_agent(replace(agent, gone_since=None, gone_until=None))


def _break_started(happening: Happening, event: BreakStarted) -> None:
    agent = happening.agent(event.agent_id)
    if agent is None:
        return
    if agent.breaks_taken >= len(agent.breaks):
        happening.odd(agent.agent_id, Odd.NO_BREAK_LEFT)
        return
    running = happening.state.running_with(agent.agent_id)
    if running is not None:
        happening.odd(running.booking_id, Odd.AGENT_ON_BREAK)
        happening.put(replace(running, status=Status.ENDED, ended_at=happening.at, expected_end=None))
    happening.put_agent(
        replace(
            agent,
            on_break_since=happening.at,
            breaks_taken=agent.breaks_taken + 1,
            gone_since=None,
            gone_until=None,
        )
    )


def _break_ended(happening: Happening, event: BreakEnded) -> None:
    agent = happening.agent(event.agent_id)
    if agent is None:
        return
    if agent.on_break_since is None:
        happening.odd(agent.agent_id, Odd.NO_BREAK_TO_END)
        return
    happening.put_agent(replace(agent, on_break_since=None))


def _cancelled(happening: Happening, event: BookingCancelled) -> None:
    session = happening.session(event.booking_id)
    if session is None:
        return
    if session.status in HELD:
        happening.unfit(session, Odd.CANCELLED_BUT)
        return
    happening.put(replace(session, status=Status.CANCELLED))


def _added(happening: Happening, event: BookingAdded) -> None:
    state, name = happening.state, str(event.booking.get("booking_id", ""))
    start = round(minutes_of(happening.axis, event.start))
    minutes = event.booking.get("duration_minutes")
    people = tuple(sorted(str(row.get("participant_id", "")) for row in event.participants))
    if not name or not isinstance(minutes, int) or not all(people):
        happening.odd(name, Odd.ADDED_INCOMPLETE)
        return
    if name in state.sessions:
        happening.odd(name, Odd.ADDED_AGAIN)
        return
    if happening.axis.day_of(start) != state.day:
        happening.odd(name, Odd.ADDED_ELSEWHERE)
        return
    state.added[name] = AddedBooking(event.booking, event.participants)
    happening.put(SessionNow(name, start, start, minutes, event.agent_id, people))


def _rescheduled(happening: Happening, event: BookingRescheduled) -> None:
    session = happening.session(event.booking_id)
    if session is None:
        return
    if session.status in HELD:
        happening.unfit(session, Odd.RESCHEDULED_BUT)
        return
    start = round(minutes_of(happening.axis, event.start))
    today = happening.axis.day_of(start) == happening.state.day
    happening.put(
        replace(
            session,
            start=start,
            agent_id=event.agent_id,
            status=Status.EXPECTED if today else Status.ELSEWHERE,
            connected=(),
            connected_at=None,
            interrupted=False,
        )
    )


def _platform_down(happening: Happening, event: PlatformDown) -> None:
    state = happening.state
    for session in list(state.sessions.values()):
        if session.status is Status.RUNNING:
            _interrupt(happening, session)
    if state.platform_down_since is None:
        state.platform_down_since = happening.at
    state.platform_down_until = None if event.until is None else minutes_of(happening.axis, event.until)


def _platform_up(happening: Happening, event: PlatformUp) -> None:  # noqa: ARG001 - nothing in it but its time
    state = happening.state
    if state.platform_down_since is None:
        happening.odd("platform", Odd.PLATFORM_HAD_NOT_FAILED)
    state.platform_down_since = state.platform_down_until = None


_HAPPEN: dict[type, Callable[[Happening, Any], None]] = {
    CustomerConnected: _connected,
    CustomerLeft: _left,
    SessionStarted: _started,
    SessionEnded: _ended,
    SessionOverrunning: _overrunning,
    NoShow: _no_show,
    AgentGone: _gone,
    AgentBack: _back,
    BreakStarted: _break_started,
    BreakEnded: _break_ended,
    BookingCancelled: _cancelled,
    BookingAdded: _added,
    BookingRescheduled: _rescheduled,
    PlatformDown: _platform_down,
    PlatformUp: _platform_up,
}
