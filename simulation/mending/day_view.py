"""The day that is being played, as the state that its events so far make (`data.day`).

Only what has changed since the last look is made anew. Sessions of customers who come back the same day are
left to the walk-ups, of whom nothing is told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from data.day import AgentNow, DayState, SessionNow, Status, planned_day
from data.model import Case
from data.model.columns import IntArray
from simulation.plays import Sight
from simulation.recorded_day import ESTIMATE_MINUTES
from simulation.records import Outcome
from simulation.week import NOBODY, Week

_EXPECTED, _CONNECTED, _ENDED, _NO_SHOW, _LEFT, _CANCELLED, _RUNNING = range(7)
_STATUS = (
    Status.EXPECTED,
    Status.CONNECTED,
    Status.ENDED,
    Status.NO_SHOW,
    Status.LEFT,
    Status.CANCELLED,
    Status.RUNNING,
)


@dataclass(frozen=True, eq=False)
class PlannedDayView:
    """One day of a week before anything has happened, and which of its sessions and duties are whose.

    Attributes:
        planned: the state; whoever reads it must not change it.
        first, end: minutes of the day on the planning axis.
        sessions: numbers in the week, in the order of the week.
        session_of: the same by booking.
        duties: numbers of the duties of the day, and of those on standby.
        duty_of: the same by agent.
    """

    week: Week
    planned: DayState
    first: float
    end: float
    sessions: IntArray
    session_of: dict[str, int]
    duties: IntArray
    duty_of: dict[str, int]

    @classmethod
    def of(cls, case: Case, week: Week, day: int) -> PlannedDayView:
        """The day of a week that was made of the case."""
        planned = planned_day(case, day)
        first, end = float(case.axis.day_starts[day]), float(case.axis.day_starts[day + 1])
        duty_of: dict[str, int] = {}
        for number, duty in enumerate(week.duties):
            if not first <= duty.start < end:
                continue
            if duty.on_call and duty.agent_id not in planned.agents:
                hours = int(duty.start), int(duty.end)
                planned.agents[duty.agent_id] = AgentNow(duty.agent_id, None, None, standby=hours)
            agent = planned.agents[duty.agent_id]
            starts = agent.standby and agent.standby[0] if duty.on_call else agent.start
            if starts == duty.start:
                duty_of[duty.agent_id] = number
        numbers = np.flatnonzero((week.appointed >= first) & (week.appointed < end))
        return cls(
            week=week,
            planned=planned,
            first=first,
            end=end,
            sessions=numbers,
            session_of=dict(zip(week.booking_id[numbers].tolist(), numbers.tolist(), strict=True)),
            duties=np.array(sorted(duty_of.values()), dtype=np.int64),
            duty_of=duty_of,
        )


class DayView:
    """The state of one day of one replication; brought up to date by each look."""

    def __init__(self, of_day: PlannedDayView) -> None:
        self._week, self._sessions, self._duties = of_day.week, of_day.sessions, of_day.duties
        self._planned_minutes = of_day.week.planned[of_day.sessions]
        self._names: list[str] = of_day.week.booking_id[of_day.sessions].tolist()
        self.state = of_day.planned.copy()
        self._code = np.zeros(len(self._sessions), dtype=np.int64)
        self._overruns = np.zeros(len(self._sessions), dtype=np.int64)
        self._starts = np.array([self._start_of(duty) for duty in self._duties.tolist()])
        count = len(self._duties)
        self._gone, self._past = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.int64)
        self._rests = np.full(count, np.nan)

    def has_open_sessions(self) -> bool:
        """Whether a session is still to be held today, as of the last look."""
        return bool((self._code <= _CONNECTED).any())

    def was_called(self, agent_id: str, duty: int) -> None:
        """An agent on standby was called: from the start of the service on, the agent is missed."""
        start = self.state.agents[agent_id].start
        if start is not None:
            self._starts[np.searchsorted(self._duties, duty)] = start

    def was_rebooked(self, booking_id: str) -> None:
        """A session was rebooked by decision, and stays so."""
        self._code[self._names.index(booking_id)] = _LEFT

    def look(self, sight: Sight, now: float) -> DayState:
        """The state now; the same object at every look."""
        self.state.now = now
        self._look_at_sessions(sight, now)
        self._look_at_duties(sight, now)
        return self.state

    def _start_of(self, duty: int) -> float:
        """When the agent must be there; agents on standby must not before they are called."""
        planned = self._week.duties[duty]
        return np.inf if planned.on_call else planned.start

    def _look_at_sessions(self, sight: Sight, now: float) -> None:
        code = _codes(sight, self._sessions)
        begun = sight.begun[self._sessions]
        over = np.where(code == _RUNNING, now - (begun + self._planned_minutes), 0.0)
        overruns = np.ceil(np.maximum(over, 0.0) / ESTIMATE_MINUTES).astype(np.int64)
        changed = np.flatnonzero((code != self._code) | (overruns != self._overruns))
        self._code, self._overruns = code, overruns
        # An agent may have ended one session and begun another.
        for place in changed[np.argsort(code[changed], kind="stable")].tolist():
            self.state.put(self._session_now(sight, place))

    def _session_now(self, sight: Sight, place: int) -> SessionNow:
        session, code = int(self._sessions[place]), int(self._code[place])
        known = self.state.sessions[self._names[place]]
        arrived, ended = float(sight.arrived[session]), float(sight.ended[session])
        came = arrived <= ended or (math.isnan(ended) and not math.isnan(arrived))
        begun = expected = None
        agent_id = known.agent_id
        if code in (_RUNNING, _ENDED):
            begun = float(sight.begun[session])
            agent_id = self._week.duties[int(sight.agent[session])].agent_id
        if begun is not None and self._overruns[place]:
            expected = begun + float(self._planned_minutes[place] + ESTIMATE_MINUTES * self._overruns[place])
        return SessionNow(  # `dataclasses.replace` takes three times as long
            booking_id=known.booking_id,
            start=known.start,
            planned_start=known.planned_start,
            duration=known.duration,
            agent_id=agent_id,
            participants=known.participants,
            status=_STATUS[code],
            connected=known.participants if came else (),
            connected_at=arrived if came else None,
            started_at=begun,
            ended_at=ended if code == _ENDED else None,
            expected_end=expected,
        )

    def _look_at_duties(self, sight: Sight, now: float) -> None:
        gone = (self._starts < now) & np.isnan(sight.came_at[self._duties])
        rests, past = sight.on_break_since[self._duties], sight.breaks_past[self._duties]
        same = (gone == self._gone) & (past == self._past)
        same &= (rests == self._rests) | (np.isnan(rests) & np.isnan(self._rests))
        for place in np.flatnonzero(~same).tolist():
            agent = self.state.agents[self._week.duties[int(self._duties[place])].agent_id]
            self.state.agents[agent.agent_id] = replace(
                agent,
                breaks_taken=int(past[place]),
                on_break_since=None if np.isnan(rests[place]) else float(rests[place]),
                gone_since=float(self._starts[place]) if gone[place] else None,
            )
        self._gone, self._rests, self._past = gone, rests, past


def _codes(sight: Sight, sessions: IntArray) -> IntArray:
    """Where sessions stand, as a coordinator has been told."""
    outcome, begun = sight.outcome[sessions], sight.begun[sessions]
    has_begun, is_open = ~np.isnan(begun), outcome == NOBODY
    code = np.where(np.isnan(sight.arrived[sessions]), _EXPECTED, _CONNECTED)
    code = np.where(~is_open, _LEFT, code)
    code = np.where(outcome == Outcome.NO_SHOW, _NO_SHOW, code)
    code = np.where(outcome == Outcome.CANCELLED, _CANCELLED, code)
    code = np.where(has_begun, np.where(is_open, _RUNNING, _ENDED), code)
    return np.asarray(np.where(np.isnan(sight.rebooked_at[sessions]), code, _LEFT), dtype=np.int64)
