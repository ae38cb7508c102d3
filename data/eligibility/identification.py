"""R7: whether all who attend can be identified by video."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.model import MISSING
from data.model.columns import BoolArray

if TYPE_CHECKING:
    from data.eligibility.facts import BookingFacts


def r07_not_identifiable(facts: BookingFacts) -> BoolArray:
    """R7, over bookings: someone who must attend can't be identified, or the issuer demands presence."""
    unknown = facts.count(facts.required & ~identifiable(facts)) > 0
    return unknown | facts.bookings.needs_presence


def identifiable(facts: BookingFacts) -> BoolArray:
    """Over participants: who has a CNH that counts, or biometrics that count.

    Where the policy sets an earliest date of the CNH, a CNH of unknown date does not count.
    """
    people, policy = facts.participants, facts.policy
    by_licence = people.has_cnh & policy.cnh_accepted
    if facts.cnh_counts_from is not None:
        dated = people.cnh_issued_on != MISSING
        by_licence &= dated & (people.cnh_issued_on >= facts.cnh_counts_from)
    return np.asarray(by_licence | (people.has_biometrics & policy.biometrics_accepted), dtype=np.bool_)
