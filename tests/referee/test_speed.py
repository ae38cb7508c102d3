"""Judging stays a small part of solving."""

from __future__ import annotations

import time

import pytest

from data.referee import judge, recount
from tests.referee.packed_week import packed_week


def seconds_to_judge(agents: int, placed: int, unplaced: int) -> float:
    """Time of one verdict on a packed week, which is legal."""
    case = packed_week(agents, placed, unplaced)
    begun = time.perf_counter()
    assert judge(case) == []
    elapsed = time.perf_counter() - begun
    found = recount(case)
    assert (found.placed, found.unplaced) == (placed, unplaced)
    return elapsed


def test_three_thousand_sessions():
    """40 agents, 3,000 sessions: about 0.01 s; the bound leaves room for a busy machine."""
    seconds_to_judge(40, 300, 20)
    assert min(seconds_to_judge(40, 3_000, 200) for _ in range(3)) < 0.2


@pytest.mark.soak
def test_two_hundred_thousand_bookings():
    """2,000 agents, 150,000 sessions, 50,000 unplaced: within three seconds (about 0.4 s)."""
    assert min(seconds_to_judge(2_000, 150_000, 50_000) for _ in range(2)) < 3.0
