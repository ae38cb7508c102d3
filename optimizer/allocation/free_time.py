"""How long each agent is free before and after each slot, as matrices: one look compares all agents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.allocation.problem import Segments

RunArray = NDArray[np.int16]


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
        self._count = np.arange(1, slots + 2, dtype=np.int16)
        for agent, start, end, _, _ in segments.rows:
            self._write(agent, start, end)

    def take(self, agent: int, start: int, length: int) -> None:
        """Occupy slots that lie in one free run."""
        before, after = int(self.behind[agent, start]), int(self.ahead[agent, start]) - length
        end = start + length
        self.ahead[agent, start:end] = 0
        self.behind[agent, start + 1 : end + 1] = 0
        self._write(agent, start - before, start)
        self._write(agent, end, end + after)

    def give(self, agent: int, start: int, length: int, low: int, high: int) -> None:
        """Free slots that were occupied, in the segment from `low` to `high`."""
        end = start + length
        before = int(self.behind[agent, start]) if start > low else 0
        after = int(self.ahead[agent, end]) if end < high else 0
        self._write(agent, start - before, end + after)

    def _write(self, agent: int, start: int, end: int) -> None:
        """Note one free run."""
        length = end - start
        if length:
            self.ahead[agent, start:end] = self._count[:length][::-1]
            self.behind[agent, start + 1 : end + 1] = self._count[:length]
