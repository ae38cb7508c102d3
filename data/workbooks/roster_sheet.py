"""The roster as planners pin it to the wall: a sheet for each week, an agent a row, a day a column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from data.model import Case, Duty
from data.workbooks import styles
from data.workbooks.page import add_heads, set_up_page
from data.workbooks.texts import WorkbookTexts

_Span = tuple[int, int]


def add_roster_sheets(book: Workbook, case: Case, texts: WorkbookTexts) -> None:
    """Add a sheet for each week (Monday to Sunday) of the horizon."""
    weeks = list(weeks_of(case))
    duties: dict[tuple[str, int], list[Duty]] = defaultdict(list)
    for duty in case.roster.duties:
        duties[duty.agent_id, case.axis.day_of(duty.start)].append(duty)
    absences = _absences(case)
    for days in weeks:
        first = case.axis.date_of(days[0])
        number = "" if len(weeks) == 1 else f" {first:%Y-%m-%d}"
        _add_week(book, case, texts, days, texts.roster_sheet + number, duties, absences)


def weeks_of(case: Case) -> Iterator[range]:
    """Numbers of the horizon's days, week by week."""
    first = 0
    while first < case.axis.days:
        end = min(first + 7 - case.axis.date_of(first).weekday(), case.axis.days)
        yield range(first, end)
        first = end


def _add_week(
    book: Workbook,
    case: Case,
    texts: WorkbookTexts,
    days: range,
    title: str,
    duties: Mapping[tuple[str, int], list[Duty]],
    absences: Mapping[tuple[str, int], list[_Span]],
) -> None:
    sheet = book.create_sheet(title)
    heads = [texts.agent, *(texts.day(case.axis.date_of(day)) for day in days)]
    add_heads(sheet, [*heads, texts.work_hours, texts.contract_hours])
    hours, contract = len(days) + 2, len(days) + 3
    for row, agent in enumerate(case.agents.agent_id.tolist(), start=2):
        styles.body(styles.put_text(sheet.cell(row, 1), agent), bold=True)
        worked, lines = 0, 1
        for column, day in enumerate(days, start=2):
            cell = sheet.cell(row, column)
            held, missing = duties.get((agent, day), []), absences.get((agent, day), [])
            text = _day_text(case, texts, day, held, missing)
            styles.put_text(cell, text)
            look = styles.absence if missing else styles.body if held else styles.day_off
            look(cell)
            worked += sum(duty.work_minutes for duty in held)
            lines = max(lines, text.count("\n") + 1)
        for column, minutes in ((hours, worked), (contract, _contract_minutes(case, agent))):
            if minutes is not None:
                sheet.cell(row, column, timedelta(minutes=minutes))
            styles.body(sheet.cell(row, column), bold=column == hours)
            sheet.cell(row, column).number_format = "[h]:mm"
        sheet.row_dimensions[row].height = lines * styles.LINE_POINTS + 3
    _add_totals(sheet, case, texts, days, duties)
    styles.set_widths(sheet, [13, *([20] * len(days)), 8, 9])
    sheet.freeze_panes = "B2"
    sheet.print_title_cols = "A:A"
    set_up_page(sheet, case, texts, texts.roster_sheet, days)


def _add_totals(
    sheet: Worksheet,
    case: Case,
    texts: WorkbookTexts,
    days: range,
    duties: Mapping[tuple[str, int], list[Duty]],
) -> None:
    """The last row: how many agents have a duty on each day, and the hours of all."""
    row = len(case.agents) + 2
    styles.head(sheet.cell(row, 1, ""), texts.on_duty)
    agents = case.agents.agent_id.tolist()
    for column, day in enumerate(days, start=2):
        count = sum((agent, day) in duties for agent in agents)
        styles.body(sheet.cell(row, column, count), bold=True)
    worked = sum(duty.work_minutes for (_, day), held in duties.items() if day in days for duty in held)
    total = sheet.cell(row, len(days) + 2, timedelta(minutes=worked))
    styles.body(total, bold=True)
    total.number_format = "[h]:mm"


def _day_text(case: Case, texts: WorkbookTexts, day: int, duties: list[Duty], missing: list[_Span]) -> str:
    """What an agent does on a day: duties with their breaks, absences, or a day off."""
    lines: list[str] = []
    for duty in duties:
        lines.append(_span_text(case, (duty.start, duty.end)))
        lines += [
            f"{texts.breaks[rest.kind].capitalize()} {_span_text(case, (rest.start, rest.end))}"
            for rest in duty.breaks
        ]
    whole = (case.axis.midnight(day), case.axis.midnight(day + 1))
    for span in missing:
        lines.append(texts.absence if span == whole else f"{texts.absence} {_span_text(case, span)}")
    return "\n".join(lines) or texts.day_off


def _span_text(case: Case, span: _Span) -> str:
    start, end = (case.axis.instant_of(minute) for minute in span)
    return f"{start:%H:%M}\u2013{end:%H:%M}"


def _absences(case: Case) -> dict[tuple[str, int], list[_Span]]:
    """The part of each absence that falls on a day of the horizon, by agent and day."""
    found: dict[tuple[str, int], list[_Span]] = defaultdict(list)
    starts = case.axis.day_starts.tolist()
    table = case.absences
    for agent, start, end in sorted(
        zip(table.agent_id.tolist(), table.starts_at.tolist(), table.ends_at.tolist(), strict=True)
    ):
        first = max(case.axis.day_of(start), 0)
        last = min(case.axis.day_of(end - 1), case.axis.days - 1)
        for day in range(first, last + 1):
            found[agent, day].append((max(start, starts[day]), min(end, starts[day + 1])))
    return found


def _contract_minutes(case: Case, agent: str) -> int | None:
    contract = case.agents.contract_id[case.agents.position[agent]]
    place = case.contracts.position.get(contract)
    return None if place is None else int(case.contracts.weekly_minutes[place])
