"""How long a history must be, and how far ahead it is tested."""

from __future__ import annotations

from typing import Final

LEAST_HORIZON: Final = 28
"""Days that the back-test predicts at least: weekdays, and both ends of a month."""

LEAST_BEFORE: Final = 56
"""Days before the earliest origin of the back-test."""

LEAST_KNOWN: Final = 30
"""Of these, days with bookings."""

LEAST_OF_WEEKDAY: Final = 4
"""Known past days of each weekday that is asked for."""


def back_test_days(past: int, last: int) -> int:
    """Days that the back-test predicts: as far ahead as the last day asked for lies.

    Args:
        past: number of past days.
        last: position of the last day asked for; the first day after the past is at `past`.
    """
    return max(LEAST_HORIZON, last + 1 - past)


def least_days(past: int, last: int) -> int:
    """Past days that a forecast so far ahead needs."""
    return LEAST_BEFORE + back_test_days(past, last)
