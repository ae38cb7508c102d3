"""The course of a day, compiled: `simulation.simpy_engine`, its processes cut into events."""

from __future__ import annotations

from typing import Any

import numpy as np

from data.model.columns import IntArray
from simulation.records import Outcome
from simulation.twin.compiling import compiled
from simulation.twin.deciding import (
    CALLED,
    RESTING,
    SERVING,
    SETTING_UP,
    WRAPPING_UP,
    decide,
    is_awaited,
    offer,
    on_opportunity,
    rebook,
    reconsider,
)
from simulation.twin.endings import close, end, end_wait, ending
from simulation.twin.floor import (
    CLOSED,
    HELD,
    IN_SESSION,
    THERE,
    can_serve,
    come,
    place,
    planned_end,
    release,
)
from simulation.twin.layout import MINUTES, START, Calendar
from simulation.twin.policies import LEAVE, TAKE_BREAK, WAIT
from simulation.twin.queue import (
    APPOINTMENT,
    ARRIVAL,
    ARRIVING,
    BY_NATURE,
    CLOCK,
    DUTY_START,
    GIVING_UP,
    KIND_BITS,
    LIMIT,
    LOGIN,
    RESUME,
    RETURN,
    SET_UP,
    TOLERANCE_END,
    drop_first,
    key_of,
    put,
)
from simulation.twin.standby import whom_to_call
from simulation.week import NOBODY

_NO_SHOW, _CANCELLED, _LEFT = int(Outcome.NO_SHOW), int(Outcome.CANCELLED), int(Outcome.LEFT)
_REBOOKED_BY_ISSUER, _TURNED_AWAY = int(Outcome.REBOOKED_BY_ISSUER), int(Outcome.WALK_UP_TURNED_AWAY)
_KIND_MASK = (1 << KIND_BITS) - 1
_ARRIVAL_KEY, _TOLERANCE_KEY = key_of(ARRIVING, 0), key_of(GIVING_UP, 0)


@compiled
def play(floor: Any, calendar: Calendar, until: float) -> None:
    """Play the day on, from where it stopped, up to the events of a moment, none of which is played; inf:
    until every session is closed and every agent gone.

    Alarms of an appointment, or of a break, that was moved meanwhile do not act.
    """
    clock, sessions, duties = floor.clock[0], floor.sessions, floor.duties
    moments, keys, count = floor.arrival_times, floor.arrivals, clock.appointments
    if not clock.begun:
        clock.begun = True
        sort_arrivals(floor, calendar.by_appointment)
        for walk_up in range(count, len(sessions)):
            put(floor, sessions[walk_up].arrival, ARRIVING, ARRIVAL, walk_up)
    arrived, planned = clock.arrived, clock.planned
    while True:
        moment, key, source, event = np.inf, np.int64(0), 0, np.int64(0)
        if planned < len(calendar.moments):
            moment, key, source = calendar.moments[planned], calendar.events[planned, 0], 1
        if arrived < count and (
            moments[arrived] < moment or (moments[arrived] == moment and keys[arrived, 0] < key)
        ):
            moment, key, source = moments[arrived], keys[arrived, 0], 2
        if clock.queued > 0 and (
            floor.queue_time[0] < moment or (floor.queue_time[0] == moment and floor.queue[0, 0] < key)
        ):
            moment, source = floor.queue_time[0], 3
        if source == 0 or moment >= until:
            clock.arrived, clock.planned = arrived, planned
            if until < np.inf:
                clock.now = max(clock.now, until)
            return
        if source == 1:
            kind, subject = calendar.events[planned, 1], calendar.events[planned, 2]
            planned += 1
            if kind == APPOINTMENT:
                if clock.early:
                    continue
            elif kind != SET_UP and duties[subject].absent:
                continue
        elif source == 2:
            subject = keys[arrived, 1]
            kind = ARRIVAL if keys[arrived, 0] < _TOLERANCE_KEY else TOLERANCE_END
            arrived += 1
        else:
            event = floor.queue[0, 1]
            kind, subject = event & _KIND_MASK, event >> KIND_BITS
            drop_first(floor)
        clock.now = moment
        if kind == RESUME:
            _resume(floor, subject)
        elif kind == ARRIVAL:
            if is_awaited(floor, subject) and moment == sessions[subject].arrival:
                _on_arrival(floor, subject)
        elif kind == SET_UP:
            if moment == sessions[subject].appointed - sessions[subject].set_up:
                on_opportunity(floor, subject)
        elif kind == APPOINTMENT:
            if sessions[subject].arrival < moment and moment == sessions[subject].appointed:
                on_opportunity(floor, subject)
        elif kind == RETURN:
            _on_return(floor, subject)
        elif kind == LIMIT:
            _on_limit(floor, subject)
        elif kind == CLOCK:
            if _has_clock_event(floor, subject):
                reconsider(floor, subject)
        elif kind == TOLERANCE_END:
            _on_tolerance_end(floor, subject)
        elif kind == DUTY_START:
            if duties[subject].login_delay > 0:
                put(floor, moment + duties[subject].login_delay, BY_NATURE, LOGIN, subject)
            else:
                _log_in(floor, subject)
        elif kind == LOGIN:
            if duties[subject].coming:
                duties[subject].coming = False
                put(floor, duties[subject].end, ARRIVING, CLOCK, subject)
            _log_in(floor, subject)


