"""What can be set: planned minutes by kind, capacity, pools, standby, order and times, overbooking."""

from __future__ import annotations

from dataclasses import dataclass

from data.model.service_policy import KindPolicy


@dataclass(frozen=True)
class Minutes:
    """How the planned minutes of a kind of session follow from those that were booked.

    Attributes:
        fixed: the same for every session of the kind; None: as booked, and
        change: so many minutes more (a buffer) or fewer.
    """

    fixed: int | None = None
    change: int = 0

    def of(self, booked: int, policy: KindPolicy) -> int:
        """The planned minutes, within what the policy allows (R11); what it doesn't allow stays as booked."""
        if not policy.shortest_minutes <= booked <= policy.longest_minutes:
            return booked
        wanted = booked + self.change if self.fixed is None else self.fixed
        return min(max(wanted, policy.shortest_minutes), policy.longest_minutes)

    def __str__(self) -> str:
        return f"booked{self.change:+d}" if self.fixed is None else str(self.fixed)


AS_BOOKED = Minutes()


@dataclass(frozen=True)
class Setting:
    """One choice of all levers.

    Attributes:
        single, joint, judicial: planned minutes.
        capacity: share of the duties of each day and skill set that are kept; of one duty none is left out.
        overbooking: bookings that may be booked beyond the plan, as a share of all: at starts of the plan, in
            their windows.
        single_first: within a run, short single sessions before long and joint ones, as far as windows allow.
        overtime_price: starts in runs are moved within the windows to where they cost least over a sample,
            a minute of overtime at this price, one of waiting at 1; None: starts stay where they are placed.
        pool_size: agents of a pool at most; 0: each has a list of their own; None: pools as they are.
        standby: agents on standby for each pool and day.
    """

    single: Minutes = AS_BOOKED
    joint: Minutes = AS_BOOKED
    judicial: Minutes = AS_BOOKED
    capacity: float = 1.0
    overbooking: float = 0.0
    single_first: bool = False
    overtime_price: float | None = None
    pool_size: int | None = None
    standby: int = 0

    def minutes(self, kind: str) -> Minutes:
        """The planned minutes of a kind.

        Raises:
            LookupError: when there is no such kind.
        """
        match kind:
            case "single":
                return self.single
            case "joint":
                return self.joint
            case "judicial":
                return self.judicial
            case _:
                raise LookupError(f"no kind of session is called {kind}")
