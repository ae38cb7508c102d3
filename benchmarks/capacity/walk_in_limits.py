"""The requirement where formulas are exact: walk-ins alone, Markovian, in the long run.

The very search of `optimizer.requirement` on one long interval: customers without an appointment come by a
Poisson process, services are exponential, and patience is endless (M/M/c) or exponential (M/M/c+M).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from data.model import Scenario
from data.model.columns import BoolArray
from optimizer.requirement.formulas import erlang_a, erlang_c
from optimizer.requirement.frame import Frame, TeamMix
from optimizer.requirement.load import OfferedLoad
from optimizer.requirement.played_day import DayPlayer, PlayedDay, Stretches
from optimizer.requirement.requirement import shares_with_intervals
from optimizer.requirement.search import CONFIRMING_FROM, DaySearch
from optimizer.requirement.service import ServiceTarget
from simulation import Cause, Draws, Kpi, Outcome, Week, stable_key, uniform
from simulation.distributions import exponential, normal_quantile_at
from simulation.draws import quantised
from simulation.theory.erlang import ErlangAbandonment, ErlangDelay
from simulation.walk_ups import WalkUps
from simulation.week import NOBODY

WARM_UP, MEASURED, COOL_DOWN = 600, 4_800, 600
"""Minutes; customers who come in the first and the last of them are not counted."""

EVER = 1e6

TOGETHER = normal_quantile_at(1.0 - 0.025 / 12.0) / normal_quantile_at(0.975)
"""By how much intervals at 95 % are widened: there are two for each of six queues."""


@dataclass(frozen=True)
class Queue:
    """M/M/c, or M/M/c+M; minutes.

    Attributes:
        patience: mean; None: endless.
        longest, share: the target: at most this share of customers waits longer than this.
    """

    name: str
    arrival_rate: float
    service: float
    patience: float | None
    longest: float
    share: float

    @property
    def fewest(self) -> int:
        """Agents, by the formula."""
        if self.patience is None:
            return erlang_c(self.arrival_rate, self.service, self.longest, self.share)
        return erlang_a(self.arrival_rate, self.service, self.patience, self.longest, self.share)

    def exceeds(self, agents: int) -> float:
        """P(wait > longest), by the formula; 1 where the queue grows for ever."""
        if self.patience is not None:
            queue = ErlangAbandonment(agents, self.arrival_rate, 1.0 / self.service, 1.0 / self.patience)
            return queue.wait_exceeds(self.longest)
        if agents <= self.arrival_rate * self.service:
            return 1.0
        return ErlangDelay(agents, self.arrival_rate, 1.0 / self.service).wait_exceeds(self.longest)


QUEUES = (
    Queue("M/M/c, load 3", 3.0 / 25.0, 25.0, None, 10.0, 0.02),
    Queue("M/M/c, load 12", 12.0 / 25.0, 25.0, None, 10.0, 0.02),
    Queue("M/M/c, load 40", 40.0 / 25.0, 25.0, None, 5.0, 0.1),
    Queue("M/M/c+M, load 3", 3.0 / 25.0, 25.0, 20.0, 10.0, 0.02),
    Queue("M/M/c+M, load 12", 12.0 / 25.0, 25.0, 20.0, 10.0, 0.02),
    Queue("M/M/c+M, load 40", 40.0 / 25.0, 25.0, 15.0, 5.0, 0.1),
)


class WalkIns:
    """Who comes; the one appointment of the week is cancelled before the day begins."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        nothing, number = np.zeros(1), np.zeros(1, dtype=np.int64)
        self._week = Week(
            booking_id=np.array(["none"], dtype=object),
            kind=np.array(["single"], dtype=object),
            skill_name=np.array(["pf"], dtype=object),
            appointed=nothing,
            planned=nothing,
            set_up=nothing,
            wrap_up=nothing,
            lead_days=nothing,
            participants=number + 1,
            hour=number,
            skill=number,
            pool=number,
            duty=number + NOBODY,
            companions=((),),
            key=np.array([stable_key("none")], dtype=np.uint64),
            attendance_session=number,
            attendance_key=np.array([stable_key("none", "P")], dtype=np.uint64),
            duties=(),
            duty_key=np.zeros(0, dtype=np.uint64),
            pools=((),),
            grid_minutes=5,
        )
        most = self._queue.arrival_rate * (WARM_UP + MEASURED + COOL_DOWN)
        self._keys = np.array(
            [stable_key("walk-in", n) for n in range(int(most + 10.0 * most**0.5 + 20.0))], dtype=np.uint64
        )

    def draw(self, seed: int, replication: int) -> tuple[Week, Draws]:
        """See `optimizer.requirement.appointments.Customers`."""

        def times(cause: Cause, mean: float) -> Any:
            return quantised(exponential(uniform(seed, replication, cause, self._keys), mean))

        arrival = np.cumsum(times(Cause.WALK_UP, 1.0 / self._queue.arrival_rate))
        comes = arrival < WARM_UP + MEASURED + COOL_DOWN
        patience = self._queue.patience
        endless = np.full(len(arrival), EVER)
        walk_ups = WalkUps(
            like=np.zeros(int(comes.sum()), dtype=np.int64),
            arrival=arrival[comes],
            patience=(endless if patience is None else times(Cause.PATIENCE, patience))[comes],
            service=times(Cause.DURATION, self._queue.service)[comes],
            result=np.full(int(comes.sum()), int(Outcome.FULFILLED), dtype=np.int8),
        )
        never = np.full(1, np.inf)
        return self._week, Draws(
            arrival=never,
            cancelled_at=np.full(1, -1.0),
            patience=never,
            service=np.zeros(1),
            result=np.zeros(1, dtype=np.int8),
            return_after=never,
            absent=np.zeros(0, dtype=np.bool_),
            login_delay=np.zeros(0),
            walk_ups=walk_ups,
        )


