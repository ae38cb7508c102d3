"""The twin's floor in the middle of a day, from the state of the day.

What a state does not tell is taken to be as the rules of the day make it: an agent who has nothing to do sets
up for the next session that is due as soon as that can be; the wrap-up of a session takes as long as it is
planned to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from data.day import DayState, Status
from data.model import Scenario
from data.model.columns import FloatArray, IntArray
from simulation.draws import Draws
from simulation.floor import SessionState
from simulation.policies import OwnList, PoolLateBinding
from simulation.prediction.remaining_day import RemainingDay
from simulation.records import Outcome
from simulation.twin.compiling import compiled
from simulation.twin.deciding import RESTING, SERVING, SETTING_UP, WRAPPING_UP
from simulation.twin.endings import end
from simulation.twin.engine import shifting_of_policy
from simulation.twin.floor import CLOSED, EXPECTED, HELD, THERE, come, place, planned_end
from simulation.twin.layout import Layout, TwinFloor
from simulation.twin.play import go_on, is_held, play, sort_arrivals
from simulation.twin.queue import ARRIVAL, ARRIVING, BY_NATURE, GIVING_UP, LIMIT, LOGIN, RESUME, put
from simulation.week import NOBODY

PLATFORM_MINUTES = 20.0
"""How long the video platform is taken to be down from now on when nobody knows."""

_NO_SHOW = int(Outcome.NO_SHOW)
_NOT_HERE, _FREE = -1, -2
"""What an agent does, apart from the activities of the twin."""


@dataclass(frozen=True, eq=False)
class MiddleOfDay:
    """The rest of a day in arrays, as of now.

    Attributes:
        doing: by duty, an activity of the twin, or that the agent is free, or not here.
        session: by duty, what it is about.
        until: by duty, when it ends; of sessions, when they began.
        planned: how many events of the calendar are past.
    """

    layout: Layout
    now: float
    doing: IntArray
    session: IntArray
    until: FloatArray
    planned: int

    @classmethod
    def of(cls, rest: RemainingDay, state: DayState, now: float, scenario: Scenario) -> MiddleOfDay:
        """The state of the rest of the day."""
        agents = _Agents(rest, state, now, scenario.allow_early_start)
        layout = Layout.of(rest.week)
        sessions, duties = layout.sessions, layout.duties
        for number, known in enumerate(rest.sessions):
            it = sessions[number]
            it["prepared"] = number in agents.prepared
            if known.status is Status.CONNECTED:
                there = float(known.connected_at if known.connected_at is not None else now)
                it["arrived"], it["state"] = there, SessionState.THERE
                it["ready"] = it["waits_since"] = it["there_since"] = max(float(known.start), there)
            elif known.status is Status.RUNNING:
                it["arrived"] = it["begun"] = known.started_at if known.started_at is not None else now
                it["prepared"], it["state"], it["wait"] = True, SessionState.IN_SESSION, 0.0
                it["agent"] = rest.duty_of.get(known.agent_id, NOBODY)
        for number, agent in enumerate(rest.agents):
            it = duties[number]
            it["next_break"] += min(agent.breaks_taken, len(rest.week.duties[number].breaks))
            it["in_service_since"] = agents.in_service_since[number]
            it["on_break"] = agents.doing[number] == RESTING
            it["came_at"] = it["start"] if agents.doing[number] != _NOT_HERE else np.nan
        return cls(
            layout=layout,
            now=now,
            doing=np.array(agents.doing, dtype=np.int64),
            session=np.array(agents.session, dtype=np.int64),
            until=np.array(agents.until, dtype=np.float64),
            planned=int(np.searchsorted(layout.calendar.moments, now)),
        )

    def play(self, scenario: Scenario, draws: Draws, policy: PoolLateBinding | OwnList) -> TwinFloor:
        """The floor at the end of the day."""
        pooled = isinstance(policy, PoolLateBinding)
        floor = self.layout.floor(scenario, draws, pooled, shifting_of_policy(policy), with_notes=False)
        floor.clock["now"] = self.now
        floor.clock["planned"] = self.planned
        start(floor, self.layout.calendar.by_appointment, self.doing, self.session, self.until)
        play(floor, self.layout.calendar, np.inf)
        return floor


@compiled
def start(
    floor: TwinFloor, by_appointment: IntArray, doing: IntArray, session: IntArray, until: FloatArray
) -> None:
    """Bring agents and sessions to where they stand, and let the agents who are free decide."""
    clock = floor.clock[0]
    clock.begun = True
    sort_arrivals(floor, by_appointment)
    while clock.arrived < clock.appointments and floor.arrival_times[clock.arrived] < clock.now:
        clock.arrived += 1
    for walk_up in range(clock.appointments, len(floor.sessions)):
        put(floor, floor.sessions[walk_up].arrival, ARRIVING, ARRIVAL, walk_up)
    for duty in range(len(floor.duties)):
        _bring(floor, duty, doing[duty], session[duty], until[duty])
    for number in range(clock.appointments):
        _bring_customer(floor, number)
    for duty in range(len(floor.duties)):
        if doing[duty] == _FREE:
            go_on(floor, duty)


@compiled
def _bring(floor: Any, duty: int, doing: int, session: int, until: float) -> None:
    agent, clock = floor.duties[duty], floor.clock[0]
    if doing == _NOT_HERE:
        if agent.start < clock.now < agent.end and not agent.absent:
            put(floor, min(clock.now + agent.login_delay, agent.end), BY_NATURE, LOGIN, duty)
        return
    come(floor, duty)
    if doing == _FREE:
        return
    agent.doing, agent.session, agent.since, agent.free_at = doing, max(session, 0), clock.now, until
    if doing == SERVING:
        it = floor.sessions[session]
        agent.since, agent.free_at = it.begun, planned_end(floor, session, it.begun)
        until = it.begun + it.service
    elif doing == SETTING_UP:
        floor.sessions[session].taken = True
    put(floor, max(clock.now, until), BY_NATURE, RESUME, duty)


@compiled
def _bring_customer(floor: Any, session: int) -> None:
    it, clock = floor.sessions[session], floor.clock[0]
    if it.state == THERE:
        if is_held(floor, session):
            it.state = HELD
        else:
            ends = min(it.there_since + it.patience, it.waits_since + clock.rebooking_after)
            put(floor, max(clock.now, ends), GIVING_UP, LIMIT, session)
    elif it.state == EXPECTED and it.appointed + clock.tolerance < min(clock.now, it.arrival):
        end(floor, session, _NO_SHOW)
        it.state = CLOSED
    place(floor, session)


class _Agents:
    """What each agent does now, as far as the state tells, and as the rules have it beyond that."""

    def __init__(self, rest: RemainingDay, state: DayState, now: float, allow_early_start: bool) -> None:
        self._rest, self._now, self._allow_early_start = rest, now, allow_early_start
        count = len(rest.agents)
        self.doing, self.session = [_FREE] * count, [NOBODY] * count
        self.until = [now] * count
        self.prepared: set[int] = set()
        self.in_service_since = [duty.start for duty in rest.week.duties]
        self._free_since = list(self.in_service_since)
        for number, agent in enumerate(rest.agents):
            duty = rest.week.duties[number]
            taken = duty.breaks[: agent.breaks_taken]
            if taken:
                since = taken[-1].start + taken[-1].minutes
                self.in_service_since[number] = self._free_since[number] = min(now, since)
            if agent.gone_since is not None or duty.start >= now:
                self.doing[number] = _NOT_HERE
            elif agent.on_break_since is not None:
                minutes = taken[-1].minutes if taken else 0.0
                self._busy(number, RESTING, agent.on_break_since + minutes)
        self._see_sessions()
        self._see_wrap_ups(state)
        self._guess_set_ups()
        if state.platform_down_since is not None:
            self._wait_for_platform(state.platform_down_until)

    def _busy(self, duty: int, doing: int, until: float, session: int = NOBODY) -> None:
        self.doing[duty], self.session[duty], self.until[duty] = doing, session, max(self._now, until)

    def _see_sessions(self) -> None:
        for number, session in enumerate(self._rest.sessions):
            duty = self._rest.duty_of.get(session.agent_id, NOBODY)
            if session.status is Status.RUNNING and duty != NOBODY:
                self._busy(duty, SERVING, self._now, number)

    def _see_wrap_ups(self, state: DayState) -> None:
        """Agents whose last session has just ended."""
        for session in state.sessions.values():
            duty = self._rest.duty_of.get(session.agent_id, NOBODY)
            if session.status is not Status.ENDED or session.ended_at is None or duty == NOBODY:
                continue
            until = session.ended_at + self._rest.wrap_up[session.booking_id]
            self._free_since[duty] = max(self._free_since[duty], until)
            if until > self._now and self.doing[duty] == _FREE:
                self._busy(duty, WRAPPING_UP, until)

    def _guess_set_ups(self) -> None:
        """Free agents have set up, or are setting up, for sessions that are due: the first that is due first,
        whoever could begin first, and the nominal agent before others who could at the same time."""
        week = self._rest.week
        due = week.appointed - week.set_up
        for session in np.argsort(due, kind="stable").tolist():
            if due[session] >= self._now:
                return
            if self._rest.sessions[session].status is Status.RUNNING:
                continue
            able = [d for d in self._able(session) if self.doing[d] == _FREE and self._fits(d, session)]
            if not able:
                continue
            nominal, set_up = int(week.duty[session]), float(week.set_up[session])
            begins = [max(self._free_since[d], float(due[session])) for d in able]
            begun, _, duty = min((begin, d != nominal, d) for begin, d in zip(begins, able, strict=True))
            done = begun + set_up
            if done < self._now and self._could_run(session):
                self._busy(duty, SETTING_UP, self._now + set_up / 2.0, session)
            elif done < self._now:
                self.prepared.add(session)
                self._free_since[duty] = done
            else:
                self._busy(duty, SETTING_UP, done, session)

    def _could_run(self, session: int) -> bool:
        """Whether a session would be running if it were set up: so it is not, but may be soon."""
        known = self._rest.sessions[session]
        may_start = self._allow_early_start or known.start < self._now
        return known.status is Status.CONNECTED and may_start

    def _fits(self, duty: int, session: int) -> bool:
        """Whether the session, begun now, ends as planned before the agent's next break or the duty's end."""
        week, plan = self._rest.week, self._rest.week.duties[duty]
        left = plan.breaks[self._rest.agents[duty].breaks_taken :]
        limit = left[0].start if left else plan.end
        begins = max(self._now, float(week.appointed[session]))
        return begins + float(week.planned[session] + week.wrap_up[session]) <= limit

    def _able(self, session: int) -> list[int]:
        week, nominal = self._rest.week, int(self._rest.week.duty[session])
        if week.pool[session] == NOBODY:
            return [] if nominal == NOBODY else [nominal]
        skill = int(week.skill[session])
        return [d for d in week.pools[int(week.pool[session])] if skill in week.duties[d].skills]

    def _wait_for_platform(self, until: float | None) -> None:
        """Nothing starts before the platform works again."""
        works = self._now + PLATFORM_MINUTES if until is None else max(self._now, until)
        for duty, doing in enumerate(self.doing):
            if doing == _FREE:
                self._busy(duty, WRAPPING_UP, works)
            elif doing != _NOT_HERE:
                self.until[duty] = max(self.until[duty], works)
