"""Weeks for the engine that are many independent copies of one small day of a textbook model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.model import Scenario
from data.model.columns import FloatArray
from simulation import DayPolicy, Draws, Engine, OwnList, PoolLateBinding, Week
from simulation.draws import quantised
from simulation.random_streams import Cause, KeyArray, stable_keys, uniform
from simulation.records import Outcome
from simulation.walk_ups import WalkUps
from simulation.week import NOBODY, PlannedDuty

EVER = 1e6
"""Minutes that no textbook day lasts."""

Chance = Callable[[Cause, int], FloatArray]
"""Uniform numbers for all sessions of a week, by cause and number of the phase."""


@dataclass(frozen=True, eq=False)
class Played:
    """One replication, by copy.

    Attributes:
        wait: shape (copies, customers): nan for customers who did not come in time.
        start: shape (copies, customers): relative to the appointment; nan likewise.
        service: shape (copies, customers): as drawn, 0 for customers who did not come in time.
        lateness: shape (copies,): of the last customer; nan likewise.
        free: shape (copies,): when the last agent had nothing left to do, and at least the last appointment
            (with grace, if its customer did not come).
    """

    wait: FloatArray
    start: FloatArray
    service: FloatArray
    lateness: FloatArray
    free: FloatArray


@dataclass(frozen=True, eq=False)
class Service:
    """Service times.

    Attributes:
        drawn: of all sessions, shape (copies * customers,), from uniform numbers.
        mean: of each customer of a day, or of all.
        variance: likewise.
    """

    drawn: Callable[[Chance], FloatArray]
    mean: FloatArray | float
    variance: FloatArray | float


@dataclass(frozen=True, eq=False)
class TextbookDay:
    """A day of one agent with a list, or of a pool, without set-up, wrap-up and breaks, many times over.

    Attributes:
        times: shape (customers,): appointments, rising.
        service: times, independent of each other.
        agents: of the pool; 0: one agent with a list of appointments.
        show: probability that a customer comes.
        lateness: arrivals relative to appointments, drawn as services are; None: all are punctual.
        grace: tolerance for lateness.
        within_grace: probability that a customer who comes is there in time.
        mean_lateness: of those who are; None where lateness is not the same for all, or nobody's.
        early: whether a session may start before its appointment.
        copies: independent days in one week.
    """

    times: FloatArray
    service: Service
    agents: int = 0
    show: float = 1.0
    lateness: Callable[[Chance], FloatArray] | None = None
    grace: float = 0.0
    within_grace: float = 1.0
    mean_lateness: float | None = None
    early: bool = True
    copies: int = 100

    def policy(self) -> DayPolicy:
        """Own list, or pool."""
        return PoolLateBinding() if self.agents else OwnList()

    def scenario(self) -> Scenario:
        """Nobody is impatient, and nobody is rebooked."""
        return Scenario(
            late_tolerance=self.grace,
            rebooking_after=EVER,
            patience_median=EVER,
            allow_early_start=self.early,
            agent_absence=0.0,
        )

    def week(self) -> Week:
        """The copies, one after the other, all at the same time."""
        customers, agents = len(self.times), max(self.agents, 1)
        count = customers * self.copies
        copy = np.repeat(np.arange(self.copies), customers)
        duty = copy * agents + np.tile(np.arange(customers) % agents, self.copies)
        own: list[list[int]] = [[] for _ in range(self.copies * agents)]
        for session, agent in enumerate(duty.tolist()):
            own[agent].append(session)
        nothing, numbers = np.zeros(count), np.zeros(count, dtype=np.int64)
        names = np.array([f"B{session}" for session in range(count)], dtype=object)
        return Week(
            booking_id=names,
            kind=np.full(count, "single", dtype=object),
            skill_name=np.full(count, "pf", dtype=object),
            appointed=quantised(np.tile(self.times, self.copies)),
            planned=nothing + 1.0,
            set_up=nothing,
            wrap_up=nothing,
            lead_days=nothing,
            participants=numbers + 1,
            hour=numbers,
            skill=numbers,
            pool=copy if self.agents else numbers + NOBODY,
            duty=duty,
            companions=((),) * count,
            key=stable_keys((name,) for name in names),
            attendance_session=np.arange(count),
            attendance_key=stable_keys((name, "P") for name in names),
            duties=tuple(
                PlannedDuty(
                    agent_id=f"A{number}",
                    pool=number // agents if self.agents else NOBODY,
                    skills=frozenset({0}),
                    start=-EVER,
                    end=EVER if self.agents else -EVER,
                    breaks=(),
                    own_list=tuple(listed),
                    work_minutes=0,
                    hourly_cost=0.0,
                )
                for number, listed in enumerate(own)
            ),
            duty_key=stable_keys(("duty", number) for number in range(len(own))),
            pools=tuple(tuple(range(number * agents, (number + 1) * agents)) for number in range(self.copies))
            if self.agents
            else (),
            grid_minutes=5,
        )


class Player:
    """Plays replications of a textbook day."""

    def __init__(self, day: TextbookDay, engine: Engine) -> None:
        self.day, self.engine = day, engine
        self.week, self.scenario, self.policy = day.week(), day.scenario(), day.policy()
        self._keys: dict[int, KeyArray] = {0: self.week.key}

    def play(self, seed: int, replication: int) -> Played:
        """One replication of all copies."""
        draws = self._draws(seed, replication)
        log = self.engine.run(self.week, self.scenario, draws, self.policy)
        shape = (self.day.copies, len(self.day.times))
        begun = np.array(log.begun).reshape(shape)
        ended = np.array(log.ended).reshape(shape)
        appointed = self.week.appointed.reshape(shape)
        arrived = draws.arrival.reshape(shape)
        free = np.max(ended, axis=1) if self.day.agents else np.array(log.left_at)
        return Played(
            wait=log.waits().reshape(shape),
            start=begun - appointed,
            service=np.where(np.isnan(begun), 0.0, draws.service.reshape(shape)),
            lateness=np.where(np.isnan(begun), np.nan, arrived - appointed)[:, -1],
            free=free,
        )

    def _draws(self, seed: int, replication: int) -> Draws:
        day, week = self.day, self.week

        def chance(cause: Cause, phase: int) -> FloatArray:
            if phase not in self._keys:
                self._keys[phase] = stable_keys((name, phase) for name in week.booking_id)
            return uniform(seed, replication, cause, self._keys[phase])

        arrival = week.appointed + (0.0 if day.lateness is None else day.lateness(chance))
        comes = chance(Cause.NO_SHOW, 0) < day.show
        return Draws(
            arrival=quantised(np.where(comes, arrival, np.inf)),
            cancelled_at=np.full(len(week), np.inf),
            patience=np.full(len(week), EVER),
            service=quantised(day.service.drawn(chance)),
            result=np.full(len(week), Outcome.FULFILLED, dtype=np.int8),
            absent=np.zeros(len(week.duties), dtype=np.bool_),
            return_after=np.full(len(week), np.inf),
            login_delay=np.zeros(len(week.duties)),
            walk_ups=WalkUps.none(),
        )

    def controls(self, played: Played) -> FloatArray:
        """Shape (copies, k): numbers of expectation zero that explain much of the waits of a day.

        The work that came with each appointment but the last, less its mean, and the squares of its sums from
        the first appointment and back from the last but one, less theirs; and the last customer's lateness.
        """
        day = self.day
        served = day.show * day.within_grace
        first = np.asarray(day.service.mean, dtype=np.float64)
        second = np.asarray(day.service.variance, dtype=np.float64) + first**2
        mean = np.broadcast_to(served * first, day.times.shape)
        variance = np.broadcast_to(served * second - (served * first) ** 2, day.times.shape)
        _, starts = np.unique(day.times, return_index=True)
        if len(starts) == 1:
            return np.zeros((day.copies, 0))
        work = np.add.reduceat(played.service - mean, starts, axis=1)[:, :-1]
        spread = np.add.reduceat(variance, starts)[:-1]
        onward = np.cumsum(work, axis=1) ** 2 - np.cumsum(spread)
        back = np.cumsum(work[:, ::-1], axis=1) ** 2 - np.cumsum(spread[::-1])
        late = np.zeros((day.copies, 0))
        if day.mean_lateness is not None:
            late = np.nan_to_num(played.lateness - day.mean_lateness)[:, np.newaxis]
        return np.hstack([work, onward, back[:, :-1], late])
