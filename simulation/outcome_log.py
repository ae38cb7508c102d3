"""What an engine writes down while it runs one replication."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from data.model.columns import FloatArray, IntArray
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


class OutcomeLog:
    """Outcomes by session and time accounts by duty; minutes.

    Attributes:
        arrived, begun, ended, wait, agent, outcome: by session; nan, NOBODY where nothing happened.
        busy: by duty, minutes of set-up, session and wrap-up.
        on_break: by duty, minutes of breaks taken.
        left_at: by duty, when the agent left; nan when the agent never came.
        break_delays: for each break taken, how much later than planned it began.
    """

    def __init__(self, sessions: int, duties: int, with_activities: bool = False) -> None:
        self.arrived = [np.nan] * sessions
        self.begun = [np.nan] * sessions
        self.ended = [np.nan] * sessions
        self.wait = [np.nan] * sessions
        self.agent = [NOBODY] * sessions
        self.outcome: list[int] = [_OPEN] * sessions
        self.busy = [0.0] * duties
        self.on_break = [0.0] * duties
        self.left_at = [np.nan] * duties
        self.break_delays: list[float] = []
        self._activities: list[tuple[int, float, float, int, int]] | None = [] if with_activities else None
        self._columns: Activities | None = None

    def started(self, session: int, duty: int, moment: float, wait: float) -> None:
        """A session has begun."""
        self.begun[session] = moment
        self.agent[session] = duty
        self.wait[session] = wait

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
        """Waits by session; nan for no-shows."""
        return np.array(self.wait)

    def session_records(self, week: Week) -> SessionRecords:
        """The flat records of the sessions."""
        return SessionRecords(
            booking_id=week.booking_id,
            skill=week.skill_name,
            kind=week.kind,
            appointed=week.appointed,
            arrived=np.array(self.arrived),
            started=np.array(self.begun),
            ended=np.array(self.ended),
            wait=self.waits(),
            agent_id=texts(["" if duty == NOBODY else week.duties[duty].agent_id for duty in self.agent]),
            outcome=texts([Outcome(code).label for code in self.outcome]),
        )

    def activity_records(self, week: Week) -> ActivityRecords:
        """The flat records of agents' time, by agent and time; empty unless activities were recorded."""
        noted = self.activities()
        agents = texts([week.duties[duty].agent_id for duty in noted.duty.tolist()])
        by_agent = np.unique(agents.astype(str), return_inverse=True)[1]
        order: IntArray = np.lexsort((noted.begins, by_agent))
        return ActivityRecords(
            agent_id=agents[order],
            starts_at=noted.begins[order],
            ends_at=noted.ends[order],
            activity=texts([ACTIVITIES[doing] for doing in noted.doing[order].tolist()]),
            booking_id=texts(
                [week.booking_id[s] if s != NOBODY else "" for s in noted.session[order].tolist()]
            ),
        )
