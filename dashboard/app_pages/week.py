"""Week: is the roster good?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.app_pages.frame import chosen_plan, colours
from dashboard.app_pages.publishing import tell_of_publication
from dashboard.app_pages.views import (
    chart_view,
    content_of,
    lazy_tabs,
    quality_of,
    raw_tables,
    section_heading,
    sentence,
    table_view,
)
from dashboard.app_pages.week_edit import editor
from dashboard.app_pages.week_export import exports
from dashboard.charts import coverage_chart, roster_gantt, waiting_chart
from dashboard.results import IN_GROUPS, ReportContent, group_rows, kpi_rows, level_rows, provenance_rows
from dashboard.results.roster_quality import RosterQuality, agent_rows, limit_rows
from dashboard.texts import Texts, skill_order
from data.model import Breaks, Demand, Duties

MOST_AGENTS = 200
"""Lines of the Gantt chart."""

ALL_DAYS = -1


def page(texts: Texts) -> None:
    """Show the roster of the chosen plan, or say how to make one."""
    plan = chosen_plan(texts)
    if plan is None:
        return
    tell_of_publication(texts)
    content = content_of(plan, texts)
    quality = quality_of(plan)
    sentence(plan, content, texts, partial(_badges, content, quality, texts))
    day = _coverage(content, texts)
    lazy_tabs(
        "week",
        {
            "week.tab_roster": lambda: _roster_view(content, day, texts),
            "week.tab_rules": lambda: _rules_view(quality, texts),
            "week.tab_edit": lambda: editor(plan, texts),
            "week.tab_export": lambda: exports(content, texts),
            "app.tab_waiting": lambda: _waiting_view(content, texts),
            "app.tab_tables": lambda: _tables_view(content, texts),
        },
        texts,
    )


def _badges(content: ReportContent, quality: RosterQuality, texts: Texts) -> None:
    """The roster's own figures, each good or not so good."""
    covered = content.coverage
    if covered.under:
        hours = texts.hours(covered.under * covered.interval_minutes, 1)
        st.badge(texts.say("week.missing", hours=hours), icon=":material/person_off:", color="orange")
    elif covered.required:
        st.badge(texts.say("week.covered"), icon=":material/check:", color="blue")
    if quality.near:
        st.badge(texts.count("week.near", quality.near), icon=":material/gavel:", color="gray")
    if quality.unfair:
        st.badge(texts.count("week.unfair", quality.unfair), icon=":material/balance:", color="orange")
    elif len(content.case.duties):
        st.badge(texts.say("week.fair"), icon=":material/balance:", color="blue")
    if quality.wishes:
        met, wishes = texts.integer(quality.wishes_met), texts.integer(quality.wishes)
        st.badge(texts.say("week.wishes", met=met, all=wishes), icon=":material/favorite:", color="gray")


def _coverage(content: ReportContent, texts: Texts) -> int | None:
    """The roster against the requirement; returns the day that the reader has chosen, if it is one."""
    case, result = content.case, content.coverage
    heading, day_place, skill_place = st.columns([2, 1, 1], vertical_alignment="bottom")
    chosen: int = day_place.selectbox(
        texts.say("app.day"),
        [ALL_DAYS, *range(case.axis.days)],
        format_func=lambda day: (
            texts.say("app.whole_horizon")
            if day == ALL_DAYS
            else f"{texts.weekday(case.axis.date_of(day))}, {texts.day(case.axis.date_of(day))}"
        ),
        key=f"day-{texts.language}",
    )
    skill = skill_place.selectbox(
        texts.say("app.skill"),
        ["", *skill_order(result.skills)],
        format_func=lambda name: texts.label("skill", name) if name else texts.say("app.all_skills"),
        key=f"skill-{texts.language}",
    )
    day = None if chosen == ALL_DAYS else chosen
    chart_view(
        "coverage",
        len(result.starts),
        lambda: coverage_chart(result, case.axis, texts, colours(), day=day, skill=skill or None),
        texts,
        heading,
    )
    return day


def _roster_view(content: ReportContent, day: int | None, texts: Texts) -> None:
    case = content.case
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


def _rules_view(quality: RosterQuality, texts: Texts) -> None:
    section_heading("limits", texts)
    names = ("column.rule", "column.near", "column.at_limit", "column.narrowest")
    table_view(limit_rows(quality, texts), names, texts, names[1:3])
    section_heading("shares", texts)
    columns = (
        "column.agent_id", "column.days", "column.work", "column.weekends", "column.late", "column.wishes",
        "column.near_to",
    )  # fmt: skip
    table_view(agent_rows(quality, texts), columns, texts, columns[1:6])


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


def _tables_view(content: ReportContent, texts: Texts) -> None:
    raw_tables(content, (Duties, Breaks, Demand), texts)
    section_heading("levels", texts)
    rows = level_rows(content, texts)
    if rows:
        names = ("column.step", "column.level", "column.objective", "column.bound", "column.gap")
        table_view(rows, names, texts, names[2:])
    else:
        st.caption(texts.say("empty.levels"))
    st.subheader(texts.say("section.provenance"), anchor=False)
    table_view(provenance_rows(content, texts), ("column.what", "column.value"), texts)
