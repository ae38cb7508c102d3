"""The sessions of one day in each replication: drawn from what is expected, or as a schedule has them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from data.model.columns import FloatArray, IntArray
from optimizer.requirement.frame import Frame
from optimizer.requirement.mix import BookingMix
from simulation import Cause, Week, stable_keys, uniform
from simulation.draws import Chances, Draws
from simulation.random_streams import KeyArray
from simulation.week import NOBODY, OpenHours

_STEP = np.uint64(0x9E3779B97F4A7C15)
"""Between keys of bookings of a cell, and of participants of a booking: odd, so that none is another's."""


class Customers(Protocol):
    """Who comes on a day, replication by replication."""

    def draw(self, seed: int, replication: int) -> tuple[Week, Draws]:
        """The sessions, without duties, and what chance brings to them; a pure function of the arguments."""


@dataclass(frozen=True, eq=False)
class ScheduledCustomers:
    """The sessions of a schedule: the same in every replication.

    Attributes:
        week: of one day, without duties, all in one pool.
    """

    week: Week
    chances: Chances

    def draw(self, seed: int, replication: int) -> tuple[Week, Draws]:
        """See `Customers`."""
        return self.week, self.chances.draw(seed, replication)


class ExpectedCustomers:
    """Bookings come as a Poisson number in each interval and skill, at starts of the grid, all alike likely.

    A start from which set-up, session or wrap-up would not lie within the opening hours moves to the next
    that lets them.

    Args:
        frame: of the day; its intervals are the opening hours.
        expected: bookings that start in each interval, by skill; shape (intervals, skills).
        mix: what they are like.
        chances_of: the chances of sessions under the scenario.
        grid_minutes: step of the grid.
        open_hours: in which walk-ups come.
    """

    def __init__(
        self,
        frame: Frame,
        expected: FloatArray,
        mix: BookingMix,
        chances_of: ChancesOf,
        grid_minutes: int,
        open_hours: OpenHours,
    ) -> None:
        self._frame, self._mix, self._chances_of = frame, mix, chances_of
        self._grid, self._open_hours = grid_minutes, open_hours
        self._cell_interval, self._cell_skill = np.nonzero(expected > 0.0)
        self._counts = [_poisson_cumulative(mean) for mean in expected[expected > 0.0].tolist()]
        self._cell_key = stable_keys(
            ("bookings", int(frame.starts[interval]), frame.skills[skill])
            for interval, skill in zip(self._cell_interval.tolist(), self._cell_skill.tolist(), strict=True)
        )

    def draw(self, seed: int, replication: int) -> tuple[Week, Draws]:
        """See `Customers`."""
        week = self._week(seed, replication)
        return week, self._chances_of(week).draw(seed, replication)

    def _week(self, seed: int, replication: int) -> Week:
        chance = uniform(seed, replication, Cause.BOOKED, self._cell_key)
        count = np.array(
            [np.searchsorted(table, u) for table, u in zip(self._counts, chance.tolist(), strict=True)],
            dtype=np.int64,
        )
        cell = np.repeat(np.arange(len(count)), count)
        place = np.arange(len(cell)) - np.repeat(np.cumsum(count) - count, count)
        key = self._cell_key[cell] + _STEP * place.astype(np.uint64)
        skill = self._cell_skill[cell]
        row = self._rows(skill, uniform(seed, replication, Cause.BOOKED_LIKE, key))
        start = self._starts(
            self._cell_interval[cell], row, uniform(seed, replication, Cause.BOOKED_START, key)
        )
        return _week_of(self._frame, self._mix, row, skill, start, key, self._grid, self._open_hours)

    def _rows(self, skill: IntArray, chance: FloatArray) -> IntArray:
        first, size = self._mix.first[:-1], np.diff(self._mix.first)
        return np.asarray(first[skill] + np.floor(chance * size[skill]).astype(np.int64))

    def _starts(self, interval: IntArray, row: IntArray, chance: FloatArray) -> IntArray:
        frame, mix, grid = self._frame, self._mix, self._grid
        points = np.arange(0, frame.length, grid)
        start = frame.starts[interval] + points[np.floor(chance * len(points)).astype(np.int64)]
        latest = frame.end - mix.planned[row] - mix.wrap_up[row]
        latest -= (latest - frame.first) % grid
        earliest = frame.first + mix.set_up[row]
        return np.asarray(np.maximum(np.minimum(start, latest), earliest), dtype=np.int64)


class ChancesOf(Protocol):
    """The chances of sessions under a scenario."""

    def __call__(self, week: Week) -> Chances:
        """Of these sessions."""


def _week_of(
    frame: Frame,
    mix: BookingMix,
    row: IntArray,
    skill: IntArray,
    start: IntArray,
    key: KeyArray,
    grid_minutes: int,
    open_hours: OpenHours,
) -> Week:
    """Sessions in the form that the simulation reads; in one pool, without duties."""
    count = len(row)
    participants = mix.participants[row]
    attendance = np.repeat(np.arange(count), participants)
    person = np.arange(len(attendance)) - np.repeat(np.cumsum(participants) - participants, participants)
    names = np.array(frame.skills, dtype=object)
    nobody = np.full(count, NOBODY, dtype=np.int64)
    return Week(
        booking_id=np.full(count, "", dtype=object),
        kind=mix.kind[row],
        skill_name=names[skill],
        appointed=start.astype(np.float64),
        planned=mix.planned[row].astype(np.float64),
        set_up=mix.set_up[row].astype(np.float64),
        wrap_up=mix.wrap_up[row].astype(np.float64),
        lead_days=mix.lead_days(row, start),
        participants=participants,
        hour=start // 60 % 24,
        skill=skill.astype(np.int64),
        pool=np.zeros(count, dtype=np.int64),
        duty=nobody,
        companions=((),) * count,
        key=key,
        attendance_session=attendance,
        attendance_key=key[attendance] + _STEP * (person + 1).astype(np.uint64) * np.uint64(3),
        duties=(),
        duty_key=np.zeros(0, dtype=np.uint64),
        pools=((),),
        grid_minutes=grid_minutes,
        open_hours=open_hours,
    )


def _poisson_cumulative(mean: float) -> FloatArray:
    """P(count <= n) for n = 0, 1, ... up to where nothing is left in double precision."""
    most = math.ceil(mean + 12.0 * math.sqrt(mean) + 25.0)
    number = np.arange(most + 1)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(number[1:]))])
    return np.asarray(np.minimum(np.cumsum(np.exp(number * math.log(mean) - mean - log_factorial)), 1.0))
