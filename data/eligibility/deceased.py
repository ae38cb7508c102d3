"""R25 and R26: the holder has died, and a representative comes with documents from the court."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.model import tokens
from data.model.columns import BoolArray, IntArray, numbered
from data.model.service_policy import DeceasedHolderRule

if TYPE_CHECKING:
    from data.eligibility.facts import BookingFacts

_NO_RULE = -1


def r25_court_decision_missing(facts: BookingFacts) -> BoolArray:
    """R25, over bookings: the representative, or a document of the policy's R25 rule, is missing.

    Where no rule of the policy matches the holder, nobody can be served, and R25 is broken.
    """
    nobody_fits: BoolArray = facts.bookings.holder_is_deceased & (_matching(facts) == _NO_RULE)
    return _incomplete(facts, "R25") | nobody_fits


def r26_executor_certificate_missing(facts: BookingFacts) -> BoolArray:
    """R26, over bookings: the representative, or a document of the policy's R26 rule, is missing."""
    return _incomplete(facts, "R26")


def _incomplete(facts: BookingFacts, name: str) -> BoolArray:
    """Over bookings: the policy's rule for this holder is this one, and something it asks for is missing."""
    matching = _matching(facts)
    broken = np.zeros(len(facts.bookings), dtype=np.bool_)
    for place, rule in enumerate(facts.policy.deceased_holder):
        asked = matching == place
        if rule.rule == name and asked.any():
            complete = _presented(facts, rule) & (facts.court_representatives > 0)
            broken |= asked & ~complete
    return broken


def _matching(facts: BookingFacts) -> IntArray:
    """Over bookings: place of the first rule of the policy that fits the holder who has died."""
    bookings = facts.bookings
    matching = np.full(len(bookings), _NO_RULE, dtype=np.int64)
    for place, rule in enumerate(facts.policy.deceased_holder):
        fits = bookings.holder_is_deceased & (facts.is_company == (rule.holder_type == "company"))
        if rule.holder_is_registered is not None:
            fits &= bookings.holder_is_registered == rule.holder_is_registered
        matching[fits & (matching == _NO_RULE)] = place
    return matching


def _presented(facts: BookingFacts, rule: DeceasedHolderRule) -> BoolArray:
    """Over bookings: all documents that the rule asks for are presented."""
    codes, cells = numbered(facts.bookings.documents)
    enough = np.array([tokens(cell) >= set(rule.documents) for cell in cells], dtype=np.bool_)
    return enough[codes] if len(codes) else np.zeros(0, dtype=np.bool_)
