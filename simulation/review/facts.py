"""What became of each session and of each agent of a day: one flat record each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.day import Anomaly
from data.model import Break

OUTCOMES = (
    "fulfilled",
    "failed_technical",
    "failed_documents",
    "ended",
    "no_show",
    "left",
    "rebooked_by_issuer",
    "cancelled",
    "moved",
    "open",
)
"""How a session of the day ended. `ended`: it was held, and how it ended was not told; `moved`: the customer
has an appointment on another day, and not because of us; `open`: the events end before."""

HELD = ("fulfilled", "failed_technical", "failed_documents", "ended")
"""Outcomes of sessions that were held."""


@dataclass(frozen=True, slots=True)
class SessionFact:
    """A session of the day. Times are minutes on the planning axis, nan for what did not happen or was not
    told.

    Attributes:
        participants: who had to attend.
        booked_at: when the booking was made.
        planned_start: appointment of the plan; of a booking that the plan did not have, its first one.
        promised: the appointment that the customer was last told with notice; waits count from it.
        planned_minutes: of the session.
        planned_agent: nominal agent, of the plan or by what was decided before it began.
        agent: who held it, or was to hold it in the end.
        arrived: when all who must attend were there.
        ready: from when the customer waited: promised, there, and in no other session of ours.
        began: when it began first.
        ended: when it ended.
        given_up: when it was closed without having ended.
        outcome: one of OUTCOMES.
        broken_by: what broke it off after it had begun: `agent_gone` or `platform_down`; empty: nothing.
        interrupted_minutes: lost to a failure that was overcome.
        added: the plan did not have it.
    """

    booking_id: str
    skill: str
    kind: str
    participants: int
    booked_at: float
    planned_start: int
    promised: int
    planned_minutes: int
    planned_agent: str
    agent: str
    arrived: float
    ready: float
    began: float
    ended: float
    given_up: float
    outcome: str
    broken_by: str = ""
    interrupted_minutes: float = 0.0
    added: bool = False

    @property
    def wait(self) -> float:
        """Minutes from `ready` until it began, or was given up; nan for those who were not there."""
        until = self.began if not math.isnan(self.began) else self.given_up
        if math.isnan(self.arrived) or self.outcome in ("no_show", "cancelled", "moved"):
            return math.nan
        return max(0.0, until - self.ready)

    @property
    def over(self) -> float:
        """When it ended or was broken off; infinite for what goes on."""
        until = self.given_up if math.isnan(self.ended) else self.ended
        return math.inf if math.isnan(until) else until

    @property
    def minutes_over(self) -> float:
        """By how many minutes it was longer than planned; nan unless it was held in one piece."""
        return math.nan if self.broken_by else self.ended - self.began - self.planned_minutes


@dataclass(frozen=True, slots=True)
class BreakFact:
    """A break of a duty; `planned` is where it was last planned, `began` and `ended` nan if it was not."""

    planned: Break
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class AgentFact:
    """An agent with a duty, or called from standby, on the day.

    Attributes:
        start, end: of the duty.
        called: from standby.
        breaks: all of the duty, in order.
        gone: spans in which the agent was not there, cut to the duty; the end is that of the duty where no
            return was told.
        came: whether the agent was there at all.
    """

    agent_id: str
    start: int
    end: int
    called: bool
    breaks: tuple[BreakFact, ...]
    gone: tuple[tuple[float, float], ...]
    came: bool

    @property
    def login_delay(self) -> float:
        """Minutes after the start of the duty at which an agent who came was there; nan: absent."""
        if not self.came:
            return math.nan
        late = [until for since, until in self.gone if since <= self.start]
        return max(late) - self.start if late else 0.0


@dataclass(frozen=True)
class DayFacts:
    """What became of a day.

    Attributes:
        day, on: number in the horizon, and date.
        sessions: by booking.
        agents: by agent; those on duty.
        outages: spans in which the platform was down; inf: no end was told.
        told_until: the latest moment that an event told of.
        events: how many.
    """

    day: int
    on: date
    sessions: Mapping[str, SessionFact]
    agents: Mapping[str, AgentFact]
    outages: tuple[tuple[float, float], ...]
    told_until: float
    events: int
    gaps: tuple[tuple[int, int], ...] = ()
    conflicts: tuple[int, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the events tell the whole day: no session is open, and no number is missing."""
        return not self.gaps and all(s.outcome != "open" for s in self.sessions.values())
