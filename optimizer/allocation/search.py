"""Large-neighbourhood search: free some segments, let CP-SAT fill them anew, keep what is better."""

from __future__ import annotations

import heapq

from data.progress import Progress
from optimizer.allocation.bounds import least_deviation
from optimizer.allocation.budget import Budget
from optimizer.allocation.construct import BestFit, order_of_placement
from optimizer.allocation.levels import worth
from optimizer.allocation.neighbourhoods import Neighbourhoods
from optimizer.allocation.session_model import SessionModel
from optimizer.allocation.working_plan import WorkingPlan

SIZES = (4, 6, 8, 10, 12)
"""Segments freed in successive attempts to place a booking."""

ROUNDS = 15
"""Attempts at each booking before it is left unplaced."""

COMPANY, COMPANY_LOOKED_AT = 4, 40
"""Other unplaced bookings that may take part in an attempt, and how many are looked at for it."""

SEGMENTS_COMPARED = 4
"""Segments between which sessions are moved to come closer to the wishes."""

PATIENCE = 60
"""Attempts in a row without a gain after which coming closer to the wishes ends."""

WORK_AN_ATTEMPT = 1.2
"""Deterministic work of one neighbourhood at most."""


class NeighbourhoodSearch:
    """Improves a plan level by level; the plan is never worse than before."""

    def __init__(self, plan: WorkingPlan, budget: Budget, progress: Progress) -> None:
        self.plan = plan
        self.problem = plan.problem
        self.budget = budget
        self.progress = progress
        self.draws = Neighbourhoods(plan, budget.limits.seed)
        self.fixed = frozenset(b for b in plan.sessions if self.problem.fixed_slot[b] >= 0)
        # Drawing and building count as work too, or trivial neighbourhoods would cost nothing.
        self._least_deviation: dict[int, int] = {}
        self._overhead = 0.01 + 1e-6 * len(self.problem.segments)

    def place_more(self, enough: int, keep_work: float) -> None:
        """Place bookings that are left over, until `enough` are placed or `keep_work` is all that is left."""
        for attempt in range(ROUNDS):
            waiting = self._unplaced()
            for booking in waiting:
                if len(self.plan.sessions) >= enough or self.budget.is_spent(keep_work):
                    return
                if booking not in self.plan.sessions:
                    self._try_to_place(booking, SIZES[attempt % len(SIZES)])
            if not waiting:
                return

    def _unplaced(self) -> list[int]:
        missing = [b for b in self.problem.placeable.tolist() if b not in self.plan.sessions]
        return order_of_placement(self.problem, missing)

    def _try_to_place(self, booking: int, size: int) -> None:
        left = self._unplaced()
        self.progress(0.2 + 0.5 * self._work_done(), f"{len(left)} bookings left to place")
        self.budget.work_used += self._overhead
        if BestFit(self.plan).place(booking):
            return
        segments = self.draws.around(booking, size)
        if not segments:
            return
        inside = self.draws.sessions_in(segments)
        freed = set(segments)
        near = [
            b for b in left[:COMPANY_LOOKED_AT] if b != booking and not freed.isdisjoint(self.draws.hosts(b))
        ]
        model = SessionModel(
            self.plan, segments, [*inside, booking, *near[:COMPANY]], required=self.fixed.intersection(inside)
        )
        kept, most_kept = model.kept()
        model.model.maximize(model.placed() * (most_kept + 1) + kept)
        self._improve(model, inside, levels=2)

    def come_closer(self) -> None:
        """Bring sessions closer to what was confirmed and wished, with the same bookings placed.

        The booking with most to win comes first; it has another turn only after something moved around it.
        """
        to_win = {booking: self._to_win(booking) for booking in sorted(self.plan.sessions)}
        waiting = [(-minutes, booking) for booking, minutes in to_win.items() if minutes]
        heapq.heapify(waiting)
        in_vain = 0
        while waiting and in_vain < PATIENCE and not self.budget.is_spent():
            minutes, booking = heapq.heappop(waiting)
            if -minutes != self._to_win(booking):
                continue
            self.progress(0.7 + 0.3 * self._work_done(), "bringing sessions closer to the wishes")
            self.budget.work_used += self._overhead
            segments = self.draws.towards_wish(booking, SEGMENTS_COMPARED)
            inside = self.draws.sessions_in(segments)
            model = SessionModel(self.plan, segments, inside, required=frozenset(inside))
            deviation, most = model.deviation()
            model.model.maximize(model.kept()[0] * (most + 1) - deviation)
            in_vain += 1
            if self._improve(model, inside, levels=3):
                in_vain = 0
                for moved in inside:
                    if self._to_win(moved):
                        heapq.heappush(waiting, (-self._to_win(moved), moved))

    def _to_win(self, booking: int) -> int:
        """Minutes that a placed booking could come closer at best; a lost confirmation counts as a day."""
        slot, agent = self.plan.sessions[booking]
        minutes = self.problem.deviation(booking, slot) - self._least(booking)
        if self.problem.movable_slot[booking] >= 0 and not self.problem.keeps_confirmation(
            booking, slot, agent
        ):
            minutes += 1440
        return minutes

    def _least(self, booking: int) -> int:
        if booking not in self._least_deviation:
            self._least_deviation[booking] = least_deviation(self.problem, booking)
        return self._least_deviation[booking]

    def _work_done(self) -> float:
        return min(1.0, self.budget.work_used / max(self.budget.limits.work, 1e-9))

    def _improve(self, model: SessionModel, inside: list[int], levels: int) -> bool:
        """Solve a neighbourhood from the plan as it is; take its answer if it is better at these levels."""
        before = {booking: self.plan.sessions[booking] for booking in inside}
        model.hint(before)
        outcome = self.budget.solve(model.model, WORK_AN_ATTEMPT)
        if not outcome.found:
            return False
        after = model.placements(outcome)
        better = worth(self.problem, after)[:levels] > worth(self.problem, before)[:levels]
        if better:
            self.plan.replace(after, instead_of=inside)
        return better
