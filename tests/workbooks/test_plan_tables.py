"""Tables as sheets of workbooks: read like the CSV of the same cells; templates hold every column."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from data.files import BadDataError
from data.model import INPUT_TABLES
from data.model.past_sessions import PastSessions
from data.workbooks.plan_tables import BY_NAME, tables_of_workbook, template_workbook


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def wall(*parts: int) -> datetime:
    """A moment as a cell has it: without a zone."""
    return datetime(*parts)  # type: ignore[arg-type, misc]  # noqa: DTZ001


def test_cells_of_every_kind() -> None:
    """Instants, days, times, whole numbers, flags and empty cells; rows keep their numbers."""
    content = book(
        participants=[
            ["booking_id", "cnh_issued_on", "window_start", "daily_from", "has_cnh", "role"],
            ["B1", wall(2020, 5, 6), wall(2026, 11, 30, 9, 5), time(8, 30), True, "holder"],
            [],
            [7.0, date(2020, 5, 6), "30/11/2026 09:05", wall(1900, 1, 1, 8, 30), None, "holder"],
        ],
        notes=[["whatever"]],
    )
    (found,) = tables_of_workbook("week.xlsx", content).values()
    assert cells(found) == [
        ["booking_id", "cnh_issued_on", "window_start", "daily_from", "has_cnh", "role"],
        ["B1", "2020-05-06", "2026-11-30T09:05", "08:30", "true", "holder"],
        ["", "", "", "", "", ""],
        ["7", "2020-05-06", "30/11/2026 09:05", "08:30", "", "holder"],
    ]


def test_whose_table_a_sheet_is() -> None:
    """That of its title; else, of a single sheet, that of the file, or the only one wanted."""
    rows = [["agent_id"], ["A1"]]
    assert set(tables_of_workbook("x.xlsx", book(Agents=rows, contracts=rows))) == {"agents", "contracts"}
    assert set(tables_of_workbook("agents.xlsx", book(Plan1=rows))) == {"agents"}
    only = {PastSessions.TABLE: PastSessions}
    assert set(tables_of_workbook("x.xlsx", book(Plan1=rows), only)) == {PastSessions.TABLE}


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 and nothing else", b"no workbook", book(Plan1=[["x"]]), book(Plan1=[], Plan2=[])],
)
def test_no_workbook_and_no_table(content: bytes) -> None:
    """What is no whole workbook, or holds no table, is refused by name."""
    with pytest.raises(BadDataError, match=r"x\.xlsx"):
        tables_of_workbook("x.xlsx", content)


def test_templates_hold_every_column() -> None:
    """A sheet for each table, every column once, its meaning as a note; filled in, it is read."""
    made = load_workbook(io.BytesIO(template_workbook()))
    assert made.sheetnames == list(BY_NAME)
    for kind in INPUT_TABLES:
        sheet = made[kind.TABLE]
        assert [cell.value for cell in sheet[1]] == [column.name for column in kind.columns()]
        assert all(cell.comment is not None for cell in sheet[1])
    for table, content in tables_of_workbook("x.xlsx", template_workbook()).items():
        assert cells(content) == [[column.name for column in BY_NAME[table].columns()]]
