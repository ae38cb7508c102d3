"""One CP-SAT model over everything, for cases small enough to be proven."""

from __future__ import annotations

from collections.abc import Callable

from ortools.sat.python import cp_model

from optimizer.allocation.levels import Proof
from optimizer.allocation.lower_model import LowerModel
from optimizer.allocation.session_model import SessionModel
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget
from optimizer.solve_result import SolveStatus


def solve_exactly(plan: WorkingPlan, budget: Budget) -> Proof:
    """Improve the plan level by level and say what is proven.

    Each level is solved with the levels above held at their optimum, from the plan as a complete hint; a
    level that runs out of work ends the proof, and the plan keeps the best found.
    """
    problem = plan.problem
    bookings = problem.placeable.tolist()
    fixed = frozenset(b for b in bookings if problem.fixed_slot[b] >= 0)
    segments = list(range(len(problem.segments)))
    model = SessionModel(plan, segments, bookings, required=fixed)
    lower = LowerModel(model)
    levels: tuple[Callable[[], cp_model.LinearExpr | None], ...] = (
        model.placed,
        lambda: model.kept()[0],
        lambda: -model.deviation()[0],
        lower.back_to_back,
        lambda: -lower.unfairness(),
        lambda: None if (inversions := lower.order_inversions()) is None else -inversions,
    )
    proven = [False] * len(levels)
    for number, build in enumerate(levels):
        level = build()
        if level is None:
            break
        model.hint(plan.sessions)
        lower.hint(plan.sessions)
        optimum = _maximise(plan, model, level, budget, share=0.5 if number == 0 else 0.8)
        if optimum is None:
            break
        proven[number] = True
        model.model.add(level == optimum)
    return Proof(*proven)


def _maximise(
    plan: WorkingPlan, model: SessionModel, level: cp_model.LinearExpr, budget: Budget, share: float
) -> int | None:
    """Solve one level; the optimum if proven. The plan takes over the best sessions found."""
    model.model.maximize(level)
    outcome = budget.solve(model.model, share * budget.work_left)
    if not outcome.found:
        return None
    plan.replace(model.placements(outcome), instead_of=list(plan.sessions))
    return round(outcome.objective) if outcome.status is SolveStatus.OPTIMAL else None
