"""Orders of one holder that could be served back to back: where, at which deviation, and how many at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from data.model.columns import IntArray
from optimizer.allocation.bounds import deviation_bound, least_deviations
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.working_plan import Placement


def follows_by(problem: Problem, first: int, second: int) -> int:
    """Slots from the start of a session to that of the next one right behind it."""
    return int(problem.occupied[first] - problem.set_up[first] + problem.set_up[second])


class Adjacency:
    """Which ordered pairs of bookings of one holder some agent could serve one right after the other."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._in_service: dict[tuple[int, int, int, int], int] = {}

    def pairs(self, orders: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
        """Pairs (first, second) among the orders of a holder, and the starts of the first, as bits."""
        for first in orders:
            for second in orders:
                if first != second:
                    starts = self.starts(first, second)
                    if starts:
                        yield first, second, starts

    def starts(self, first: int, second: int) -> int:
        """Starts of the first at which the second could follow, were all agents free; as bits."""
        problem = self.problem
        named = int(problem.fixed_agent[first]), int(problem.fixed_agent[second])
        if NOBODY not in named and named[0] != named[1]:
            return 0
        later = problem.window_bits(second) >> follows_by(problem, first, second)
        bits = problem.window_bits(first) & later
        return bits & self._served(first, second) if bits else 0

    def _served(self, first: int, second: int) -> int:
        """Starts of the first at which some agent with both skills is in service for both occupations."""
        problem = self.problem
        skills = int(problem.skill[first]), int(problem.skill[second])
        set_up = int(problem.set_up[first])
        occupied = int(problem.occupied[first]) + int(problem.occupied[second])
        key = (*skills, set_up, occupied)
        if key not in self._in_service:
            able = problem.agent_skills[:, skills[0]] & problem.agent_skills[:, skills[1]]
            starts = problem.starts_in_service(able, set_up, occupied) > 0
            raw = np.packbits(starts, bitorder="little").tobytes()
            self._in_service[key] = int.from_bytes(raw, "little")
        return self._in_service[key]


def back_to_back_bound(problem: Problem, sessions: Mapping[int, Placement], deviation: int) -> int:
    """No plan as good at the levels above serves more pairs back to back.

    A session has one predecessor and one successor at most, and a chain of n sessions has n - 1 pairs: so a
    holder has no more pairs than orders less one, than orders that can be first, and than those that can be
    second. What a pair deviates at least, beyond the least that its two bookings deviate by themselves, comes
    on top of the bound on the total deviation (half of it where an order may be in two pairs); the pairs that
    cost least, as many as the plan's deviation leaves room for, are the most that there can be.

    Args:
        problem: the problem.
        sessions: the plan.
        deviation: its total deviation, in minutes.
    """
    adjacency = Adjacency(problem)
    least = least_deviations(problem).tolist()
    costs: list[int] = []
    for orders in problem.orders_of_holders:
        cheapest: dict[int, int] = {}
        seconds: dict[int, None] = {}
        for first, second, starts in adjacency.pairs(orders):
            extra = _pair_deviation(problem, first, second, starts) - least[first] - least[second]
            extra = extra if len(orders) == 2 else extra // 2
            cheapest[first] = min(extra, cheapest.get(first, extra))
            seconds[second] = None
        most = min(len(orders) - 1, len(cheapest), len(seconds))
        costs += sorted(cheapest.values())[:most]
    if not costs:
        return 0
    room = deviation - deviation_bound(problem, sessions)
    return int(np.searchsorted(np.cumsum(np.sort(np.array(costs, dtype=np.int64))), room, side="right"))


def _pair_deviation(problem: Problem, first: int, second: int, starts: int) -> int:
    """Minutes that the pair deviates back to back, at least."""
    slots = slots_of(starts)
    both = problem.deviations(first, slots)
    return int((both + problem.deviations(second, slots + follows_by(problem, first, second))).min())


def slots_of(bits: int) -> IntArray:
    """The slots of a set of bits."""
    size = (bits.bit_length() + 7) // 8
    raw = np.frombuffer(bits.to_bytes(size, "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(raw, bitorder="little")).astype(np.int64)
