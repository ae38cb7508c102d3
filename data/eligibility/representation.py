"""Rules on the holder and on those who represent a company together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.eligibility.attendance import co_representatives_are_due
from data.model.columns import BoolArray

if TYPE_CHECKING:
    from data.eligibility.facts import BookingFacts


def r13_holder_absent(facts: BookingFacts) -> BoolArray:
    """R13, over bookings: not exactly one holder is to attend, or a person (PF) has a proxy.

    A holder who has died is not expected to attend; the policy may allow persons a proxy.
    """
    broken: BoolArray = ~facts.bookings.holder_is_deceased & (facts.holders != 1)
    if not facts.policy.persons_may_use_proxy:
        broken |= ~facts.is_company & (facts.proxy_given | (facts.proxies > 0))
    return broken


def r20_co_representative_absent(facts: BookingFacts) -> BoolArray:
    """R20, over bookings: co-representatives are due, and none is listed."""
    nobody: BoolArray = facts.co_representatives == 0
    return co_representatives_are_due(facts) & nobody


def r21_holder_not_registered(facts: BookingFacts) -> BoolArray:
    """R21, over bookings: a company's holder is not the representative whom the Receita has on record.

    Where the holder has died, R25 and R26 say what is needed instead.
    """
    bookings = facts.bookings
    unknown: BoolArray = ~bookings.holder_is_registered & ~bookings.holder_is_deceased
    return facts.is_company & unknown
