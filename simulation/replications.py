"""Replications of a week and what they show."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import numpy as np

from data.model import Case, Scenario
from data.model.columns import FloatArray
from data.progress import Progress, no_progress
from simulation.draws import Chances, Draws
from simulation.kpis import HourlyMeans, Kpi, RunningHours, RunningKpis, replication_kpis
from simulation.outcome_log import OutcomeLog
from simulation.policies import DayPolicy, policy_of
from simulation.random_streams import Cause, uniform
from simulation.records import ActivityRecords, SessionRecords
from simulation.simpy_engine import SimpyEngine
from simulation.standby import with_standby
from simulation.twin import TwinEngine, knows
from simulation.week import Week

WAIT_SAMPLE_SIZE = 50_000
"""Most waits that a result keeps, whatever the number of replications."""


class Engine(Protocol):
    """Plays one replication."""

    @property
    def name(self) -> str:
        """A word for reports."""

    def run(
        self, week: Week, scenario: Scenario, draws: Draws, policy: DayPolicy, with_activities: bool = False
    ) -> OutcomeLog:
        """Play the week once."""


@dataclass(frozen=True, eq=False)
class SimulationResult:
    """What the replications of a scenario showed.

    Attributes:
        policy: name of the policy of the day.
        seconds: wall-clock time of the whole run.
        kpis: mean and 95 % interval of each key figure of `simulation.KPIS`, in that order.
        waits: a random sample of the attending customers' waits in minutes, equally many at most from each
            replication, WAIT_SAMPLE_SIZE at most in all; for a histogram.
        hours: means by hour of the day.
        records: the sessions of replication 0.
        activities: the agents' time in replication 0.
    """

    scenario: Scenario
    policy: str
    engine: str
    replications: int
    seed: int
    seconds: float
    kpis: dict[str, Kpi]
    waits: FloatArray
    hours: HourlyMeans
    records: SessionRecords
    activities: ActivityRecords


def simulate(
    case: Case,
    scenario: Scenario | None = None,
    replications: int = 20,
    seed: int = 1,
    progress: Progress = no_progress,
    policy: DayPolicy | None = None,
    engine: Engine | None = None,
) -> SimulationResult:
    """Simulate the roster and the schedule of a case.

    The result is a pure function of the arguments (but for `seconds` and `engine`) and the same with every
    engine. Replication r of a seed meets the same chance under every scenario, roster, schedule and policy.
    Memory does not grow with the replications.

    Args:
        case: with duties and sessions.
        scenario: what happens on the day; default: DOMAIN 6.4.
        replications: how many weeks to play; intervals need two or more.
        seed: of all random numbers.
        progress: told after each replication.
        policy: rules of the day; default: what the scenario asks for.
        engine: default: the compiled twin where it knows the policy, else SimPy.

    Raises:
        ValueError: when there is no replication to play, or no session in the case.
    """
    if replications < 1:
        raise ValueError(f"expected one replication or more, got {replications}")
    started = perf_counter()
    scenario = scenario or Scenario()
    policy = policy or policy_of(scenario)
    engine = engine or (TwinEngine() if knows(policy) else SimpyEngine())
    week = with_standby(Week.of(case), scenario)
    chances = Chances.of(week, scenario)
    kpis, hours = RunningKpis(), RunningHours(week)
    sample: list[FloatArray] = []
    sample_size = max(1, WAIT_SAMPLE_SIZE // replications)
    for replication in range(replications):
        draws = chances.draw(seed, replication)
        log = engine.run(week, scenario, draws, policy, with_activities=replication == 0)
        kpis.add(replication_kpis(week, scenario, log))
        hours.add(log)
        if replication < WAIT_SAMPLE_SIZE:
            sample.append(_wait_sample(week, log, seed, replication, sample_size))
        if replication == 0:
            records, activities = log.session_records(week), log.activity_records(week)
        progress((replication + 1) / replications, f"replication {replication + 1} of {replications}")
    return SimulationResult(
        scenario=scenario,
        policy=policy.name,
        engine=engine.name,
        replications=replications,
        seed=seed,
        seconds=perf_counter() - started,
        kpis=kpis.summary(),
        waits=np.concatenate(sample),
        hours=hours.summary(),
        records=records,
        activities=activities,
    )


def _wait_sample(week: Week, log: OutcomeLog, seed: int, replication: int, size: int) -> FloatArray:
    """The waits of `size` attending customers picked at random (all of them when there are fewer)."""
    wait = log.waits()
    attending = np.flatnonzero(~np.isnan(wait))
    if len(attending) > size:
        lots = uniform(seed, replication, Cause.WAIT_SAMPLE, week.key[attending])
        attending = np.sort(attending[np.argsort(lots, kind="stable")[:size]])
    return wait[attending]
