"""Rules of eligibility R1 to R26 (DOMAIN 1), stated anew: each says which bookings break it.

The same masks judge sessions (no session for a booking that breaks one) and the reasons of unplaced bookings;
of R23, which depends on the date, this is the part that holds whatever the start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.model import MISSING, Plan
from data.model.columns import BoolArray
from data.referee.booking_facts import BookingFacts

Mask = Callable[[BookingFacts, Plan], BoolArray]
"""Which bookings break a rule, whatever their start."""


@dataclass(frozen=True)
class EligibilityRule:
    """What a rule demands, what to say of a session that breaks it, and which bookings break it."""

    statement: str
    broken: str
    mask: Mask


ELIGIBILITY: dict[str, EligibilityRule] = {}
"""The rules of eligibility by their number."""


def _eligibility(code: str, statement: str, broken: str) -> Callable[[Mask], Mask]:
    """List a rule of eligibility."""

    def register(mask: Mask) -> Mask:
        ELIGIBILITY[code] = EligibilityRule(statement, broken, mask)
        return mask

    return register


@_eligibility("R1", "The order is paid.", "the order is not paid")
def paid(bookings: BookingFacts, _plan: Plan) -> BoolArray:
    """R1: paid before appointed."""
    return np.asarray(bookings.table.order_status != "paid", dtype=np.bool_)


@_eligibility(
    "R7",
    "Everybody who must attend can be identified by video.",
    "somebody who must attend has neither an accepted CNH nor biometrics, or the issuer demands presence",
)
def identifiable(bookings: BookingFacts, plan: Plan) -> BoolArray:
    """R7: CNH of an accepted date, or biometrics; a CNH of unknown date fails where a date is asked for."""
    people, policy = bookings.people, plan.policy
    known = np.zeros(len(people), dtype=np.bool_)
    if policy.cnh_accepted:
        licence = people.has_cnh.copy()
        if policy.cnh_issued_from is not None:
            earliest = plan.axis.day_number(policy.cnh_issued_from)
            licence &= (people.cnh_issued_on != MISSING) & (people.cnh_issued_on >= earliest)
        known |= licence
    if policy.biometrics_accepted:
        known |= people.has_biometrics
    broken = bookings.table.needs_presence.copy()
    broken[bookings.owner[bookings.required & ~known]] = True
    return broken


@_eligibility(
    "R11",
    "The planned duration is within the limits of its kind of session.",
    "the booking's planned duration is outside the limits of its kind of session",
)
def duration_within_limits(bookings: BookingFacts, _plan: Plan) -> BoolArray:
    """R11: 15 to 30 minutes for single sessions; joint and judicial ones by policy."""
    minutes = bookings.table.duration_minutes
    shortest = bookings.by_kind("shortest_minutes")[bookings.kind]
    longest = bookings.by_kind("longest_minutes")[bookings.kind]
    return np.asarray((minutes < shortest) | (minutes > longest), dtype=np.bool_)


@_eligibility(
    "R13",
    "The holder, exactly one, attends in person.",
    "expected exactly one holder among the participants, and no proxy for a person (PF)",
)
def holder_attends(bookings: BookingFacts, plan: Plan) -> BoolArray:
    """R13: one holder unless deceased; a person sends no proxy unless the policy says so."""
    broken: BoolArray = ~bookings.deceased & (bookings.holders != 1)
    if not plan.policy.persons_may_use_proxy:
        broken |= ~bookings.company & (bookings.proxy_given | (bookings.proxies > 0))
    return broken


@_eligibility(
    "R20",
    "A joint clause brings the co-representatives.",
    "the articles demand joint representation, and no co-representative is listed",
)
def co_representatives_listed(bookings: BookingFacts, _plan: Plan) -> BoolArray:
    """R20, after R19: with a joint clause at least one co-representative is among the participants."""
    nobody: BoolArray = bookings.co_representatives == 0
    return bookings.partners_must_attend & nobody


@_eligibility(
    "R21",
    "A company's holder is its legal representative registered with the Receita.",
    "the holder is not the legal representative registered with the Receita",
)
def holder_is_registered(bookings: BookingFacts, _plan: Plan) -> BoolArray:
    """R21: for living holders of companies."""
    return bookings.company & ~bookings.deceased & ~bookings.table.holder_is_registered


@_eligibility(
    "R22",
    "A company's proxy comes as a deed and a person, where the policy accepts proxies.",
    "expected the proxy's date and a proxy among the participants, and a policy that accepts proxies",
)
def proxy_deed_and_person(bookings: BookingFacts, plan: Plan) -> BoolArray:
    """R22: deed without person, person without deed, or no proxies accepted at all; for living holders."""
    given, listed = bookings.proxy_given, bookings.proxies > 0
    broken: BoolArray = given != listed
    if not plan.policy.companies_may_use_proxy:
        broken = given | listed
    return bookings.company & ~bookings.deceased & broken


@_eligibility(
    "R23",
    "The proxy is in force on some day of the horizon.",
    "the proxy is too old, or post-dated, on every day of the horizon",
)
def proxy_in_force_some_day(bookings: BookingFacts, plan: Plan) -> BoolArray:
    """R23, whatever the start: a living holder's proxy is not too old or post-dated on every day."""
    issued = bookings.table.proxy_issued_on
    too_old: BoolArray = issued + plan.policy.proxy_longest_days < 0
    post_dated: BoolArray = issued > plan.days - 1
    return bookings.proxy_given & ~bookings.deceased & (too_old | post_dated)


@_eligibility(
    "R24",
    "A proxy never takes the holder's place.",
    "a proxy is given, and no holder is among the participants",
)
def proxy_keeps_holder(bookings: BookingFacts, _plan: Plan) -> BoolArray:
    """R24: with a proxy and a living holder, the holder is listed."""
    nobody: BoolArray = bookings.holders == 0
    return bookings.proxy_given & ~bookings.deceased & nobody


def _estate_breaks(code: str, bookings: BookingFacts, plan: Plan) -> BoolArray:
    """Deceased holders whose document rule has this number, with no representative or a document missing."""
    table = bookings.table
    open_cases = bookings.deceased.copy()
    nobody = bookings.court_representatives == 0
    broken = np.zeros(len(table), dtype=np.bool_)
    for documents in plan.policy.deceased_holder:
        matches = open_cases & (table.holder_type == documents.holder_type)
        if documents.holder_is_registered is not None:
            matches &= table.holder_is_registered == documents.holder_is_registered
        open_cases &= ~matches.astype(np.bool_)
        if documents.rule == code:
            rows = np.flatnonzero(matches)
            needed = set(documents.documents)
            shown = [needed <= set(cell.split("|")) for cell in table.documents[rows].tolist()]
            broken[rows] = nobody[rows] | ~np.array(shown, dtype=np.bool_)
    if code == "R25":
        broken |= open_cases
    return broken


@_eligibility(
    "R25",
    "A deceased holder is represented by whom a court has named.",
    "expected a representative named by a court, with the court decision",
)
def court_decision(bookings: BookingFacts, plan: Plan) -> BoolArray:
    """R25: representative and documents; a case that no document rule matches is refused here too."""
    return _estate_breaks("R25", bookings, plan)


@_eligibility(
    "R26",
    "A deceased holder known from the articles alone needs the executor's certificate.",
    "expected a representative named by a court, with the executor's certificate",
)
def executor_certificate(bookings: BookingFacts, plan: Plan) -> BoolArray:
    """R26: representative and documents of the companies that the policy sends here."""
    return _estate_breaks("R26", bookings, plan)
