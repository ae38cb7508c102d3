"""The duties as a plain table that can be filtered, edited and read again."""

from __future__ import annotations

from datetime import time

from openpyxl import Workbook
from openpyxl.cell import Cell

from data.model import Case
from data.workbooks import styles
from data.workbooks.page import add_heads, finish_table
from data.workbooks.texts import WorkbookTexts
from data.workbooks.wall_times import WallTime, write_duty


def add_duties_sheet(book: Workbook, case: Case, texts: WorkbookTexts) -> None:
    """Add the sheet: a duty a row, in order of agent and start."""
    sheet = book.create_sheet(texts.duties_sheet)
    add_heads(sheet, texts.duty_columns.values())
    column_of = {field: place for place, field in enumerate(texts.duty_columns, start=1)}
    for row, duty in enumerate(case.roster.duties, start=2):
        written = write_duty(duty, case.axis, texts)
        styles.put_text(sheet.cell(row, column_of["agent"]), duty.agent_id)
        day = sheet.cell(row, column_of["date"], case.axis.date_of(case.axis.day_of(duty.start)))
        day.number_format = texts.date_format
        _put_time(sheet.cell(row, column_of["start"]), written.start)
        _put_time(sheet.cell(row, column_of["end"]), written.end)
        if written.breaks:
            styles.put_text(sheet.cell(row, column_of["breaks"]), written.breaks)
        sheet.cell(row, column_of["work"], duty.work_minutes)
        styles.put_text(sheet.cell(row, column_of["pinned"]), texts.yes if duty.pinned else texts.no)
    finish_table(sheet, case, texts, [14, 12, 14, 14, 60, 20, 8])


def _put_time(cell: Cell, wall: WallTime) -> None:
    """A time that Excel can reckon with, or a text where more than the clock's reading must be said."""
    if wall.days is None and not wall.offset:
        cell.value = time(wall.minute_of_day // 60, wall.minute_of_day % 60)
        cell.number_format = "hh:mm"
    else:
        styles.put_text(cell, wall.written())
