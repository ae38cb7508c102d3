"""A small generated day with a plan, as a workload."""

from __future__ import annotations

from functools import cache

from data.generator import GeneratorSettings, generate
from data.model import Case, Scenario
from optimizer.allocation import allocate
from optimizer.solve_result import SolveLimits
from optimizer.tuning.workload import Workload

LIMITS = SolveLimits(work=2.0, gap=0.0)


@cache
def planned_day(agents: int = 12, load: float = 0.7, seed: int = 4) -> Case:
    """A generated day with its planted duties and a plan."""
    case = generate(GeneratorSettings(agents=agents, days=1, load=load, seed=seed)).case
    answer = allocate(case, LIMITS).answer
    assert answer is not None
    return case.with_schedule(answer)


@cache
def workload() -> Workload:
    """The same as a workload."""
    return Workload.of(planned_day(), Scenario(), seed=3)
