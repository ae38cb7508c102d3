"""The clock of the machine that writes: one place, so that tests can set it."""

from __future__ import annotations

import time


def seconds_now() -> int:
    """Whole seconds since 1970-01-01T00:00Z."""
    return int(time.time())


def minutes_now() -> int:
    """Whole minutes since 1970-01-01T00:00Z, as the store keeps instants."""
    return seconds_now() // 60
