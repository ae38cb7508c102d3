"""Orders of one holder back to back, where neither the wishes nor the confirmations lose by it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from optimizer.allocation.adjacency import Adjacency, follows_by
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.working_plan import Placement, WorkingPlan
from optimizer.budget import Budget

CHECK_EVERY = 64
"""Holders between two looks at the clock."""

WORK_A_PAIR = 2e-4
"""Deterministic work booked for a pair of orders."""

Moves = dict[int, Placement]


def bring_together(plan: WorkingPlan, budget: Budget) -> None:
    """Put orders of one holder next to each other, one pair after the other."""
    holders = plan.problem.orders_of_holders
    step = _Step(plan)
    for done, orders in enumerate(holders):
        if done % CHECK_EVERY == 0:
            budget.poll()
            if budget.is_spent():
                return
        placed = [booking for booking in orders if booking in plan.sessions]
        for first, second in permutations(placed, 2):
            budget.work_used += WORK_A_PAIR
            if step.possible(first, second):
                step.improve(first, second)


class _Step:
    """Tries to make a pair of sessions neighbours."""

    def __init__(self, plan: WorkingPlan) -> None:
        self.plan = plan
        self.problem = plan.problem
        self.adjacency = Adjacency(plan.problem)

    def possible(self, first: int, second: int) -> bool:
        """Whether the pair could be back to back at all, and neither has such a neighbour on that side."""
        if self._partner(first, +1) is not None or self._partner(second, -1) is not None:
            return False
        return bool(self.adjacency.starts(first, second))

    def improve(self, first: int, second: int) -> bool:
        """Make the first change that gains a pair and loses nothing above; returns whether there was one."""
        for moves in self._ideas(first, second):
            if self._is_good(moves):
                self.plan.replace(moves, instead_of=list(moves))
                return True
        return False

    def _ideas(self, first: int, second: int) -> Iterator[Moves]:
        """Changes that would put the pair together: one comes to the other, or both go to a third agent."""
        plan, by = self.plan, follows_by(self.problem, first, second)
        (start, agent), (later, other) = plan.sessions[first], plan.sessions[second]
        for mover, goal in ((second, (start + by, agent)), (first, (later - by, other))):
            yield from self._coming(mover, goal)
        if later == start + by:
            for third in self._free_for_both(first, second):
                yield {first: (start, third), second: (later, third)}

    def _coming(self, mover: int, goal: Placement) -> Iterator[Moves]:
        """A session goes to a place, in exchange with the equally long session that is there, if any."""
        problem = self.problem
        slot, agent = goal
        begin = slot - int(problem.set_up[mover])
        there = [
            booking
            for booking, at in self.plan.of_agent[agent].items()
            if booking != mover
            and at - problem.set_up[booking] < begin + problem.occupied[mover]
            and begin < at - problem.set_up[booking] + problem.occupied[booking]
        ]
        if not there:
            yield {mover: goal}
        elif len(there) == 1:
            in_the_way = there[0]
            same = (
                problem.occupied[in_the_way] == problem.occupied[mover]
                and self.plan.sessions[in_the_way][0] - problem.set_up[in_the_way] == begin
            )
            if same:
                old, whom = self.plan.sessions[mover]
                back = old - int(problem.set_up[mover]) + int(problem.set_up[in_the_way])
                yield {mover: goal, in_the_way: (back, whom)}

    def _free_for_both(self, first: int, second: int) -> list[int]:
        """Agents free for both occupations where the sessions are."""
        problem = self.problem
        begin = self.plan.sessions[first][0] - int(problem.set_up[first])
        length = int(problem.occupied[first] + problem.occupied[second])
        agents = np.intersect1d(problem.agents_allowed(first), problem.agents_allowed(second))
        free: list[int] = agents[self.plan.free_time.ahead[agents, begin] >= length].tolist()
        return free

    def _is_good(self, moves: Moves) -> bool:
        """Whether these moves are lawful, gain a pair, and cost neither a confirmation nor a minute."""
        problem, plan = self.problem, self.plan
        before = {booking: plan.sessions[booking] for booking in moves}
        if before == moves or any(not self._allowed(b, *place) for b, place in moves.items()):
            return False
        if _kept(problem, moves) < _kept(problem, before):
            return False
        if _deviation(problem, moves) > _deviation(problem, before):
            return False
        pairs = self._pairs(moves)
        for booking in moves:
            plan.remove(booking)
        placed: list[int] = []
        for booking, (slot, agent) in moves.items():
            if not self._free(booking, slot, agent):
                break
            plan.place(booking, slot, agent)
            placed.append(booking)
        good = len(placed) == len(moves) and self._pairs(moves) > pairs
        for booking in placed:
            plan.remove(booking)
        for booking, (slot, agent) in before.items():
            plan.place(booking, slot, agent)
        return good

    def _allowed(self, booking: int, slot: int, agent: int) -> bool:
        problem = self.problem
        if slot < 0 or not problem.window_bits(booking) >> slot & 1:
            return False
        skilled = bool(problem.agent_skills[agent, problem.skill[booking]])
        return skilled and int(problem.fixed_agent[booking]) in (NOBODY, agent)

    def _free(self, booking: int, slot: int, agent: int) -> bool:
        kind = int(self.problem.set_up[booking]), int(self.problem.occupied[booking])
        return bool(
            self.plan.free_starts(agent, *kind) >> slot & 1 and self.plan.possible_starts(booking) >> slot & 1
        )

    def _pairs(self, bookings: Moves) -> int:
        """Pairs back to back in which these bookings are."""
        found: set[tuple[int, int]] = set()
        for booking in bookings:
            after, before = self._partner(booking, +1), self._partner(booking, -1)
            if after is not None:
                found.add((booking, after))
            if before is not None:
                found.add((before, booking))
        return len(found)

    def _partner(self, booking: int, side: int) -> int | None:
        """The holder's other order whose session is right behind (+1) or right before this one."""
        problem, plan = self.problem, self.plan
        if booking not in plan.sessions or problem.holder[booking] == NOBODY:
            return None
        slot, agent = plan.sessions[booking]
        for other, at in plan.of_agent[agent].items():
            if problem.holder[other] == problem.holder[booking] and other != booking:
                first, second = (booking, other) if side > 0 else (other, booking)
                gap = (at - slot) * side - follows_by(problem, first, second)
                if gap == 0:
                    return other
        return None


def _kept(problem: Problem, moves: Moves) -> int:
    return sum(problem.keeps_confirmation(booking, *place) for booking, place in moves.items())


def _deviation(problem: Problem, moves: Moves) -> int:
    return sum(problem.deviation(booking, slot) for booking, (slot, _) in moves.items())
