"""The first plan of a large case: coarse linear models, and finer ones where a day is asked for too much."""

from __future__ import annotations

from typing import Any

import pytest

from data.model import Case
from optimizer.allocation import build_problem, flow_start
from optimizer.allocation.flow_start import FlowStart
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.approximate_linear_program import approximate_all
from optimizer.budget import Budget
from optimizer.linear_program import maximise_all
from optimizer.solve_result import SolveLimits
from tests.allocation.random_cases import random_day


def started(
    monkeypatch: pytest.MonkeyPatch, made: Case, from_bookings: int
) -> tuple[WorkingPlan, list[tuple[int, bool]]]:
    """The plan, where so many bookings are many; and each batch of linear models: how many, and if exact."""
    problem = build_problem(made)
    batches = []

    def exactly(programs: Any, *rest: Any) -> Any:
        batches.append((len(programs), True))
        return maximise_all(programs, *rest)

    def roughly(programs: Any, *rest: Any) -> Any:
        batches.append((len(programs), False))
        return approximate_all(programs, *rest)

    monkeypatch.setattr(flow_start, "MANY", from_bookings)
    monkeypatch.setattr(flow_start, "maximise_all", exactly)
    monkeypatch.setattr(flow_start, "approximate_all", roughly)
    plan = WorkingPlan(problem)
    FlowStart(plan, Budget(SolveLimits(work=1e6)), lambda *_: None).run()
    return plan, batches


@pytest.mark.parametrize("seed", range(4))
def test_coarse_models_place_nearly_as_many(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """On a day of 15 agents the plan from a coarse model has at most 6 % fewer sessions than the fine one."""
    made = random_day(seed, agents=15)
    fine, of_fine = started(monkeypatch, made, 1_000_000)
    coarse, of_coarse = started(monkeypatch, made, 0)
    assert of_fine == [(1, True)]
    assert of_coarse == [(1, False)]
    assert len(coarse.sessions) >= 0.94 * len(fine.sessions)


def test_an_overfull_day_gets_a_fine_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a coarse model leaves out more than it may, the plan is that of the fine model."""
    made = random_day(1, agents=15)
    fine, _ = started(monkeypatch, made, 1_000_000)
    monkeypatch.setattr(flow_start, "MOST_LEFT_OUT", -1.0)
    coarse, batches = started(monkeypatch, made, 0)
    assert batches == [(1, False), (1, True)]
    assert len(coarse.sessions) >= 0.94 * len(fine.sessions)


def test_without_time_for_all_priorities_are_in_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """With more bookings than hours of agents the model is the fine one from the beginning."""
    _, batches = started(monkeypatch, random_day(1, agents=15, load=1.6), 0)
    assert batches == [(1, True)]
