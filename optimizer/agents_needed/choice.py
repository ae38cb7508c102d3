"""Which workers to go on with when fewer are to be used."""

from __future__ import annotations

import random
from collections.abc import Sequence

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
