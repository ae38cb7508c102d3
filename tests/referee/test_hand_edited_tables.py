"""Whatever stands in the result tables is judged, and never an exception."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import MISSING, Breaks, Duties, Sessions, Unplaced
from data.referee import judge, recount
from tests.referee.legal_case import END, legal_case, with_rows

names = st.sampled_from(("A1", "A2", "A3", "A9", ""))
bookings = st.sampled_from(
    ("single", "proxy", "estate", "pending", "expiring", "signed", "full", "ghost", "")
)
minutes = st.one_of(
    st.integers(-60, END + 60),
    st.integers(0, END // 5).map(lambda n: 5 * n),
    st.sampled_from((MISSING, -(10**7), 10**7, 2**40, -(2**40))),
)


def rows(**cells: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Up to six rows of a table."""
    return st.lists(st.fixed_dictionaries(cells), max_size=6)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    rows(agent_id=names, starts_at=minutes, ends_at=minutes),
    rows(
        agent_id=names, starts_at=minutes, ends_at=minutes, kind=st.sampled_from(("meal", "pause", "nap", ""))
    ),
    rows(
        booking_id=bookings,
        agent_id=names,
        starts_at=minutes,
        duration_minutes=st.sampled_from((20, 30, 0, -5)),
    ),
    rows(
        booking_id=bookings,
        reason=st.sampled_from(("capacity_full", "not_eligible", "no_skilled_agent", "why not", "")),
        rules=st.sampled_from(("", "R1", "R1|R7", "R99")),
        alternatives=st.lists(minutes, max_size=2).map(tuple),
    ),
)
def test_anything_is_judged(duties: Any, breaks: Any, sessions: Any, unplaced: Any):
    """Unknown names, duplicates, times off the grid, in the wrong order or in another century."""
    case = legal_case()
    for kind, values in ((Duties, duties), (Breaks, breaks), (Sessions, sessions), (Unplaced, unplaced)):
        case = with_rows(case, kind, values)
    found = judge(case)
    assert all(v.rule and v.where and v.what for v in found)
    assert bool(found) >= bool(sessions or unplaced)
    figures = recount(case)
    assert figures.placed + figures.unplaced == len(case.bookings)
    assert figures.required == figures.covered + figures.under


def test_no_tables_at_all_are_judged():
    """A case without any agent, booking or duty breaks nothing."""
    case = legal_case()
    for kind in (Duties, Breaks, Sessions, Unplaced):
        case = with_rows(case, kind, [])
    for kind in (type(case.agents), type(case.bookings), type(case.participants), type(case.demand)):
        case = with_rows(case, kind, [])
    assert judge(case) == []
    assert recount(case).required == 0
    ghosts = with_rows(
        case,
        Sessions,
        [{"booking_id": "ghost", "agent_id": "A9", "starts_at": 600, "duration_minutes": 20}],
    )
    assert {"SESSION-UNKNOWN", "AGENT-UNKNOWN"} <= {v.rule for v in judge(ghosts)}
