"""The reference engine: one SimPy process for each duty, and alarms for what customers do.

The course of a session:

1. The set-up may begin so many minutes before the appointment as it takes, or as soon as all customers are
   there if early starts are allowed. Once begun it is finished.
2. A session starts when its set-up is done, every required participant is there (and in no other session),
   and, without early starts, the appointment has come.
3. A customer who is not there when the tolerance ends is a no-show. A customer who is there leaves when
   patience ends, and is rebooked by the issuer as soon as the start is sure to be later than
   `rebooking_after`; both are counted from the later of appointment and arrival (`Floor` has what this means
   when the appointment was moved).
4. A booking that is cancelled is closed at that moment, and its time is free for others; a set-up that has
   begun is finished.
5. The wrap-up follows every session that has started.
6. A walk-up who is not taken by an agent leaves when patience ends, and is turned away at `walk_up_limit`. A
   customer whom the issuer rebooks may come back the same day, and is then served as a walk-up.

A break begins when its time has come and the agent is free, as the policy has it; it is taken whole, or, when
it would end after the duty, skipped (`breaks`).

An agent who logs in late begins the duty that much later, at its end at the latest; it ends as planned. An
agent on standby who is called logs in later, and serves for a while; see `standby`.

At the same minute, agents become free first, then customers arrive, then sessions are given up: a session
that starts at the very limit starts.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np
import simpy
from simpy.events import EventPriority

from data.model import Scenario
from simulation.breaks import BreakFault, faults, is_lost
from simulation.draws import Draws, quantised
from simulation.floor import Floor, SessionState
from simulation.outages import with_outage
from simulation.outcome_log import OutcomeLog
from simulation.plays import Change, Play, Sight
from simulation.policies import DayPolicy, Step
from simulation.records import Outcome
from simulation.simpy_alarms import ARRIVING, BY_NATURE, GIVING_UP, Alarm
from simulation.simpy_changes import change, sight
from simulation.week import NOBODY, Week


class SimpyEngine:
    """Simulates one replication of a week."""

    name = "simpy"

    def run(
        self, week: Week, scenario: Scenario, draws: Draws, policy: DayPolicy, with_activities: bool = False
    ) -> OutcomeLog:
        """Play the week once, from its first event until every session is closed and every agent gone."""
        return self.begin(week, scenario, draws, policy, with_activities).finish()

    def begin(
        self, week: Week, scenario: Scenario, draws: Draws, policy: DayPolicy, with_activities: bool = False
    ) -> Play:
        """The week before its first event."""
        return with_outage(SimpyPlay(week, scenario, draws, policy, with_activities), scenario)


class SimpyPlay:
    """One replication in SimPy."""

    def __init__(
        self, week: Week, scenario: Scenario, draws: Draws, policy: DayPolicy, with_activities: bool
    ) -> None:
        self.week = week
        self.draws = draws
        self.scenario = scenario
        self.policy = policy
        self.floor = Floor(week, scenario, draws.walk_ups)
        self.log = OutcomeLog(
            len(self.floor.appointed), len(week.duties), len(week.breaks.duty), with_activities
        )
        self.arrival: list[float] = draws.arrival.tolist() + draws.walk_ups.arrival.tolist()
        self.cancelled_at: list[float] = draws.cancelled_at.tolist()
        self.patience: list[float] = draws.patience.tolist() + draws.walk_ups.patience.tolist()
        self.service: list[float] = draws.service.tolist() + draws.walk_ups.service.tolist()
        self.result = [Outcome(value) for value in (*draws.result.tolist(), *draws.walk_ups.result.tolist())]
        self.return_after: list[float] = draws.return_after.tolist()
        self.login_delay: list[float] = draws.login_delay.tolist()
        self.tolerance, self.rebooking_after, self.walk_up_limit = quantised(
            np.array([scenario.late_tolerance, scenario.rebooking_after, scenario.walk_up_limit])
        ).tolist()
        self.standby_delay, self.standby_minutes = quantised(
            np.array([scenario.standby_delay, scenario.standby_minutes])
        ).tolist()
        self.wake: dict[int, simpy.Event] = {}
        first = self._first_moment()
        self.env = simpy.Environment(initial_time=first - 1.0)
        self._set_alarms()
        self.env.run(until=first)  # the agents' processes begin to wait, before anybody can change the plan

    def until(self, moment: float) -> None:
        """Play all events before a moment. (What stops SimPy comes before all that happens then.)"""
        if moment > self.env.now:
            self.env.run(until=moment)
        self.floor.now = self.env.now

    def sight(self) -> Sight:
        """Where everything stands."""
        return sight(self)

    def change(self, changes: Sequence[Change]) -> None:
        """Change the plan now."""
        change(self, changes)

    def finish(self) -> OutcomeLog:
        """Play until every session is closed and every agent gone."""
        self.env.run()
        self.log.ends = self.floor.ends
        self.log.part_walk_ups(self.draws.walk_ups.like.tolist())
        return self.log

    def _first_moment(self) -> float:
        starts = [duty.start for duty in self.week.duties]
        events = (
            self.draws.arrival,
            self.draws.cancelled_at,
            self.draws.walk_ups.arrival,
            self.week.appointed - self.week.set_up,
        )
        return float(min([*starts, np.min(np.concatenate(events))]))

    def _set_alarms(self) -> None:
        draws = self.draws
        for session in range(len(self.week)):
            if np.isfinite(cancelled := self.cancelled_at[session]):
                self.at(cancelled, GIVING_UP, self._on_cancellation, session)
            else:
                self.await_customer(session)
            self.await_set_up(session)
        for number, duty in enumerate(self.week.duties):
            if draws.absent[number]:
                continue
            if duty.on_call:
                if duty.pool != NOBODY:
                    self.floor.on_call[duty.pool].add(number)
                continue
            self.env.process(self._on_duty(number))
            for planned in duty.breaks:
                self.at(planned.start, ARRIVING, self.on_clock, number)
            self.at(duty.end, ARRIVING, self.on_clock, number)
        for session in range(len(self.week), len(self.floor.appointed)):
            self.at(self.floor.appointed[session], ARRIVING, self._on_arrival, session)

    def at(self, moment: float, priority: EventPriority, act: Callable[[int], None], subject: int) -> None:
        """Set an alarm. Those of an appointment that is moved later must not act."""
        Alarm(self.env, moment, priority, act, subject)

    def await_customer(self, session: int) -> None:
        """The customer of a session comes, or the tolerance ends."""
        appointed = self.floor.appointed[session]
        if self.arrival[session] <= appointed + self.tolerance:
            self.at(self.arrival[session], ARRIVING, self._on_arrival, session)
            if self.arrival[session] < appointed:
                self.await_appointment(session)
        else:
            self.at(appointed + self.tolerance, GIVING_UP, self._on_tolerance_end, session)

    def await_appointment(self, session: int) -> None:
        """Without early starts, a session whose customer is there may begin at its appointment."""
        if not self.scenario.allow_early_start:
            self.at(self.floor.appointed[session], ARRIVING, self._on_appointment, session)

    def await_set_up(self, session: int) -> None:
        """The set-up of a session may begin."""
        floor = self.floor
        self.at(floor.appointed[session] - floor.set_up[session], ARRIVING, self._on_set_up, session)

    # The agents.

    def _on_duty(self, duty: int) -> Generator[simpy.Event, Any, None]:
        """One agent's duty, from its start until the agent leaves."""
        plan = self.week.duties[duty]
        yield self.env.timeout(plan.start - self.env.now)
        if self.login_delay[duty] > 0:
            yield self.env.timeout(min(self.login_delay[duty], plan.end - plan.start))
        yield from self._in_service(duty)

    def _in_service(self, duty: int) -> Generator[simpy.Event, Any, None]:
        """The agent, who has just logged in."""
        plan, floor = self.week.duties[duty], self.floor
        self.log.came_at[duty] = floor.in_service_since[duty] = self.env.now
        if plan.pool != NOBODY:
            floor.on_duty[plan.pool].add(duty)
        while True:
            step = self._decide(duty)
            if step is Step.WAIT:
                floor.set_idle(duty)
                self.wake[duty] = self.env.event()
                step = yield self.wake[duty]
            if step is Step.LEAVE:
                break
            if step is Step.TAKE_BREAK:
                yield from self._take_break(duty)
            else:
                yield from self._attend(duty, step)
        self.log.left_at[duty] = self.env.now

    def call(self, duty: int, start: float) -> None:
        """Call an agent on standby, who may log in at `start`."""
        floor, pool = self.floor, self.week.duties[duty].pool
        if pool != NOBODY:
            floor.on_call[pool].discard(duty)
            floor.coming[pool].add(duty)
        floor.free_at[duty] = start
        login = floor.free_at[duty] + self.login_delay[duty]
        floor.ends[duty] = min(floor.ends[duty], floor.free_at[duty] + self.standby_minutes)
        self.at(min(login, floor.ends[duty]), BY_NATURE, self._on_standby_login, duty)

    def _on_standby_login(self, duty: int) -> None:
        if (pool := self.week.duties[duty].pool) != NOBODY:
            self.floor.coming[pool].discard(duty)
        self.at(self.floor.ends[duty], ARRIVING, self.on_clock, duty)
        self.env.process(self._in_service(duty))

    def _decide(self, duty: int) -> Step | int:
        """Ask the policy, and carry out what takes effect at once; the agent must not be idle meanwhile."""
        floor = self.floor
        floor.now = self.env.now
        self._skip_breaks(duty, floor.ends[duty])
        step = self.policy.next_step(floor, duty)
        while not isinstance(step, Step) and self._starts_too_late(step):
            self._rebook(step)
            step = self.policy.next_step(floor, duty)
        if step is Step.WAIT:
            return step
        pool = self.week.duties[duty].pool
        if step is Step.LEAVE:
            self._skip_breaks(duty, floor.now)
            if pool != NOBODY:
                floor.on_duty[pool].discard(duty)
        elif step is Step.TAKE_BREAK:
            self._begin_break(duty)
        elif not isinstance(step, Step):
            floor.take(duty, step)
            if floor.nominal[step] != duty:
                self.reconsider(floor.nominal[step])
        if pool != NOBODY and floor.waiting[pool] and floor.idle_in_pool[pool]:
            for session in sorted(floor.waiting[pool]):
                self.offer(session)
        if floor.idle:
            for session in sorted(floor.waiting_walk_ups):
                self.offer(session)
        return step

    def _skip_breaks(self, duty: int, end: float) -> None:
        """The breaks that would end after the duty, which ends then, are not taken any more."""
        floor = self.floor
        while (planned := floor.coming_break(duty)) and is_lost(planned, floor.now, end):
            number = self.week.first_break[duty] + floor.breaks_past[duty]
            self.log.break_minutes[number] = 0.0
            self.log.break_faults[number] = int(BreakFault.SKIPPED)
            floor.breaks_past[duty] += 1

    def _begin_break(self, duty: int) -> None:
        """The agent's next break begins, late perhaps; it is taken whole."""
        floor, log, now = self.floor, self.log, self.env.now
        past = floor.breaks_past[duty]
        planned, number = floor.breaks[duty][past], self.week.first_break[duty] + past
        log.break_delays[number] = now - planned.start
        log.break_minutes[number] = planned.minutes
        log.break_faults[number] = int(faults(planned, now, floor.in_service_since[duty]))
        floor.breaks_past[duty] += 1
        floor.on_break[duty], floor.on_break_since[duty] = True, now
        floor.free_at[duty] = now + planned.minutes

    def _take_break(self, duty: int) -> Generator[simpy.Event, Any, None]:
        planned = self.floor.breaks[duty][self.floor.breaks_past[duty] - 1]
        begins = self.env.now
        yield self.env.timeout(planned.minutes)
        self.floor.on_break[duty] = False
        self.floor.in_service_since[duty] = self.env.now
        self.log.on_break[duty] += planned.minutes
        self.log.note(duty, begins, self.env.now, planned.kind, NOBODY)

    def _attend(self, duty: int, session: int) -> Generator[simpy.Event, Any, None]:
        """Set up unless that is done; then serve if the customers are there."""
        env, floor, log = self.env, self.floor, self.log
        if not floor.prepared[session]:
            begins = env.now
            yield env.timeout(floor.set_up[session])
            floor.now = env.now
            floor.prepared[session] = True
            log.busy[duty] += env.now - begins
            log.note(duty, begins, env.now, "set_up", session)
        floor.release(session)
        if floor.can_serve(session):
            yield from self._serve(duty, session)

    def _serve(self, duty: int, session: int) -> Generator[simpy.Event, Any, None]:
        env, floor, log = self.env, self.floor, self.log
        floor.state[session] = SessionState.IN_SESSION
        floor.place(session)
        begins = env.now
        log.started(session, duty, begins)
        self._end_wait(session)
        floor.free_at[duty] = floor.planned_end(session, begins)
        for other in floor.companions[session]:
            if floor.state[other] is SessionState.THERE:
                floor.state[other] = SessionState.HELD
                floor.place(other)
        yield env.timeout(self.service[session])
        floor.now = env.now
        floor.state[session] = SessionState.CLOSED
        log.closed(session, env.now, self._ending(session))
        log.note(duty, begins, env.now, "session", session)
        for other in floor.companions[session]:
            if floor.state[other] is SessionState.HELD and not self._is_held(other):
                self._is_there(other)
        yield env.timeout(floor.wrap_up[session])
        log.busy[duty] += env.now - begins
        log.note(duty, begins + self.service[session], env.now, "wrap_up", session)

    def _ending(self, session: int) -> Outcome:
        """How a session ends that has started."""
        result = self.result[session]
        if not self.floor.walk_up[session]:
            return result
        if session < len(self.week):
            return Outcome.REBOOKED_SAME_DAY if result is Outcome.FULFILLED else Outcome.REBOOKED_BY_ISSUER
        return Outcome.WALK_UP_SERVED if result is Outcome.FULFILLED else Outcome.WALK_UP_FAILED

    def _starts_too_late(self, session: int) -> bool:
        """Whether a customer who is there would be served later than `rebooking_after` even if begun now."""
        floor = self.floor
        return (
            floor.state[session] is SessionState.THERE
            and not floor.walk_up[session]
            and self.env.now + floor.remaining_set_up(session)
            > floor.waits_since[session] + self.rebooking_after
        )

    # The customers.

    def _on_arrival(self, session: int) -> None:
        if self.is_awaited(session) and self.arrival[session] == self.env.now:
            self.log.arrived[session] = self.env.now
            self._on_return(session)

    def is_awaited(self, session: int) -> bool:
        """Whether the customer has not come yet, nor the session been closed."""
        is_expected = self.floor.state[session] is SessionState.EXPECTED
        return is_expected and bool(np.isnan(self.log.arrived[session]))

    def _on_return(self, session: int) -> None:
        self.floor.now = self.env.now
        if self._is_held(session):
            self.floor.state[session] = SessionState.HELD
            self.floor.place(session)
        else:
            self._is_there(session)

    def _is_held(self, session: int) -> bool:
        """Whether another session holds one of its participants now."""
        return any(
            self.floor.state[other] is SessionState.IN_SESSION for other in self.floor.companions[session]
        )

    def _is_there(self, session: int) -> None:
        floor = self.floor
        floor.state[session] = SessionState.THERE
        is_walk_up = floor.walk_up[session]
        now = self.env.now
        floor.ready[session] = now if is_walk_up else max(floor.appointed[session], now)
        floor.there_since[session] = now if is_walk_up else max(floor.promised[session], now)
        floor.waits_since[session] = (
            now if is_walk_up else max(floor.promised[session], now - floor.put_off[session])
        )
        floor.place(session)
        limit = self.walk_up_limit if is_walk_up else self.rebooking_after
        ends = min(floor.there_since[session] + self.patience[session], floor.waits_since[session] + limit)
        self.at(max(now, ends), GIVING_UP, self._on_limit, session)
        self.offer(session)
        if floor.can_serve(session) and (duty := self.policy.whom_to_call(floor, session)) != NOBODY:
            self.call(duty, floor.now + self.standby_delay)

    def _on_limit(self, session: int) -> None:
        """The customer's patience or the issuer's limit has ended, unless the count began anew meanwhile."""
        floor, now = self.floor, self.env.now
        if floor.state[session] is not SessionState.THERE:
            return
        waited = now - floor.waits_since[session]
        if floor.walk_up[session]:
            if not floor.taken[session] and waited >= min(self.patience[session], self.walk_up_limit):
                self._turn_away(session)
        elif now - floor.there_since[session] >= self.patience[session]:
            self._close(session, Outcome.LEFT)
        elif waited >= self.rebooking_after:
            self._rebook(session)

    def _turn_away(self, session: int) -> None:
        came_back = session < len(self.week)
        self._close(session, Outcome.REBOOKED_BY_ISSUER if came_back else Outcome.WALK_UP_TURNED_AWAY)

    def _rebook(self, session: int) -> None:
        """The issuer can't start in time: the customer goes, or comes back the same day."""
        floor = self.floor
        if np.isinf(self.return_after[session]):
            self._close(session, Outcome.REBOOKED_BY_ISSUER)
            return
        floor.now = self.env.now
        floor.state[session] = SessionState.EXPECTED
        floor.walk_up[session] = True
        floor.place(session)
        self._end_wait(session)
        self.log.rebooked_at[session] = floor.now
        self.at(floor.now + self.return_after[session], ARRIVING, self._on_return, session)
        self.reconsider(floor.nominal[session])

    def _end_wait(self, session: int) -> None:
        """The customer has waited until now; of those who come back, the wait before counts."""
        if np.isnan(self.log.wait[session]):
            self.log.wait[session] = max(0.0, self.env.now - self.floor.waits_since[session])

    def _on_tolerance_end(self, session: int) -> None:
        arrival, ends = self.arrival[session], self.floor.appointed[session] + self.tolerance
        if self.is_awaited(session) and self.env.now == ends:
            self.log.arrived[session] = arrival if np.isfinite(arrival) else np.nan
            self._close(session, Outcome.NO_SHOW)

    def _on_cancellation(self, session: int) -> None:
        if self.is_awaited(session) and self.env.now == self.cancelled_at[session]:
            self._close(session, Outcome.CANCELLED)

    def _close(self, session: int, outcome: Outcome) -> None:
        """Give up a session that has not begun."""
        self.give_up(session, outcome)
        self.reconsider(self.floor.nominal[session])

    def give_up(self, session: int, outcome: Outcome) -> None:
        """The same, before the nominal agent decides anew. A customer who is not there has not waited."""
        floor, now = self.floor, self.env.now
        floor.now = now
        if floor.state[session] is SessionState.THERE:
            self._end_wait(session)
        floor.state[session] = SessionState.CLOSED
        floor.place(session)
        self.log.closed(session, now, outcome)

    # Bringing both together.

    def _on_set_up(self, session: int) -> None:
        if self.env.now == self.floor.appointed[session] - self.floor.set_up[session]:
            self.on_opportunity(session)

    def _on_appointment(self, session: int) -> None:
        if self.arrival[session] < self.env.now == self.floor.appointed[session]:
            self.on_opportunity(session)

    def on_opportunity(self, session: int) -> None:
        """The set-up of a session may begin, or the session may."""
        self.floor.now = self.env.now
        self.floor.place(session)
        self.offer(session)

    def on_clock(self, duty: int) -> None:
        """A break or the end of a duty has come."""
        self.floor.now = self.env.now
        if self.floor.has_clock_event(duty):
            self.reconsider(duty)

    def offer(self, session: int) -> None:
        """Let the idle agent whom the policy names decide about it."""
        floor = self.floor
        if floor.can_serve(session) or floor.can_set_up(session):
            self.reconsider(self.policy.whom_to_ask(floor, session))

    def reconsider(self, duty: int) -> None:
        """Let an idle agent decide again."""
        floor = self.floor
        if duty not in floor.idle:
            return
        floor.set_busy(duty)
        step = self._decide(duty)
        if step is Step.WAIT:
            floor.set_idle(duty)
        else:
            self.wake.pop(duty).succeed(step)
