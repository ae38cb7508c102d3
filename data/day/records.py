"""What is known of the day at one moment: every session and every agent of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from data.model import Break


class Status(StrEnum):
    """Where a session stands."""

    EXPECTED = "expected"
    CONNECTED = "connected"
    RUNNING = "running"
    ENDED = "ended"
    NO_SHOW = "no_show"
    LEFT = "left"
    CANCELLED = "cancelled"
    TO_REBOOK = "to_rebook"
    ELSEWHERE = "elsewhere"


OPEN = frozenset({Status.EXPECTED, Status.CONNECTED})
"""Sessions that are still to be held today."""

CLOSED = frozenset(Status) - OPEN - {Status.RUNNING}
"""Sessions that take nobody's time any more, today."""


@dataclass(frozen=True, slots=True)
class SessionNow:
    """A session of the day. Times are minutes on the planning axis; those that happened have fractions.

    Attributes:
        start: the appointment as the customer knows it.
        planned_start: the appointment of the plan, before anything was moved.
        duration: planned minutes.
        agent_id: who holds it, or is to; empty: nobody.
        participants: who must attend.
        connected: those of them who are there.
        connected_at: since when all of them are.
        started_at, ended_at: when it began and ended; None where that has not happened, or was not told.
        expected_end: when the agent expects a running session to end.
        interrupted: it had begun, and its agent has gone.
    """

    booking_id: str
    start: int
    planned_start: int
    duration: int
    agent_id: str
    participants: tuple[str, ...]
    status: Status = Status.EXPECTED
    connected: tuple[str, ...] = ()
    connected_at: float | None = None
    started_at: float | None = None
    ended_at: float | None = None
    expected_end: float | None = None
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class AgentNow:
    """An agent of the day.

    Attributes:
        start, end: of the duty, or of the service of an agent on standby who is called; None: no duty today.
        breaks: as they are planned now; the first `breaks_taken` have been taken, or are being taken.
        standby: hours in which the agent, who has no duty, can be called.
        called: on standby, and called.
        on_break_since: None when not on a break.
        gone_since, gone_until: the agent has gone unexpectedly; until None: not known.
    """

    agent_id: str
    start: int | None
    end: int | None
    breaks: tuple[Break, ...] = ()
    breaks_taken: int = 0
    standby: tuple[int, int] | None = None
    called: bool = False
    on_break_since: float | None = None
    gone_since: float | None = None
    gone_until: float | None = None


@dataclass(frozen=True, slots=True)
class AddedBooking:
    """A booking that the plan does not have: its row of bookings, and its rows of participants."""

    booking: Mapping[str, Any]
    participants: tuple[Mapping[str, Any], ...]


class Odd(StrEnum):
    """What can fail to fit."""

    NO_SUCH_SESSION = "no_such_session"
    NO_SUCH_AGENT = "no_such_agent"
    CONNECTED_BUT = "connected_but"
    STRANGER = "stranger"
    LEFT_BUT = "left_but"
    STARTED_BUT = "started_but"
    STARTED_WITHOUT_CUSTOMERS = "started_without_customers"
    AGENT_HAS_BEGUN_ANOTHER = "agent_has_begun_another"
    BACK_AS_BEGUN = "back_as_begun"
    BACK_FROM_BREAK_AS_BEGUN = "back_from_break_as_begun"
    ENDED_BUT = "ended_but"
    START_NOT_TOLD = "start_not_told"
    OVERRUNNING_BUT = "overrunning_but"
    NO_SHOW_BUT = "no_show_but"
    NO_SHOW_OF_CONNECTED = "no_show_of_connected"
    BACK_BUT_NOT_GONE = "back_but_not_gone"
    NO_BREAK_LEFT = "no_break_left"
    AGENT_ON_BREAK = "agent_on_break"
    NO_BREAK_TO_END = "no_break_to_end"
    CANCELLED_BUT = "cancelled_but"
    ADDED_INCOMPLETE = "added_incomplete"
    ADDED_AGAIN = "added_again"
    ADDED_ELSEWHERE = "added_elsewhere"
    RESCHEDULED_BUT = "rescheduled_but"
    PLATFORM_HAD_NOT_FAILED = "platform_had_not_failed"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something that does not fit what is known.

    Attributes:
        number: of the event.
        subject: the session, the agent, or "platform".
        what: does not fit.
        status: of the session before the event, where that is what it does not fit.
    """

    number: int
    subject: str
    what: Odd
    status: Status | None = None


@dataclass(eq=True)
class DayState:
    """The day at one moment; events and decisions change it.

    Attributes:
        day: number of the day in the horizon.
        now: the latest moment that an event told of, in minutes on the planning axis.
        number: of the last event in the state.
        platform_down_since, platform_down_until: the video platform does not work; until None: not known.
        added: bookings that the plan does not have, as they were told.
        anomalies: of the events since the last snapshot, that included.
    """

    day: int
    now: float
    sessions: dict[str, SessionNow] = field(default_factory=dict)
    agents: dict[str, AgentNow] = field(default_factory=dict)
    number: int = 0
    platform_down_since: float | None = None
    platform_down_until: float | None = None
    added: dict[str, AddedBooking] = field(default_factory=dict)
    anomalies: list[Anomaly] = field(default_factory=list)
    _held: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def copy(self) -> DayState:
        """An independent copy; sessions and agents are values and are shared."""
        return DayState(
            self.day,
            self.now,
            dict(self.sessions),
            dict(self.agents),
            self.number,
            self.platform_down_since,
            self.platform_down_until,
            dict(self.added),
            list(self.anomalies),
            dict(self._held),
        )

    def put(self, session: SessionNow) -> None:
        """Add a session, or replace it."""
        before = self.sessions.get(session.booking_id)
        if before is not None and before.status is Status.RUNNING:
            self._held.pop(before.agent_id, None)
        if session.status is Status.RUNNING:
            self._held[session.agent_id] = session.booking_id
        self.sessions[session.booking_id] = session

    def put_all(self, sessions: Iterable[SessionNow]) -> None:
        """Have these sessions, and no others."""
        self.sessions, self._held = {}, {}
        for session in sessions:
            self.put(session)

    def running_with(self, agent_id: str) -> SessionNow | None:
        """The session that an agent holds now."""
        booking = self._held.get(agent_id)
        return None if booking is None else self.sessions[booking]