@compiled
def _has_clock_event(floor: Any, duty: int) -> Any:
    """Whether a break of the duty is planned to begin now, or the duty ends now."""
    agent, now = floor.duties[duty], floor.clock[0].now
    if now == agent.end:
        return True
    for number in range(agent.first_break, agent.end_break):  # noqa: SIM110 - no generators in compiled code
        if floor.breaks[number, START] == now:
            return True
    return False


@compiled
def sort_arrivals(floor: Any, by_appointment: IntArray) -> None:
    """Arrivals, cancellations, or ends of the tolerance, in order. Sorted by insertion: they nearly have the
    order of appointments."""
    moments, keys = floor.arrival_times, floor.arrivals
    tolerance = floor.clock[0].tolerance
    for filled in range(len(by_appointment)):
        session = by_appointment[filled]
        it = floor.sessions[session]
        moment, key = it.arrival, _ARRIVAL_KEY + 3 * session
        if np.isfinite(it.cancelled_at):
            moment, key = it.cancelled_at, _TOLERANCE_KEY + 3 * session
        elif it.arrival > it.appointed + tolerance:
            moment, key = it.appointed + tolerance, _TOLERANCE_KEY + 3 * session
        hole = filled
        while hole > 0 and (
            moments[hole - 1] > moment or (moments[hole - 1] == moment and keys[hole - 1, 0] > key)
        ):
            moments[hole] = moments[hole - 1]
            keys[hole, 0], keys[hole, 1] = keys[hole - 1, 0], keys[hole - 1, 1]
            hole -= 1
        moments[hole] = moment
        keys[hole, 0], keys[hole, 1] = key, session


# The agents.


@compiled
def _log_in(floor: Any, duty: int) -> None:
    """The agent is in service."""
    floor.duties[duty].came_at = floor.duties[duty].in_service_since = floor.clock[0].now
    come(floor, duty)
    go_on(floor, duty)


@compiled
def go_on(floor: Any, duty: int) -> None:
    """The agent has come or has ended an activity."""
    step = decide(floor, duty, False)
    while step != WAIT and not _acts(floor, duty, step):
        step = decide(floor, duty, False)


@compiled
def _acts(floor: Any, duty: int, step: int) -> Any:
    """Start a step; false when it is over at once, because a session that is set up can't begin yet."""
    clock, agent = floor.clock[0], floor.duties[duty]
    agent.since = clock.now
    if step == LEAVE:
        agent.left_at = clock.now
    elif step == TAKE_BREAK:
        agent.doing = RESTING
        put(floor, clock.now + floor.breaks[agent.next_break - 1, MINUTES], BY_NATURE, RESUME, duty)
    else:
        agent.session = step
        if floor.sessions[step].prepared:
            return _serves(floor, duty)
        agent.doing = SETTING_UP
        put(floor, clock.now + floor.sessions[step].set_up, BY_NATURE, RESUME, duty)
    return True


@compiled
def _resume(floor: Any, duty: int) -> None:
    """An activity has ended, or an idle agent was called."""
    clock, agent = floor.clock[0], floor.duties[duty]
    it = floor.sessions[agent.session]
    if agent.doing == CALLED:
        if not _acts(floor, duty, agent.step):
            go_on(floor, duty)
    elif agent.doing == SETTING_UP:
        it.prepared = True
        agent.busy += clock.now - agent.since
        _note(floor, duty, agent.since, agent.session)
        if not _serves(floor, duty):
            go_on(floor, duty)
    elif agent.doing == SERVING:
        it.state = CLOSED
        end(floor, agent.session, ending(floor, agent.session))
        agent.busy += clock.now - agent.since
        _note(floor, duty, agent.since, agent.session)
        for other in floor.companions[it.first_companion : it.end_companion]:
            if floor.sessions[other].state == HELD and not is_held(floor, other):
                _is_there(floor, other)
        agent.doing = WRAPPING_UP
        agent.since = clock.now
        put(floor, clock.now + it.wrap_up, BY_NATURE, RESUME, duty)
    elif agent.doing == WRAPPING_UP:
        agent.busy += clock.now - agent.since
        _note(floor, duty, agent.since, agent.session)
        go_on(floor, duty)
    else:
        agent.on_break = False
        agent.in_service_since = clock.now
        agent.rested += clock.now - agent.since
        _note(floor, duty, agent.since, agent.next_break - 1)
        go_on(floor, duty)


