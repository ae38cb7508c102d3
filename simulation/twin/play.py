"""The course of a day, compiled: `simulation.simpy_engine`, its processes cut into events."""

from __future__ import annotations

from typing import Any

import numpy as np

from data.model.columns import IntArray
from simulation.records import Outcome
from simulation.twin.break_shifting import begin_break, skip_breaks
from simulation.twin.compiling import compiled
from simulation.twin.endings import close, end, end_wait, ending
from simulation.twin.floor import (
    CLOSED,
    EXPECTED,
    HELD,
    IN_SESSION,
    THERE,
    can_serve,
    can_set_up,
    come,
    go,
    place,
    planned_end,
    release,
    remaining_set_up,
    set_busy,
    set_idle,
    take,
)
from simulation.twin.layout import IDLE, MINUTES, WAITING, Calendar
from simulation.twin.policies import LEAVE, TAKE_BREAK, WAIT, next_step, whom_to_ask
from simulation.twin.queue import (
    ARRIVAL,
    ARRIVING,
    BY_NATURE,
    CLOCK,
    DUTY_START,
    GIVING_UP,
    KIND_BITS,
    LIMIT,
    LOGIN,
    OPPORTUNITY,
    RESUME,
    RETURN,
    TOLERANCE_END,
    drop_first,
    key_of,
    put,
)
from simulation.twin.standby import whom_to_call
from simulation.twin.walk_ups import agent_for_walk_up, next_walk_up, walk_ups_wait
from simulation.week import NOBODY

CALLED, SETTING_UP, SERVING, WRAPPING_UP, RESTING = range(5)
"""What an agent has done until the duty's next event."""

_WHO, _STEP, _OFFERED = range(3)
"""Columns of `frames`: who decides, the step (WAIT until there is one), the last session offered (walk-ups
count on from the last session)."""

_NO_SHOW, _CANCELLED, _LEFT = int(Outcome.NO_SHOW), int(Outcome.CANCELLED), int(Outcome.LEFT)
_REBOOKED_BY_ISSUER, _TURNED_AWAY = int(Outcome.REBOOKED_BY_ISSUER), int(Outcome.WALK_UP_TURNED_AWAY)
_KIND_MASK = (1 << KIND_BITS) - 1
_ARRIVAL_KEY, _TOLERANCE_KEY = key_of(ARRIVING, 0), key_of(GIVING_UP, 0)


@compiled
def play(floor: Any, calendar: Calendar) -> None:
    """Play the day until every session is closed and every agent gone."""
    clock, sessions, duties = floor.clock[0], floor.sessions, floor.duties
    _sort_arrivals(floor, calendar.by_appointment)
    moments, keys = floor.arrival_times, floor.arrivals
    arrived, planned, count = 0, 0, clock.appointments
    for walk_up in range(count, len(sessions)):
        put(floor, sessions[walk_up].arrival, ARRIVING, ARRIVAL, walk_up)
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
        if source == 0:
            return
        if source == 1:
            kind, subject = calendar.events[planned, 1], calendar.events[planned, 2]
            planned += 1
            if kind == OPPORTUNITY:
                if subject >= count:
                    subject -= count
                    it = sessions[subject]
                    if clock.early or it.arrival >= it.appointed:
                        continue
            elif duties[subject].absent:
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
            _on_arrival(floor, subject)
        elif kind == OPPORTUNITY:
            place(floor, subject)
            _offer(floor, subject)
        elif kind == RETURN:
            _on_return(floor, subject)
        elif kind == LIMIT:
            _on_limit(floor, subject)
        elif kind == CLOCK:
            _reconsider(floor, subject)
        elif kind == TOLERANCE_END:
            it = sessions[subject]
            if np.isfinite(it.cancelled_at):
                close(floor, subject, _CANCELLED)
            else:
                it.arrived = it.arrival if np.isfinite(it.arrival) else np.nan
                close(floor, subject, _NO_SHOW)
            _reconsider(floor, it.nominal)
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
def _sort_arrivals(floor: Any, by_appointment: IntArray) -> None:
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
    _go_on(floor, duty)


