"""Small instances with every feature: the arc-flow path against the proven optimum, and brute force."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from data.model import Case, Schedule
from data.referee import judge_schedule
from optimizer.allocation import allocate, build_problem
from optimizer.allocation.bounds import placed_bound
from optimizer.allocation.construct import TIGHT, construct
from optimizer.allocation.engine import Engine
from optimizer.allocation.pins import place_fixed
from optimizer.allocation.session_model import SessionModel
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import TUNING, Budget
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus
from tests.allocation.brute_force import best_value, value_of
from tests.allocation.featured_cases import featured_case, tiny_featured_case

ENGINES = (Engine.ARC_FLOW, Engine.CP_SAT)
IN_THE_SAMPLE, IN_THE_SOAK = 40, 500
WORK_OF_THE_SAMPLE, WORK_OF_THE_SOAK = 4.0, 20.0
PROOF_OF_THE_SOAK = 60.0


def most_placed(case: Case, work: float = 10.0) -> tuple[tuple[int, ...], bool]:
    """Bookings of each priority in the best plan of one CP-SAT model of that level; and if that is proven."""
    problem = build_problem(case)
    plan, budget = WorkingPlan(problem), Budget(SolveLimits(work=work))
    assert place_fixed(plan, budget) == ()
    construct(plan, problem.placeable.tolist(), TIGHT, budget, lambda *_: None)
    fixed = frozenset(b for b in problem.placeable.tolist() if problem.fixed_slot[b] >= 0)
    segments = list(range(len(problem.segments)))
    model = SessionModel(plan, segments, problem.placeable.tolist(), required=fixed)
    model.hint(plan.sessions)
    model.model.maximize(model.placed())
    outcome = budget.solve(model.model, work, {**TUNING, "linearization_level": 2})
    assert outcome.found
    placed = [0] * 9
    for booking in model.placements(outcome):
        placed[int(problem.priority[booking]) - 1] += 1
    return tuple(placed), outcome.status is SolveStatus.OPTIMAL


def solved(case: Case, engine: Engine, work: float) -> tuple[Case, SolveResult[Schedule]]:
    """The case with a schedule that the referee finds lawful, and the result, its levels counted anew."""
    result = allocate(case, SolveLimits(work=work), engine=engine)
    assert result.answer is not None
    done = case.with_schedule(result.answer)
    assert judge_schedule(done) == []
    placed, kept, deviation = value_of(done)[:3]
    assert [level.objective for level in result.levels[:3]] == [sum(placed), kept, -deviation]
    return done, result


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("block", range(4))
def test_bounds_hold_on_the_tiniest(engine: Engine, block: int) -> None:
    """On 40 tiny cases with every feature no level is better than brute force allows, and no bound wrong."""
    for seed in range(10 * block, 10 * (block + 1)):
        case = tiny_featured_case(seed)
        done, result = solved(case, engine, work=1.0)
        best = best_value(case)
        value = value_of(done)
        assert value <= best
        if result.status is SolveStatus.OPTIMAL:
            assert value == best
        if value[0] == best[0]:
            assert result.levels[1].bound >= best[1]
        if value[:2] == best[:2]:
            assert result.levels[2].bound <= -best[2]


@pytest.mark.parametrize("block", range(4))
def test_arc_flow_equals_brute_force_on_the_tiniest(block: int) -> None:
    """On the same cases the arc-flow path places what the best of all plans places, by priority."""
    for seed in range(10 * block, 10 * (block + 1)):
        case = tiny_featured_case(seed)
        done, _ = solved(case, Engine.ARC_FLOW, work=1.0)
        assert value_of(done)[0] == best_value(case)[0]


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_one_model_equals_the_proof(seed: int) -> None:
    """The exact engine places what the model of the first level alone proves to be the most."""
    case = featured_case(seed)
    done, _ = solved(case, Engine.CP_SAT, work=60.0)
    assert (value_of(done)[0], True) == most_placed(case)


def test_the_cases_have_every_feature() -> None:
    """Among the cases of the sample each feature occurs often enough to matter."""
    problems = [build_problem(featured_case(seed)) for seed in range(IN_THE_SAMPLE)]
    cases = [problem.case for problem in problems]
    assert all(len(case.bookings) <= 60 for case in cases)
    count = {
        "days": sum(case.plan.days > 1 for case in cases),
        "breaks": sum(len(case.breaks) > 2 for case in cases),
        "kinds": sum(len(np.unique(problem.set_up[problem.placeable])) > 1 for problem in problems),
        "fixed": sum((problem.fixed_slot >= 0).any() for problem in problems),
        "fixed with agent": sum((problem.fixed_agent >= 0).any() for problem in problems),
        "movable": sum((problem.movable_slot >= 0).any() for problem in problems),
        "movable with agent": sum((problem.movable_agent >= 0).any() for problem in problems),
        "shared": sum(sum(map(bool, problem.people)) >= 4 for problem in problems),
        "several windows": sum((np.diff(problem.windows.offsets) > 1).any() for problem in problems),
        "proxies": sum((case.bookings.proxy_issued_on > -1_000).any() for case in cases),
        "judicial": sum(case.bookings.holder_is_deceased.any() for case in cases),
        "zones": sum(len(set(case.participants.time_zone.tolist())) > 1 for case in cases),
        "priorities": sum(len(set(case.bookings.priority.tolist())) > 2 for case in cases),
        "long": sum((case.bookings.duration_minutes > 40).any() for case in cases),
        "overloaded": sum(placed_bound(problem) < len(problem.placeable) for problem in problems),
    }
    assert min(count.values()) >= 10, count


@dataclass(frozen=True)
class Shortfall:
    """A seed on which the arc-flow path places less than the best plan, priority by priority."""

    seed: int
    placed: tuple[int, ...]
    best: tuple[int, ...]
    bound: float


def shortfalls(seeds: range, work: float, work_of_the_proof: float) -> list[Shortfall]:
    """Where the arc-flow path falls short of the best plan known.

    No plan may be better than a proven one, and no bound below it. Where the proof runs out of work, the best
    plan that it found is the measure.
    """
    found, proofs = [], 0
    for seed in seeds:
        case = featured_case(seed)
        best, proven = most_placed(case, work_of_the_proof)
        done, result = solved(case, Engine.ARC_FLOW, work)
        placed = value_of(done)[0]
        assert placed <= best or not proven
        assert result.levels[0].bound >= sum(best)
        proofs += proven
        if placed < best:
            found.append(Shortfall(seed, placed, best, result.levels[0].bound))
    assert proofs >= 0.9 * len(seeds)
    return found


@pytest.mark.parametrize("block", range(4))
def test_arc_flow_equals_the_proof(block: int) -> None:
    """On 20 small instances with every feature the arc-flow path places the proven most of each priority."""
    size = 5
    assert shortfalls(range(size * block, size * (block + 1)), WORK_OF_THE_SAMPLE, 10.0) == []


@pytest.mark.soak
@pytest.mark.parametrize("block", range(50))
def test_arc_flow_equals_the_proof_on_many(block: int) -> None:
    """The same on 500, with more work."""
    size = IN_THE_SOAK // 50
    seeds = range(size * block, size * (block + 1))
    assert shortfalls(seeds, WORK_OF_THE_SOAK, PROOF_OF_THE_SOAK) == []
