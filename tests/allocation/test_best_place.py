"""The best free place of a booking, and the agents for given starts, against a look at every single one."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.allocation import build_problem, construct
from optimizer.allocation.construct import BestFit, order_of_placement, unusable
from optimizer.allocation.decompose import bind_starts
from optimizer.allocation.pins import place_fixed
from optimizer.allocation.problem import Problem
from optimizer.allocation.working_plan import Placement, WorkingPlan
from optimizer.budget import Budget
from optimizer.solve_result import SolveLimits
from tests.allocation.featured_cases import featured_case
from tests.allocation.random_cases import random_day

WORTH = 30


def filled(problem: Problem, share: float) -> WorkingPlan:
    """A plan with the fixed pins and about so many of the other bookings."""
    plan = WorkingPlan(problem)
    assert place_fixed(plan, Budget(SolveLimits())) == ()
    fit = BestFit(plan, WORTH)
    listed = [b for b in problem.placeable.tolist() if b not in plan.sessions]
    for booking in listed[: int(share * len(listed))]:
        fit.place(booking)
    return plan


def free_places(plan: WorkingPlan, booking: int) -> list[Placement]:
    """Every start and agent at which the booking could be placed."""
    problem = plan.problem
    kind = (int(problem.set_up[booking]), int(problem.occupied[booking]))
    possible = plan.possible_starts(booking)
    return [
        (slot, agent)
        for agent in problem.allowed_agents(booking)
        for slot in range(problem.slots)
        if (possible & plan.free_starts(agent, *kind)) >> slot & 1
    ]


def cost(plan: WorkingPlan, booking: int, slot: int, agent: int) -> tuple[int, int, int]:
    """Deviation and slots made unusable, then the agent's skills, then the start."""
    problem, waste = plan.problem, unusable(plan.problem)
    begin = slot - int(problem.set_up[booking])
    end = begin + int(problem.occupied[booking])
    free = plan.free[agent]
    _, low, high, _, _ = problem.segments.rows[problem.segment_at(agent, begin)]
    before = next((n for n in range(begin - low) if not free >> (begin - 1 - n) & 1), begin - low)
    after = next((n for n in range(high - end) if not free >> (end + n) & 1), high - end)
    wasted = waste[before] + waste[after] - waste[before + end - begin + after]
    return (
        WORTH * wasted + problem.deviation(booking, slot),
        int(problem.agent_skills[agent].sum()),
        slot,
    )


@pytest.mark.parametrize("seed", range(10))
def test_no_place_is_better(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """On random cases with every feature, the place found is as good as the best of all free places."""
    monkeypatch.setattr(construct, "PLACES_AT_ONCE", 10**9)
    problem = build_problem(featured_case(seed))
    plan = filled(problem, 0.2)
    fit = BestFit(plan, WORTH)
    found = 0
    for booking in problem.placeable.tolist():
        if booking in plan.sessions:
            continue
        places = free_places(plan, booking)
        best = fit.best(booking)
        assert (best is None) == (not places)
        if best is not None:
            found += 1
            assert best in places
            assert cost(plan, booking, *best) == min(cost(plan, booking, *place) for place in places)
    assert found


@pytest.mark.parametrize("seed", range(6))
def test_what_is_remembered_changes_nothing(seed: int) -> None:
    """While a plan only gets fuller, remembering where nobody has time leads to the same places."""
    problem = build_problem(random_day(seed, agents=12, load=1.1))
    plans = []
    for only_filling in (False, True):
        plan = WorkingPlan(problem)
        fit = BestFit(plan, WORTH, only_filling=only_filling)
        for booking in order_of_placement(problem, problem.placeable.tolist()):
            fit.place(booking)
        plans.append(plan.sessions)
    assert plans[0] == plans[1]
    assert len(plans[0]) < len(problem.placeable)


@pytest.mark.parametrize("seed", range(8))
def test_who_finds_no_agent_has_none(seed: int) -> None:
    """A start is given up only when every agent is taken then, or a participant is in another session."""
    problem = build_problem(featured_case(seed))
    plan = filled(problem, 0.3)
    rng = np.random.default_rng(seed)
    starts = {}
    for booking in problem.placeable.tolist():
        if booking not in plan.sessions:
            first, last = problem.window(booking)[0]
            starts[booking] = int(rng.integers(first, last + 1))
    left = bind_starts(plan, starts, Budget(SolveLimits()))
    assert 0 < len(left) < len(starts)
    for booking in left:
        kind = (int(problem.set_up[booking]), int(problem.occupied[booking]))
        slot = starts[booking]
        assert not plan.possible_starts(booking) >> slot & 1 or not any(
            plan.free_starts(agent, *kind) >> slot & 1 for agent in problem.allowed_agents(booking)
        )


@pytest.mark.parametrize("seed", range(4))
def test_starts_of_one_agent(seed: int) -> None:
    """Whether an agent may start a session then is the same, asked start by start or for all starts."""
    problem = build_problem(featured_case(seed))
    for set_up, occupied in {(int(s), int(o)) for _, s, o in problem.kinds[0].tolist()}:
        for agent in range(problem.agents):
            bits = problem.agent_start_bits(agent, set_up, occupied)
            for slot in range(problem.slots):
                assert problem.may_start(agent, slot, set_up, occupied) == bool(bits >> slot & 1)
