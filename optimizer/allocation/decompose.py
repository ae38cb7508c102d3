"""From starts to agents: each session with a chosen start gets an agent, in order of time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimizer.allocation.construct import CHECK_EVERY, WORK_A_BOOKING, unusable
from optimizer.allocation.problem import NOBODY
from optimizer.allocation.snuggest import snuggest
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget


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
        if problem.people[booking] and not plan.possible_starts(booking) >> slot & 1:
            agents = agents[:0]
        wanted = int(problem.movable_agent[booking])
        if wanted != NOBODY and wanted in agents and free.ahead[wanted, begin] >= length:
            agents = np.array([wanted])
        barred = np.empty(0, dtype=np.int64)
        while True:
            agent = snuggest(free.ahead, free.behind, agents, begin, length, waste, skills, barred)
            if agent == NOBODY:
                left.append(booking)
                break
            if problem.agent_start_bits(agent, set_up[booking], length) >> slot & 1:
                plan.place(booking, slot, agent)
                break
            # The credential ends before, or begins after this start.
            barred = np.append(barred, agent)
    return left
