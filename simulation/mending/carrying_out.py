"""Decisions on the day become changes of the play, and are counted.

What a decision means here:

- **Rebind**: the nominal agent is another one; late binding goes on.
- **Delay, NewTime**: the appointment moves. A customer who is not there yet comes with the same lateness
  relative to the new appointment; one who is there waits on. The wait counts from the appointment told last
  *with notice*: NOTICE_MINUTES or more before the appointment that the customer knew, and before the customer
  was there. Other moves change when the customer comes and when the session can be held, and not what was
  promised: the wait counts from when the customer would have come.
- **Rebook**: the session is closed, by the issuer's cause; the customer does not come back the same day.
- **MoveBreak**: the break falls due at another time.
- **CallStandby**: the agent may log in at the time decided, at the soonest the scenario's `standby_delay`
  from now, and serves for `standby_minutes` at most.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from data.day import (
    OPEN,
    CallStandby,
    DayState,
    Decision,
    Delay,
    MoveBreak,
    NewTime,
    Rebind,
    Rebook,
    SessionNow,
    Status,
    carry_out,
)
from data.model import Scenario
from simulation.draws import Draws, quantised_at
from simulation.mending.day_view import DayView, PlannedDayView
from simulation.outcome_log import MendingLog
from simulation.plays import BreakMoved, Called, Change, GivenUp, Rebound, Retimed
from simulation.week import NOBODY, Week

NOTICE_MINUTES = 10.0
"""A customer who is told so long before the appointment, or longer, has been told with notice."""


class CarryingOut:
    """Carries out what is decided in one replication, and keeps account of it."""

    def __init__(self, week: Week, scenario: Scenario, draws: Draws) -> None:
        self._week, self._standby_delay = week, float(quantised_at(scenario.standby_delay))
        self._lateness = draws.arrival - week.appointed
        count = len(week)
        self.log = MendingLog(
            appointed=week.appointed.copy(),
            promised=week.appointed.copy(),
            expected_arrival=draws.arrival,
            delays=np.zeros(count, dtype=np.int64),
            new_times=np.zeros(count, dtype=np.int64),
            rebinds=np.zeros(count, dtype=np.int64),
            rebooked=np.zeros(count, dtype=np.int64),
            breaks_moved=np.zeros(len(week.breaks.duty), dtype=np.int64),
        )

    def changes(self, of_day: PlannedDayView, view: DayView, decisions: Iterable[Decision]) -> list[Change]:
        """What decisions change of the play. What speaks of something that is over changes nothing.

        Raises:
            ValueError: when a decision cannot be carried out by anybody: an agent who has no duty that day or
                is of another pool, a time that is past or of another day, a customer who is there and is
                moved otherwise than to a later time.
        """
        made: list[Change] = []
        for decision in decisions:
            if isinstance(decision, MoveBreak):
                made += self._moved_break(of_day, view.state, decision)
            elif isinstance(decision, CallStandby):
                made += self._called(of_day, view, decision)
            else:
                made += self._of_session(of_day, view, decision)
        return made

    def _of_session(
        self, of_day: PlannedDayView, view: DayView, decision: Rebind | Delay | NewTime | Rebook
    ) -> Iterable[Change]:
        state = view.state
        before = state.sessions.get(decision.booking_id)
        if before is None or before.status not in OPEN:
            return
        session = of_day.session_of[decision.booking_id]
        if isinstance(decision, Rebook):
            carry_out(state, decision)
            view.was_rebooked(decision.booking_id)
            self.log.rebooked[session] += 1
            yield GivenUp(session)
            return
        duty = self._duty_of(of_day, session, decision.agent_id)
        if not isinstance(decision, Rebind):
            _check_time(of_day, state, before, decision)
        carry_out(state, decision)
        if before.agent_id != decision.agent_id:
            self.log.rebinds[session] += 1
            yield Rebound(session, duty)
        if not isinstance(decision, Rebind) and decision.start != before.start:
            counted = self.log.delays if isinstance(decision, Delay) else self.log.new_times
            counted[session] += 1
            yield self._retimed(session, state.now, before, float(decision.start))

    def _retimed(self, session: int, now: float, before: SessionNow, appointed: float) -> Retimed:
        self.log.appointed[session] = appointed
        if before.status is Status.EXPECTED and now + NOTICE_MINUTES <= before.start:
            self.log.promised[session] = appointed
        promised = float(self.log.promised[session])
        return Retimed(
            session,
            appointed=appointed,
            promised=promised,
            put_off=max(0.0, appointed - promised),
            arrival=max(now, appointed + float(self._lateness[session])),
        )

    def _duty_of(self, of_day: PlannedDayView, session: int, agent_id: str) -> int:
        duty = of_day.duty_of.get(agent_id, NOBODY)
        if duty == NOBODY and agent_id:
            raise ValueError(f"the mender names agent {agent_id}, who has no duty that day")
        if duty != NOBODY and self._week.duties[duty].pool != self._week.pool[session]:
            raise ValueError(f"the mender gives a session to agent {agent_id} of another pool")
        return duty

    def _moved_break(self, of_day: PlannedDayView, state: DayState, decision: MoveBreak) -> Iterable[Change]:
        if decision.start < state.now:
            raise ValueError(f"the mender moves a break to {decision.start}, which is past at {state.now:g}")
        if carry_out(state, decision):
            duty = of_day.duty_of[decision.agent_id]
            self.log.breaks_moved[self._week.first_break[duty] + decision.place] += 1
            yield BreakMoved(duty, decision.place, float(decision.start))

    def _called(self, of_day: PlannedDayView, view: DayView, decision: CallStandby) -> Iterable[Change]:
        agent = view.state.agents.get(decision.agent_id)
        if agent is None or agent.standby is None or agent.called:
            return
        first, last = agent.standby
        if not max(first, view.state.now) <= decision.start < decision.end <= last:
            raise ValueError(
                f"the mender calls {decision.agent_id} for {decision.start} to {decision.end}, on standby "
                f"from {first} to {last}, at {view.state.now:g}"
            )
        carry_out(view.state, decision)
        duty = of_day.duty_of[decision.agent_id]
        view.was_called(decision.agent_id, duty)
        yield Called(
            duty, max(float(decision.start), view.state.now + self._standby_delay), float(decision.end)
        )


def _check_time(
    of_day: PlannedDayView, state: DayState, before: SessionNow, decision: Delay | NewTime
) -> None:
    if decision.start < state.now:
        raise ValueError(f"the mender moves a session to {decision.start}, which is past at {state.now:g}")
    if not of_day.first <= decision.start < of_day.end:
        raise ValueError(f"the mender moves a session to {decision.start}, which is on another day")
    there = before.status is Status.CONNECTED
    if there and (isinstance(decision, NewTime) or decision.start < before.start):
        raise ValueError(
            f"the mender moves {before.booking_id}, whose customer is there, not to a later time"
        )
