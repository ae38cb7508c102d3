"""The lower levels of the objective: what a whole plan is like once nobody could be placed closer to a wish.

4. ``back_to_back``: pairs of bookings of one holder (R12) whose sessions follow each other with one agent,
   the second occupation beginning when the first ends.
5. ``unfairness``: how unevenly occupied minutes are spread within the pools. An agent's even share is what
   the pool's agents are occupied together, in proportion to the minutes in service; what all agents of the
   pool lie above or below theirs, added up and rounded down to whole minutes, is the pool's unfairness. Half
   of it is what would have to change hands. Agents without a pool count as one pool together: a team that
   knows no pools wants to be treated fairly, too.
6. ``order_inversions``: joint or judicial sessions that a single one follows without idle time between the
   occupations: what varies more goes last in a run, or before idle time (smallest variance first, DOMAIN
   6.4), for then nobody waits for it. Idle time after a session that varies is thus as good as a right order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.model.columns import IntArray
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.working_plan import Placement


@dataclass(frozen=True, order=True)
class LowerWorth:
    """What a plan is worth at the lower levels; the greater, the better, from the first to the last.

    Attributes:
        back_to_back: pairs.
        fairness: the unfairness in minutes, with its sign turned.
        order: the inversions, with their sign turned.
    """

    back_to_back: int
    fairness: int
    order: int


def lower_worth(problem: Problem, sessions: Mapping[int, Placement]) -> LowerWorth:
    """Count the lower levels of a whole plan."""
    booking = np.fromiter(sessions, dtype=np.int64, count=len(sessions))
    place = np.array(list(sessions.values()), dtype=np.int64).reshape(-1, 2)
    begin, agent = place[:, 0] - problem.set_up[booking], problem.person[place[:, 1]]
    order = np.lexsort((begin, agent))
    booking, begin, agent = booking[order], begin[order], agent[order]
    follows = (agent[1:] == agent[:-1]) & (begin[1:] == (begin + problem.occupied[booking])[:-1])
    first, second = booking[:-1][follows], booking[1:][follows]
    holder = problem.holder
    together = (holder[first] == holder[second]) & (holder[first] != NOBODY)
    inverted = problem.varies[first] & ~problem.varies[second]
    occupied = np.zeros(len(problem.service), dtype=np.int64)
    np.add.at(occupied, agent, problem.occupied[booking])
    return LowerWorth(int(together.sum()), -unfairness(problem, occupied), -int(inverted.sum()))


def unfairness(problem: Problem, occupied: IntArray) -> int:
    """Minutes of unfairness; exact.

    Args:
        problem: the problem.
        occupied: over persons, slots occupied.
    """
    total = 0
    for number in range(int(problem.pool.max(initial=NOBODY)) + 1):
        own = problem.pool == number
        together, service = int(occupied[own].sum()), int(problem.service[own].sum())
        if service:
            apart = np.abs(occupied[own] * service - together * problem.service[own])
            total += problem.grid * int(apart.sum()) // service
    return total


def unfairness_bound(problem: Problem, sessions: Mapping[int, Placement]) -> int:
    """No plan that places as many bookings is less unfair, in minutes.

    Where all agents are one pool and all bookings that can be placed are, what the agents are occupied
    together is the same in all such plans, and each of them by multiples of the occupations' greatest common
    divisor: dividing that many units by the largest remainders is as even as it gets. Elsewhere 0.
    """
    placeable = problem.placeable
    service = int(problem.service.sum())
    if not service or not len(placeable) or problem.pool.any() or len(sessions) < len(placeable):
        return 0
    unit = int(np.gcd.reduce(problem.occupied[placeable]))
    units = int(problem.occupied[placeable].sum()) // unit
    rest = units * problem.service % service
    up = int(units - (units * problem.service // service).sum())
    ordered = np.sort(rest)
    apart = int(ordered[: len(rest) - up].sum()) + int((service - ordered[len(rest) - up :]).sum())
    return problem.grid * unit * apart // service
