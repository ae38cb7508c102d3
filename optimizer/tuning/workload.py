"""The work that every candidate must do: the same bookings, with the same chance, whatever the plan.

How long a session lasts follows from the minutes that were *booked* (`Scenario`); the minutes that a
candidate plans for it change the plan alone. So candidates with other planned minutes meet the same work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from data.eligibility import evaluate
from data.model import SESSION_KINDS, Case, Scenario, Sessions, Unplaced
from data.model.columns import BoolArray, FloatArray, IntArray, TextArray
from optimizer.tuning.settings import Setting
from simulation.draws import Chances
from simulation.week import Week

SCENARIOS = 100
"""Replications whose chance decides the starts within runs: numbers 0 to 99."""


@dataclass(frozen=True, eq=False)
class RunChance:
    """Chance of each booking in SCENARIOS replications; shape (scenarios, bookings).

    Attributes:
        service: minutes with the customer.
        lateness: arrival relative to the appointment.
        comes: whether the customer is there before the tolerance ends.
    """

    service: FloatArray
    lateness: FloatArray
    comes: BoolArray


@dataclass(frozen=True, eq=False)
class Workload:
    """The bookings that a plan serves, the roster, and what chance brings.

    Attributes:
        case: with these bookings alone, and the plan of today.
        scenario: without bookings beyond the plan and without standby: these are levers.
        seed: of all random numbers.
    """

    case: Case
    scenario: Scenario
    seed: int

    @classmethod
    def of(cls, case: Case, scenario: Scenario, seed: int = 1) -> Workload:
        """The bookings that have a session in the case.

        Raises:
            ValueError: when there is none.
        """
        if not len(case.sessions):
            raise ValueError("the case has no sessions: nothing says which bookings to serve")
        served = np.isin(case.bookings.booking_id.astype(str), case.sessions.booking_id.astype(str))
        bookings = case.bookings.take(np.flatnonzero(served))
        attended = np.isin(case.participants.booking_id.astype(str), bookings.booking_id.astype(str))
        return cls(
            case=replace(
                case,
                bookings=bookings,
                participants=case.participants.take(np.flatnonzero(attended)),
                unplaced=Unplaced.empty(),
            ),
            scenario=scenario.model_copy(
                update={"overbooking_share": 0.0, "overbooking_risk": 0.0, "standby_agents": 0}
            ),
            seed=seed,
        )

    def __len__(self) -> int:
        return len(self.case.bookings)

    @cached_property
    def kind(self) -> TextArray:
        """Of each booking."""
        return evaluate(self.case).kind

    @property
    def booked(self) -> IntArray:
        """Minutes booked, of each booking."""
        return self.case.bookings.duration_minutes

    def planned(self, setting: Setting) -> IntArray:
        """Minutes planned, of each booking; confirmed sessions keep what was booked."""
        policies = {kind: self.case.plan.policy.kind(kind) for kind in SESSION_KINDS}
        listed = zip(self.kind.tolist(), self.booked.tolist(), self.case.bookings.pin.tolist(), strict=True)
        return np.array(
            [
                booked if pin else setting.minutes(kind).of(booked, policies[kind])
                for kind, booked, pin in listed
            ],
            dtype=np.int64,
        )

    def chances(self, week: Week) -> Chances:
        """The chances of a week of some of these bookings: durations by the minutes booked."""
        position = self.case.bookings.position
        booked = self.booked[[position[name] for name in week.booking_id.tolist()]]
        return Chances.of(replace(week, planned=booked.astype(np.float64)), self.scenario)

    @cached_property
    def run_chance(self) -> RunChance:
        """What the plan of today meets in the first SCENARIOS replications, by booking."""
        week = Week.of(self.case)
        chances = self.chances(week)
        place = np.array([self.case.bookings.position[name] for name in week.booking_id.tolist()])
        shape = (SCENARIOS, len(self))
        service, lateness, comes = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.bool_)
        for replication in range(SCENARIOS):
            draws = chances.draw(self.seed, replication)
            late = draws.arrival - week.appointed
            service[replication, place] = draws.service
            comes[replication, place] = late <= self.scenario.late_tolerance
            lateness[replication, place] = np.where(np.isfinite(late), late, 0.0)
        return RunChance(service, lateness, comes)

    def without_schedule(self) -> Case:
        """The case before anything is placed."""
        return replace(self.case, sessions=Sessions.empty(), unplaced=Unplaced.empty())
