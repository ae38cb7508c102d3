"""Sets of sessions or duties by pool, in arrays: joining and leaving take constant time; no order."""

from __future__ import annotations

from typing import Any

from data.model.columns import IntArray
from simulation.twin.compiling import compiled


@compiled
def join(group: IntArray, counts: IntArray, first: IntArray, pool: int, member: int) -> None:
    """Put a member into the pool's group, unless it is there."""
    if group[1, member] < 0:
        place = first[pool] + counts[pool]
        group[0, place] = member
        group[1, member] = place
        counts[pool] += 1


@compiled
def holds(group: IntArray, member: int) -> Any:
    """Whether the member is in the group of its pool."""
    return group[1, member] >= 0


@compiled
def leave(group: IntArray, counts: IntArray, first: IntArray, pool: int, member: int) -> None:
    """Take a member out of the pool's group, if it is there."""
    place = group[1, member]
    if place >= 0:
        counts[pool] -= 1
        last = group[0, first[pool] + counts[pool]]
        group[0, place] = last
        group[1, last] = place
        group[1, member] = -1
