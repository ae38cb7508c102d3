"""The schedule: sessions placed, and bookings left out with the reason why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from data.model.columns import (
    Choice,
    Instant,
    Instants,
    IntArray,
    Integer,
    Surrogate,
    Table,
    Text,
    TextArray,
    Tokens,
    column,
)

UNPLACED_REASONS = (
    "not_eligible",
    "proxy_expires",
    "no_common_window",
    "no_skilled_agent",
    "capacity_full",
)
"""Why a booking has no session: it breaks a rule of eligibility; its proxy expires before any start; its
participants, the opening hours and the lead time leave no start; nobody with the skill is on duty at any of
its starts; or every such agent's time is taken."""


@dataclass(frozen=True, eq=False)
class Sessions(Table):
    """Bookings placed at a start, with a planned duration and a nominal agent.

    The agent is occupied from ``start - set-up`` for set-up + planned duration + wrap-up, rounded up to the
    grid as one sum; the customers are held for the planned duration.
    """

    TABLE: ClassVar[str] = "sessions"

    booking_id: TextArray = column(
        Surrogate(("order_number", "tax_id")), "the booking", key=True, refers_to="bookings.booking_id"
    )
    agent_id: TextArray = column(Text(), "the nominal agent", refers_to="agents.agent_id")
    starts_at: IntArray = column(Instant(), "start that the customer is told")
    duration_minutes: IntArray = column(Integer(1, 240), "planned minutes with the customer")


@dataclass(frozen=True, eq=False)
class Unplaced(Table):
    """Bookings without a session."""

    TABLE: ClassVar[str] = "unplaced"

    booking_id: TextArray = column(
        Surrogate(("order_number", "tax_id")), "the booking", key=True, refers_to="bookings.booking_id"
    )
    reason: TextArray = column(Choice(UNPLACED_REASONS), "why it has no session")
    rules: TextArray = column(Tokens(), "rules broken, when it is not eligible", optional=True)
    alternatives: TextArray = column(Instants(), "nearest starts that could still be offered", optional=True)


@dataclass(frozen=True, eq=False)
class Schedule:
    """All sessions and all unplaced bookings."""

    sessions: Sessions
    unplaced: Unplaced
