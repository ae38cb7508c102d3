"""A roster with everything in it that a workbook must show, and ways to read a workbook back."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from openpyxl import Workbook, load_workbook

from data.model import Absences, Case
from tests.support.cases import agent, case

DAY = 1440


def eight_days() -> Case:
    """Eight days from a Monday: a night duty, meals, pauses, a pin, absences, and an agent without a duty."""
    made = case(
        agents=[agent("A1"), agent("A2", skills="pf", contract="nr17"), agent("A3"), agent("=1+1")],
        days=8,
        name="Equipe & =cmd|' /C calc'!A0",
        demand=[
            {"starts_at": start, "skill": skill, "required": 1}
            for start in range(540, 780, 15)
            for skill in ("pf", "pj")
        ],
        duties=[
            {"agent_id": "A1", "starts_at": 540, "ends_at": 1080, "pinned": True},
            {"agent_id": "A1", "starts_at": DAY + 1320, "ends_at": 2 * DAY + 360},
            {"agent_id": "A1", "starts_at": 7 * DAY + 480, "ends_at": 7 * DAY + 960},
            {"agent_id": "A2", "starts_at": 540, "ends_at": 920},
            {"agent_id": "A2", "starts_at": 3 * DAY + 1200, "ends_at": 4 * DAY},
            {"agent_id": "=1+1", "starts_at": 2 * DAY + 600, "ends_at": 2 * DAY + 840},
        ],
        breaks=[
            {"agent_id": "A1", "starts_at": 720, "ends_at": 780, "kind": "meal"},
            {"agent_id": "A1", "starts_at": 2 * DAY + 60, "ends_at": 2 * DAY + 120, "kind": "meal"},
            {"agent_id": "A1", "starts_at": DAY + 1430, "ends_at": 2 * DAY, "kind": "pause"},
            {"agent_id": "A2", "starts_at": 620, "ends_at": 630, "kind": "pause"},
            {"agent_id": "A2", "starts_at": 720, "ends_at": 740, "kind": "meal"},
            {"agent_id": "A2", "starts_at": 800, "ends_at": 810, "kind": "pause"},
        ],
    )
    absences = Absences.from_rows(
        [
            {"agent_id": "A3", "starts_at": 0, "ends_at": 2 * DAY + 600},
            {"agent_id": "A1", "starts_at": 7 * DAY + 1000, "ends_at": 7 * DAY + 1200},
        ]
    )
    return replace(made, absences=absences)


def opened(content: bytes) -> Workbook:
    """A workbook as a spreadsheet program opens it."""
    return load_workbook(io.BytesIO(content))


def rows_of(book: Workbook, title: str) -> list[list[Any]]:
    """The values of a sheet, row by row."""
    return [list(row) for row in book[title].iter_rows(values_only=True)]
