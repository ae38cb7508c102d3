"""R11 and R17: how long a session may last, and how long it occupies the agent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.model import SESSION_KINDS, Case
from data.model.columns import BoolArray, IntArray

if TYPE_CHECKING:
    from data.eligibility.evaluation import Eligibility
    from data.eligibility.facts import BookingFacts


def r11_duration_outside_limits(facts: BookingFacts) -> BoolArray:
    """R11, over bookings: the planned duration is outside the limits of the session's kind."""
    broken = np.zeros(len(facts.bookings), dtype=np.bool_)
    minutes = facts.bookings.duration_minutes
    for name in SESSION_KINDS:
        limits = facts.policy.kind(name)
        outside = (minutes < limits.shortest_minutes) | (minutes > limits.longest_minutes)
        broken |= (facts.kind == name) & outside
    return broken


@dataclass(frozen=True, eq=False)
class Occupations:
    """When a session occupies its agent, over bookings, in minutes.

    An agent whose session starts at s is occupied in ``[s - set_up, s - set_up + occupied)``.
    """

    set_up: IntArray
    occupied: IntArray


def occupations(case: Case, eligibility: Eligibility) -> Occupations:
    """R17: the agent's set-up and occupation for each booking, by the kind of its session.

    The occupation is set-up + planned duration + wrap-up, rounded up to the grid as one sum.
    """
    grid = case.plan.grid_minutes
    set_up = np.zeros(len(case.bookings), dtype=np.int64)
    occupied = np.zeros(len(case.bookings), dtype=np.int64)
    for name in SESSION_KINDS:
        policy = case.plan.policy.kind(name)
        rows = eligibility.kind == name
        total = policy.set_up_minutes + case.bookings.duration_minutes[rows] + policy.wrap_up_minutes
        set_up[rows] = policy.set_up_minutes
        occupied[rows] = -(-total // grid) * grid
    return Occupations(set_up, occupied)
