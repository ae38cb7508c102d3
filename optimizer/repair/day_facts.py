"""What does not change during a day: who is in which pool, what sessions take, when they could be held."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from data.day import SessionNow
from data.eligibility import StartWindows, evaluate, start_windows
from data.model import Case, LabourRegime, regime_on, tokens

UNKNOWN = ""
"""Stands for the skill of a session whose booking is in no table."""

ORDINARY = 5
"""The priority where none is stated."""


@dataclass(frozen=True)
class Requirements:
    """What a session asks for: a skill, the agent's minutes before and after, and how urgent it is."""

    skill: str
    set_up: int
    wrap_up: int
    priority: int


class DayFacts:
    """Facts of one day of a case, looked up many times.

    Args:
        case: with the roster and the schedule.
        day: number of the day in the horizon.
    """

    def __init__(self, case: Case, day: int) -> None:
        self.case = case
        self.day = day
        self.policy = case.plan.policy
        self.grid = case.plan.grid_minutes
        names = case.agents.agent_id.tolist()
        self.skills = {
            name: tokens(cell) for name, cell in zip(names, case.agents.skills.tolist(), strict=True)
        }
        self.pool = {
            name: ("pool", pool) if pool else ("agent", name)
            for name, pool in zip(names, case.agents.pool.tolist(), strict=True)
        }
        """Agents without a pool are alone with their sessions."""
        self._regimes: dict[str, LabourRegime] = {}

    def regime(self, agent: str) -> LabourRegime:
        """The labour regime of an agent on the day."""
        known = self._regimes.get(agent)
        if known is None:
            agents, contracts = self.case.agents, self.case.contracts
            contract = contracts.position[agents.contract_id[agents.position[agent]]]
            known = self._regimes[agent] = regime_on(
                self.case.plan.labour, contracts.regime[contract], self.case.axis.date_of(self.day)
            )
        return known

    @cached_property
    def _of_booking(self) -> dict[str, Requirements]:
        bookings = self.case.bookings
        found = {}
        for name, skill, kind, priority in zip(
            bookings.booking_id.tolist(),
            bookings.skill.tolist(),
            evaluate(self.case).kind.tolist(),
            bookings.priority.tolist(),
            strict=True,
        ):
            work = self.policy.kind(kind)
            found[name] = Requirements(skill, work.set_up_minutes, work.wrap_up_minutes, priority)
        return found

    def requirements(self, session: SessionNow) -> Requirements:
        """What a session asks for; of one that nothing is known of, it is left to its own agent."""
        known = self._of_booking.get(session.booking_id)
        if known is not None:
            return known
        work = self.policy.joint if len(session.participants) > 1 else self.policy.single
        return Requirements(UNKNOWN, work.set_up_minutes, work.wrap_up_minutes, ORDINARY)

    @cached_property
    def _windows(self) -> StartWindows:
        """On the day a confirmed start is no limit: the customer may agree to another."""
        nowhere = np.full(len(self.case.bookings), "", dtype=object)
        free = replace(self.case, bookings=replace(self.case.bookings, pin=nowhere))
        return start_windows(free, evaluate(free))

    def starts_today(self, booking: str) -> list[int]:
        """Grid points of the day at which a booking could start: windows, opening hours and proxy (R23)."""
        row = self.case.bookings.position.get(booking)
        if row is None:
            return []
        low, high = int(self.case.axis.day_starts[self.day]), int(self.case.axis.day_starts[self.day + 1])
        return [
            start
            for first, last in self._windows.of(row)
            for start in range(
                max(first, math.ceil(low / self.grid) * self.grid), min(last, high - 1) + 1, self.grid
            )
        ]