@compiled
def _go_on(floor: Any, duty: int) -> None:
    """The agent has come or has ended an activity."""
    step = _decide(floor, duty, False)
    while step != WAIT and not _acts(floor, duty, step):
        step = _decide(floor, duty, False)


@compiled
def _decide(floor: Any, duty: int, called: bool) -> Any:
    """Ask the policy, and carry out what takes effect at once.

    An agent who is told to wait becomes idle; one who was called while idle acts on the step as the next
    event of the moment.

    A decision lets others decide before it is done, and those again. Compiled code that calls itself cannot
    be kept on disk, hence the explicit stack: each agent who decides is on it once.
    """
    frames, depth = floor.frames, 0
    frames[0, _WHO], frames[0, _STEP] = duty, WAIT
    while True:
        who = frames[depth, _WHO]
        if frames[depth, _STEP] == WAIT:
            skip_breaks(floor, who)
            step = next_step(floor, who)
            if step == WAIT and walk_ups_wait(floor):
                step = next_walk_up(floor, who)
            if step >= 0 and _starts_too_late(floor, step):
                _rebook(floor, step)
                depth = _let_decide(floor, floor.sessions[step].nominal, depth)
                continue
            if step != WAIT:
                frames[depth, _STEP], frames[depth, _OFFERED] = step, NOBODY
                _begin(floor, who, step)
                if step >= 0 and floor.sessions[step].nominal != who:
                    depth = _let_decide(floor, floor.sessions[step].nominal, depth)
                continue
            set_idle(floor, who)
        else:
            offered = _next_waiting(floor, floor.duties[who].pool, frames[depth, _OFFERED])
            if offered != NOBODY:
                frames[depth, _OFFERED] = offered
                session = offered if offered < len(floor.sessions) else offered - len(floor.sessions)
                if floor.sessions[session].walk_up:
                    depth = _let_decide(floor, agent_for_walk_up(floor, session), depth)
                else:
                    depth = _let_decide(floor, whom_to_ask(floor, session), depth)
                continue
            if called or depth > 0:
                floor.duties[who].doing = CALLED
                floor.duties[who].step = frames[depth, _STEP]
                put(floor, floor.clock[0].now, BY_NATURE, RESUME, who)
        if depth == 0:
            return frames[0, _STEP]
        depth -= 1


@compiled
def _let_decide(floor: Any, duty: int, depth: int) -> Any:
    """Put an agent who is idle on top of those who decide."""
    if duty == NOBODY or not floor.duties[duty].idle:
        return depth
    set_busy(floor, duty)
    floor.frames[depth + 1, _WHO], floor.frames[depth + 1, _STEP] = duty, WAIT
    return depth + 1


@compiled
def _begin(floor: Any, duty: int, step: int) -> None:
    """What takes effect at once of a step."""
    if step == LEAVE:
        go(floor, duty)
    elif step == TAKE_BREAK:
        begin_break(floor, duty)
    else:
        take(floor, duty, step)


