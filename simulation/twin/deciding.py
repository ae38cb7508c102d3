"""Agents decide, and let others decide; compiled, as in `simulation.simpy_engine`."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.records import Outcome
from simulation.twin.break_shifting import begin_break, skip_breaks
from simulation.twin.compiling import compiled
from simulation.twin.endings import close, end_wait
from simulation.twin.floor import (
    CLOSED,
    EXPECTED,
    THERE,
    can_serve,
    can_set_up,
    go,
    place,
    remaining_set_up,
    set_busy,
    set_idle,
    take,
)
from simulation.twin.layout import IDLE, WAITING
from simulation.twin.policies import LEAVE, TAKE_BREAK, WAIT, next_step, whom_to_ask
from simulation.twin.queue import ARRIVING, BY_NATURE, RESUME, RETURN, put
from simulation.twin.walk_ups import agent_for_walk_up, next_walk_up, walk_ups_wait
from simulation.week import NOBODY

CALLED, SETTING_UP, SERVING, WRAPPING_UP, RESTING = range(5)
"""What an agent has done until the duty's next event."""

_WHO, _STEP, _OFFERED = range(3)
"""Columns of `frames`: who decides, the step (WAIT until there is one), the last session offered (walk-ups
count on from the last session)."""

_REBOOKED_BY_ISSUER = int(Outcome.REBOOKED_BY_ISSUER)


@compiled
def decide(floor: Any, duty: int, called: bool) -> Any:
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
                rebook(floor, step)
                depth = _letdecide(floor, floor.sessions[step].nominal, depth)
                continue
            if step != WAIT:
                frames[depth, _STEP], frames[depth, _OFFERED] = step, NOBODY
                _begin(floor, who, step)
                if step >= 0 and floor.sessions[step].nominal != who:
                    depth = _letdecide(floor, floor.sessions[step].nominal, depth)
                continue
            set_idle(floor, who)
        else:
            offered = _next_waiting(floor, floor.duties[who].pool, frames[depth, _OFFERED])
            if offered != NOBODY:
                frames[depth, _OFFERED] = offered
                session = offered if offered < len(floor.sessions) else offered - len(floor.sessions)
                if floor.sessions[session].walk_up:
                    depth = _letdecide(floor, agent_for_walk_up(floor, session), depth)
                else:
                    depth = _letdecide(floor, whom_to_ask(floor, session), depth)
                continue
            if called or depth > 0:
                floor.duties[who].doing = CALLED
                floor.duties[who].step = frames[depth, _STEP]
                put(floor, floor.clock[0].now, BY_NATURE, RESUME, who)
        if depth == 0:
            return frames[0, _STEP]
        depth -= 1


@compiled
def _letdecide(floor: Any, duty: int, depth: int) -> Any:
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
def _starts_too_late(floor: Any, session: int) -> Any:
    it, clock = floor.sessions[session], floor.clock[0]
    return (
        it.state == THERE
        and not it.walk_up
        and clock.now + remaining_set_up(floor, session) > it.waits_since + clock.rebooking_after
    )


@compiled
def rebook(floor: Any, session: int) -> None:
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
    it.rebooked_at = clock.now
    put(floor, clock.now + it.return_after, ARRIVING, RETURN, session)


@compiled
def offer(floor: Any, session: int) -> None:
    """Let the idle agent whom the policy names decide about it."""
    if can_serve(floor, session) or can_set_up(floor, session):
        if floor.sessions[session].walk_up:
            reconsider(floor, agent_for_walk_up(floor, session))
        else:
            reconsider(floor, whom_to_ask(floor, session))


@compiled
def reconsider(floor: Any, duty: int) -> None:
    """Let an idle agent decide again."""
    if duty != NOBODY and floor.duties[duty].idle:
        set_busy(floor, duty)
        decide(floor, duty, True)


@compiled
def on_opportunity(floor: Any, session: int) -> None:
    """The set-up of a session may begin, or the session may."""
    place(floor, session)
    offer(floor, session)


@compiled
def is_awaited(floor: Any, session: int) -> Any:
    """Whether the customer has not come yet, nor the session been closed."""
    it = floor.sessions[session]
    return it.state == EXPECTED and np.isnan(it.arrived)
