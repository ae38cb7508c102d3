"""Week: is the roster good?"""

from __future__ import annotations

import streamlit as st

from dashboard.app_pages.frame import chosen_plan, colours
from dashboard.app_pages.views import (
    chart_view,
    content_of,
    raw_tables,
    section_heading,
    sentence,
    table_view,
)
from dashboard.charts import coverage_chart, roster_gantt, waiting_chart
from dashboard.report import report_html
from dashboard.report.sections import cards_section
from dashboard.results import IN_GROUPS, ReportContent, group_rows, kpi_rows, level_rows, provenance_rows
from dashboard.texts import Texts, skill_order
from data.model import Breaks, Demand, Duties

MOST_AGENTS = 200
"""Lines of the Gantt chart."""


def page(texts: Texts) -> None:
    """Show the roster of the chosen plan, or say how to make one."""
    plan = chosen_plan(texts)
    if plan is None:
        return
    content = content_of(plan, texts)
    sentence(content, texts)
    st.html(cards_section(content, texts))
    names = ("app.tab_roster", "app.tab_waiting", "app.tab_tables", "section.provenance")
    views = (_roster_view, _waiting_view, _tables_view, _provenance_view)
    for tab, view in zip(st.tabs([texts.say(name) for name in names]), views, strict=True):
        with tab:
            view(content, texts)


def _tables_view(content: ReportContent, texts: Texts) -> None:
    raw_tables(content, (Duties, Breaks, Demand), texts)


def _roster_view(content: ReportContent, texts: Texts) -> None:
    case, result = content.case, content.coverage
    days = [None, *range(case.axis.days)]
    skills = [None, *skill_order(result.skills)]
    day_place, skill_place, _ = st.columns([1, 1, 2])
    day = day_place.selectbox(
        texts.say("app.day"),
        days,
        format_func=lambda day: (
            texts.say("app.whole_horizon")
            if day is None
            else f"{texts.weekday(case.axis.date_of(day))}, {texts.day(case.axis.date_of(day))}"
        ),
        key=f"day-{texts.language}",
    )
    skill = skill_place.selectbox(
        texts.say("app.skill"),
        skills,
        format_func=lambda name: texts.say("app.all_skills") if name is None else texts.label("skill", name),
        key=f"skill-{texts.language}",
    )
    chart_view(
        "coverage",
        len(result.starts),
        lambda: coverage_chart(result, case.axis, texts, colours(), day=day, skill=skill),
        texts,
    )
    chart_view(
        "roster",
        len(case.duties),
        lambda: roster_gantt(case, texts, colours(), day=day, most_agents=MOST_AGENTS),
        texts,
    )
    agents = len(case.roster.by_agent)
    if agents > MOST_AGENTS:
        shown = texts.integer(MOST_AGENTS)
        st.caption(texts.say("report.partial_agents", shown=shown, all=texts.integer(agents)))


def _waiting_view(content: ReportContent, texts: Texts) -> None:
    chart_view("waiting", len(content.waits), lambda: waiting_chart(content.waits, texts, colours()), texts)
    if content.kpis:
        section_heading("kpis", texts)
        names = ("column.kpi", "column.mean", "column.low", "column.high")
        table_view(kpi_rows(content, texts), names, texts, names[1:])
    for heading, first, groups in (
        ("kpi_group.by_skill", "column.skill", content.by_skill),
        ("kpi_group.by_interval", "column.starts_at", content.by_interval),
    ):
        if groups:
            columns = (first, "column.sessions", *(f"kpi.{name}" for name in IN_GROUPS))
            st.subheader(texts.say(heading), anchor=False)
            table_view(group_rows(groups, texts), columns, texts, columns[1:])


def _provenance_view(content: ReportContent, texts: Texts) -> None:
    section_heading("levels", texts)
    rows = level_rows(content, texts)
    if rows:
        names = ("column.step", "column.level", "column.objective", "column.bound", "column.gap")
        table_view(rows, names, texts, names[2:])
    else:
        st.caption(texts.say("empty.levels"))
    st.subheader(texts.say("section.provenance"), anchor=False)
    table_view(provenance_rows(content, texts), ("column.what", "column.value"), texts)
    st.download_button(
        texts.say("app.download_report"),
        lambda: report_html(content, texts.language),
        file_name=f"pontual-{content.case.plan.first_day:%Y-%m-%d}.html",
        mime="text/html",
        icon=":material/description:",
        on_click="ignore",
        key="download-report",
    )
