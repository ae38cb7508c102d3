"""Rules on the order: paid, known by its two keys, and booked early enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.identity import normalise_order_number, normalise_tax_id
from data.model import Case, ServicePolicy
from data.model.columns import BoolArray, IntArray

if TYPE_CHECKING:
    from data.eligibility.facts import BookingFacts


def r01_unpaid(facts: BookingFacts) -> BoolArray:
    """R1, over bookings: the order is not paid."""
    return np.asarray(facts.bookings.order_status != "paid", dtype=np.bool_)


def r02_earliest_start(case: Case) -> IntArray:
    """R2, over bookings: minute on the axis before which no session may start.

    The lead time counts from the booking or from the moment of planning, whichever is later. It does not
    bind a session that is already confirmed and fixed.
    """
    return np.maximum(case.bookings.booked_at, case.plan.as_of_minute) + case.plan.policy.lead_minutes


def r08_booking_key(order_number: str, tax_id: str, policy: ServicePolicy) -> tuple[str, str]:
    """R8: the canonical order number and CPF/CNPJ, both of which are required.

    Raises:
        ValueError: when one is missing or wrong, or the order number begins with none of the issuer's
            prefixes. The message shows neither.
    """
    number = normalise_order_number(order_number)
    prefixes = policy.order_number_prefixes
    if prefixes and not number.startswith(tuple(prefix.upper() for prefix in prefixes)):
        raise ValueError(f"expected an order number that begins with {' or '.join(prefixes)}")
    return number, normalise_tax_id(tax_id)
