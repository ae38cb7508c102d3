"""Rules on the public proxy (*procuração pública*).

None of them concerns a holder who has died: a proxy ends with its giver, and only whom a court named attends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.model import MISSING, Case
from data.model.columns import BoolArray, IntArray

if TYPE_CHECKING:
    from data.eligibility.facts import BookingFacts


def r22_proxy_incomplete(facts: BookingFacts) -> BoolArray:
    """R22, over bookings: a company's proxy without the person, or the person without a proxy.

    Where the policy allows companies no proxy, any sign of one breaks the rule.
    """
    listed = facts.proxies > 0
    broken: BoolArray = facts.proxy_given != listed
    if not facts.policy.companies_may_use_proxy:
        broken = facts.proxy_given | listed
    return facts.is_company & ~facts.bookings.holder_is_deceased & broken


def r23_proxy_expired(facts: BookingFacts) -> BoolArray:
    """R23, over bookings: on no day of the horizon is the proxy issued yet and young enough."""
    issued = facts.bookings.proxy_issued_on
    usable = (issued < facts.days) & (issued + facts.policy.proxy_longest_days >= 0)
    return facts.proxy_given & ~facts.bookings.holder_is_deceased & ~usable


def r23_proxy_days(case: Case) -> tuple[IntArray, IntArray]:
    """R23, over bookings: first and last day number (both allowed) on which the proxy permits a session.

    Bookings without a proxy, and those whose holder has died, may have any day of the horizon.
    """
    issued = case.bookings.proxy_issued_on
    none = (issued == MISSING) | case.bookings.holder_is_deceased
    first = np.where(none, 0, issued)
    last = np.where(none, case.plan.days - 1, issued + case.plan.policy.proxy_longest_days)
    return first, last


def r24_holder_replaced(facts: BookingFacts) -> BoolArray:
    """R24, over bookings: a proxy is given, but the holder, whom it never replaces, is not listed."""
    absent: BoolArray = ~facts.bookings.holder_is_deceased & (facts.holders == 0)
    return facts.proxy_given & absent
