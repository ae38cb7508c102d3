"""Bookings and the people who must attend them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from data.model.columns import (
    BoolArray,
    Choice,
    Day,
    Flag,
    Instant,
    IntArray,
    Integer,
    Surrogate,
    Table,
    Text,
    TextArray,
    TimeOfDay,
    Tokens,
    column,
)

ORDER_STATUSES = ("paid", "pending", "cancelled", "refunded")
HOLDER_TYPES = ("person", "company")
PRODUCTS = ("A1-PF", "A3-PF", "A1-PJ", "A3-PJ")
PINS = ("fixed", "movable")
ROLES = ("holder", "co_representative", "proxy", "court_representative")
DOCUMENTS = ("court_decision", "executor_certificate", "articles_of_association", "public_proxy")

CUSTOMER_ZONES = (
    "America/Noronha", "America/Sao_Paulo", "America/Bahia", "America/Fortaleza", "America/Recife",
    "America/Maceio", "America/Belem", "America/Santarem", "America/Araguaina", "America/Manaus",
    "America/Porto_Velho", "America/Boa_Vista", "America/Cuiaba", "America/Campo_Grande",
    "America/Rio_Branco", "America/Eirunepe",
)  # fmt: skip
"""Zones in which customers attend (DOMAIN 3.5)."""


@dataclass(frozen=True, eq=False)
class Bookings(Table):
    """Requests for one video conference each: one order, one certificate, one session (R12)."""

    TABLE: ClassVar[str] = "bookings"

    booking_id: TextArray = column(
        Surrogate(("order_number", "tax_id")), "surrogate of order number + CPF/CNPJ (R8)", key=True
    )
    order_status: TextArray = column(Choice(ORDER_STATUSES), "only paid orders are served (R1)")
    holder_type: TextArray = column(Choice(HOLDER_TYPES), "certificate of a person (PF) or a company (PJ)")
    product: TextArray = column(Choice(PRODUCTS), "certificate product", optional=True)
    skill: TextArray = column(Text(), "skill that the session needs")
    duration_minutes: IntArray = column(
        Integer(1, 240), "planned minutes for which the customer is held (R11)"
    )
    booked_at: IntArray = column(Instant(floor=True), "when the booking was asked for")
    preferred_start: IntArray = column(Instant(), "start that the customer wishes", optional=True)
    priority: IntArray = column(
        Integer(1, 9), "1 is served first; 1 is kept for rebookings that the issuer caused (R15)",
        optional=True, default=5,
    )  # fmt: skip
    joint_clause: BoolArray = column(Flag(), "the articles demand joint representation (R20)", optional=True)
    holder_is_administrator: BoolArray = column(
        Flag(), "the holder is named administrator in the articles and may attend alone (R19)", optional=True
    )
    holder_is_registered: BoolArray = column(
        Flag(), "PJ: the holder is the legal representative registered with the Receita (R21)",
        optional=True, default=True,
    )  # fmt: skip
    holder_is_deceased: BoolArray = column(Flag(), "the holder has died (R25, R26)", optional=True)
    proxy_issued_on: IntArray = column(
        Day(), "date of the public proxy, or of the copy presented (R23); empty: no proxy", optional=True
    )
    documents: TextArray = column(
        Tokens(DOCUMENTS), "documents presented, with | between them (R25, R26)", optional=True
    )
    needs_presence: BoolArray = column(
        Flag(), "the issuer has marked the booking as not servable by video", optional=True
    )
    pin: TextArray = column(
        Choice(("", *PINS)),
        "fixed: must stay at the pinned start; movable: may move at a price",
        optional=True,
    )
    pinned_start: IntArray = column(Instant(), "start of the confirmed session", optional=True)
    pinned_agent: TextArray = column(
        Text(), "agent of the confirmed session; empty: any", optional=True, refers_to="agents.agent_id"
    )


@dataclass(frozen=True, eq=False)
class Participants(Table):
    """Who is to attend which booking, and when they can.

    A participant can start within [window_start, window_end - duration], and within the local hours
    [daily_from, daily_until] of each day in the participant's own time zone.
    """

    TABLE: ClassVar[str] = "participants"

    booking_id: TextArray = column(
        Surrogate(("order_number", "tax_id")), "the booking", key=True, refers_to="bookings.booking_id"
    )
    participant_id: TextArray = column(
        Surrogate(("cpf",)), "surrogate of the person's CPF; the same person has the same one", key=True
    )
    role: TextArray = column(Choice(ROLES), "holder: the certificate's holder or, PJ, legal representative")
    has_cnh: BoolArray = column(Flag(), "has a driving licence, CNH (R7)", optional=True)
    cnh_issued_on: IntArray = column(Day(), "date of the CNH", optional=True)
    has_biometrics: BoolArray = column(Flag(), "has biometrics on file (R7)", optional=True)
    time_zone: TextArray = column(
        Choice(CUSTOMER_ZONES), "zone in which the person attends", optional=True, default="America/Sao_Paulo"
    )
    window_start: IntArray = column(Instant(), "earliest start")
    window_end: IntArray = column(Instant(), "by when the session must have ended")
    daily_from: IntArray = column(TimeOfDay(), "earliest local time of a day", optional=True, default=8 * 60)
    daily_until: IntArray = column(
        TimeOfDay(), "local time of a day by which a session must have ended", optional=True, default=20 * 60
    )
