"""What an engine writes down while it runs one replication."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from data.model.columns import FloatArray, IntArray
from simulation.breaks import BreakFault
from simulation.records import ACTIVITIES, ActivityRecords, Outcome, SessionRecords, texts
from simulation.week import NOBODY, Week

_OPEN = -1
_NUMBER = {activity: number for number, activity in enumerate(ACTIVITIES)}


class Activities(NamedTuple):
    """Pieces of agents' time in the order in which they ended; columns of equal length.

    `doing` is a number in ACTIVITIES; `session` is NOBODY for breaks.
    """

    duty: IntArray
    begins: FloatArray
    ends: FloatArray
    doing: IntArray
    session: IntArray


@dataclass(eq=True)
class WalkUpLog:
    """What became of the walk-ups, in order of arrival; as in `OutcomeLog`.

    Attributes:
        like: the sessions that they resemble.
    """

    like: list[int] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    wait: list[float] = field(default_factory=list)
    agent: list[int] = field(default_factory=list)
    outcome: list[int] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class MendingLog:
    """What was changed of the plan during the day.

    Attributes:
        appointed: by session, the appointment that the customer was told last.
        promised: by session, the last that the customer was told with notice; the wait counts from it.
        expected_arrival: by session, when the customer would have come had nothing been moved.
        delays, new_times, rebinds, rebooked: by session, how often that was decided.
        breaks_moved: by break, how often.
    """

    appointed: FloatArray
    promised: FloatArray
    expected_arrival: FloatArray
    delays: IntArray
    new_times: IntArray
    rebinds: IntArray
    rebooked: IntArray
    breaks_moved: IntArray


BY_SESSION = ("arrived", "begun", "ended", "wait", "agent", "outcome")
"""The lists of `OutcomeLog` and `WalkUpLog` with one entry for each session or walk-up."""


class OutcomeLog:
    """Outcomes by session and time accounts by duty; minutes.

    An engine writes walk-ups behind the sessions, and parts them at the end.

    Attributes:
        arrived, begun, ended, wait, agent, outcome: by session; nan, NOBODY where nothing happened.
        rebooked_at: by session, when the issuer rebooked a customer who may come back the same day, or nan.
        busy: by duty, minutes of set-up, session and wrap-up.
        on_break: by duty, minutes of breaks taken.
        came_at, left_at: by duty, when the agent logged in and left; nan when the agent never came.
        ends: by duty, its end; of agents on standby who were called, the end of their service.
        break_delays: by break (of all duties, as in `Week.breaks`), how much later than planned it began;
            nan: not taken.
        break_minutes: by break, minutes taken, 0 if it was skipped; nan: the agent never came.
        break_faults: by break, what was broken of it: the sum of `BreakFault`.
        walk_ups: customers without an appointment.
        mending: what was changed of the plan during the day; None: nobody was to.
    """

    def __init__(self, sessions: int, duties: int, breaks: int, with_activities: bool = False) -> None:
        self.arrived = [np.nan] * sessions
        self.begun = [np.nan] * sessions
        self.ended = [np.nan] * sessions
        self.wait = [np.nan] * sessions
        self.agent = [NOBODY] * sessions
        self.outcome: list[int] = [_OPEN] * sessions
        self.rebooked_at = [np.nan] * sessions
        self.busy = [0.0] * duties
        self.on_break = [0.0] * duties
        self.came_at = [np.nan] * duties
        self.left_at = [np.nan] * duties
        self.ends = [np.nan] * duties
        self.break_delays = [np.nan] * breaks
        self.break_minutes = [np.nan] * breaks
        self.break_faults = [int(BreakFault.NONE)] * breaks
        self.walk_ups = WalkUpLog()
        self.mending: MendingLog | None = None
        self._activities: list[tuple[int, float, float, int, int]] | None = [] if with_activities else None
        self._columns: Activities | None = None

    def started(self, session: int, duty: int, moment: float) -> None:
        """A session has begun."""
        self.begun[session] = moment
        self.agent[session] = duty

    def part_walk_ups(self, like: list[int]) -> None:
        """Part the walk-ups, which resemble these sessions, from the sessions, in front of them."""
        count = len(self.outcome) - len(like)
        for name in BY_SESSION:
            setattr(self.walk_ups, name, getattr(self, name)[count:])
            setattr(self, name, getattr(self, name)[:count])
        self.rebooked_at = self.rebooked_at[:count]
        self.walk_ups.like = like

    def closed(self, session: int, moment: float, outcome: Outcome) -> None:
        """A session has ended or was given up.

        Raises:
            RuntimeError: when it already had an outcome.
        """
        if self.outcome[session] != _OPEN:
            raise RuntimeError(f"session {session} has two outcomes")
        self.ended[session] = moment
        self.outcome[session] = outcome

    def note(self, duty: int, begins: float, ends: float, activity: str, session: int) -> None:
        """Keep a piece of an agent's time, if activities are recorded at all."""
        if self._activities is not None and ends > begins:
            self._activities.append((duty, begins, ends, _NUMBER[activity], session))

    def noted(self, columns: Activities) -> None:
        """All pieces of agents' time at once."""
        lasting = columns.ends > columns.begins
        duty, begins, ends, doing, session = columns
        self._columns = Activities(
            duty[lasting], begins[lasting], ends[lasting], doing[lasting], session[lasting]
        )

    def activities(self) -> Activities:
        """The pieces of agents' time; empty unless activities were recorded."""
        if self._columns is not None:
            return self._columns
        rows = np.array(self._activities or np.zeros((0, 5)), dtype=np.float64)
        duty, doing, session = rows[:, (0, 3, 4)].T.astype(np.int64)
        return Activities(duty, rows[:, 1], rows[:, 2], doing, session)

    def waits(self) -> FloatArray:
        """Waits by session; nan for no-shows and cancellations."""
        return np.array(self.wait)

    def promised(self, week: Week) -> FloatArray:
        """By session, the appointment that the wait counts from."""
        return week.appointed if self.mending is None else self.mending.promised

    def waits_beyond_original(self, week: Week) -> FloatArray:
        """Waits by session as if no appointment had been moved: from the later of the appointment of the plan
        and the moment at which the customer would then have come."""
        waits = self.waits()
        if self.mending is None:
            return waits
        moved = (self.mending.appointed != week.appointed) & ~np.isnan(waits)
        rebooked_at, begun = np.array(self.rebooked_at), np.array(self.begun)
        until = np.where(np.isnan(begun), np.array(self.ended), begun)
        until = np.where(np.isnan(rebooked_at), until, rebooked_at)
        since = np.maximum(week.appointed, self.mending.expected_arrival)
        return np.where(moved, np.maximum(until - since, 0.0), waits)

    def session_records(self, week: Week) -> SessionRecords:
        """The flat records of the sessions, and of the walk-ups after them."""
        more = self.walk_ups
        names = self._names(week)
        rows = np.array([*range(len(week)), *more.like], dtype=np.int64)
        agents = [*self.agent, *more.agent]
        appointed = week.appointed if self.mending is None else self.mending.appointed
        return SessionRecords(
            booking_id=texts(names),
            skill=week.skill_name[rows],
            kind=week.kind[rows],
            appointed=np.concatenate([appointed, np.full(len(more.like), np.nan)]),
            arrived=np.array([*self.arrived, *more.arrived]),
            started=np.array([*self.begun, *more.begun]),
            ended=np.array([*self.ended, *more.ended]),
            wait=np.array([*self.wait, *more.wait]),
            agent_id=texts(["" if duty == NOBODY else week.duties[duty].agent_id for duty in agents]),
            outcome=texts([Outcome(code).label for code in (*self.outcome, *more.outcome)]),
        )

    def _names(self, week: Week) -> list[str]:
        """The bookings of the sessions, and numbers of the walk-ups."""
        numbers = range(1, len(self.walk_ups.like) + 1)
        return [*week.booking_id, *(f"walk-up {number}" for number in numbers)]

    def activity_records(self, week: Week) -> ActivityRecords:
        """The flat records of agents' time, by agent and time; empty unless activities were recorded."""
        names, noted = self._names(week), self.activities()
        agents = texts([week.duties[duty].agent_id for duty in noted.duty.tolist()])
        by_agent = np.unique(agents.astype(str), return_inverse=True)[1]
        order: IntArray = np.lexsort((noted.begins, by_agent))
        return ActivityRecords(
            agent_id=agents[order],
            starts_at=noted.begins[order],
            ends_at=noted.ends[order],
            activity=texts([ACTIVITIES[doing] for doing in noted.doing[order].tolist()]),
            booking_id=texts([names[s] if s != NOBODY else "" for s in noted.session[order].tolist()]),
        )
