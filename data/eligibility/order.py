"""Rules on the order: paid, and booked early enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.model import Case
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
