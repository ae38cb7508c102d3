"""Several sites planned at once: each as if it were alone."""

from __future__ import annotations

from data.executors import open_executor
from data.generator import GeneratorSettings, generate
from data.model import Case, Scenario
from optimizer.planning.sites import plan_sites
from optimizer.planning.week import plan_week
from optimizer.solve_result import SolveLimits


def test_sites_are_planned_as_if_each_were_alone() -> None:
    """Two days in two processes: the same rosters, schedules and figures as one by one, by name."""
    cases: dict[str, Case] = {
        name: generate(GeneratorSettings(agents=10, days=1, load=0.5, seed=seed)).case
        for name, seed in (("north", 2), ("south", 1))
    }
    limits = SolveLimits(work=0.5)
    with open_executor(2) as executor:
        found = plan_sites(cases, limits, executor, scenario=Scenario(), replications=3)
    assert list(found) == ["north", "south"]
    for name, case in cases.items():
        alone = plan_week(case, limits, scenario=Scenario(), replications=3)
        assert found[name].case.duties.same_as(alone.case.duties)
        assert found[name].case.sessions.same_as(alone.case.sessions)
        assert found[name].simulation is not None
        assert alone.simulation is not None
        assert found[name].simulation.kpis == alone.simulation.kpis
