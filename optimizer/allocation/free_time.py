"""How long each agent is free before and after each slot, as matrices: one look compares all agents."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.allocation.problem import Segments

RunArray = NDArray[np.int16]


@njit(cache=True)
def _note(ahead, behind, agent, start, end):  # type: ignore[no-untyped-def]
    """Note one free run."""
    for slot in range(start, end):
        ahead[agent, slot] = end - slot
        behind[agent, slot + 1] = slot + 1 - start


@njit(cache=True)
def take(ahead, behind, agent, start, length):  # type: ignore[no-untyped-def]
    """Occupy slots that lie in one free run."""
    before, after = np.int64(behind[agent, start]), np.int64(ahead[agent, start]) - length
    end = start + length
    for slot in range(start, end):
        ahead[agent, slot] = 0
        behind[agent, slot + 1] = 0
    _note(ahead, behind, agent, start - before, start)
    _note(ahead, behind, agent, end, end + after)


@njit(cache=True)
def _give(ahead, behind, agent, start, length, low, high):  # type: ignore[no-untyped-def]
    end = start + length
    before = np.int64(behind[agent, start]) if start > low else 0
    after = np.int64(ahead[agent, end]) if end < high else 0
    _note(ahead, behind, agent, start - before, end + after)


class FreeTime:
    """Lengths of free runs, in slots; a run never goes beyond a segment.

    Agents at one slot lie side by side in memory, since most looks compare all agents then.

    Attributes:
        ahead: (agents, slots + 1), free slots from this one on; 0 where the slot is taken or out of service.
        behind: (agents, slots + 1), free slots right before this one, in the same run.
    """

    def __init__(self, segments: Segments, agents: int, slots: int) -> None:
        self.ahead: RunArray = np.zeros((agents, slots + 1), dtype=np.int16, order="F")
        self.behind: RunArray = np.zeros((agents, slots + 1), dtype=np.int16, order="F")
        for agent, start, end, _, _ in segments.rows:
            _note(self.ahead, self.behind, agent, start, end)

    def take(self, agent: int, start: int, length: int) -> None:
        """Occupy slots that lie in one free run."""
        take(self.ahead, self.behind, agent, start, length)

    def give(self, agent: int, start: int, length: int, low: int, high: int) -> None:
        """Free slots that were occupied, in the segment from `low` to `high`."""
        _give(self.ahead, self.behind, agent, start, length, low, high)
