"""What the sheets of a workbook have in common: heads, and a page that says which plan and days it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl.worksheet.worksheet import Worksheet

from data.model import Case
from data.workbooks import styles
from data.workbooks.texts import WorkbookTexts


def add_heads(sheet: Worksheet, heads: Iterable[str]) -> None:
    """The heads of the columns, in the first row."""
    for column, text in enumerate(heads, start=1):
        styles.head(sheet.cell(1, column, ""), text)


def finish_table(sheet: Worksheet, case: Case, texts: WorkbookTexts, widths: Sequence[float]) -> None:
    """Make a plain table of all that is there: to scroll, to filter and to print."""
    styles.body_rows(sheet)
    styles.set_widths(sheet, widths)
    styles.set_height_of_heads(sheet, widths)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    set_up_page(sheet, case, texts, sheet.title, range(case.axis.days))


def set_up_page(sheet: Worksheet, case: Case, texts: WorkbookTexts, title: str, days: range) -> None:
    """Set up the print, with plan, title, days and moment of planning."""
    first, last = (texts.full_day(case.axis.date_of(day)) for day in (days[0], days[-1]))
    planned = case.plan.as_of.astimezone(case.axis.zone)
    styles.set_up_print(
        sheet,
        texts,
        name=case.plan.name,
        title=title,
        week=texts.week_from_to.format(first=first, last=last),
        planned=texts.planned_at.format(day=texts.full_day(planned.date()), time=f"{planned:%H:%M}"),
    )
