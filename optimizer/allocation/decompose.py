"""From starts to agents: each session with a chosen start gets an agent, in order of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from data.model.columns import BoolArray, IntArray
from optimizer.allocation.construct import CHECK_EVERY, WORK_A_BOOKING, unusable
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.snuggest import bind
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget


class BindingFacts(NamedTuple):
    """What binding must know of a problem; see `Problem` for the fields."""

    set_up: IntArray
    occupied: IntArray
    held: IntArray
    skill: IntArray
    movable_agent: IntArray
    agent_skills: BoolArray
    earliest: IntArray
    latest: IntArray
    rival_offsets: IntArray
    rivals: IntArray


def _facts(problem: Problem) -> BindingFacts:
    return BindingFacts(
        problem.set_up,
        problem.occupied,
        problem.held,
        problem.skill,
        problem.movable_agent,
        problem.agent_skills,
        *problem.starts_allowed,
        *problem.rivals,
    )


def bind_starts(plan: WorkingPlan, starts: Mapping[int, int], budget: Budget) -> list[int]:
    """Place bookings at these starts as far as some agent is free then; returns those that were not.

    Sessions are taken in order of time, longer ones first; each goes to the agent whom it leaves with least
    idle time before it and least unusable time after it, who has few other skills. Sessions already in the
    plan stay. No booking may have a fixed pin: those are placed before.
    """
    problem, free = plan.problem, plan.free_time
    booking = np.fromiter(starts, dtype=np.int64, count=len(starts))
    slot = np.fromiter(starts.values(), dtype=np.int64, count=len(starts))
    order = np.lexsort((booking, -problem.occupied[booking], slot - problem.set_up[booking]))
    booking, slot = booking[order], slot[order]
    at = np.full(problem.bookings, NOBODY, dtype=np.int64)
    for placed, (start, _) in plan.sessions.items():
        at[placed] = start
    agents_of_skill = np.cumsum([0, *map(len, problem.skilled_agents)])
    agents = np.concatenate([np.array(listed, dtype=np.int64) for listed in problem.skilled_agents])
    waste = np.array(unusable(problem), dtype=np.int64)
    skills = problem.agent_skills.sum(axis=1).astype(np.int64)
    agent_of = np.full(len(booking), NOBODY, dtype=np.int64)
    facts = _facts(problem)
    for first in range(0, len(booking), CHECK_EVERY):
        some = slice(first, first + CHECK_EVERY)
        budget.poll()
        budget.work_used += WORK_A_BOOKING * len(booking[some])
        bind(
            free.ahead,
            free.behind,
            booking[some],
            slot[some],
            at,
            facts,
            agents_of_skill,
            agents,
            waste,
            skills,
            agent_of[some],
        )
        for placement in zip(*(rows[some].tolist() for rows in (booking, slot, agent_of)), strict=True):
            if placement[2] != NOBODY:
                plan.enter(*placement)
    left: list[int] = booking[agent_of == NOBODY].tolist()
    return left
