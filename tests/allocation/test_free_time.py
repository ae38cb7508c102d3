"""Lengths of free runs against the bits of the plan, after any sequence of changes."""

from __future__ import annotations

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.allocation import build_problem
from optimizer.allocation.free_time import FreeTime
from optimizer.allocation.problem import Problem, runs
from optimizer.allocation.working_plan import WorkingPlan
from tests.allocation.featured_cases import featured_case


@cache
def problem_of(seed: int) -> Problem:
    """The problem of a random case."""
    return build_problem(featured_case(seed))


def check_against_bits(plan: WorkingPlan) -> None:
    """Count the free runs anew, slot by slot, within each segment."""
    problem = plan.problem
    ahead = np.zeros_like(plan.free_time.ahead)
    behind = np.zeros_like(plan.free_time.behind)
    for agent, start, end, _, _ in problem.segments.rows:
        for slot in range(end - 1, start - 1, -1):
            if plan.free[agent] >> slot & 1:
                ahead[agent, slot] = 1 + (ahead[agent, slot + 1] if slot + 1 < end else 0)
        for slot in range(start + 1, end + 1):
            if plan.free[agent] >> (slot - 1) & 1:
                behind[agent, slot] = 1 + (behind[agent, slot - 1] if slot - 1 > start else 0)
    assert (plan.free_time.ahead == ahead).all()
    assert (plan.free_time.behind == behind).all()


@settings(max_examples=60)
@given(st.integers(0, 5), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), max_size=60))
def test_equals_the_bits_after_any_changes(seed: int, changes: list[tuple[int, int]]) -> None:
    """After any sequence of placing and removing, both matrices say what the plan's bits say."""
    plan = WorkingPlan(problem_of(seed))
    problem = plan.problem
    for which, where in changes:
        booking = int(problem.placeable[which % len(problem.placeable)])
        if booking in plan.sessions:
            plan.remove(booking)
        else:
            kind = (int(problem.set_up[booking]), int(problem.occupied[booking]))
            possible = plan.possible_starts(booking)
            choices = [
                (slot, agent)
                for agent in problem.allowed_agents(booking)
                for first, last in runs(plan.free_starts(agent, *kind) & possible)
                for slot in range(first, last + 1)
            ]
            if choices:
                plan.place(booking, *choices[where % len(choices)])
    check_against_bits(plan)
    for booking in list(plan.sessions):
        plan.remove(booking)
    empty = FreeTime(problem.segments, problem.agents, problem.slots)
    assert (plan.free_time.ahead == empty.ahead).all()
    assert (plan.free_time.behind == empty.behind).all()
