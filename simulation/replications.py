"""Replications of a week and what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from data.model import Case, Scenario
from data.model.columns import FloatArray
from data.progress import Progress, no_progress
from simulation.draws import Chances, Draws
from simulation.kpi_groups import INTERVAL_MINUTES, KpiGroup, RunningGroups
from simulation.kpis import Kpi, RunningKpis, replication_kpis
from simulation.mending import Mended, Mender, Reviews
from simulation.mending.standby import with_table_standby
from simulation.outcome_log import OutcomeLog
from simulation.overbooking import Overbooking, overbooking_of, with_overbooking
from simulation.plays import Play
from simulation.policies import DayPolicy, policy_of
from simulation.precision import HalfWidth, ReachedHalfWidth, StoppingRule
from simulation.random_streams import BATCH
from simulation.records import ActivityRecords, SessionRecords
from simulation.simpy_engine import SimpyEngine
from simulation.standby import with_standby
from simulation.twin import TwinEngine, knows
from simulation.wait_sample import WaitSample
from simulation.week import Week

WAIT_SAMPLE_SIZE = 50_000
"""Most waits that a result keeps, whatever the number of replications."""


class Engine(Protocol):
    """Plays one replication."""

    @property
    def name(self) -> str:
        """A word for reports."""

    def begin(
        self, week: Week, scenario: Scenario, draws: Draws, policy: DayPolicy, with_activities: bool = False
    ) -> Play:
        """The week before its first event."""

    def run(
        self, week: Week, scenario: Scenario, draws: Draws, policy: DayPolicy, with_activities: bool = False
    ) -> OutcomeLog:
        """Play the week once."""


class Player:
    """One case under one scenario and policy, ready to be played any number of times.

    Stratified, the replications of each batch of `batch` share out their chance evenly, and count as one
    observation (`random_streams.streams`).
    """

    def __init__(
        self,
        case: Case,
        scenario: Scenario | None = None,
        policy: DayPolicy | Mended | None = None,
        engine: Engine | None = None,
        stratified: bool = False,
        overbooking: Overbooking | None = None,
    ) -> None:
        self.batch = BATCH if stratified else 1
        self.scenario = scenario or Scenario()
        self.policy = policy or policy_of(self.scenario)
        booked = with_overbooking(Week.of(case), self.scenario, overbooking or overbooking_of(self.scenario))
        self.week = with_standby(booked, self.scenario)
        self._reviews: Reviews | None = None
        self._dispatch: DayPolicy
        if isinstance(self.policy, Mended):
            if len(booked) > len(case.sessions):
                raise ValueError(
                    "expected no overbooking where the day is mended: the plan lacks the bookings"
                )
            self._dispatch = self.policy.base
            self.week = with_table_standby(self.week, case)
            self._reviews = Reviews(case, self.week, self.scenario, self.policy)
        else:
            self._dispatch = self.policy
        self.engine = engine or (TwinEngine() if knows(self._dispatch) else SimpyEngine())
        self._chances = Chances.of(self.week, self.scenario)

    def play(self, seed: int, replication: int, with_activities: bool = False) -> OutcomeLog:
        """One replication; a pure function of what was given at first and of the arguments."""
        draws = self._chances.draw(seed, replication, stratified=self.batch > 1)
        if self._reviews is None:
            return self.engine.run(self.week, self.scenario, draws, self._dispatch, with_activities)
        play = self.engine.begin(self.week, self.scenario, draws, self._dispatch, with_activities)
        return self._reviews.play(play, draws)

    def kpis(self, log: OutcomeLog) -> dict[str, float]:
        """The key figures of one replication."""
        return replication_kpis(self.week, self.scenario, log)


def check_batches(replications: int, batch: int) -> None:
    """Replications come in whole batches.

    Raises:
        ValueError: when they do not.
    """
    if replications % batch:
        raise ValueError(f"expected whole batches of {batch} replications, got {replications}")


@dataclass(frozen=True, eq=False)
class SimulationResult:
    """What the replications of a scenario showed.

    Attributes:
        policy: name of the policy of the day.
        seconds: wall-clock time of the whole run.
        replications: played.
        kpis: mean and 95 % interval of each key figure of `simulation.KPIS`, in that order.
        by_interval, by_skill: the same of groups of sessions.
        interval_minutes: length of the intervals of the day.
        batch: replications that counted as one observation; 1 unless stratified.
        half_widths: what became of those asked for.
        waits: a random sample of the attending customers' waits in minutes, equally many at most from each
            replication, WAIT_SAMPLE_SIZE at most in all; for a histogram.
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
    by_interval: tuple[KpiGroup, ...]
    by_skill: tuple[KpiGroup, ...]
    interval_minutes: int
    batch: int
    half_widths: tuple[ReachedHalfWidth, ...]
    waits: FloatArray
    records: SessionRecords
    activities: ActivityRecords


def simulate(
    case: Case,
    scenario: Scenario | None = None,
    replications: int = 20,
    seed: int = 1,
    progress: Progress = no_progress,
    policy: DayPolicy | None = None,
    mender: Mender | None = None,
    engine: Engine | None = None,
    half_widths: Sequence[HalfWidth] = (),
    interval_minutes: int = INTERVAL_MINUTES,
    stratified: bool = False,
    overbooking: Overbooking | None = None,
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
        mender: looks at each day every few minutes, and changes the plan (`simulation.mending`).
        engine: default: the compiled twin where it knows the policy, else SimPy.
        half_widths: with any of these, the run ends once all are reached (`simulation.precision`), and
            `replications` is the most to play.
        interval_minutes: length of the intervals of the day that figures are given for.
        stratified: share out the chance of each batch of `random_streams.BATCH` replications evenly, which
            makes means more exact; `replications` is of whole batches.
        overbooking: bookings beyond the plan; default: what the scenario asks for.

    Raises:
        ValueError: when there is no replication to play, a batch is not whole, there is no session in the
            case, or intervals do not divide the day.
    """
    if replications < 1:
        raise ValueError(f"expected one replication or more, got {replications}")
    started = perf_counter()
    rules: DayPolicy | Mended | None = policy
    if mender is not None:
        rules = Mended(policy or policy_of(scenario or Scenario()), mender)
    player = Player(case, scenario, rules, engine, stratified, overbooking)
    check_batches(replications, player.batch)
    kpis, rule = RunningKpis(player.batch), StoppingRule(half_widths)
    groups = RunningGroups(case, player.week, player.scenario, interval_minutes, player.batch)
    sample = WaitSample(WAIT_SAMPLE_SIZE)
    for replication in range(replications):
        log = player.play(seed, replication, with_activities=True)
        kpis.add(player.kpis(log))
        groups.add(log)
        sample.add(player.week, log, seed, replication)
        if replication == 0:
            records, activities = log.session_records(player.week), log.activity_records(player.week)
        played = replication + 1
        if half_widths and played % player.batch == 0 and rule.is_met(kpis):
            break
        needed = max(rule.fraction(kpis) if half_widths else 0.0, played / replications)
        progress(
            needed, f"replication {played}" if half_widths else f"replication {played} of {replications}"
        )
    return SimulationResult(
        scenario=player.scenario,
        policy=player.policy.name,
        engine=player.engine.name,
        replications=played,
        seed=seed,
        seconds=perf_counter() - started,
        kpis=kpis.summary(),
        by_interval=groups.by_interval(),
        by_skill=groups.by_skill(),
        interval_minutes=interval_minutes,
        batch=player.batch,
        half_widths=rule.outcome(kpis),
        waits=sample.waits(),
        records=records,
        activities=activities,
    )
