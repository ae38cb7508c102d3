"""Plans of a workload, played by the compiled twin with common random numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.model import Scenario
from data.model.columns import FloatArray
from optimizer.tuning.capacity import rostered_hours
from optimizer.tuning.plans import TunedPlan
from optimizer.tuning.workload import Workload
from simulation import KPIS, Kpi, TwinEngine, Week, policy_of, with_standby
from simulation.distributions import student_t_quantile
from simulation.kpis import replication_kpis

AGENT_HOURS = "agent_hours"
FIGURES = (*KPIS, AGENT_HOURS)
"""Figures of a replication: the simulation's, and hours on duty: rostered, and of standby called."""

RACING_FROM, VALIDATING_FROM = 1_000, 1_000_000
"""First replications of the race, and of what is told of its winners: those that chose play no part in
that."""


class PlanPlayer:
    """Plays one plan; replication r meets the same chance as in every other plan of the workload.

    Args:
        pooled: whether agents of a pool serve each other's customers; None: as setting and scenario say.
    """

    def __init__(self, workload: Workload, plan: TunedPlan, pooled: bool | None = None) -> None:
        self.plan = plan
        self.scenario = _scenario(workload.scenario, plan, pooled)
        self.week = with_standby(Week.of(plan.case), self.scenario)
        self._chances = workload.chances(self.week)
        self._policy = policy_of(self.scenario)
        self._engine = TwinEngine()
        self._seed = workload.seed
        self._hours = rostered_hours(plan.case)
        self._on_call = np.array([duty.on_call for duty in self.week.duties], dtype=np.bool_)
        self._played: dict[int, dict[str, float]] = {}

    def play(self, replication: int) -> dict[str, float]:
        """The figures of one replication; asked again, they are not played again."""
        if replication not in self._played:
            draws = self._chances.draw(self._seed, replication)
            log = self._engine.run(self.week, self.scenario, draws, self._policy)
            served = np.array(log.left_at) - np.array(log.came_at)
            called = float(np.nansum(served[self._on_call])) / 60.0
            figures = replication_kpis(self.week, self.scenario, log)
            self._played[replication] = figures | {AGENT_HOURS: self._hours + called}
        return self._played[replication]

    def values(self, figure: str, replications: range) -> FloatArray:
        """One figure in each replication."""
        return np.array([self.play(replication)[figure] for replication in replications])


@dataclass(frozen=True, eq=False)
class PairedFigure:
    """A figure of two plans on the same replications, and the difference, second less first."""

    first: Kpi
    second: Kpi
    difference: Kpi


def mean_with_interval(values: FloatArray, level: float = 0.95) -> Kpi:
    """The mean of the replications that have a value, with its interval (Student's t)."""
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return Kpi(float(known[0]) if len(known) else math.nan, math.nan, math.nan)
    error = float(known.std(ddof=1)) / math.sqrt(len(known))
    half_width = student_t_quantile(0.5 + level / 2.0, len(known) - 1) * error
    mean = float(known.mean())
    return Kpi(mean, mean - half_width, mean + half_width)


def paired(first: PlanPlayer, second: PlanPlayer, figure: str, replications: range) -> PairedFigure:
    """A figure of two plans, pair by pair."""
    one, other = first.values(figure, replications), second.values(figure, replications)
    return PairedFigure(mean_with_interval(one), mean_with_interval(other), mean_with_interval(other - one))


def _scenario(scenario: Scenario, plan: TunedPlan, pooled: bool | None) -> Scenario:
    size = plan.setting.pool_size
    together = scenario.pooled if size is None else size > 0
    return scenario.model_copy(
        update={
            "pooled": together if pooled is None else pooled,
            "standby_agents": plan.setting.standby,
        }
    )
