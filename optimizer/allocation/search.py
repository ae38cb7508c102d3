"""Large-neighbourhood search: free some segments, let CP-SAT fill them anew, keep what is better."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from itertools import islice

from data.progress import Progress
from optimizer.allocation.construct import BestFit, order_of_placement
from optimizer.allocation.levels import worth
from optimizer.allocation.neighbourhoods import Neighbourhoods
from optimizer.allocation.session_model import SessionModel
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import TUNING, Budget
from optimizer.solve_result import SolveStatus

SIZES = (4, 6, 8, 10, 12)
"""Segments freed in successive attempts to place a booking."""

ROUNDS = 15
"""Attempts at each booking before it is left unplaced."""

COMPANY, COMPANY_LOOKED_AT = 4, 40
"""Other unplaced bookings that may take part in an attempt, and how many are looked at for it."""

WORK_AN_ATTEMPT = 0.6
"""Deterministic work of one neighbourhood at most."""

WHOLE_TUNING = {**TUNING, "linearization_level": 2}
"""For a model of everything: of 93 small cases with every feature all were proven in 4.0 seconds, where
without more linear relaxations it took 5.6; and of the few that take minutes, better plans were found."""


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
        self._overhead = 0.01 + 1e-6 * len(self.problem.segments)

    def place_more(self, enough: int, keep_work: float) -> None:
        """Place bookings that are left over, until `enough` are placed or `keep_work` is all that is left."""
        missing = [b for b in self.problem.placeable.tolist() if b not in self.plan.sessions]
        waiting = deque((booking, 0) for booking in order_of_placement(self.problem, missing))
        while waiting and len(self.plan.sessions) < enough and not self.budget.is_spent(keep_work):
            booking, attempt = waiting.popleft()
            if booking in self.plan.sessions:
                continue
            self._tell(len(waiting) + 1)
            company = [b for b, _ in islice(waiting, COMPANY_LOOKED_AT) if b not in self.plan.sessions]
            ejected = self._try_to_place(booking, company, attempt)
            waiting.extend((b, 0) for b in ejected)
            if booking not in self.plan.sessions and attempt + 1 < ROUNDS:
                waiting.append((booking, attempt + 1))

    def place_from_all(self, work: float) -> bool:
        """One neighbourhood of everything; returns whether it proves that no plan places more."""
        everything = self.problem.placeable.tolist()
        model = SessionModel(self.plan, range(len(self.problem.segments)), everything, required=self.fixed)
        model.model.maximize(model.placed())
        return self._improve(model, list(self.plan.sessions), work, WHOLE_TUNING)

    def _tell(self, left: int) -> None:
        self.progress(0.2 + 0.5 * self._work_done(), f"{left} bookings left to place")

    def _try_to_place(self, booking: int, company: list[int], attempt: int) -> list[int]:
        """Try once; returns the bookings that had to give way to more urgent ones."""
        self.budget.work_used += self._overhead
        if BestFit(self.plan).place(booking):
            return []
        segments = self.draws.around(booking, SIZES[attempt % len(SIZES)], attempt)
        if not segments:
            return []
        inside = self.draws.sessions_in(segments)
        freed = set(segments)
        near = [b for b in company if not freed.isdisjoint(self.draws.hosts(b).tolist())]
        model = SessionModel(
            self.plan, segments, [*inside, booking, *near[:COMPANY]], required=self.fixed.intersection(inside)
        )
        kept, most_kept = model.kept()
        model.model.maximize(model.placed() * (most_kept + 1) + kept)
        self._improve(model, inside, WORK_AN_ATTEMPT)
        return [b for b in inside if b not in self.plan.sessions]

    def _work_done(self) -> float:
        return min(1.0, self.budget.work_used / max(self.budget.limits.work, 1e-9))

    def _improve(
        self, model: SessionModel, inside: list[int], work: float, tuning: Mapping[str, int] = TUNING
    ) -> bool:
        """Solve a neighbourhood from the plan as it is; take its answer if it is better at these levels.

        Returns whether the answer is proven to be the best one.
        """
        before = {booking: self.plan.sessions[booking] for booking in inside}
        model.hint(before)
        outcome = self.budget.solve(model.model, work, tuning)
        if outcome.found:
            after = model.placements(outcome)
            if worth(self.problem, after)[:2] > worth(self.problem, before)[:2]:
                self.plan.replace(after, instead_of=inside)
        return outcome.status is SolveStatus.OPTIMAL
