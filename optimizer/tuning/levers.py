"""What may be set, and to what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data.model import Case
from optimizer.tuning.settings import AS_BOOKED, Minutes

GRID = 5

POOLS = (4, 8, 16)
"""Sizes of pools to try, besides those of today and one of all agents."""


@dataclass(frozen=True)
class Levers:
    """Choices of each lever; the order counts where plans do alike: the first is taken.

    Attributes:
        single, joint: planned minutes of singles, and of joint and judicial sessions.
        capacities: shares of the duties.
        overbooking: shares of the bookings beyond the plan, the least that serves is taken.
        single_first: order within runs.
        overtime_prices: times within runs; None: as placed.
        pool_sizes: None: as they are.
        standby: agents for each pool and day.
    """

    single: tuple[Minutes, ...] = (
        AS_BOOKED,
        Minutes(change=-GRID),
        Minutes(change=GRID),
        Minutes(fixed=20),
        Minutes(fixed=25),
    )
    joint: tuple[Minutes, ...] = (AS_BOOKED, Minutes(change=GRID))
    capacities: tuple[float, ...] = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75)
    overbooking: tuple[float, ...] = (0.0, 0.02, 0.05)
    single_first: tuple[bool, ...] = (False, True)
    overtime_prices: tuple[float | None, ...] = (None, 1.0, 4.0)
    pool_sizes: tuple[int | None, ...] = (None,)
    standby: tuple[int, ...] = (0, 1)

    @classmethod
    def of(cls, case: Case, largest_pool: int | None = None) -> Levers:
        """The usual choices for a case.

        Args:
            case: with agents.
            largest_pool: no pool made anew is larger; None: one of all agents is tried, too.
        """
        agents = len(case.agents)
        most = agents if largest_pool is None else min(agents, largest_pool)
        sizes = sorted({size for size in (*POOLS, most) if size <= most})
        return cls(pool_sizes=(None, *sizes))

    def minutes_by_kind(self) -> Iterator[tuple[Minutes, Minutes]]:
        """All choices of planned minutes: of singles, and of joint and judicial sessions."""
        for single in self.single:
            for joint in self.joint:
                yield single, joint

    def orders_and_times(self) -> Iterator[tuple[bool, float | None]]:
        """All orders and times within runs."""
        for single_first in self.single_first:
            for price in self.overtime_prices:
                yield single_first, price

    def pools_and_standby(self) -> Iterator[tuple[int | None, int]]:
        """All pools and numbers on standby."""
        for size in self.pool_sizes:
            for standby in self.standby:
                yield size, standby
