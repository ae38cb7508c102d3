"""Eligibility of bookings: the rules R1 to R26, who must attend, and when a session may start (DOMAIN 1)."""

from data.eligibility.duration import Occupations, occupations
from data.eligibility.evaluation import Eligibility, evaluate
from data.eligibility.facts import BookingFacts
from data.eligibility.registry import RULES, Rule, Stage
from data.eligibility.starts import StartWindows, start_windows

__all__ = [
    "RULES",
    "BookingFacts",
    "Eligibility",
    "Occupations",
    "Rule",
    "Stage",
    "StartWindows",
    "evaluate",
    "occupations",
    "start_windows",
]
