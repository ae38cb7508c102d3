"""What the roster means for each agent: days, hours, weekends, late duties and wishes, a line an agent."""

from __future__ import annotations

from datetime import timedelta

from openpyxl import Workbook

from data.model import Case, Duty
from data.night_hours import night_work
from data.overtime import overtime_of_days
from data.workbooks import styles
from data.workbooks.page import add_heads, finish_table
from data.workbooks.texts import WorkbookTexts


def add_agents_sheet(book: Workbook, case: Case, texts: WorkbookTexts) -> None:
    """Add the sheet: a row for each agent, over the whole horizon.

    Hours are those of the clock, and so are those of the night among them; overtime is counted as the law
    counts it (CLT 59, CLT 73). Weekend days and late duties are
    followed by the same with those before the horizon.
    """
    sheet = book.create_sheet(texts.agents_sheet)
    add_heads(sheet, texts.agents_columns)
    wishes, met = _wishes(case)
    overtime = overtime_of_days(case, case.roster)
    for row, agent in enumerate(case.agents.rows(), start=2):
        name = agent["agent_id"]
        duties = case.roster.by_agent.get(name, ())
        days = {case.axis.day_of(duty.start) for duty in duties}
        weekend = sum(case.axis.date_of(day).weekday() >= 5 for day in days)
        late = sum(is_late(case, duty) for duty in duties)
        styles.put_text(sheet.cell(row, 1), name)
        times = (
            (3, sum(duty.work_minutes for duty in duties)),
            (4, sum(night_work(case.axis, duty) for duty in duties)),
            (5, sum(overtime.get(name, ()))),
        )
        for column, minutes in times:
            sheet.cell(row, column, timedelta(minutes=minutes)).number_format = "[h]:mm"
        figures = (
            (2, len(days)),
            (6, weekend),
            (7, weekend + agent["weekend_days_worked"]),
            (8, late),
            (9, late + agent["late_duties_worked"]),
            (10, wishes.get(name, 0)),
            (11, met.get(name, 0)),
        )
        for column, figure in figures:
            sheet.cell(row, column, figure)
    finish_table(sheet, case, texts, [14, 10, 10, 12, 12, 14, 16, 14, 16, 10, 12])


def is_late(case: Case, duty: Duty) -> bool:
    """Whether a duty ends after the plan's hour of the day on which it starts."""
    hour = case.plan.late_duties_end_after
    return duty.end > case.axis.at(case.axis.day_of(duty.start), 60 * hour.hour + hour.minute)


def _wishes(case: Case) -> tuple[dict[str, int], dict[str, int]]:
    """How many wishes each agent has, and how many of them the duties meet."""
    wishes: dict[str, int] = {}
    met: dict[str, int] = {}
    for wish in case.wishes.rows():
        name = wish["agent_id"]
        duties = case.roster.by_agent.get(name, ())
        works = any(duty.start < wish["ends_at"] and wish["starts_at"] < duty.end for duty in duties)
        wishes[name] = wishes.get(name, 0) + 1
        met[name] = met.get(name, 0) + (works == (wish["kind"] == "work"))
    return wishes, met
