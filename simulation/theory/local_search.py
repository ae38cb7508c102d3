"""Descent over whole-numbered vectors, for functions of which a local minimum is the minimum.

Multimodular functions (slot schedules) and L-natural-convex functions (due dates) have no local minimum but
their minimum if the neighbourhood holds the sums of all subsets of a few directions (Murota 2003, *Discrete
Convex Analysis*; Koole & van der Sluis 2003).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

Vector = tuple[int, ...]


def descend(
    cost: Callable[[Vector], float], start: Vector, neighbours: Callable[[Vector], Iterable[Vector]]
) -> tuple[Vector, float]:
    """Go to a better neighbour as long as there is one.

    Args:
        cost: of a vector; asked once for each.
        start: a legal vector.
        neighbours: legal vectors near another.

    Returns:
        The vector in whose neighbourhood nothing is better, and its cost.
    """
    known = {start: cost(start)}
    best = start
    improved = True
    while improved:
        improved = False
        for near in neighbours(best):
            if near not in known:
                known[near] = cost(near)
            if known[near] < known[best] - 1e-12 * max(1.0, abs(known[best])):
                best, improved = near, True
                break
    return best, known[best]


def subset_sums(point: Vector, directions: list[Vector]) -> Iterator[Vector]:
    """The point plus the sum of each subset of directions, but for the empty one and the whole."""
    count = len(directions)
    for chosen in range(1, 2**count - 1):
        moved = list(point)
        for place in range(count):
            if chosen >> place & 1:
                moved = [a + b for a, b in zip(moved, directions[place], strict=True)]
        yield tuple(moved)


def compositions(total: int, parts: int) -> Iterator[Vector]:
    """All vectors of so many whole numbers >= 0 with this sum: C(total + parts - 1, total) of them."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def shifted(schedule: Vector) -> Iterator[Vector]:
    """Schedules in which some slots give one customer to the slot before, the first slot to the last.

    The neighbourhood of Kaandorp & Koole 2007: 2^slots - 2 members less those with a negative number.
    """
    slots = len(schedule)
    directions = []
    for place in range(slots if slots > 1 else 0):
        move = [0] * slots
        move[place] -= 1
        move[place - 1] += 1
        directions.append(tuple(move))
    return (near for near in subset_sums(schedule, directions) if min(near) >= 0)
