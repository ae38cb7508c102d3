"""The objective counted anew from the tables."""

from __future__ import annotations

import sys
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Agents, Bookings, Case, Sessions, Unplaced, Wishes, tokens
from data.referee import Recount, recount
from tests.referee.legal_case import END, MONDAY, SATURDAY, SUNDAY, at, edited, legal_case, with_rows
from tests.support.cases import agent, case, tiny_case

SKILLS = ("joint", "libras", "pf", "pj")


def test_the_legal_case_adds_up():
    """By hand: A1 and A2 cover two of the three agents required at 9:00; at noon both have their meal.

    Whole intervals in service: A1 twice 32, A2 20 and 21 (breaks touch 5 and 4), A3 8 and 16; 129 in all.
    Only A3 starts at two times of day, 20:00 and 22:00: an hour from the median each.
    P-ana's two sessions are in a row. A1, A2 and A3 are occupied 190, 130 and 30 of 960, 680 and 360 minutes
    in service; at 350 of 2,000 their even shares are 168, 119 and 63: 22, 11 and 33 away.
    """
    assert recount(legal_case()) == Recount(
        placed=10,
        unplaced=5,
        eligible=14,
        pins=2,
        pins_kept=2,
        deviation_minutes=30 + 10,
        back_to_back=1,
        unfairness_minutes=22 + 11 + 33,
        order_inversions=0,
        required=5,
        covered=3,
        under=2,
        over=126,
        start_shift_minutes=120,
        wishes_not_met=0,
        unfair_shares=0,
        overtime_minutes=0,
        staffing_cost=2 + 126,
    )


def test_wishes_are_met_by_duties_that_share_a_minute():
    """A2 is on duty on Sunday from 9:00 to 15:20, breaks included; an edge in common is not enough."""

    def lost(kind: str, *span: int) -> int:
        wish = {"agent_id": "A2", "starts_at": span[0], "ends_at": span[1], "kind": kind, "weight": 7}
        return recount(with_rows(legal_case(), Wishes, [wish])).wishes_not_met

    assert lost("work", at(SUNDAY, 8), at(SUNDAY, 9)) == lost("off", at(SUNDAY, 8), at(SUNDAY, 9, 1)) == 7
    assert lost("work", at(SUNDAY, 8), at(SUNDAY, 9, 1)) == lost("off", at(SUNDAY, 8), at(SUNDAY, 9)) == 0
    assert lost("off", at(SUNDAY, 12, 5), at(SUNDAY, 12, 10)) == 7
    assert lost("off", at(SATURDAY, 0), END) == lost("work", at(SATURDAY, 0), at(SUNDAY, 0)) == 7
    assert lost("work", at(SATURDAY, 0), END) == lost("off", at(SUNDAY, 15, 20), at(MONDAY, 9)) == 0


def test_a_moved_pin_is_not_kept():
    """A pin counts as kept at its start, with its agent; an unplaced one is not kept."""
    moved = edited(legal_case(), Sessions, {"booking_id": "single"}, starts_at=at(SATURDAY, 8, 5))
    assert (recount(moved).pins_kept, recount(moved).deviation_minutes) == (1, 85 + 10)
    other = edited(legal_case(), Bookings, {"booking_id": "pinned"}, pinned_agent="A2")
    assert recount(other).pins_kept == 1
    nobody = with_rows(with_rows(legal_case(), Sessions, []), Unplaced, [])
    assert (recount(nobody).pins, recount(nobody).pins_kept, recount(nobody).placed) == (2, 0, 0)


def test_what_is_in_a_row():
    """A holder's sessions are a pair with one agent and no gap; judicial right before single is inverted."""
    later = edited(legal_case(), Sessions, {"booking_id": "second-order"}, starts_at=at(SATURDAY, 9, 35))
    assert recount(later).back_to_back == 0
    apart = edited(legal_case(), Sessions, {"booking_id": "second-order"}, agent_id="A3")
    assert recount(apart).back_to_back == 0
    behind = {"starts_at": at(MONDAY, 10, 20), "agent_id": "A2"}
    inverted = edited(legal_case(), Sessions, {"booking_id": "pinned"}, **behind)
    assert (recount(inverted).back_to_back, recount(inverted).order_inversions) == (1, 1)
    right = edited(inverted, Bookings, {"booking_id": "deceased"}, holder_is_deceased=False)
    assert recount(right).order_inversions == 0


def test_unfairness_is_within_pools():
    """Alone in its pool an agent is even with itself; rounding is down, pool by pool."""
    pooled = edited(legal_case(), Agents, {"agent_id": "A3"}, pool="night")
    # 320 of 1,640: even shares are 187.3 and 132.7, both 2.7 away.
    assert recount(pooled).unfairness_minutes == 5


