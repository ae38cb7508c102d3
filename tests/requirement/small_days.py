"""Small cases whose requirement is found in a moment."""

from __future__ import annotations

from typing import Any

from data.model import Case
from tests.support.cases import agent, booking, case, participant

OPENS, CLOSES = 8 * 60, 14 * 60
"""Of a Saturday; the cases are of Mondays with these hours."""

HOURS = {
    "calendar": {"opening_hours": [{"weekdays": [0, 1, 2, 3, 4], "opens": "08:00:00", "closes": "14:00:00"}]}
}


def expecting(
    by_skill: dict[str, float], agents: tuple[str, ...] = ("pf|pj", "pf"), days: int = 1, length: int = 60
) -> Case:
    """So many bookings an interval of each skill from 8 to 14 h; bookings of 20 minutes to draw from."""
    demand: list[dict[str, Any]] = [
        {
            "starts_at": day * 1440 + start,
            "skill": skill,
            "required": 0,
            "expected_bookings": expected,
            "under_price": 3,
            "over_price": 2,
        }
        for day in range(days)
        for start in range(OPENS, CLOSES, length)
        for skill, expected in by_skill.items()
    ]
    return case(
        agents=[agent(f"A{number}", skills=skills) for number, skills in enumerate(agents)],
        bookings=[booking(f"B-{skill}", skill=skill) for skill in by_skill],
        participants=[participant(f"B-{skill}", f"P-{skill}", OPENS, CLOSES) for skill in by_skill],
        demand=demand,
        days=days,
        demand_interval_minutes=length,
        **HOURS,
    )
