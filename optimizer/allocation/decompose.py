"""From starts to agents: each session with a chosen start gets an agent, in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from data.model.columns import IntArray
from optimizer.allocation.construct import CHECK_EVERY, WORK_A_BOOKING, unusable
from optimizer.allocation.problem import NOBODY
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget

GAP, WASTE, SNUG, SKILL, SLACK = 1_000, 2_000, -500, 200, 1
"""What weighs: a slot left idle before the session, an unusable slot after it, an exact fit, each skill of
the agent, each free slot after it. Of seven sets of weights, tried on days of 2,260 and of 22,748 bookings,
this one left fewest bookings without an agent."""


def bind_starts(plan: WorkingPlan, starts: Mapping[int, int], budget: Budget) -> list[int]:
    """Place bookings at these starts as far as some agent is free then; returns those that were not.

    Sessions are taken in order of time, longer ones first; each goes to the agent whom it leaves with least
    idle time before it and least unusable time after it, who has few other skills. Sessions already in the
    plan stay.
    """
    problem, free = plan.problem, plan.free_time
    waste = np.array(unusable(problem), dtype=np.int64)
    skills = problem.agent_skills.sum(axis=1).astype(np.int64)
    set_up, occupied = problem.set_up.tolist(), problem.occupied.tolist()
    order = sorted(starts, key=lambda b: (starts[b] - set_up[b], -occupied[b], b))
    left = []
    for done, booking in enumerate(order):
        if done % CHECK_EVERY == 0:
            budget.poll()
            budget.work_used += WORK_A_BOOKING * min(CHECK_EVERY, len(order) - done)
        slot, length = starts[booking], occupied[booking]
        begin = slot - set_up[booking]
        agents = problem.agents_allowed(booking)
        able = agents[free.ahead[agents, begin] >= length]
        if problem.people[booking] and not plan.possible_starts(booking) >> slot & 1:
            able = able[:0]
        wanted = int(problem.movable_agent[booking])
        if wanted != NOBODY and wanted in able:
            able = np.array([wanted])
        before = free.behind[able, begin].astype(np.int64)
        after = free.ahead[able, begin] - length
        score = (
            GAP * before + WASTE * waste[after] + SNUG * (after == 0) + SKILL * skills[able] + SLACK * after
        )
        for agent in _by_score(able, score):
            if problem.agent_start_bits(agent, set_up[booking], length) >> slot & 1:
                plan.place(booking, slot, agent)
                break
        else:
            left.append(booking)
    return left


def _by_score(agents: IntArray, score: IntArray) -> Iterator[int]:
    """Agents, the least score first, ties in their order; the first, who nearly always does, unsorted."""
    if len(agents):
        yield int(agents[np.argmin(score)])
        yield from agents[np.argsort(score, kind="stable")[1:]].tolist()
