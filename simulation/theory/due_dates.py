"""One agent, appointments of whole minutes, early and late ends priced by job: Begen & Queyranne 2011.

Begen & Queyranne 2011, Math. Oper. Res. 36(2): the cost of whole-numbered appointments is L-natural-convex if
prices don't fall too fast, and then steepest descent over sets of appointments finds the minimum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from data.model.columns import FloatArray
from simulation.theory.local_search import Vector, descend


class DueDates:
    """Jobs in their order, each to end when the next is appointed, the last at the planned end of the day.

    Args:
        durations: for each job P(it takes 0, 1, ... minutes).
        early: price of a minute between the end of a job and the next appointment.
        late: price of a minute by which a job ends after the next appointment.

    Raises:
        ValueError: when there is no job, or probabilities don't add up to 1.
    """

    def __init__(self, durations: Sequence[FloatArray], early: float, late: float) -> None:
        self.durations = [np.asarray(duration, dtype=np.float64) for duration in durations]
        if not self.durations or any(abs(d.sum() - 1.0) > 1e-9 for d in self.durations):
            raise ValueError("expected a job or more, and probabilities with the sum 1")
        self.early, self.late = early, late

    def cost(self, appointments: Vector) -> float:
        """Expected cost.

        Args:
            appointments: of each job but the first, which is at 0, and the planned end; rising.
        """
        start, total, offset = np.ones(1), 0.0, 0
        for duration, due in zip(self.durations, appointments, strict=True):
            ends = np.convolve(start, duration)
            gap = due - offset
            late = np.arange(len(ends)) - gap
            total += float(ends @ np.where(late > 0, self.late * late, -self.early * late))
            start = ends[gap:].copy() if len(ends) > gap else np.zeros(1)
            start[0] += float(ends[:gap].sum())
            offset = due
        return total

    def optimise(self) -> tuple[Vector, float]:
        """The appointments of least cost and their cost; for up to about 15 jobs (2^jobs neighbours)."""
        means = np.cumsum([float(d @ np.arange(len(d))) for d in self.durations])
        start = tuple(int(mean) for mean in np.rint(means))
        return descend(self.cost, start, _rising_neighbours)


def _rising_neighbours(appointments: Vector) -> Iterator[Vector]:
    """A set of appointments a minute earlier, or later, as long as they rise from 0."""
    count = len(appointments)
    for chosen in range(1, 2**count):
        for change in (1, -1):
            moved = tuple(a + change * (chosen >> place & 1) for place, a in enumerate(appointments))
            if moved[0] >= 0 and all(a <= b for a, b in pairwise(moved)):
                yield moved
