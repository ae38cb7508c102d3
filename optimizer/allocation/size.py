"""How large a problem is for exact models, told without loading what solves them."""

from __future__ import annotations

from optimizer.allocation.problem import Problem

LARGEST = 1_200
"""Pairs of a booking and a segment with its skill, up to which the exact model is tried."""


def is_small(problem: Problem) -> bool:
    """Whether the exact model is worth trying."""
    return pairs(problem) <= LARGEST


def pairs(problem: Problem) -> int:
    """Pairs of a placeable booking and a segment whose agent has its skill."""
    of_skill = problem.agent_skills[problem.segments.agent].sum(axis=0)
    return int(of_skill[problem.skill[problem.placeable]].sum())
