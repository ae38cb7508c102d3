"""Who serves customers without an appointment: they take what time appointments leave.

An agent may take a walk-up who by planned minutes ends it before the next break, or the end of the duty, and
before the set-up of the agent's next own session. In a pool there must also be an idle colleague for each
session whose set-up is due before that end and whose nominal agent will not come free in time for it: one who
has the skills of all of these sessions and no own session due.
"""

from __future__ import annotations

from simulation.floor import Floor
from simulation.week import NOBODY


def next_walk_up(floor: Floor, duty: int) -> int:
    """Of the waiting walk-ups whom the agent may take, the one who has waited longest, or NOBODY."""
    best, best_rank = NOBODY, (0.0, 0)
    for session in floor.waiting_walk_ups:
        rank = (floor.ready[session], session)
        if (best == NOBODY or rank < best_rank) and may_take(floor, duty, session):
            best, best_rank = session, rank
    return best


def agent_for_walk_up(floor: Floor, session: int) -> int:
    """Of the idle agents who may take the walk-up, the one with the fewest skills, then with the least time
    to spare, or NOBODY."""
    best, best_rank = NOBODY, (0.0, 0)
    for duty in floor.idle:
        if floor.has_skill(duty, session):
            rank = (len(floor.week.duties[duty].skills) * 1e6 + floor.spare(duty, session), duty)
            if (best == NOBODY or rank < best_rank) and may_take(floor, duty, session):
                best, best_rank = duty, rank
    return best


def may_take(floor: Floor, duty: int, session: int) -> bool:
    """Whether the agent has the skill and the time, and no appointment is endangered."""
    if not floor.has_skill(duty, session) or not floor.fits(duty, session):
        return False
    ends = floor.planned_end(session, floor.now)
    return not floor.own_due_before(duty, ends) and not _pool_needs(floor, duty, ends)


def _pool_needs(floor: Floor, duty: int, ends: float) -> bool:
    """Whether sessions of the agent's pool would be left without an agent until this moment."""
    pool = floor.week.duties[duty].pool
    if pool == NOBODY:
        return False
    exposed = [
        session
        for session in floor.open_of_pool(pool, ends)
        if floor.nominal[session] != duty and floor.has_skill(duty, session) and not floor.is_covered(session)
    ]
    if not exposed:
        return False
    colleagues = sum(
        other != duty
        and all(floor.has_skill(other, session) for session in exposed)
        and not floor.own_due_before(other, ends)
        for other in floor.idle_in_pool[pool]
    )
    return colleagues < len(exposed)
