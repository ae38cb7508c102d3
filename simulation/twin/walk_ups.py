"""The rules of `simulation.walk_up_rules`, compiled; named as there."""

from __future__ import annotations

from typing import Any

from simulation.twin.compiling import compiled
from simulation.twin.floor import (
    THERE,
    expected_free,
    fits,
    has_lost_its_turn,
    has_skill,
    latest_set_up,
    next_own,
    planned_end,
    spare_from,
)
from simulation.twin.groups import holds
from simulation.twin.layout import END_OPEN, FIRST_OPEN, IDLE, WAITING
from simulation.week import NOBODY


@compiled
def walk_ups_wait(floor: Any) -> Any:
    """Whether a walk-up waits whom nobody attends to."""
    return floor.counts[WAITING, floor.clock[0].walk_up_pool] > 0


@compiled
def next_walk_up(floor: Any, duty: int) -> Any:
    """Of the waiting walk-ups whom the agent may take, the one who has waited longest, or NOBODY."""
    best, best_ready = NOBODY, 0.0
    pool = floor.clock[0].walk_up_pool
    start = floor.first[0, pool]
    for member in range(start, start + floor.counts[WAITING, pool]):
        session = floor.waiting[0, member]
        ready = floor.sessions[session].ready
        if (best == NOBODY or (ready, session) < (best_ready, best)) and may_take(floor, duty, session):
            best, best_ready = session, ready
    return best


@compiled
def agent_for_walk_up(floor: Any, session: int) -> Any:
    """Of the idle agents who may take the walk-up, the best, or NOBODY."""
    best, best_rank, now = NOBODY, 0.0, floor.clock[0].now
    for duty in range(len(floor.duties)):
        agent = floor.duties[duty]
        if agent.idle and has_skill(floor, duty, session):
            rank = agent.skills * 1e6 + spare_from(floor, duty, session, now)
            if (best == NOBODY or rank < best_rank) and may_take(floor, duty, session):
                best, best_rank = duty, rank
    return best


@compiled
def may_take(floor: Any, duty: int, session: int) -> Any:
    """Whether the agent has the skill and the time, and no appointment is endangered."""
    if not has_skill(floor, duty, session) or not fits(floor, duty, session):
        return False
    ends = planned_end(floor, session, floor.clock[0].now)
    return not _own_due_before(floor, duty, ends) and not _pool_needs(floor, duty, ends)


@compiled
def _own_due_before(floor: Any, duty: int, moment: float) -> Any:
    """Whether the set-up of an open session of the own list must begin before this moment."""
    next_own(floor, duty)
    for place in range(floor.duties[duty].first_open, floor.duties[duty].end_own):
        session = floor.own[place]
        if _is_open(floor, session) and latest_set_up(floor, session) < moment:
            return True
    return False


@compiled
def _pool_needs(floor: Any, duty: int, ends: float) -> Any:
    """Whether sessions of the agent's pool would be left without an agent until this moment."""
    pool = floor.duties[duty].pool
    if pool == NOBODY:
        return False
    exposed = _next_exposed(floor, duty, ends, -1)
    if exposed < 0:
        return False
    count = 0
    while exposed >= 0:
        count += 1
        exposed = _next_exposed(floor, duty, ends, exposed)
    start = floor.first[1, pool]
    for member in range(start, start + floor.counts[IDLE, pool]):
        other = floor.idle[0, member]
        if other != duty and not _own_due_before(floor, other, ends) and _has_all(floor, duty, other, ends):
            count -= 1
    return count > 0


@compiled
def _has_all(floor: Any, duty: int, other: int, ends: float) -> Any:
    """Whether the colleague has the skills of all sessions that the agent leaves exposed."""
    exposed = _next_exposed(floor, duty, ends, -1)
    while exposed >= 0:
        if not has_skill(floor, other, floor.own[exposed]):
            return False
        exposed = _next_exposed(floor, duty, ends, exposed)
    return True


@compiled
def _next_exposed(floor: Any, duty: int, ends: float, after: int) -> Any:
    """The place in `own`, after this one, of the next session that the agent leaves exposed, or -1.

    It is open, nobody attends to it, its set-up is due before `ends`, and its nominal agent, another one,
    will not come free in time for it.
    """
    pool, clock = floor.duties[duty].pool, floor.clock[0]
    first, last = floor.counts[FIRST_OPEN, pool], floor.counts[END_OPEN, pool]
    while first < last and has_lost_its_turn(floor, floor.own[first]):
        first += 1
    floor.counts[FIRST_OPEN, pool] = first
    for place in range(max(first, after + 1), last):
        session = floor.own[place]
        it = floor.sessions[session]
        if it.appointed - clock.longest_set_up >= ends:
            return -1
        if (
            _is_open(floor, session)
            and not it.taken
            and latest_set_up(floor, session) < ends
            and it.nominal != duty
            and has_skill(floor, duty, session)
            and not _is_covered(floor, session)
        ):
            return place
    return -1


@compiled
def _is_covered(floor: Any, session: int) -> Any:
    """Whether the nominal agent, by planned minutes, comes free in time for the session."""
    duty, now = floor.sessions[session].nominal, floor.clock[0].now
    if duty == NOBODY:
        return False
    if now < floor.duties[duty].start:
        free = floor.duties[duty].start
    elif holds(floor.on_duty, duty):
        free = expected_free(floor, duty)
    else:
        return False
    return free <= max(latest_set_up(floor, session), now)


@compiled
def _is_open(floor: Any, session: int) -> Any:
    """Whether the appointment is still to be kept."""
    it = floor.sessions[session]
    return it.state <= THERE and not it.walk_up
