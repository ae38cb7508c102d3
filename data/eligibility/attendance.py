"""Who must attend a session, and of which kind the session therefore is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.model.columns import BoolArray, TextArray

if TYPE_CHECKING:
    from data.eligibility.facts import BookingFacts


def r19_holder_attends_alone(facts: BookingFacts) -> BoolArray:
    """R19, over bookings: a joint clause that does not bind, as the articles name the holder administrator.

    It goes before R20.
    """
    return facts.bookings.joint_clause & facts.bookings.holder_is_administrator


def co_representatives_are_due(facts: BookingFacts) -> BoolArray:
    """R20, over bookings: co-representatives must attend.

    They must when the articles demand joint representation, R19 does not release them, the holder is alive,
    and no proxy stands in for them where the policy allows that (R24).
    """
    bookings = facts.bookings
    jointly = bookings.joint_clause & ~r19_holder_attends_alone(facts) & ~bookings.holder_is_deceased
    if facts.policy.proxy_replaces_co_representatives:
        jointly &= ~(facts.proxy_given & (facts.proxies > 0))
    return jointly


def required_participants(facts: BookingFacts) -> BoolArray:
    """Over participants: who must attend.

    Of a holder who has died, the representatives whom the court named (R25, R26). Otherwise the holder (R13),
    with the proxy where one is given (R22, R24), and with the co-representatives where they are due (R20).
    Anyone else who is listed constrains nothing.
    """
    of = facts.booking_of
    deceased = facts.bookings.holder_is_deceased[of]
    alive = (
        facts.has_role("holder")
        | (facts.has_role("proxy") & facts.proxy_given[of])
        | (facts.has_role("co_representative") & co_representatives_are_due(facts)[of])
    )
    return np.where(deceased, facts.has_role("court_representative"), alive)


def kind_of_session(facts: BookingFacts) -> TextArray:
    """Over bookings: judicial when the holder has died, else joint when two or more must attend."""
    kind = np.full(len(facts.bookings), "single", dtype=object)
    kind[facts.count(facts.required) >= 2] = "joint"
    kind[facts.bookings.holder_is_deceased] = "judicial"
    return kind
