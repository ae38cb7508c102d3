"""The rules of `simulation.policies.OwnList` and `PoolLateBinding`, compiled; named as there.

Both turn to walk-ups instead of waiting. That is asked in `play`, where it costs the days without walk-ups
next to nothing.
"""

from __future__ import annotations

from typing import Any

from simulation.twin.break_shifting import may_begin, stays
from simulation.twin.compiling import compiled
from simulation.twin.floor import (
    THERE,
    can_serve,
    can_set_up,
    expected_free,
    fits,
    has_skill,
    next_own,
    remaining_set_up,
    spare_from,
)
from simulation.twin.layout import IDLE, ON_DUTY, START, UNPREPARED, WAITING
from simulation.week import NOBODY

WAIT, TAKE_BREAK, LEAVE = NOBODY, -2, -3
"""Steps; a step from 0 on is the session to attend to, and to attend to nobody is to wait."""


@compiled
def next_step(floor: Any, duty: int) -> Any:
    """What the free agent of a duty does now, walk-ups left aside."""
    agent = floor.duties[duty]
    if not floor.clock[0].pooled or agent.pool == NOBODY:
        return _next_of_own_list(floor, duty)
    now = floor.clock[0].now
    break_is_due = agent.next_break < agent.end_break and now >= floor.breaks[agent.next_break, START]
    if break_is_due and not _is_needed(floor, duty):
        return TAKE_BREAK
    session = _longest_waiting(floor, duty)
    if session != NOBODY:
        return session
    if break_is_due or now >= agent.end:
        if (not break_is_due or stays(floor, duty)) and _is_needed(floor, duty):
            return WAIT
        return TAKE_BREAK if break_is_due else LEAVE
    return _next_set_up(floor, duty)


@compiled
def whom_to_ask(floor: Any, session: int) -> Any:
    """The idle agent who should decide about a session that is no walk-up, or NOBODY."""
    it = floor.sessions[session]
    nominal, pool = it.nominal, it.pool
    is_idle = nominal != NOBODY and floor.duties[nominal].idle
    if not floor.clock[0].pooled or pool == NOBODY:
        return nominal if is_idle else NOBODY
    if is_idle and has_skill(floor, nominal, session) and fits(floor, nominal, session):
        return nominal
    best, best_over, best_rank = NOBODY, True, 0.0
    start = floor.first[1, pool]
    for member in range(start, start + floor.counts[IDLE, pool]):
        duty = floor.idle[0, member]
        if has_skill(floor, duty, session):
            spare = spare_from(floor, duty, session, floor.clock[0].now)
            over = spare < 0
            if over and not may_begin(floor, duty, session):
                continue
            rank = -spare if over else floor.duties[duty].skills * 1e6 + spare
            if best == NOBODY or (over, rank, duty) < (best_over, best_rank, best):
                best, best_over, best_rank = duty, over, rank
    return best


@compiled
def _next_of_own_list(floor: Any, duty: int) -> Any:
    agent, now = floor.duties[duty], floor.clock[0].now
    session = next_own(floor, duty)
    is_due = False
    if agent.next_break < agent.end_break:
        pause = floor.breaks[agent.next_break, START]
        is_due = now >= pause
        if session == NOBODY or pause <= floor.sessions[session].appointed:
            return TAKE_BREAK if is_due else WAIT
    if session == NOBODY:
        return LEAVE if now >= agent.end else WAIT
    if (can_serve(floor, session) or can_set_up(floor, session)) and may_begin(floor, duty, session):
        return session
    return TAKE_BREAK if is_due and not stays(floor, duty) else WAIT


@compiled
def _longest_waiting(floor: Any, duty: int) -> Any:
    return _first(floor, duty, floor.waiting, WAITING)


@compiled
def _next_set_up(floor: Any, duty: int) -> Any:
    return _first(floor, duty, floor.unprepared, UNPREPARED)


@compiled
def _first(floor: Any, duty: int, group: Any, row: int) -> Any:
    """Of the pool's group, the session that the agent may begin whose turn comes first: by the later of
    appointment and arrival among the waiting, by the appointment among the unprepared."""
    best, best_moment, best_foreign = NOBODY, 0.0, True
    pool = floor.duties[duty].pool
    start = floor.first[0, pool]
    for member in range(start, start + floor.counts[row, pool]):
        session = group[0, member]
        if has_skill(floor, duty, session):
            it = floor.sessions[session]
            moment = it.ready if row == WAITING else it.appointed
            foreign = it.nominal != duty
            if (
                best == NOBODY or (moment, foreign, session) < (best_moment, best_foreign, best)
            ) and _may_take(floor, duty, session):
                best, best_moment, best_foreign = session, moment, foreign
    return best


@compiled
def _may_take(floor: Any, duty: int, session: int) -> Any:
    return fits(floor, duty, session) or (
        may_begin(floor, duty, session) and _may_run_over(floor, duty, session)
    )


@compiled
def _may_run_over(floor: Any, duty: int, session: int) -> Any:
    it, clock = floor.sessions[session], floor.clock[0]
    latest = max(it.ready, clock.now) + clock.left_waiting
    start = floor.first[1, it.pool]
    for member in range(start, start + floor.counts[ON_DUTY, it.pool]):
        other = floor.on_duty[0, member]
        if other != duty and has_skill(floor, other, session):
            begins = expected_free(floor, other)
            if (
                begins <= latest - remaining_set_up(floor, session)
                and spare_from(floor, other, session, begins) >= 0
            ):
                return False
    return True


@compiled
def _is_needed(floor: Any, duty: int) -> Any:
    if next_own(floor, duty) == NOBODY:
        return False
    agent = floor.duties[duty]
    for place in range(agent.first_open, agent.end_own):
        session = floor.own[place]
        it = floor.sessions[session]
        if it.appointed > floor.clock[0].now:
            return False
        if (
            it.state <= THERE
            and not it.walk_up
            and has_skill(floor, duty, session)
            and not _has_other(floor, duty, session)
        ):
            return True
    return False


@compiled
def _has_other(floor: Any, duty: int, session: int) -> Any:
    """Whether somebody else of the pool who has the skill is in service."""
    pool = floor.sessions[session].pool
    start = floor.first[1, pool]
    for member in range(start, start + floor.counts[ON_DUTY, pool]):
        other = floor.on_duty[0, member]
        if other != duty and has_skill(floor, other, session) and not floor.duties[other].on_break:
            return True
    return False
