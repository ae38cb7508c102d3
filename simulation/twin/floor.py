"""The functions of `simulation.floor.Floor`, compiled; named as there."""

from __future__ import annotations

from typing import Any

from simulation.floor import SessionState
from simulation.twin.compiling import compiled
from simulation.twin.groups import join, leave
from simulation.twin.layout import IDLE, ON_DUTY, START, UNPREPARED, WAITING
from simulation.week import NOBODY

EXPECTED, HELD, THERE = int(SessionState.EXPECTED), int(SessionState.HELD), int(SessionState.THERE)
IN_SESSION, CLOSED = int(SessionState.IN_SESSION), int(SessionState.CLOSED)


@compiled
def can_serve(floor: Any, session: int) -> Any:
    """Whether nobody attends to it, all customers are there, and it may start."""
    it, clock = floor.sessions[session], floor.clock[0]
    if it.taken or clock.down or it.state != THERE:
        return False
    return clock.early or clock.now >= it.appointed or it.walk_up


@compiled
def can_set_up(floor: Any, session: int) -> Any:
    """Whether its set-up is still to be done, and its time has come."""
    it = floor.sessions[session]
    return (
        not it.taken
        and not it.prepared
        and not it.walk_up
        and it.state <= THERE
        and floor.clock[0].now >= it.appointed - it.set_up
    )


@compiled
def has_skill(floor: Any, duty: int, session: int) -> Any:
    """Whether the agent has the session's skill."""
    return floor.has_skill[duty, floor.sessions[session].skill]


@compiled
def next_own(floor: Any, duty: int) -> Any:
    """The first session of the duty's own list that is not closed, nor now a walk-up, or NOBODY."""
    agent, place = floor.duties[duty], floor.duties[duty].first_open
    while place < agent.end_own and has_lost_its_turn(floor, floor.own[place]):
        place += 1
    agent.first_open = place
    return floor.own[place] if place < agent.end_own else NOBODY


@compiled
def has_lost_its_turn(floor: Any, session: int) -> Any:
    """Whether it is closed, or now a walk-up."""
    it = floor.sessions[session]
    return it.state == CLOSED or it.walk_up


@compiled
def latest_set_up(floor: Any, session: int) -> Any:
    """When what is left of the set-up must begin for a start at the appointment."""
    return floor.sessions[session].appointed - remaining_set_up(floor, session)


@compiled
def remaining_set_up(floor: Any, session: int) -> Any:
    """Minutes of set-up still to be done."""
    it = floor.sessions[session]
    return 0.0 if it.prepared else it.set_up


@compiled
def expected_free(floor: Any, duty: int) -> Any:
    """When the agent will be free by planned minutes."""
    agent, now = floor.duties[duty], floor.clock[0].now
    return now if agent.idle else max(now, agent.free_at)


@compiled
def planned_end(floor: Any, session: int, begins: float) -> Any:
    """End of the wrap-up by planned minutes."""
    it = floor.sessions[session]
    starts = begins + remaining_set_up(floor, session)
    if it.state != THERE:
        starts = max(starts, it.appointed)
    return starts + it.after_start


@compiled
def spare_from(floor: Any, duty: int, session: int, begins: float) -> Any:
    """Minutes left before the next break or the end of the duty."""
    agent = floor.duties[duty]
    limit = floor.breaks[agent.next_break, START] if agent.next_break < agent.end_break else agent.end
    return limit - planned_end(floor, session, begins)


@compiled
def fits(floor: Any, duty: int, session: int) -> Any:
    """Whether, begun now, it ends before the next break or the end of the duty."""
    return spare_from(floor, duty, session, floor.clock[0].now) >= 0


@compiled
def come(floor: Any, duty: int) -> None:
    """The agent is in service, as a member of the pool."""
    pool = floor.duties[duty].pool
    if pool != NOBODY:
        join(floor.on_duty, floor.counts[ON_DUTY], floor.first[1], pool, duty)


@compiled
def go(floor: Any, duty: int) -> None:
    """The agent has left the pool."""
    pool = floor.duties[duty].pool
    if pool != NOBODY:
        leave(floor.on_duty, floor.counts[ON_DUTY], floor.first[1], pool, duty)


@compiled
def set_idle(floor: Any, duty: int) -> None:
    """The agent has nothing to do."""
    agent = floor.duties[duty]
    agent.idle = True
    if agent.pool != NOBODY:
        join(floor.idle, floor.counts[IDLE], floor.first[1], agent.pool, duty)


@compiled
def set_busy(floor: Any, duty: int) -> None:
    """The agent is no longer idle."""
    agent = floor.duties[duty]
    agent.idle = False
    if agent.pool != NOBODY:
        leave(floor.idle, floor.counts[IDLE], floor.first[1], agent.pool, duty)


@compiled
def take(floor: Any, duty: int, session: int) -> None:
    """The agent attends to the session."""
    it, now = floor.sessions[session], floor.clock[0].now
    if it.state == THERE:
        floor.duties[duty].free_at = planned_end(floor, session, now)
    else:
        floor.duties[duty].free_at = now + remaining_set_up(floor, session)
    it.taken = True
    place(floor, session)


@compiled
def release(floor: Any, session: int) -> None:
    """Nobody attends to the session any longer."""
    floor.sessions[session].taken = False
    place(floor, session)


@compiled
def place(floor: Any, session: int) -> None:
    """Put the session among the waiting, the unprepared, or neither."""
    pool = floor.sessions[session].pool
    if pool == NOBODY:
        return
    first = floor.first[0]
    leave(floor.waiting, floor.counts[WAITING], first, pool, session)
    leave(floor.unprepared, floor.counts[UNPREPARED], first, pool, session)
    if can_serve(floor, session):
        join(floor.waiting, floor.counts[WAITING], first, pool, session)
    elif can_set_up(floor, session):
        join(floor.unprepared, floor.counts[UNPREPARED], first, pool, session)
