"""Schedule: where are the sessions, and which bookings have none?"""

from __future__ import annotations

from dashboard.app_pages.frame import chosen_plan, colours
from dashboard.app_pages.views import chart_view, content_of, raw_tables, sentence, table_view
from dashboard.charts import occupancy_chart, sessions_by_day_chart, unplaced_by_reason_chart
from dashboard.results import ReportContent, unplaced_rows
from dashboard.texts import Texts
from data.model import Sessions, Unplaced


def page(texts: Texts) -> None:
    """Show the sessions of the chosen plan, or say how to make a plan."""
    plan = chosen_plan(texts)
    if plan is None:
        return
    content = content_of(plan, texts)
    sentence(content, texts)
    _sessions_view(content, texts)
    raw_tables(content, (Sessions, Unplaced), texts)


def _sessions_view(content: ReportContent, texts: Texts) -> None:
    case = content.case
    chart_view("sessions", len(case.sessions), lambda: sessions_by_day_chart(case, texts, colours()), texts)
    if len(case.duties) and len(case.sessions):
        chart_view("occupancy", len(case.sessions), lambda: occupancy_chart(case, texts, colours()), texts)
    chart_view(
        "unplaced", len(case.unplaced), lambda: unplaced_by_reason_chart(case, texts, colours()), texts
    )
    if len(case.unplaced):
        names = ("column.booking", "column.skill", "column.reason", "column.rules", "column.alternatives")
        table_view(unplaced_rows(content, texts), names, texts)
