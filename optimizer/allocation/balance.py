"""The last step: the lower levels, without touching those above.

First, orders of one holder are brought together as far as no wish loses by it (`bring_together`); then agents
of a pool hand over sessions to each other at the same times (`balance_kernel`). Pins keep their agents.
"""

from __future__ import annotations

import numpy as np

from data.model.columns import IntArray
from optimizer.allocation import balance_kernel as kernel
from optimizer.allocation.bring_together import bring_together
from optimizer.allocation.lower_levels import lower_worth
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.ranges import ranges
from optimizer.allocation.working_plan import Placement, WorkingPlan
from optimizer.budget import Budget

MOVES_A_SESSION, FEWEST_MOVES = 20, 20_000
"""Moves tried for each session, and at least; on a week of 127,000 sessions in pools these took the
unfairness from 134,000 minutes to 6,400, and as many again to 5,100."""

MOVES_AT_ONCE = 100_000
"""Moves between two looks at the clock."""

WORK_A_MOVE = 3e-6
"""Deterministic work booked for a move."""


def balance(plan: WorkingPlan, budget: Budget) -> None:
    """Improve the lower levels of a plan; levels above them stay as they are, or get better."""
    if not budget.is_spent():
        bring_together(plan, budget)
    if not budget.is_spent():
        _hand_over(plan, budget)


def _hand_over(plan: WorkingPlan, budget: Budget) -> None:
    problem = plan.problem
    stays = _stays(plan)
    playing = np.array([b for b in sorted(plan.sessions) if not stays[b]], dtype=np.int64)
    if not len(playing):
        return
    state = _state(plan, budget.limits.seed)
    facts = _facts(plan, stays, state.load)
    moves = max(FEWEST_MOVES, MOVES_A_SESSION * len(playing))
    try:
        while moves > 0 and not budget.is_spent():
            batch = min(moves, MOVES_AT_ONCE)
            kernel.balance(facts, state, playing, batch)
            moves -= batch
            budget.work_used += WORK_A_MOVE * batch
            budget.poll()
    finally:
        agents = problem.segments.agent[state.where[playing]].tolist()
        moved: dict[int, Placement] = {
            booking: (plan.sessions[booking][0], agent)
            for booking, agent in zip(playing.tolist(), agents, strict=True)
            if plan.sessions[booking][1] != agent
        }
        if not problem.owners or _is_no_worse(plan, moved):
            plan.replace(moved, instead_of=list(moved))


def _is_no_worse(plan: WorkingPlan, moved: dict[int, Placement]) -> bool:
    """Whether the moves are good for the whole plan: the kernel does not see across the edges of pieces."""
    after = lower_worth(plan.problem, plan.sessions | moved)
    return after >= lower_worth(plan.problem, plan.sessions)


def _stays(plan: WorkingPlan) -> list[bool]:
    """Over bookings: whether a pin that is kept names the agent."""
    problem = plan.problem
    stays: list[bool] = (problem.fixed_agent != NOBODY).tolist()
    for booking in np.flatnonzero(problem.movable_agent != NOBODY).tolist():
        place = plan.sessions.get(booking)
        stays[booking] = place is not None and problem.keeps_confirmation(booking, *place)
    return stays


def _facts(plan: WorkingPlan, stays: list[bool], load: IntArray) -> kernel.Facts:
    problem = plan.problem
    listed = problem.segments
    pools = int(problem.pool.max(initial=0)) + 1
    offsets, hosts = _hosts(problem, pools)
    return kernel.Facts(
        skill=problem.skill,
        set_up=problem.set_up,
        occupied=problem.occupied,
        varies=problem.varies,
        holder=problem.holder,
        stays=np.array(stays, dtype=np.bool_),
        segment_start=listed.start,
        segment_end=listed.end,
        segment_agent=listed.agent,
        earliest=listed.earliest,
        latest=listed.latest,
        agent_skills=problem.agent_skills,
        person=problem.person,
        pool=problem.pool,
        service=problem.service,
        pool_service=np.bincount(problem.pool, problem.service, pools).astype(np.int64),
        pool_occupied=np.bincount(problem.pool, load, pools).astype(np.int64),
        host_offsets=offsets,
        hosts=hosts,
        slots=problem.slots,
    )


def _hosts(problem: Problem, pools: int) -> tuple[IntArray, IntArray]:
    """For each pool and slot, the segments in service then (compressed rows)."""
    listed = problem.segments
    lengths = listed.end - listed.start
    segment = np.repeat(np.arange(len(listed)), lengths)
    pool = problem.pool[problem.person[listed.agent[segment]]]
    key = pool * problem.slots + ranges(listed.start, lengths)
    counts = np.bincount(key, minlength=pools * problem.slots)
    return np.concatenate(([0], np.cumsum(counts))), segment[np.argsort(key, kind="stable")]


def _state(plan: WorkingPlan, seed: int) -> kernel.State:
    problem = plan.problem
    listed = problem.segments
    longest = int((listed.end - listed.start).max(initial=1))
    shortest = int(problem.occupied[problem.placeable].min(initial=longest))
    width = longest // max(1, shortest) + 2
    state = kernel.zero_state(len(listed), width, problem.bookings, len(problem.pool), seed)
    for booking, (slot, agent) in sorted(plan.sessions.items(), key=lambda entry: (entry[1], entry[0])):
        begin = slot - int(problem.set_up[booking])
        segment = problem.segment_at(agent, begin)
        place = state.count[segment]
        state.order[segment, place], state.begin[segment, place] = booking, begin
        state.count[segment] += 1
        state.where[booking] = segment
        state.load[problem.person[agent]] += problem.occupied[booking]
    return state
