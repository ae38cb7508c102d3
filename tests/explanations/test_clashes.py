"""Clashes of fixed pins against exhaustive search, and what their sentences say."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.allocation import allocate
from optimizer.solve_result import SolveStatus
from tests.explanations.pins_by_search import can_hold, random_pins
from tests.support.cases import agent, booking, case, participant


def _check_clash(seed: int) -> int:
    """Check one case; returns how many pins the clash has, 0 when there is none."""
    pins = random_pins(seed)
    ids = pins.bookings.booking_id.tolist()
    result = allocate(pins)
    assert (result.status is SolveStatus.INFEASIBLE) is not can_hold(pins, ids)
    if result.status is not SolveStatus.INFEASIBLE:
        return 0
    named = [sentence.partition(":")[0] for sentence in result.clash[:-1]]
    assert set(named) <= set(ids)
    assert len(set(named)) == len(named) > 0
    assert not can_hold(pins, named)
    for name in named:
        assert can_hold(pins, [other for other in named if other != name])
    return len(named)


def test_clashes_are_infeasible_and_minimal() -> None:
    """On 300 random cases the search agrees; a named clash cannot hold, and without any one of it it can."""
    sizes = [_check_clash(seed) for seed in range(300)]
    assert {0, 1, 2, 3} <= set(sizes)


@pytest.mark.soak
def test_clashes_of_many_cases() -> None:
    """The same on 5,000 other cases."""
    for seed in range(1_000, 6_000):
        _check_clash(seed)


def _clash(pins: list[dict[str, Any]], agents: list[dict[str, Any]], **person: Any) -> str:
    rows = [booking(f"B{n}", pin="fixed", **changes) for n, changes in enumerate(pins)]
    return "; ".join(
        allocate(
            case(
                agents=agents,
                bookings=rows,
                participants=[participant(f"B{n}", f"P{n}", 540, 900, **person) for n in range(len(pins))],
                duties=[{"agent_id": row["agent_id"], "starts_at": 540, "ends_at": 720} for row in agents],
            )
        ).clash
    )


A1, A2 = agent("A1"), agent("A2", "pj")


@pytest.mark.parametrize(
    ("pins", "agents", "person", "said"),
    [
        (
            [{"pinned_start": 600, "pinned_agent": "A1"}, {"pinned_start": 610, "pinned_agent": "A1"}],
            [A1, agent("A2")],
            {},
            "they overlap on A1 2026-11-30 10:05-10:25",
        ),
        ([{"pinned_start": 600, "pinned_agent": "A2"}], [A1, A2], {}, "A2 lacks the skill pf"),
        ([{"pinned_start": 600, "skill": "libras"}], [A1], {}, "no agent has the skill libras"),
        (
            [{"pinned_start": 700, "pinned_agent": "A1"}],
            [A1],
            {},
            "A1 is not in service 2026-11-30 11:35-12:05 (set-up and wrap-up included): "
            "in service 2026-11-30 09:00-12:00",
        ),
        (
            [{"pinned_start": 600, "pinned_agent": "A1"}],
            [agent("A1", credential_until=-1)],
            {},
            "the credential of A1 is not valid on that day",
        ),
        (
            [{"pinned_start": 760}],
            [A1],
            {},
            "no agent with the skill pf is in service 2026-11-30 12:35-13:05",
        ),
        ([{"pinned_start": 890}], [A1], {}, "WINDOW: P0 is available 2026-11-30 09:00-15:00 only"),
        (
            [{"pinned_start": 580}],
            [A1],
            {"time_zone": "America/Rio_Branco"},
            "LOCAL-HOURS: P0 is available 08:00-20:00 in America/Rio_Branco only, "
            "where the session would be 2026-11-30 07:40-08:00",
        ),
        ([{"pinned_start": 602}, {"pinned_start": 603}], [A1], {}, "(nor can these hold alone: B1)"),
    ],
)
def test_why_pins_cannot_hold(
    pins: list[dict[str, Any]], agents: list[dict[str, Any]], person: dict[str, Any], said: str
) -> None:
    """Each kind of clash is told with its agents, its times and the rule."""
    assert said in _clash(pins, agents, **person)
