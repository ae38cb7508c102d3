"""Which workers to go on with when fewer are to be used, and what they do to begin with."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from optimizer.agents_needed.problem import Problem, members


def without_some(problem: Problem, held: Sequence[int], keep: int) -> list[int]:
    """Take the tasks from all but `keep` of the workers in use: from those whose tasks others can best take.

    One worker after the other, the one of whose tasks fewest are left over when the rest take what they can.
    Returns what each worker then holds; tasks may be left over.
    """
    after = list(held)
    used = [worker for worker, tasks in enumerate(after) if tasks]
    while len(used) > keep:
        trials = [(_given_away(problem, after, used, worker), worker) for worker in used]
        (_, moves), gone = min(trials, key=lambda trial: (trial[0][0], trial[1]))
        after[gone] = 0
        for task, worker in moves:
            after[worker] |= 1 << task
        used.remove(gone)
    return after


def _given_away(
    problem: Problem, held: Sequence[int], used: Sequence[int], worker: int
) -> tuple[int, list[tuple[int, int]]]:
    """How many tasks of a worker nobody else in use has time for, and who takes the others."""
    moves: list[tuple[int, int]] = []
    more = dict.fromkeys(used, 0)
    left_over = 0
    for task in members(held[worker]):
        beside = problem.overlap[task]
        for other in problem.able[task]:
            if other != worker and other in more and not (held[other] | more[other]) & beside:
                more[other] |= 1 << task
                moves.append((task, other))
                break
        else:
            left_over += 1
    return left_over, moves


def most_useful(problem: Problem, use: Sequence[float], keep: int, chance: random.Random) -> set[int]:
    """The workers of whom a relaxation uses most, or who may do most tasks; equals in random order."""
    order = list(range(problem.workers))
    chance.shuffle(order)
    order.sort(key=lambda worker: (-round(use[worker], 3), -problem.may[worker].bit_count()))
    return set(order[:keep])


def filled(problem: Problem, held: Sequence[int], used: AbstractSet[int], chance: random.Random) -> list[int]:
    """Give the tasks that nobody holds, in order of time, to workers in use who have time for them.

    Of these the one who has been idle for the shortest time; equals at random. Tasks may be left over.
    """
    after = list(held)
    done = 0
    for tasks in after:
        done |= tasks
    for task in range(problem.size):
        if done >> task & 1:
            continue
        beside, before = problem.overlap[task], (1 << task) - 1
        best, chosen = (-math.inf, 0.0), -1
        for worker in problem.able[task]:
            if worker in used and not after[worker] & beside:
                earlier = after[worker] & before
                idle_since = problem.ends[earlier.bit_length() - 1] if earlier else -math.inf
                rank = (idle_since, chance.random())
                if chosen < 0 or rank > best:
                    best, chosen = rank, worker
        if chosen >= 0:
            after[chosen] |= 1 << task
    return after
