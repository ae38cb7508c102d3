"""Search for an assignment to so many workers: insert what is left over, eject what is in the way.

A task that is left over goes where it is cheapest: the price is the weight of the tasks that it ejects. Tasks
that stay left over gain weight, so that in time others are ejected in their place (breakout local search,
Morris 1993; ejection chains, Glover 1996). Workers who are not used take over from workers who are, when that
lets more weight in than it leaves out.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from optimizer.agents_needed.problem import Problem, members

FREE = -1e9
"""Price where nothing is in the way: always taken."""

NOBODY, UNKNOWN = -1, -2

NOISE = 1e-6
"""Breaks ties between prices at random."""

COMPARED = 6
"""Tasks left over that are compared at a move; more would leave too little to chance."""

TENURE = 5
"""A task may not return to the worker whom it was ejected from for TENURE to 2 TENURE - 1 moves."""

RAISED_EVERY, RAISE = 5, 0.02
"""Moves between raises of the weights, and the raise."""

EXCHANGED_EVERY, REST = 200, 40
"""Moves between looks for an exchange of workers, and for fewer than how many looks, drawn at random,
exchanged workers are left alone."""

POLLED_EVERY = 100
"""Moves between looks at the limits."""

PRICES_A_MOVE = 12
"""A move costs about as much time as finding so many prices, beside those that it finds."""

PRICES_A_UNIT = 2_500_000
"""Prices found in about a second on a core."""


class EjectionSearch:
    """A search with its state; it may be continued.

    Attributes:
        held: for each worker, the tasks that the worker does.
        used: workers who may have tasks; their number never changes.
        left: tasks left over; when there are none, the search has succeeded.
    """

    def __init__(
        self, problem: Problem, held: Sequence[int], used: AbstractSet[int], chance: random.Random
    ) -> None:
        self.held = list(held)
        self.used = set(used)
        self._problem = problem
        self._chance = chance
        self._weight = [1.0] * problem.size
        self._forbidden: list[dict[int, int]] = [{} for _ in range(problem.size)]
        self._expiring: dict[int, list[tuple[int, int]]] = {}
        self._rests_until = [0] * problem.workers
        self._moves = self._looks = self._priced = 0
        done = 0
        for tasks in self.held:
            done |= tasks
        self.left = [task for task in range(problem.size) if not done >> task & 1]
        self._prices: dict[int, dict[int, float]] = {}
        self._best: dict[int, int] = {}
        self._find_workers()

    def run(self, spend: Callable[[float], bool]) -> bool:
        """Move until nothing is left over (True), or until `spend`, told the work done, says stop (False)."""
        chance, left, weight = self._chance, self.left, self._weight
        while left:
            self._moves += 1
            if self._moves % POLLED_EVERY == 0 and spend(self._work_done()):
                return False
            if self._moves % EXCHANGED_EVERY == 0 and len(self.used) < len(self.held):
                self._exchange_workers()
            for task, worker in self._expiring.pop(self._moves, ()):
                self._reprice(task, worker)
            looked_at = left if len(left) <= COMPARED else chance.sample(left, COMPARED)
            lowest, chosen, place = math.inf, NOBODY, NOBODY
            for task in looked_at:
                prices = self._prices[task]
                worker = self._best[task]
                if worker == UNKNOWN:
                    worker = self._best[task] = min(prices, key=prices.__getitem__, default=NOBODY)
                price = prices[worker] - weight[task] if worker >= 0 else math.inf
                if price < lowest:
                    lowest, chosen, place = price, task, worker
            if chosen >= 0:
                self._insert(chosen, place)
            if self._moves % RAISED_EVERY == 0:
                for task in left:
                    weight[task] += RAISE
        spend(self._work_done())
        return True

    def _work_done(self) -> float:
        work = (self._priced + PRICES_A_MOVE * POLLED_EVERY) / PRICES_A_UNIT
        self._priced = 0
        return work

    def _find_workers(self) -> None:
        """Note who of the workers in use may do which task, and price what is left over."""
        self._able = [[worker for worker in able if worker in self.used] for able in self._problem.able]
        for task in self.left:
            self._price(task)

    def _price(self, task: int) -> None:
        """Find what the task would eject at every worker in use."""
        held, weight, random_number = self.held, self._weight, self._chance.random
        beside, forbidden, now = self._problem.overlap[task], self._forbidden[task], self._moves
        prices: dict[int, float] = {}
        for worker in self._able[task]:
            if forbidden.get(worker, 0) > now:
                prices[worker] = math.inf
                continue
            ejected = held[worker] & beside
            if ejected:
                price = NOISE * random_number()
                while ejected:
                    low = ejected & -ejected
                    price += weight[low.bit_length() - 1]
                    ejected ^= low
                prices[worker] = price
            else:
                prices[worker] = FREE + random_number()
        self._priced += len(prices)
        self._prices[task] = prices
        self._best[task] = UNKNOWN

    def _reprice(self, task: int, worker: int) -> None:
        """Find what the task, if it is left over, would eject at one worker, if that one is in use."""
        prices = self._prices.get(task)
        if prices is None or worker not in prices or self._forbidden[task].get(worker, 0) > self._moves:
            return
        ejected = self.held[worker] & self._problem.overlap[task]
        price = NOISE * self._chance.random() if ejected else FREE + self._chance.random()
        for other in members(ejected):
            price += self._weight[other]
        self._priced += 1
        prices[worker] = price
        best = self._best[task]
        if best == worker:
            self._best[task] = UNKNOWN
        elif best >= 0 and price < prices[best]:
            self._best[task] = worker

    def _insert(self, task: int, worker: int) -> None:
        """Give a worker the task, and leave over what was in the way."""
        ejected = self.held[worker] & self._problem.overlap[task]
        self.held[worker] = self.held[worker] & ~ejected | 1 << task
        self.left.remove(task)
        del self._prices[task], self._best[task]
        for other in self.left:
            if worker in self._prices[other]:
                self._reprice(other, worker)
        for other in members(ejected):
            until = self._moves + TENURE + self._chance.randrange(TENURE)
            self._forbidden[other][worker] = until
            self._expiring.setdefault(until, []).append((other, worker))
            self.left.append(other)
            self._price(other)

    def _exchange_workers(self) -> None:
        """Let an unused worker take over from a used one, if that lets more weight in than it leaves out."""
        self._looks += 1
        best, exchange = 0.0, None
        resting = self._rests_until
        out = [worker for worker in sorted(self.used) if resting[worker] <= self._looks]
        for worker, may in enumerate(self._problem.may):
            if worker in self.used or resting[worker] > self._looks:
                continue
            wanted = [task for task in self.left if may >> task & 1]
            most = sum(self._weight[task] for task in wanted)
            for other in out if wanted else ():
                balance = self._balance(self.held[other], may, wanted, best + most)
                if balance < best:
                    best, exchange = balance, (other, worker)
        self._priced += len(out) * (len(self.held) - len(self.used))
        if exchange is not None:
            self._replace(*exchange)

    def _balance(self, tasks: int, may: int, wanted: Sequence[int], limit: float) -> float:
        """Weight left out less weight let in, when somebody who `may` takes over these tasks."""
        balance = 0.0
        for task in members(tasks & ~may):
            balance += self._weight[task]
            if balance >= limit:
                return balance
        kept = tasks & may
        for task in wanted:
            ejected = kept & self._problem.overlap[task]
            price = sum(self._weight[other] for other in members(ejected))
            if price < self._weight[task]:
                balance += price - self._weight[task]
                kept = kept & ~ejected | 1 << task
        return balance

    def _replace(self, old: int, new: int) -> None:
        may = self._problem.may[new]
        self.left.extend(members(self.held[old] & ~may))
        self.held[old], self.held[new] = 0, self.held[old] & may
        self.used.remove(old)
        self.used.add(new)
        for worker in (old, new):
            self._rests_until[worker] = self._looks + self._chance.randrange(REST)
        self._find_workers()
