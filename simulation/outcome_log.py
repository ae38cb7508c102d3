"""What an engine writes down while it runs one replication."""

from __future__ import annotations

import numpy as np

from data.model.columns import FloatArray
from simulation.records import ActivityRecords, Outcome, SessionRecords, texts
from simulation.week import NOBODY, Week

_OPEN = -1


class OutcomeLog:
    """Outcomes by session and time accounts by duty; minutes.

    Attributes:
        arrived, begun, ended, wait, agent, outcome: by session; nan, NOBODY where nothing happened.
        busy: by duty, minutes of set-up, session and wrap-up.
        on_break: by duty, minutes of breaks taken.
        came_at, left_at: by duty, when the agent logged in and left; nan when the agent never came.
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
        self.came_at = [np.nan] * duties
        self.left_at = [np.nan] * duties
        self.break_delays: list[float] = []
        self._activities: list[tuple[int, float, float, str, int]] | None = [] if with_activities else None

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
            self._activities.append((duty, begins, ends, activity, session))

    def waits(self) -> FloatArray:
        """Waits by session; nan for no-shows and cancellations."""
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
        rows = sorted(self._activities or (), key=lambda row: (week.duties[row[0]].agent_id, row[1]))
        return ActivityRecords(
            agent_id=texts([week.duties[row[0]].agent_id for row in rows]),
            starts_at=np.array([row[1] for row in rows]),
            ends_at=np.array([row[2] for row in rows]),
            activity=texts([row[3] for row in rows]),
            booking_id=texts([week.booking_id[row[4]] if row[4] != NOBODY else "" for row in rows]),
        )
