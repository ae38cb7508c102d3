"""Whom to contact when the day changes: a table for people and tools beside the plan of the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from data.model.columns import (
    Choice,
    Day,
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

CONTACT_CHANGES = ("delay", "new_time", "rebook")
"""The session begins later; it has another time today, for the customer to agree to; it can't be held today
and is rebooked by the issuer's cause (R15)."""

CONTACT_CHANNELS = ("phone", "email")

CONTACT_DEADLINES = ("answer", "link_mail", "start", "leaves", "at_once")
"""Why a customer is to be reached by then: the first alternative can be agreed to no later; the e-mail with
the link goes out (R4); the session would begin; a customer who is there would leave; all that is past."""

NO_ALTERNATIVE_REASONS = (
    "unknown_booking",
    "not_eligible",
    "proxy_expires",
    "no_common_window",
    "participant_busy",
    "no_skilled_agent",
    "capacity_full",
)
"""Why there is no alternative in the horizon: the plan has no such booking; it breaks a rule of eligibility;
none is left before the proxy expires, so that a new one is needed (R23); opening hours, lead time and those
who attend leave no start; at each that is left, somebody is in another session; nobody with the skill is on
duty then; or everybody's time is taken."""


@dataclass(frozen=True, eq=False)
class Contacts(Table):
    """Customers to contact after a repair of the day, in the order in which to contact them.

    The person is the billing contact of the order (R16), whom only the issuer's booking system knows: the
    row has the booking's surrogate.
    """

    TABLE: ClassVar[str] = "contacts"

    contact_id: TextArray = column(
        Text(), "the same for the same change of the same booking, so that nobody is told twice", key=True
    )
    booking_id: TextArray = column(
        Surrogate(("order_number", "tax_id")), "the booking", refers_to="bookings.booking_id"
    )
    change: TextArray = column(
        Choice(CONTACT_CHANGES),
        "it begins later, has a new time today, or is rebooked on another day or hour",
    )
    by: IntArray = column(Instant(), "by when the customer is to be reached")
    by_reason: TextArray = column(Choice(CONTACT_DEADLINES), "what happens then")
    priority: IntArray = column(
        Integer(1, 9), "1 for sessions that the issuer moves (R15), else that of the booking"
    )
    channel: TextArray = column(Choice(CONTACT_CHANNELS), "how to contact first")
    second_channel: TextArray = column(
        Choice(CONTACT_CHANNELS), "how, when that gets no answer (R27: e-mails are overlooked)"
    )
    before_starts_at: IntArray = column(Instant(), "start that the customer knows")
    after_starts_at: IntArray = column(Instant(), "start instead; empty when rebooked", optional=True)
    alternatives: TextArray = column(
        Instants(), "starts to offer, the one that is kept already first", optional=True
    )
    install_email_due: IntArray = column(
        Day(),
        "last day for the e-mail with the instructions (R6), for the first of these starts",
        optional=True,
    )
    no_alternative: TextArray = column(
        Choice(("", *NO_ALTERNATIVE_REASONS)), "why a rebooked session has no alternatives", optional=True
    )
    rules: TextArray = column(Tokens(), "rules broken, when the booking is not eligible", optional=True)
    proxy_last_day: IntArray = column(
        Day(), "last day on which the proxy permits a session (R23); empty: no proxy", optional=True
    )