def test_a_session_of_an_unknown_booking_is_not_placed():
    """Only bookings of the case count, each once."""
    rows = legal_case().sessions.rows()
    ghost = {"booking_id": "ghost", "agent_id": "A1", "starts_at": at(MONDAY, 14), "duration_minutes": 20}
    assert recount(with_rows(legal_case(), Sessions, [*rows, rows[0], ghost])).placed == 10


def test_the_tiny_case_is_covered():
    """Two agents on duty from 9:00 to 13:00 cover two required: 16 intervals of 2."""
    found = recount(tiny_case())
    assert (found.required, found.covered, found.under, found.over) == (32, 32, 0, 0)


def matched(required: dict[str, int], agents: list[frozenset[str]]) -> int:
    """Most requirements that distinct agents can cover: augmenting paths, one unit at a time."""
    units = [skill for skill, count in sorted(required.items()) for _ in range(count)]
    holds: dict[int, int] = {}

    def place(unit: int, seen: set[int]) -> bool:
        for number, skills in enumerate(agents):
            if units[unit] in skills and number not in seen:
                seen.add(number)
                if number not in holds or place(holds[number], seen):
                    holds[number] = unit
                    return True
        return False

    return sum(place(unit, set()) for unit in range(len(units)))


def many_skills(count: int) -> Case:
    """A day with this many skills, each required all day and had by one agent, who is there for an hour."""
    names = [f"S{number:02}" for number in range(count)]
    return case(
        agents=[agent(f"A-{name}", name) for name in names],
        duties=[{"agent_id": f"A-{name}", "starts_at": 540, "ends_at": 600} for name in names],
        demand=[
            {"starts_at": start, "skill": name, "required": 1}
            for start in range(0, 1440, 15)
            for name in names
        ],
    )


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch):
    """All sets of skills in all intervals are never in memory at once: here they would take 25 MB."""
    monkeypatch.setattr(sys.modules["data.referee.recount"], "CELLS_AT_ONCE", 2 << 15)
    made = many_skills(15)
    tracemalloc.start()
    try:
        found = recount(made)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found.required, found.covered, found.under, found.over) == (96 * 15, 4 * 15, 92 * 15, 0)
    assert peak < 10_000_000


def test_too_many_skills_are_refused():
    """Beyond the model's number of demanded skills the recount would not end: it says so at once."""
    with pytest.raises(ValueError, match="21 skills are demanded, expected 20 at most"):
        recount(many_skills(21))


@st.composite
def rosters(draw: st.DrawFn) -> Case:
    """Up to five agents with random skills, duties off and on the interval grid, and random requirements."""
    count = draw(st.integers(0, 5))
    agents, duties, breaks = [], [], []
    for n in range(count):
        skills = draw(st.sets(st.sampled_from(SKILLS)))
        agents.append(agent(f"A{n}", "|".join(sorted(skills))))
        start = 480 + 5 * draw(st.integers(0, 6))
        length = 5 * draw(st.integers(3, 12))
        duties.append({"agent_id": f"A{n}", "starts_at": start, "ends_at": start + length})
        rest = start + 5 * draw(st.integers(0, length // 5 - 1))
        breaks.append({"agent_id": f"A{n}", "starts_at": rest, "ends_at": rest + 5, "kind": "pause"})
    demand: list[dict[str, Any]] = [
        {"starts_at": 480 + 15 * step, "skill": skill, "required": draw(st.integers(0, 3))}
        for step in range(3)
        for skill in SKILLS
    ]
    return case(agents=agents, duties=duties, breaks=breaks, demand=demand)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(rosters())
def test_the_deficiency_is_what_the_best_matching_leaves(made: Case):
    """Ore's formula agrees with a maximum matching found by augmenting paths, interval by interval."""
    covered = over = 0
    demand, duties, breaks = made.demand.rows(), made.duties.rows(), made.breaks.rows()
    required = sum(row["required"] for row in demand)
    skills = {a["agent_id"]: tokens(a["skills"]) for a in made.agents.rows()}
    for start in range(0, made.axis.end, 15):
        serving = []
        for duty in duties:
            rests = [b for b in breaks if b["agent_id"] == duty["agent_id"]]
            on_duty = duty["starts_at"] <= start and start + 15 <= duty["ends_at"]
            if on_duty and not any(b["starts_at"] < start + 15 and start < b["ends_at"] for b in rests):
                serving.append(skills[duty["agent_id"]])
        needed = {d["skill"]: d["required"] for d in demand if d["starts_at"] == start}
        best = matched(needed, serving)
        covered += best
        over += len(serving) - best
    found = recount(made)
    assert (found.required, found.covered, found.under, found.over) == (
        required,
        covered,
        required - covered,
        over,
    )


def test_a_case_is_counted_once_and_each_case_for_itself():
    """The same case is not counted again; one with other sessions is."""
    made = legal_case()
    first = recount(made)
    assert recount(made) is first
    assert (first.placed, recount(replace(made, sessions=Sessions.empty())).placed) == (10, 0)
