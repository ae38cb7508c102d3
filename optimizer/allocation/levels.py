"""The lexicographic objective, counted from the sessions themselves.

1. ``placed``: bookings placed, by priority. One more booking of an urgent priority is worth more than any
   number of less urgent ones: plans are compared by the count of priority 1, then of priority 2, and so on.
   What is reported is the plain count of all, with a bound on that count: where priorities compete, the
   best plan may place fewer bookings than the bound allows.
2. ``confirmed_kept``: pins whose session is at the pinned start (and with the pinned agent, where one is
   named). Fixed pins are always kept.
3. ``deviation``: minutes between the start and the preferred start, summed over placed bookings with one.
4. to 6. ``back_to_back``, ``unfairness``, ``order_inversions``: see `optimizer.allocation.lower_levels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.model import MISSING
from optimizer.allocation.adjacency import back_to_back_bound
from optimizer.allocation.bounds import Prices, deviation_bound
from optimizer.allocation.held_back import placed_bound_beside
from optimizer.allocation.lower_levels import lower_worth, unfairness_bound
from optimizer.allocation.problem import Problem
from optimizer.allocation.working_plan import Placement
from optimizer.solve_result import Level


@dataclass(frozen=True)
class Proof:
    """For each level, whether the plan's value is proven to be the optimum."""

    placed: bool = False
    confirmed_kept: bool = False
    deviation: bool = False
    back_to_back: bool = False
    unfairness: bool = False
    order_inversions: bool = False


Worth = tuple[tuple[int, ...], int, int]
"""Placed bookings of priorities 1 to 9, confirmations kept, and deviation with its sign turned: the upper
levels, which add up over the sessions of any part of a plan."""


def worth(problem: Problem, sessions: Mapping[int, Placement]) -> Worth:
    """What a set of sessions is worth at the upper levels; the greater, the better, level by level."""
    booking = np.fromiter(sessions, dtype=np.int64, count=len(sessions))
    slot, agent = np.array(list(sessions.values()), dtype=np.int64).reshape(-1, 2).T
    placed = np.bincount(problem.priority[booking] - 1, minlength=9)
    wish = problem.wish[booking]
    deviation = np.abs(slot * problem.grid - wish)[wish != MISSING].sum()
    pinned = np.flatnonzero(np.maximum(problem.movable_slot, problem.fixed_slot)[booking] == slot)
    places = zip(*(places[pinned].tolist() for places in (booking, slot, agent)), strict=True)
    kept = sum(problem.keeps_confirmation(*place) for place in places)
    return tuple(placed.tolist()), kept, -int(deviation)


def has_one_priority(problem: Problem) -> bool:
    """Whether all bookings that could be placed are equally urgent."""
    return len({int(problem.priority[booking]) for booking in problem.placeable}) <= 1


def is_proven_optimal(
    problem: Problem, sessions: Mapping[int, Placement], levels: tuple[Level, ...], proof: Proof
) -> bool:
    """Whether no plan is better: every level is proven by the exact model or meets its bound.

    The bounds of the lower levels hold given the levels above, which are proven first. Meeting the bound on
    the count proves the first level only if what was left out is least urgent. Where capacity is held back,
    the exact model proves nothing, since other pieces of time could have been withheld.
    """
    if problem.whole is not None:
        return is_proven_optimal(problem.whole, sessions, levels, Proof())
    left = {int(problem.priority[booking]) for booking in problem.placeable if booking not in sessions}
    least_urgent = max((int(problem.priority[booking]) for booking in problem.placeable), default=0)
    first = proof.placed or (left <= {least_urgent} and levels[0].objective == levels[0].bound)
    return first and all(level.objective == level.bound for level in levels[1:])


def report(
    problem: Problem,
    sessions: Mapping[int, Placement],
    bound: int,
    proof: Proof,
    prices: Prices | None = None,
) -> tuple[Level, ...]:
    """The levels with their bounds.

    Gaps are fractions: of the eligible bookings for ``placed``, of the bound for ``confirmed_kept`` and
    ``back_to_back``, and of the objective for the others. Where the exact model has proven a level, its bound
    is the objective (for ``placed`` only where all priorities are equal, since elsewhere the proof is not
    about the count); the bounds of the lower levels hold for plans that are as good at the levels above.
    Where capacity is held back, bounds are for all schedules that keep the guarantee, whatever is withheld.
    """
    if problem.whole is not None:
        real = {b: (slot, int(problem.person[agent])) for b, (slot, agent) in sessions.items()}
        return report(problem.whole, real, placed_bound_beside(problem.whole), Proof())
    placed_by_priority, kept, turned = worth(problem, sessions)
    placed, deviation = sum(placed_by_priority), -turned
    eligible = int(problem.eligible.sum())
    if proof.placed and has_one_priority(problem):
        bound = placed
    deviation_least = deviation if proof.deviation else deviation_bound(problem, sessions)
    if prices is not None and not proof.deviation:
        deviation_least = max(deviation_least, prices.deviation_bound(problem, sessions))
    lower = lower_worth(problem, sessions)
    pairs, unfair, inversions = lower.back_to_back, -lower.fairness, -lower.order
    return (
        Level("placed", placed, bound, (bound - placed) / max(1, eligible), "maximise"),
        _most("confirmed_kept", kept, kept if proof.confirmed_kept else problem.confirmable),
        _least("deviation", deviation, deviation_least),
        _most(
            "back_to_back",
            pairs,
            pairs if proof.back_to_back else back_to_back_bound(problem, sessions, deviation),
        ),
        _least("unfairness", unfair, unfair if proof.unfairness else unfairness_bound(problem, sessions)),
        _least("order_inversions", inversions, inversions if proof.order_inversions else 0),
    )


def _most(name: str, objective: int, bound: int) -> Level:
    """A level to maximise."""
    return Level(name, objective, bound, (bound - objective) / max(1, bound), "maximise")


def _least(name: str, objective: int, bound: int) -> Level:
    """A level to minimise."""
    return Level(name, objective, bound, (objective - bound) / max(1, objective))
