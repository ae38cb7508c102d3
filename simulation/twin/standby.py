"""The rules of `simulation.standby`, compiled; named as there."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.twin.compiling import compiled
from simulation.twin.floor import expected_free, has_skill
from simulation.twin.groups import holds
from simulation.twin.layout import WAITING
from simulation.week import NOBODY


@compiled
def whom_to_call(floor: Any, session: int) -> Any:
    """The agent on standby to call for a customer who is there, or NOBODY."""
    it, clock = floor.sessions[session], floor.clock[0]
    if it.pool == NOBODY or it.walk_up:
        return NOBODY
    for duty in range(len(floor.duties)):
        agent = floor.duties[duty]
        if (
            agent.on_call
            and agent.pool == it.pool
            and agent.start <= clock.now
            and clock.now + clock.standby_delay_exact < agent.end
            and has_skill(floor, duty, session)
        ):
            return duty if expected_wait(floor, session) > clock.standby_threshold else NOBODY
    return NOBODY


@compiled
def expected_wait(floor: Any, session: int) -> Any:
    """Minutes until an agent takes the customer up, by planned minutes; inf with too few agents."""
    it = floor.sessions[session]
    ahead, start = 0, floor.first[0, it.pool]
    for member in range(start, start + floor.counts[WAITING, it.pool]):
        other = floor.waiting[0, member]
        if floor.sessions[other].skill == it.skill:
            ahead += (floor.sessions[other].ready, other) < (it.ready, session)
    for duty in range(len(floor.duties)):
        if _may_serve(floor, duty, session):
            free, before = expected_free(floor, duty), 0
            for other in range(len(floor.duties)):
                if _may_serve(floor, other, session):
                    before += (expected_free(floor, other), other) < (free, duty)
            if before == ahead:
                return free - floor.clock[0].now
    return np.inf


@compiled
def _may_serve(floor: Any, duty: int, session: int) -> Any:
    """Whether the agent has the skill and is in service in the pool, or on the way."""
    agent = floor.duties[duty]
    return (
        agent.pool == floor.sessions[session].pool
        and (agent.coming or holds(floor.on_duty, duty))
        and has_skill(floor, duty, session)
    )
