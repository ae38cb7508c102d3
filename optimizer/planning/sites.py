"""Several sites or weeks planned at once, by whatever executor there is: each is a case of its own."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

from data.executors import completed
from data.model import Case, Scenario
from data.progress import Progress, no_progress
from optimizer.planning.week import PlannedWeek, plan_week
from optimizer.solve_result import SolveLimits


@dataclass(frozen=True)
class _Site:
    name: str
    case: Case
    scenario: Scenario
    limits: SolveLimits
    replications: int


def plan_sites(
    cases: Mapping[str, Case],
    limits: SolveLimits,
    executor: Executor,
    *,
    scenario: Scenario,
    replications: int,
    progress: Progress = no_progress,
) -> dict[str, PlannedWeek]:
    """Roster, allocation and simulation of every case, by name and in the order given.

    Each result is that of `plan_week` alone, whatever the executor: a case that can be parted, by site or by
    week, is planned in the time of its largest part.

    Args:
        limits: for each case.
        progress: told after each case; may raise to stop.

    Raises:
        ExecutorError: when workers are lost for good.
        RefereeDisagreesError: when the referee finds a fault in a plan.
    """
    sites = [_Site(name, case, scenario, limits, replications) for name, case in cases.items()]
    found: dict[str, PlannedWeek] = {}

    def tell() -> None:
        progress(len(found) / max(1, len(sites)), f"{len(found)} of {len(sites)} planned")

    for site, planned in completed(executor, _planned, sites, tell):
        found[site.name] = planned
        tell()
    return {name: found[name] for name in cases}


def _planned(site: _Site) -> PlannedWeek:
    return plan_week(site.case, site.limits, scenario=site.scenario, replications=site.replications)
