"""Tables as sheets of a workbook: read as the CSV file of the same cells, and empty ones to fill in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from data.files.csv_text import csv_bytes
from data.files.errors import BadDataError, Problem, shown
from data.model import INPUT_TABLES, Table
from data.model.columns import Day, Kind, TimeOfDay
from data.workbooks.opening import rows_of, whole_workbook
from data.workbooks.styles import head

WIDTH = 18
"""Of a column in a template, in characters."""

BY_NAME: dict[str, type[Table]] = {kind.TABLE: kind for kind in INPUT_TABLES}
"""Tables that come from outside."""

FIRST_YEAR = 1905
"""Excel writes a time of the day as one of the first days that it knows."""


def tables_of_workbook(
    name: str, content: bytes, kinds: Mapping[str, type[Table]] = BY_NAME
) -> dict[str, bytes]:
    """The tables of a workbook, each as a CSV file; rows keep their numbers.

    A sheet holds the table of its title. The only sheet of a workbook, whatever its title, holds the table
    that the file is called by, or the only one that is wanted. Other sheets, such as notes, are passed over.

    Args:
        kinds: the tables that are wanted, by name.

    Raises:
        BadDataError: when it is no whole workbook, or holds no table, or one twice.
    """
    with whole_workbook(name, content) as book:
        titles = [sheet.title for sheet in book.worksheets]
        named = [(title, title.strip().lower()) for title in titles]
        found = [(title, table) for title, table in named if table in kinds]
        stem = next(iter(kinds)) if len(kinds) == 1 else PurePath(name).stem.strip().lower()
        if not found and len(titles) == 1 and stem in kinds:
            found = [(titles[0], stem)]
        tables = [table for _, table in found]
        if not found or len(set(tables)) < len(tables):
            expected = f"expected sheets with the names of tables, each once: {', '.join(kinds)}"
            raise BadDataError([Problem(name, None, "", shown(", ".join(titles)), expected)])
        return {table: _csv(rows_of(book, title), kinds[table]) for title, table in found}


def template_workbook(kinds: Sequence[type[Table]] = INPUT_TABLES) -> bytes:
    """A workbook with an empty sheet for each table; what a column means stands at its head as a note."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for kind in kinds:
        sheet = book.create_sheet(kind.TABLE)
        sheet.freeze_panes = "A2"
        for place, column in enumerate(kind.columns(), start=1):
            cell = sheet.cell(1, place)
            head(cell, column.name)
            needed = "" if column.optional else " (needed)"
            cell.comment = Comment(f"{column.doc}{needed}", "Pontual", width=320, height=90)
            sheet.column_dimensions[get_column_letter(place)].width = WIDTH
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _csv(rows: Sequence[Sequence[Any]], kind: type[Table]) -> bytes:
    """The cells as texts; empty rows stay, so that each row keeps its number."""
    if not rows:
        return b""
    width = max(map(len, rows))
    names = [_text(value, None).strip().lower() for value in rows[0]]
    kinds: dict[str, Kind] = {column.name: column.kind for column in kind.columns()}
    of_column = [kinds.get(name) for name in names] + [None] * (width - len(names))
    columns = [
        [_text(row[place] if place < len(row) else None, of_column[place]) for row in rows[1:]]
        for place in range(width)
    ]
    return csv_bytes([*names, *[""] * (width - len(names))], columns)


def _text(value: Any, kind: Kind | None) -> str:
    """A cell as the CSV file would have it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return _moment(value, kind)
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes" if not value.second else "seconds")
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _moment(value: datetime, kind: Kind | None) -> str:
    if isinstance(kind, TimeOfDay) or value.year < FIRST_YEAR:
        return value.strftime("%H:%M")
    if isinstance(kind, Day):
        return value.date().isoformat()
    return value.isoformat(timespec="minutes" if not value.second else "seconds")
