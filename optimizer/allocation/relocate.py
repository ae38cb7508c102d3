"""Moves of single sessions to free places closer to their wishes."""

from __future__ import annotations

from optimizer.allocation.construct import CHECK_EVERY, BestFit
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget

WORK_A_MOVE = 5e-4
"""Deterministic work booked for a session looked at."""


def relocate(plan: WorkingPlan, budget: Budget, keep_work: float) -> None:
    """Move sessions one by one, the farthest from its wish first, until `keep_work` is all that is left.

    Fixed and kept pins stay.
    """
    problem = plan.problem
    fit = BestFit(plan, slot_worth=0)
    far = [(problem.deviation(booking, slot), booking) for booking, (slot, _) in plan.sessions.items()]
    queue = sorted(((minutes, booking) for minutes, booking in far if minutes), key=lambda p: (-p[0], p[1]))
    for done, (minutes, booking) in enumerate(queue):
        if done % CHECK_EVERY == 0:
            budget.work_used += WORK_A_MOVE * min(CHECK_EVERY, len(queue) - done)
            if budget.is_spent(keep_work):
                break
        if problem.fixed_slot[booking] >= 0 or problem.keeps_confirmation(booking, *plan.sessions[booking]):
            continue
        plan.begin([booking])
        here = plan.remove(booking)
        there = fit.best(booking) or here
        if problem.deviation(booking, there[0]) >= minutes:
            there = here
        plan.place(booking, *there)
        plan.commit()