@compiled
def _next_waiting(floor: Any, pool: int, after: int) -> Any:
    """The first session above `after` that waits in the pool, while somebody there is idle, then the walk-ups
    that wait. (None joins the waiting while agents decide, so that this goes through them as they were at
    first.)"""
    found, count = NOBODY, len(floor.sessions)
    if pool != NOBODY and floor.counts[IDLE, pool] > 0:
        start = floor.first[0, pool]
        for member in range(start, start + floor.counts[WAITING, pool]):
            session = floor.waiting[0, member]
            if session > after and (found == NOBODY or session < found):
                found = session
    if found == NOBODY and walk_ups_wait(floor):
        start = floor.first[0, floor.clock[0].walk_up_pool]
        for member in range(start, start + floor.counts[WAITING, floor.clock[0].walk_up_pool]):
            offered = floor.waiting[0, member] + count
            if offered > after and (found == NOBODY or offered < found):
                found = offered
    return found


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
            _go_on(floor, duty)
    elif agent.doing == SETTING_UP:
        it.prepared = True
        agent.busy += clock.now - agent.since
        _note(floor, duty, agent.since, agent.session)
        if not _serves(floor, duty):
            _go_on(floor, duty)
    elif agent.doing == SERVING:
        it.state = CLOSED
        end(floor, agent.session, ending(floor, agent.session))
        agent.busy += clock.now - agent.since
        _note(floor, duty, agent.since, agent.session)
        for other in floor.companions[it.first_companion : it.end_companion]:
            if floor.sessions[other].state == HELD and not _is_held(floor, other):
                _is_there(floor, other)
        agent.doing = WRAPPING_UP
        agent.since = clock.now
        put(floor, clock.now + it.wrap_up, BY_NATURE, RESUME, duty)
    elif agent.doing == WRAPPING_UP:
        agent.busy += clock.now - agent.since
        _note(floor, duty, agent.since, agent.session)
        _go_on(floor, duty)
    else:
        agent.on_break = False
        agent.in_service_since = clock.now
        agent.rested += clock.now - agent.since
        _note(floor, duty, agent.since, agent.next_break - 1)
        _go_on(floor, duty)


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
def _starts_too_late(floor: Any, session: int) -> Any:
    it, clock = floor.sessions[session], floor.clock[0]
    return (
        it.state == THERE
        and not it.walk_up
        and clock.now + remaining_set_up(floor, session) > it.ready + clock.rebooking_after
    )


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
def _on_return(floor: Any, session: int) -> None:
    it = floor.sessions[session]
    if _is_held(floor, session):
        it.state = HELD
        place(floor, session)
    else:
        _is_there(floor, session)


@compiled
def _is_held(floor: Any, session: int) -> Any:
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
    place(floor, session)
    limit = min(it.patience, clock.walk_up_limit if it.walk_up else clock.rebooking_after)
    put(floor, it.ready + limit, GIVING_UP, LIMIT, session)
    _offer(floor, session)
    if clock.standby and can_serve(floor, session):
        called = whom_to_call(floor, session)
        if called != NOBODY:
            _call(floor, called)


@compiled
def _call(floor: Any, duty: int) -> None:
    """Call an agent on standby."""
    agent, clock = floor.duties[duty], floor.clock[0]
    agent.on_call, agent.coming = False, True
    agent.free_at = clock.now + clock.standby_delay
    agent.end = min(agent.end, agent.free_at + clock.standby_minutes)
    put(floor, min(agent.free_at + agent.login_delay, agent.end), BY_NATURE, LOGIN, duty)


@compiled
def _on_limit(floor: Any, session: int) -> None:
    it, clock = floor.sessions[session], floor.clock[0]
    if it.state != THERE:
        return
    waited = clock.now - it.ready
    if it.walk_up:
        if not it.taken and waited >= min(it.patience, clock.walk_up_limit):
            close(floor, session, _TURNED_AWAY if session >= clock.appointments else _REBOOKED_BY_ISSUER)
            _reconsider(floor, it.nominal)
    elif waited >= it.patience:
        close(floor, session, _LEFT)
        _reconsider(floor, it.nominal)
    elif waited >= clock.rebooking_after:
        _rebook(floor, session)
        _reconsider(floor, it.nominal)


@compiled
def _rebook(floor: Any, session: int) -> None:
    """The issuer can't start in time: the customer goes, or comes back the same day; the caller lets the
    nominal agent decide again."""
    it, clock = floor.sessions[session], floor.clock[0]
    if np.isinf(it.return_after):
        close(floor, session, _REBOOKED_BY_ISSUER)
        return
    it.state = CLOSED
    place(floor, session)
    it.state, it.walk_up, it.pool = EXPECTED, True, clock.walk_up_pool
    end_wait(floor, session)
    put(floor, clock.now + it.return_after, ARRIVING, RETURN, session)


# Bringing both together.


@compiled
def _offer(floor: Any, session: int) -> None:
    if can_serve(floor, session) or can_set_up(floor, session):
        if floor.sessions[session].walk_up:
            _reconsider(floor, agent_for_walk_up(floor, session))
        else:
            _reconsider(floor, whom_to_ask(floor, session))


@compiled
def _reconsider(floor: Any, duty: int) -> None:
    """Let an idle agent decide again."""
    if duty != NOBODY and floor.duties[duty].idle:
        set_busy(floor, duty)
        _decide(floor, duty, True)
