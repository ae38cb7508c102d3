"""The tables of bookings and participants, and the planted sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from data.generator.chance import Streams, pick, surrogates
from data.generator.dossiers import Dossier, Fault, Orders
from data.generator.people import ZONES, People
from data.generator.team import SKILLS
from data.generator.wishes import Wishes
from data.model import MISSING, ROLES, Bookings, Participants, Sessions
from data.model.columns import IntArray, TextArray

PRODUCTS_OF_PERSONS: Final = (("A3-PF", 0.849), ("A1-PF", 0.151))
PRODUCTS_OF_COMPANIES: Final = (("A1-PJ", 0.607), ("A3-PJ", 0.393))
"""The issue mix of DOMAIN 2.3."""

PRIORITIES: Final = ((5, 0.84), (3, 0.10), (7, 0.05), (1, 0.01))
"""1 is for rebookings that the issuer caused (R15)."""

PINNED_SHARE: Final = 0.012
"""Share of the planted bookings that are pinned as fixed, and as many again as movable."""

PINNED_LEAD: Final = 2 * 1440
"""Confirmed sessions were booked so much earlier (minutes)."""

UNPAID_STATUSES: Final = ("pending", "cancelled", "refunded")


@dataclass(frozen=True)
class BookingTables:
    """The tables in the order in which the bookings came in.

    Attributes:
        bookings: all bookings, the ineligible ones included.
        participants: their participants, in the same order.
        sessions: the planted schedule.
    """

    bookings: Bookings
    participants: Participants
    sessions: Sessions


def booking_tables(
    orders: Orders, people: People, wishes: Wishes, agent_names: TextArray, streams: Streams
) -> BookingTables:
    """Turn orders, people and wishes into tables."""
    requests = orders.requests
    count = len(orders)
    ids = surrogates(streams.of("booking ids"), "b-", count)
    pin, pinned_start, pinned_agent = _pins(orders, agent_names, streams)
    booked_at = wishes.booked_at - np.where(pin != "", PINNED_LEAD, 0)
    rng = streams.of("orders")
    company = orders.company
    product = np.where(
        company,
        _drawn(rng, count, PRODUCTS_OF_COMPANIES),
        _drawn(rng, count, PRODUCTS_OF_PERSONS),
    )
    unpaid = np.array(UNPAID_STATUSES, dtype=object)[pick(rng, count, (0.6, 0.25, 0.15))]
    priority = np.array([p for p, _ in PRIORITIES])[pick(rng, count, [share for _, share in PRIORITIES])]
    order = np.lexsort((ids.astype(str), booked_at))
    bookings = Bookings.from_columns(
        {
            "booking_id": ids,
            "order_status": np.where(orders.fault == Fault.UNPAID, unpaid, "paid"),
            "holder_type": np.where(company, "company", "person"),
            "product": product,
            "skill": np.array(SKILLS, dtype=object)[requests.skill],
            "duration_minutes": requests.duration,
            "booked_at": booked_at,
            "preferred_start": wishes.preferred_start,
            "priority": priority,
            "joint_clause": np.isin(orders.dossier, (Dossier.JOINT_CLAUSE, Dossier.ADMINISTRATOR)),
            "holder_is_administrator": orders.dossier == Dossier.ADMINISTRATOR,
            "holder_is_registered": (orders.fault != Fault.NOT_REGISTERED)
            & (orders.dossier != Dossier.DECEASED_UNREGISTERED),
            "holder_is_deceased": orders.deceased,
            "proxy_issued_on": orders.proxy_issued_on,
            "documents": _documents(orders),
            "needs_presence": orders.fault == Fault.NEEDS_PRESENCE,
            "pin": pin,
            "pinned_start": pinned_start,
            "pinned_agent": pinned_agent,
        },
        count,
    ).take(order)
    planted = order[requests.agent[order] >= 0]
    sessions = Sessions(
        booking_id=ids[planted],
        agent_id=agent_names[requests.agent[planted]],
        starts_at=requests.start[planted],
        duration_minutes=requests.duration[planted],
    )
    return BookingTables(bookings, _participants(ids, order, people, wishes, streams), sessions)


def _participants(
    ids: TextArray, order: IntArray, people: People, wishes: Wishes, streams: Streams
) -> Participants:
    """The participants in the order of the bookings."""
    names = surrogates(streams.of("participant ids"), "p-", len(people.zone))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    rows = np.argsort(place[people.booking], kind="stable")
    person = people.person
    return Participants.from_columns(
        {
            "booking_id": ids[people.booking],
            "participant_id": names[person],
            "role": np.array(ROLES, dtype=object)[people.role],
            "has_cnh": people.has_cnh[person],
            "cnh_issued_on": people.cnh_issued_on[person],
            "has_biometrics": people.has_biometrics[person],
            "time_zone": np.array(ZONES, dtype=object)[people.zone[person]],
            "window_start": wishes.window_start,
            "window_end": wishes.window_end,
            "daily_from": wishes.daily_from,
            "daily_until": wishes.daily_until,
        },
        len(rows),
    ).take(rows)


def _drawn(rng: np.random.Generator, count: int, options: tuple[tuple[str, float], ...]) -> TextArray:
    return np.array([word for word, _ in options], dtype=object)[
        pick(rng, count, [share for _, share in options])
    ]


def _documents(orders: Orders) -> TextArray:
    """What was presented: the court's decision (R25), the executor's certificate (R26), the proxy (R22)."""
    documents = np.full(len(orders), "", dtype=object)
    documents[(orders.dossier == Dossier.JOINT_CLAUSE) | (orders.dossier == Dossier.ADMINISTRATOR)] = (
        "articles_of_association"
    )
    documents[orders.proxy_issued_on != MISSING] = "public_proxy"
    decided = np.isin(orders.dossier, (Dossier.DECEASED_PERSON, Dossier.DECEASED_REGISTERED))
    documents[decided & (orders.fault != Fault.NO_COURT_DECISION)] = "court_decision"
    certified = orders.dossier == Dossier.DECEASED_UNREGISTERED
    documents[certified & (orders.fault != Fault.NO_EXECUTOR_CERTIFICATE)] = "executor_certificate"
    return documents


def _pins(orders: Orders, agent_names: TextArray, streams: Streams) -> tuple[TextArray, IntArray, TextArray]:
    """A few confirmed sessions, where they are planted.

    Only movable ones name their agent: the customer is promised a start, and a new roster need not have the
    same agent on duty then.
    """
    rng = streams.of("pins")
    requests = orders.requests
    rows = rng.permutation(np.flatnonzero(requests.agent >= 0))
    each = max(1, round(PINNED_SHARE * len(rows))) if len(rows) else 0
    fixed, movable = rows[:each], rows[each : 2 * each]
    pin = np.full(len(orders), "", dtype=object)
    pin[fixed], pin[movable] = "fixed", "movable"
    start = np.where(pin != "", requests.start, MISSING).astype(np.int64)
    agent = np.full(len(orders), "", dtype=object)
    agent[movable] = agent_names[requests.agent[movable]]
    return pin, start, agent
