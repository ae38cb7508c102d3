"""Agents on standby: at home, called into their pool when the expected wait is too long.

An agent who is called logs in `standby_delay` later and serves for `standby_minutes` at most, so briefly that
no break is due (CLT 71 asks for one in more than four hours). Nobody has a session from the plan.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from data.model import Scenario
from simulation.floor import Floor
from simulation.random_streams import stable_keys
from simulation.week import NOBODY, PlannedDuty, Week

_DAY = 1440.0


def with_standby(week: Week, scenario: Scenario) -> Week:
    """The week with as many agents on standby, for each pool and day that has duties, as the scenario says.

    They can be called from the first start to the last end of the pool's duties of the day, and have all
    skills that occur in it.
    """
    if not scenario.standby_agents:
        return week
    days: dict[tuple[int, int], list[PlannedDuty]] = {}
    for duty in week.duties:
        if duty.pool != NOBODY:
            days.setdefault((duty.pool, int(duty.start // _DAY)), []).append(duty)
    on_call = tuple(
        _on_call(pool, day, number, duties)
        for (pool, day), duties in sorted(days.items())
        for number in range(scenario.standby_agents)
    )
    duties = week.duties + on_call
    return replace(
        week,
        duties=duties,
        duty_key=np.concatenate([week.duty_key, stable_keys((duty.agent_id,) for duty in on_call)]),
        pools=tuple(
            tuple(number for number, duty in enumerate(duties) if duty.pool == pool)
            for pool in range(len(week.pools))
        ),
    )


def _on_call(pool: int, day: int, number: int, duties: list[PlannedDuty]) -> PlannedDuty:
    return PlannedDuty(
        agent_id=f"standby {pool + 1}.{day + 1}.{number + 1}",
        pool=pool,
        skills=frozenset().union(*(duty.skills for duty in duties)),
        start=min(duty.start for duty in duties),
        end=max(duty.end for duty in duties),
        breaks=(),
        own_list=(),
        work_minutes=0,
        hourly_cost=sum(duty.hourly_cost for duty in duties) / len(duties),
        on_call=True,
    )


def whom_to_call(floor: Floor, session: int) -> int:
    """The agent on standby to call for a customer who is there, or NOBODY.

    The first who can still come, has the skill, and is not called yet, if the expected wait exceeds the
    threshold.
    """
    pool = floor.pool[session]
    if pool == NOBODY or floor.walk_up[session]:
        return NOBODY
    comes = floor.now + floor.scenario.standby_delay
    able = [duty for duty in floor.on_call[pool] if floor.has_skill(duty, session)]
    able = [duty for duty in able if floor.week.duties[duty].start <= floor.now and comes < floor.ends[duty]]
    if not able or expected_wait(floor, session) <= floor.scenario.standby_threshold:
        return NOBODY
    return min(able)


def expected_wait(floor: Floor, session: int) -> float:
    """Minutes until an agent takes the customer up, by planned minutes; inf with too few agents.

    The customers of the skill who wait in the pool, this one among them, take the agents with the skill one
    by one as these come free; agents who are called and on their way count from their log-in.
    """
    pool, now = floor.pool[session], floor.now
    ahead = sum(
        floor.has_skill_of(other, session) and (floor.ready[other], other) < (floor.ready[session], session)
        for other in floor.waiting[pool]
    )
    free = sorted(
        floor.expected_free(duty)
        for duty in floor.on_duty[pool] | floor.coming[pool]
        if floor.has_skill(duty, session)
    )
    return free[ahead] - now if ahead < len(free) else math.inf