@compiled
def _serves(floor: Any, duty: int) -> Any:
    """Start the session that the agent has set up, if the customers are there."""
    clock, agent = floor.clock[0], floor.duties[duty]
    session = agent.session
    it = floor.sessions[session]
    release(floor, session)
    if not can_serve(floor, session):
        return False
    it.state = IN_SESSION
    place(floor, session)
    it.begun = clock.now
    it.agent = duty
    end_wait(floor, session)
    agent.free_at = planned_end(floor, session, clock.now)
    for other in floor.companions[it.first_companion : it.end_companion]:
        if floor.sessions[other].state == THERE:
            floor.sessions[other].state = HELD
            place(floor, other)
    agent.doing = SERVING
    agent.since = clock.now
    put(floor, clock.now + it.service, BY_NATURE, RESUME, duty)
    return True


@compiled
def _note(floor: Any, duty: int, begins: float, subject: int) -> None:
    clock = floor.clock[0]
    if clock.with_notes and clock.now > begins:
        floor.note_times[clock.notes, 0], floor.note_times[clock.notes, 1] = begins, clock.now
        floor.notes[clock.notes, 0] = duty
        floor.notes[clock.notes, 1] = floor.duties[duty].doing
        floor.notes[clock.notes, 2] = subject
        clock.notes += 1


# The customers.


@compiled
def _on_arrival(floor: Any, session: int) -> None:
    floor.sessions[session].arrived = floor.clock[0].now
    _on_return(floor, session)


@compiled
def _on_tolerance_end(floor: Any, session: int) -> None:
    """The customer cancels, or the tolerance ends."""
    it, clock = floor.sessions[session], floor.clock[0]
    if not is_awaited(floor, session):
        return
    if np.isfinite(it.cancelled_at):
        if clock.now != it.cancelled_at:
            return
        close(floor, session, _CANCELLED)
    else:
        if clock.now != it.appointed + clock.tolerance:
            return
        it.arrived = it.arrival if np.isfinite(it.arrival) else np.nan
        close(floor, session, _NO_SHOW)
    reconsider(floor, it.nominal)


@compiled
def _on_return(floor: Any, session: int) -> None:
    it = floor.sessions[session]
    if is_held(floor, session):
        it.state = HELD
        place(floor, session)
    else:
        _is_there(floor, session)


@compiled
def is_held(floor: Any, session: int) -> Any:
    """Whether another session holds one of its participants now."""
    it = floor.sessions[session]
    for other in floor.companions[it.first_companion : it.end_companion]:
        if floor.sessions[other].state == IN_SESSION:
            return True
    return False


@compiled
def _is_there(floor: Any, session: int) -> None:
    it, clock = floor.sessions[session], floor.clock[0]
    it.state = THERE
    it.ready = clock.now if it.walk_up else max(it.appointed, clock.now)
    it.there_since = clock.now if it.walk_up else max(it.promised, clock.now)
    it.waits_since = clock.now if it.walk_up else max(it.promised, clock.now - it.put_off)
    place(floor, session)
    limit = clock.walk_up_limit if it.walk_up else clock.rebooking_after
    ends = min(it.there_since + it.patience, it.waits_since + limit)
    put(floor, max(clock.now, ends), GIVING_UP, LIMIT, session)
    offer(floor, session)
    if clock.standby and can_serve(floor, session):
        called = whom_to_call(floor, session)
        if called != NOBODY:
            call(floor, called, clock.now + clock.standby_delay)


@compiled
def call(floor: Any, duty: int, start: float) -> None:
    """Call an agent on standby, who may log in at `start`."""
    agent, clock = floor.duties[duty], floor.clock[0]
    agent.on_call, agent.coming = False, True
    agent.free_at = start
    agent.end = min(agent.end, agent.free_at + clock.standby_minutes)
    put(floor, min(agent.free_at + agent.login_delay, agent.end), BY_NATURE, LOGIN, duty)


@compiled
def _on_limit(floor: Any, session: int) -> None:
    it, clock = floor.sessions[session], floor.clock[0]
    if it.state != THERE:
        return
    waited = clock.now - it.waits_since
    if it.walk_up:
        if not it.taken and waited >= min(it.patience, clock.walk_up_limit):
            close(floor, session, _TURNED_AWAY if session >= clock.appointments else _REBOOKED_BY_ISSUER)
            reconsider(floor, it.nominal)
    elif clock.now - it.there_since >= it.patience:
        close(floor, session, _LEFT)
        reconsider(floor, it.nominal)
    elif waited >= clock.rebooking_after:
        rebook(floor, session)
        reconsider(floor, it.nominal)
