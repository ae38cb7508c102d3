"""The pipeline from roster to simulation, and how it ends when somebody stops it."""

from __future__ import annotations

import pytest

from data.generator import GeneratorSettings, generate
from data.model import Case, Scenario
from data.referee import judge
from optimizer.planning.week import plan_week
from optimizer.solve_result import SolveLimits, SolveStatus


@pytest.fixture(scope="module")
def case() -> Case:
    """A generated case of 10 agents and one day."""
    return generate(GeneratorSettings(agents=10, days=1, load=0.7, seed=4)).case


def test_all_steps(case: Case) -> None:
    """Without an interruption every step has an answer, and the plan is legal."""
    week = plan_week(case, SolveLimits(work=2), scenario=Scenario(), replications=2)
    assert week.allocation is not None
    assert week.simulation is not None
    assert week.simulation.replications == 2
    assert judge(week.case) == []


@pytest.mark.parametrize("calls", [0, 1, 2, 5, 9, 20, 40, 80, 160, 320])
def test_an_interruption_hands_over_what_there_is(case: Case, calls: int) -> None:
    """Wherever it is stopped, the pipeline returns the steps so far; whatever plan is there is legal."""
    told = 0

    def progress(_fraction: float, _what: str) -> None:
        nonlocal told
        told += 1
        if told > calls:
            raise KeyboardInterrupt

    week = plan_week(case, SolveLimits(work=2), scenario=Scenario(), replications=200, progress=progress)
    assert week.simulation is None
    last = week.roster if week.allocation is None else week.allocation
    if last is week.roster or not len(week.case.sessions):
        assert last.status is SolveStatus.INTERRUPTED
    assert judge(week.case) == []
