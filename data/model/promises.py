"""What bookings that have no session yet were promised: starts held or proposed, and places in the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.model.service_policy import SessionKind

PromiseStatus = Literal["held", "proposed", "waiting", "released", "expired", "cancelled"]
PROMISE_STATUSES: tuple[PromiseStatus, ...] = (
    "held",
    "proposed",
    "waiting",
    "released",
    "expired",
    "cancelled",
)
"""held: the customer is choosing or paying; proposed: held for one who waits; waiting: no start yet; the
others say how a booking came to have no start any more."""

WITH_START: tuple[PromiseStatus, ...] = ("held", "proposed")
"""Take up an agent's time until they end."""


@dataclass(frozen=True)
class Promise:
    """What a booking was promised, or how it came to have nothing. Times are minutes on the planning axis.

    Attributes:
        participants: how many must attend.
        people: surrogates of those who must, as far as they are known.
        start, agent_id: of what is held or proposed; the agent may change until it is sold.
        until: when that ends.
        windows: starts that one who waits would take, as ranges with both ends in them; proposed starts too
            are of somebody who waits. Empty: does not wait.
        passed: starts whose proposal was left unanswered.
        seconds: time to answer a proposal.
        turn: place in the queue among those of equal priority; lower is earlier.
    """

    booking_id: str
    status: PromiseStatus
    skill: str = ""
    session: SessionKind = "single"
    duration_minutes: int = 0
    participants: int = 0
    people: tuple[str, ...] = ()
    priority: int = 5
    start: int | None = None
    agent_id: str | None = None
    until: datetime | None = None
    windows: tuple[tuple[int, int], ...] = ()
    passed: tuple[int, ...] = ()
    seconds: int = 0
    turn: int = 0

    @property
    def takes_time(self) -> bool:
        """Whether a start is kept for the booking."""
        return self.status in WITH_START