class LongRunPlayer(DayPlayer):
    """Counts customers who come after the warm-up and before the cool-down."""

    def __init__(self, frame: Frame, customers: WalkIns, scenario: Scenario, seed: int) -> None:
        super().__init__(frame, customers, scenario, seed)
        self._walk_ins, self._own_seed = customers, seed

    def play(self, stretches: Stretches, replication: int, absent: BoolArray | None = None) -> PlayedDay:
        """One replication; waits of those who are not counted are nan."""
        played = super().play(stretches, replication, absent)
        arrival = self._walk_ins.draw(self._own_seed, replication)[1].walk_ups.arrival
        counts = (arrival >= WARM_UP) & (arrival < WARM_UP + MEASURED)
        played.wait[1:][~counts] = np.nan
        return played


@dataclass(frozen=True)
class Limit:
    """What the search finds, beside the formula.

    Attributes:
        found, exact: agents.
        shares: of customers who wait too long with the exact number of agents, and with one fewer: by the
            formula, and with its interval in replications that had no part in the search.
    """

    queue: Queue
    found: int
    exact: int
    shares: tuple[tuple[float, Kpi], ...]

    @property
    def agrees(self) -> bool:
        """Whether the number is that of the formula, and the simulation's shares hold the exact ones.

        The intervals are widened so that they hold with 95 % for all queues together (Bonferroni).
        """
        inside = (abs(kpi.mean - share) <= TOGETHER * (kpi.high - kpi.mean) for share, kpi in self.shares)
        return self.found == self.exact and all(inside)


def player_and_search(queue: Queue, effort: int, seed: int) -> tuple[DayPlayer, DaySearch]:
    """The search for the fewest agents of a queue, and who plays for it."""
    team = TeamMix(("pf",), np.ones((1, 1), dtype=np.bool_), np.ones(1, dtype=np.int64))
    frame = Frame(0, WARM_UP + MEASURED + COOL_DOWN, 1, team)
    scenario = Scenario(walk_up_limit=EVER, agent_absence=0.0)
    customers = WalkIns(queue)
    player = LongRunPlayer(frame, customers, scenario, seed)
    target = ServiceTarget("wait", queue.longest, queue.share)
    return player, DaySearch(player, (target,), OfferedLoad.of(frame, customers, scenario, seed), effort)


def played_share(search: DaySearch, agents: int, replications: int) -> Kpi:
    """Customers who wait too long with so many agents, in replications that have no part in the search."""
    counts = search.measure(np.array([agents]), CONFIRMING_FROM, replications)
    bad, whole = (part.sum(axis=(2, 3))[..., None] for part in (counts.bad, counts.whole))
    return shares_with_intervals(bad, whole)[0][0]


def limit(queue: Queue, replications: int, effort: int, seed: int) -> Limit:
    """Search, and measure anew; the effort multiplies the replications of the search."""
    player, search = player_and_search(queue, effort, seed)
    exact = queue.fewest
    found = int(search.fewest(np.array([exact + 3]))[0])
    player.forget()
    shares = [
        (queue.exceeds(agents), played_share(search, agents, replications)) for agents in (exact, exact - 1)
    ]
    return Limit(queue, found, exact, tuple(shares))
