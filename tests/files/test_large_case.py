"""A week of a large issuer is written, read back and validated in seconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.files import FileFormat, read_case, write_case
from data.model import MISSING, Agents, Bookings, Case, Participants, Sessions
from tests.files.strategies import whole_case
from tests.files.test_round_trip import FORMATS, same_case
from tests.support.cases import agent, plan


def large_case(bookings: int, participants: int, agents: int) -> Case:
    """A case of this size over a week, with values as varied as real ones."""
    chosen = np.random.default_rng(1)
    orders = np.array([f"b-{chosen.bytes(10).hex()}" for _ in range(bookings)], dtype=object)
    people = np.array([f"p-{chosen.bytes(10).hex()}" for _ in range(participants)], dtype=object)
    wished = np.where(chosen.random(bookings) < 0.5, chosen.integers(0, 2016, bookings) * 5, MISSING)
    opens = chosen.integers(0, 1728, participants) * 5
    week: dict[str, Any] = {
        "plan": plan(7),
        "agents": Agents.from_rows(agent(f"A{number}") for number in range(agents)),
        "bookings": Bookings.from_columns(
            {
                "booking_id": orders,
                "order_status": ["paid"] * bookings,
                "holder_type": chosen.choice(["person", "company"], bookings).tolist(),
                "skill": chosen.choice(["pf", "pj", "joint"], bookings).tolist(),
                "duration_minutes": chosen.integers(15, 31, bookings),
                "booked_at": -chosen.integers(0, 43_200, bookings),
                "preferred_start": wished,
                "proxy_issued_on": np.where(wished == MISSING, MISSING, -(wished % 90)),
            },
            bookings,
        ),
        "participants": Participants.from_columns(
            {
                "booking_id": np.resize(orders, participants),
                "participant_id": people,
                "role": ["holder"] * participants,
                "has_cnh": chosen.random(participants) < 0.8,
                "window_start": opens,
                "window_end": opens + chosen.integers(60, 1440, participants),
            },
            participants,
        ),
        "sessions": Sessions.from_columns(
            {
                "booking_id": orders,
                "agent_id": [f"A{number % agents}" for number in range(bookings)],
                "starts_at": chosen.integers(0, 2016, bookings) * 5,
                "duration_minutes": np.full(bookings, 20),
            },
            bookings,
        ),
    }
    return replace(whole_case(), **{"unplaced": type(whole_case().unplaced).empty(), **week}, **_no_roster())


def _no_roster() -> dict[str, Any]:
    case = whole_case()
    return {name: type(getattr(case, name)).empty() for name in ("absences", "duties", "breaks")}


@pytest.mark.parametrize("file_format", FORMATS)
def test_thousands_of_rows_come_back_the_same(tmp_path: Path, file_format: FileFormat) -> None:
    """More rows than a reader takes at a time come back in order."""
    case = large_case(12_000, 13_000, 50)
    write_case(tmp_path / "case", case, file_format)
    assert same_case(read_case(tmp_path / "case"), case)
