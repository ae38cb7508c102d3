"""The coverage as a table: what is required of each skill in each interval, and who is there."""

from __future__ import annotations

from datetime import time

from openpyxl import Workbook

from data.coverage import coverage
from data.model import Case
from data.workbooks import styles
from data.workbooks.page import add_heads, finish_table
from data.workbooks.texts import WorkbookTexts


def add_coverage_sheet(book: Workbook, case: Case, texts: WorkbookTexts) -> None:
    """Add the sheet: for each interval a row for each skill required in it, then one for all together.

    The row of a skill counts the agents whom the best cover assigns to it. As an agent may have several
    skills, only the row of all can tell who is in service beyond the requirement.

    Raises:
        KeyError: when a duty names an agent that the case does not have.
    """
    sheet = book.create_sheet(texts.coverage_sheet)
    add_heads(sheet, texts.coverage_columns)
    found = coverage(case)
    row = 2
    for place, begin in enumerate(found.starts.tolist()):
        start, end = (case.axis.instant_of(begin + minutes) for minutes in (0, found.interval_minutes))
        required, covered = found.required_by_skill[place].tolist(), found.covered_by_skill[place].tolist()
        lines: list[tuple[str, int, int, int, int | None]] = [
            (skill, wanted, there, wanted - there, None)
            for skill, wanted, there in zip(found.skills, required, covered, strict=True)
            if wanted
        ]
        missing, spare = int(found.under_per_interval[place]), int(found.over_per_interval[place])
        lines.append((texts.all_skills, sum(required), int(found.in_service[place]), missing, spare))
        for skill, *figures in lines:
            sheet.cell(row, 1, start.date()).number_format = texts.date_format
            sheet.cell(row, 2, time(start.hour, start.minute)).number_format = "hh:mm"
            sheet.cell(row, 3, time(end.hour, end.minute)).number_format = "hh:mm"
            styles.put_text(sheet.cell(row, 4), skill)
            for column, figure in enumerate(figures, start=5):
                sheet.cell(row, column, figure)
            row += 1
    finish_table(sheet, case, texts, [12, 9, 9, 16, 11, 12, 10, 10])
