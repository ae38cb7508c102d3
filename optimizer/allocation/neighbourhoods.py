"""Which segments to free together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from data.model import MISSING
from data.model.columns import IntArray
from optimizer.allocation.problem import NOBODY
from optimizer.allocation.working_plan import WorkingPlan

NEAREST = 40
"""Segments among which the first attempts look for company: those nearest to the wish; later ones look
further."""


class Neighbourhoods:
    """Draws groups of segments, and knows which sessions lie in them.

    Draws depend on the seed and the plan only.
    """

    def __init__(self, plan: WorkingPlan, seed: int) -> None:
        self.plan = plan
        self.problem = plan.problem
        self.random = np.random.default_rng(seed)
        self._of_kind: dict[tuple[int, int, int], tuple[IntArray, IntArray, IntArray]] = {}

    def sessions_in(self, segments: Iterable[int]) -> list[int]:
        """Placed bookings whose sessions lie in these segments."""
        rows = self.problem.segments.rows
        return sorted(
            booking
            for segment in segments
            for booking, slot in self.plan.of_agent[rows[segment][0]].items()
            if rows[segment][1] <= slot < rows[segment][2]
        )

    def around(self, booking: int, size: int, attempt: int) -> list[int]:
        """Segments to free so that an unplaced booking may find a place: one that could hold it, and others.

        Half of the others could hold it too, the rest lie at the same time; those with more free time, which
        gives room to move in, are more likely. Each attempt looks further from the wish.
        """
        hosts = self.hosts(booking)
        if not len(hosts):
            return []
        hosts = self._nearest(hosts, self._wish(booking), NEAREST << attempt)
        anchor = self._draw(hosts, 1)
        near = self._together_with(int(anchor[0]))
        able = np.intersect1d(near, hosts, assume_unique=True)
        chosen = np.concatenate((anchor, self._draw(np.setdiff1d(able, anchor), (size + 1) // 2 - 1)))
        chosen = np.concatenate((chosen, self._draw(np.setdiff1d(near, chosen), size - len(chosen))))
        chosen = np.concatenate((chosen, self._draw(np.setdiff1d(hosts, chosen), size - len(chosen))))
        return sorted(chosen.tolist())

    def hosts(self, booking: int) -> IntArray:
        """Segments that could hold the booking, were they empty."""
        problem = self.problem
        segments, first, last = self._able(booking)
        inside = np.zeros(len(segments), dtype=np.bool_)
        for low, high in problem.window(booking):
            inside |= (first <= high) & (low <= last)
        pin = int(problem.fixed_agent[booking])
        if pin != NOBODY:
            inside &= problem.segments.agent[segments] == pin
        return segments[inside]

    def _able(self, booking: int) -> tuple[IntArray, IntArray, IntArray]:
        """Segments long enough whose agent has the skill, with the first and last start in each."""
        problem = self.problem
        kind = (int(problem.skill[booking]), int(problem.set_up[booking]), int(problem.occupied[booking]))
        if kind not in self._of_kind:
            skill, set_up, occupied = kind
            listed = problem.segments
            first = np.maximum(listed.start + set_up, listed.earliest)
            last = np.minimum(listed.end - occupied + set_up, listed.latest)
            able = np.flatnonzero((first <= last) & problem.agent_skills[listed.agent, skill])
            self._of_kind[kind] = (able, first[able], last[able])
        return self._of_kind[kind]

    def _wish(self, booking: int) -> int:
        """Slot that the booking should come close to: of a confirmation the confirmed one; or NOBODY."""
        confirmed, wish = int(self.problem.movable_slot[booking]), int(self.problem.wish[booking])
        if confirmed >= 0:
            return confirmed
        return NOBODY if wish == MISSING else wish // self.problem.grid

    def _nearest(self, segments: IntArray, wish: int, count: int) -> IntArray:
        if wish == NOBODY or len(segments) <= count:
            return segments
        listed = self.problem.segments
        away = np.maximum(0, np.maximum(listed.start[segments] - wish, wish - listed.end[segments]))
        return segments[np.argsort(away, kind="stable")[:count]]

    def _together_with(self, segment: int) -> IntArray:
        """Segments that overlap in time."""
        listed = self.problem.segments
        overlap = (listed.start < listed.end[segment]) & (listed.start[segment] < listed.end)
        return np.flatnonzero(overlap)

    def _draw(self, candidates: IntArray, count: int) -> IntArray:
        """Some of the candidates, those with more free time more likely."""
        if count <= 0 or not len(candidates):
            return candidates[:0]
        if len(candidates) > 8 * count:  # enough to choose from, and counting free time takes a while
            candidates = self.random.choice(candidates, 8 * count, replace=False)
        free = np.array([self.free_slots(segment) for segment in candidates.tolist()])
        keys = self.random.random(len(candidates)) ** (1.0 / (1 + free))
        return candidates[np.argsort(-keys, kind="stable")[:count]]

    def free_slots(self, segment: int) -> int:
        """Slots of the segment that no session occupies."""
        agent, start, end, _, _ = self.problem.segments.rows[segment]
        return ((self.plan.free[agent] >> start) & ((1 << (end - start)) - 1)).bit_count()
