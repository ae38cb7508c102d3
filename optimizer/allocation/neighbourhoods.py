"""Which segments to free together."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable

import numpy as np

from optimizer.allocation.working_plan import WorkingPlan


class Neighbourhoods:
    """Draws groups of segments, and knows which sessions lie in them.

    Draws depend on the seed and the plan only.
    """

    def __init__(self, plan: WorkingPlan, seed: int) -> None:
        self.plan = plan
        self.problem = plan.problem
        self.random = random.Random(seed)  # noqa: S311 (a search, not a secret)
        self._starts = [row[1] for row in self.problem.segments.rows]

    def segment_of(self, booking: int) -> int:
        """The segment in which a placed booking's session lies."""
        slot, agent = self.plan.sessions[booking]
        own = self.problem.segments_of(agent)
        return bisect_right(self._starts, slot, own.start, own.stop) - 1

    def sessions_in(self, segments: Iterable[int]) -> list[int]:
        """Placed bookings whose sessions lie in these segments."""
        rows = self.problem.segments.rows
        return sorted(
            booking
            for segment in segments
            for booking, slot in self.plan.of_agent[rows[segment][0]].items()
            if rows[segment][1] <= slot < rows[segment][2]
        )

    def around(self, booking: int, size: int) -> list[int]:
        """Segments to free so that an unplaced booking may find a place: one that could hold it, and others.

        Half of the others could hold it too, the rest lie at the same time; those with more free time, which
        gives room to move in, are more likely.
        """
        hosts = self.hosts(booking)
        if not hosts:
            return []
        anchor = self._draw(hosts, 1)[0]
        near = self._together_with(anchor)
        inside = set(hosts)
        chosen = [anchor]
        for wanted, limit in ((True, (size + 1) // 2), (False, size)):
            candidates = [s for s in near if (s in inside or not wanted) and s not in chosen]
            chosen += self._draw(candidates, limit - len(chosen))
        chosen += self._draw([s for s in hosts if s not in chosen], size - len(chosen))
        return sorted(chosen)

    def hosts(self, booking: int) -> list[int]:
        """Segments that could hold the booking, were they empty."""
        problem = self.problem
        set_up, occupied = int(problem.set_up[booking]), int(problem.occupied[booking])
        possible = self.plan.possible_starts(booking)
        return [
            segment
            for agent in problem.allowed_agents(booking)
            if possible & problem.agent_start_bits(agent, set_up, occupied)
            for segment in problem.segments_of(agent)
            if possible & problem.segments.start_bits(segment, set_up, occupied)
        ]

    def towards_wish(self, booking: int, size: int) -> list[int]:
        """The segment of a placed booking, and some of those that could hold it nearest to its wish.

        For a confirmation that is not kept, the wish is the confirmed start.
        """
        problem, rows = self.problem, self.problem.segments.rows
        confirmed = int(problem.movable_slot[booking])
        wish = confirmed if confirmed >= 0 else int(problem.wish[booking]) // problem.grid
        own = self.segment_of(booking)
        others = [segment for segment in self.hosts(booking) if segment != own]
        others.sort(key=lambda s: (max(0, rows[s][1] - wish, wish - rows[s][2]), s))
        return sorted([own, *self._draw(others[: 3 * size], size - 1)])

    def _together_with(self, segment: int) -> list[int]:
        """Segments that overlap in time."""
        listed = self.problem.segments
        overlap = (listed.start < listed.end[segment]) & (listed.start[segment] < listed.end)
        return np.flatnonzero(overlap).tolist()

    def _draw(self, candidates: list[int], count: int) -> list[int]:
        """Some of the candidates, those with more free time more likely."""
        if count <= 0 or not candidates:
            return []
        keyed = sorted(
            candidates, key=lambda s: (-(self.random.random() ** (1.0 / (1 + self.free_slots(s)))), s)
        )
        return keyed[:count]

    def free_slots(self, segment: int) -> int:
        """Slots of the segment that no session occupies."""
        agent, start, end, _, _ = self.problem.segments.rows[segment]
        return ((self.plan.free[agent] >> start) & ((1 << (end - start)) - 1)).bit_count()
