"""Which bookings are eligible: the static rules, applied to all bookings of a case at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.eligibility.facts import BookingFacts
from data.eligibility.registry import RULES
from data.model import Case
from data.model.columns import BoolArray, IntArray, TextArray


@dataclass(frozen=True, eq=False)
class Eligibility:
    """Who is eligible, and who must attend.

    Attributes:
        broken: over bookings, the codes of the rules broken, such as ``R1|R7``; empty when eligible.
        eligible: over bookings, whether no rule is broken.
        kind: over bookings, ``single``, ``joint`` or ``judicial``.
        required: over participants, who must attend.
        booking_of: over participants, the row of the booking.
    """

    broken: TextArray
    eligible: BoolArray
    kind: TextArray
    required: BoolArray
    booking_of: IntArray


def evaluate(case: Case) -> Eligibility:
    """Apply every static rule (the registry's rules with a `check`) to every booking.

    Whether there is a start left that respects the lead time (R2), the age of the proxy on the day (R23), and
    the windows, is another question: see `data.eligibility.start_windows`.

    Raises:
        ValueError: when a participant's booking is not in the table of bookings.
    """
    facts = BookingFacts.of(case)
    found = np.zeros(len(case.bookings), dtype=np.int64)
    for rule in RULES:
        if rule.check is not None:
            found |= rule.check(facts).astype(np.int64) << rule.number
    sets, which = np.unique(found, return_inverse=True)
    texts = np.empty(len(sets), dtype=object)
    texts[:] = [_codes(int(bits)) for bits in sets]
    return Eligibility(
        broken=texts[which],
        eligible=found == 0,
        kind=facts.kind,
        required=facts.required,
        booking_of=facts.booking_of,
    )


def _codes(bits: int) -> str:
    return "|".join(rule.code for rule in RULES if bits >> rule.number & 1)
