"""The page of one result: is this plan good, and what was left out?"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import altair as alt
import pandas as pd
import streamlit as st

from dashboard.app_pages.frame import colours, kind_errors, language_switch
from dashboard.charts import (
    coverage_chart,
    occupancy_chart,
    roster_gantt,
    sessions_by_day_chart,
    unplaced_by_reason_chart,
    waiting_chart,
)
from dashboard.report import report_html
from dashboard.report.markup import element
from dashboard.report.sections import cards_section
from dashboard.results import (
    IN_GROUPS,
    ReportContent,
    Tone,
    folder_label,
    group_rows,
    headline,
    kpi_rows,
    level_rows,
    list_runs,
    newest_change,
    provenance_rows,
    read_result,
    readable_table,
    run_folder,
    title,
    unplaced_rows,
    verdict,
)
from dashboard.texts import Texts, skill_order
from data.files import table_bytes
from data.model import Breaks, Demand, Duties, Sessions, Table, Unplaced

RUN_VARIABLE = "PONTUAL_RUN"
OUTPUT_FOLDER = Path("out")
"""Where results are looked for, below the working folder, when the environment names none."""

TABLES: tuple[type[Table], ...] = (Duties, Breaks, Sessions, Unplaced, Demand)
ROWS_WITHOUT_SCROLLING = 40
MOST_AGENTS = 200
"""Lines of the Gantt chart."""

_TONE_COLOURS: dict[Tone, Literal["gray", "blue", "red"]] = {"plain": "gray", "good": "blue", "bad": "red"}
_TONE_ICONS: dict[Tone, str] = {
    "plain": ":material/help:",
    "good": ":material/check:",
    "bad": ":material/close:",
}


def folders_on_offer(environment: Mapping[str, str]) -> list[Path]:
    """Folders that the reader may choose from: what the environment names, else all results found here."""
    named = environment.get(RUN_VARIABLE, "")
    if not named:
        return list_runs(OUTPUT_FOLDER)
    folder = Path(named)
    return list_runs(folder) or [folder]


def result_page(texts: Texts) -> None:
    """Show the chosen result, or say how to make one."""
    title_place, switch_place = st.columns([4, 1], gap="large", vertical_alignment="top")
    with switch_place:
        language_switch(texts)
    with kind_errors(texts):
        offered = folders_on_offer(os.environ)
        if not offered:
            with title_place:
                _how_to_make_one(texts)
            return
        with switch_place:
            folder = _choose(offered, texts)
        content = _content(folder, texts)
        with title_place:
            _header(content, texts)
        st.html(cards_section(content, texts))
        _views(content, texts)


def _how_to_make_one(texts: Texts) -> None:
    st.title(texts.say("app.no_runs"))
    st.write(texts.say("app.no_runs_how"))
    st.code("make demo", language="bash")


def _choose(offered: list[Path], texts: Texts) -> Path:
    if len(offered) == 1:
        return offered[0]
    chosen = st.selectbox(
        texts.say("app.folder"),
        offered,
        format_func=partial(folder_label, texts=texts),
        help=texts.say("app.folder_help"),
    )
    return chosen or offered[0]


def _content(folder: Path, texts: Texts) -> ReportContent:
    place = run_folder(folder) if folder.is_dir() else folder
    with st.spinner(texts.say("app.reading")):
        return _read(place, newest_change(place))


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(folder: Path, changed: float) -> ReportContent:  # noqa: ARG001 - part of the cache's key
    return read_result(folder)


def _header(content: ReportContent, texts: Texts) -> None:
    st.title(title(content, texts), anchor=False)
    st.html(element("p", headline(content, texts), class_="headline"))
    said, tone = verdict(content, texts)
    st.badge(said, icon=_TONE_ICONS[tone], color=_TONE_COLOURS[tone])


def _views(content: ReportContent, texts: Texts) -> None:
    names = ("app.tab_roster", "app.tab_sessions", "app.tab_waiting", "app.tab_tables", "section.provenance")
    views = (_roster_view, _sessions_view, _waiting_view, _tables_view, _provenance_view)
    for tab, view in zip(st.tabs([texts.say(name) for name in names]), views, strict=True):
        with tab:
            view(content, texts)


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
    _view(
        "coverage",
        len(result.starts),
        lambda: coverage_chart(result, case.axis, texts, colours(), day=day, skill=skill),
        texts,
    )
    _view(
        "roster",
        len(case.duties),
        lambda: roster_gantt(case, texts, colours(), day=day, most_agents=MOST_AGENTS),
        texts,
    )
    agents = len(case.roster.by_agent)
    if agents > MOST_AGENTS:
        shown = texts.integer(MOST_AGENTS)
        st.caption(texts.say("report.partial_agents", shown=shown, all=texts.integer(agents)))


def _sessions_view(content: ReportContent, texts: Texts) -> None:
    case = content.case
    _view("sessions", len(case.sessions), lambda: sessions_by_day_chart(case, texts, colours()), texts)
    if len(case.duties) and len(case.sessions):
        _view("occupancy", len(case.sessions), lambda: occupancy_chart(case, texts, colours()), texts)
    _view("unplaced", len(case.unplaced), lambda: unplaced_by_reason_chart(case, texts, colours()), texts)
    if len(case.unplaced):
        names = ("column.booking", "column.skill", "column.reason", "column.rules", "column.alternatives")
        _table(unplaced_rows(content, texts), names, texts)


def _waiting_view(content: ReportContent, texts: Texts) -> None:
    _view("waiting", len(content.waits), lambda: waiting_chart(content.waits, texts, colours()), texts)
    if content.kpis:
        _heading("kpis", texts)
        names = ("column.kpi", "column.mean", "column.low", "column.high")
        _table(kpi_rows(content, texts), names, texts, names[1:])
    for heading, first, groups in (
        ("kpi_group.by_skill", "column.skill", content.by_skill),
        ("kpi_group.by_interval", "column.starts_at", content.by_interval),
    ):
        if groups:
            columns = (first, "column.sessions", *(f"kpi.{name}" for name in IN_GROUPS))
            st.subheader(texts.say(heading), anchor=False)
            _table(group_rows(groups, texts), columns, texts, columns[1:])


def _tables_view(content: ReportContent, texts: Texts) -> None:
    case = content.case
    for kind in TABLES:
        listed = case.table(kind)
        if not len(listed):
            continue
        name = texts.say(f"table.{kind.TABLE}")
        with st.expander(f"{name[0].upper()}{name[1:]} ({texts.integer(len(listed))})"):
            st.dataframe(
                readable_table(listed, case.axis, texts),
                hide_index=True,
                column_config={
                    texts.say(f"column.{column}"): st.column_config.DatetimeColumn(
                        format=texts.say("app.moment")
                    )
                    for column in ("starts_at", "ends_at")
                },
            )
            st.download_button(
                texts.say("app.download_table", name=name),
                partial(table_bytes, listed, case.axis, "csv"),
                file_name=f"{kind.TABLE}.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key=f"download-{kind.TABLE}",
            )


def _provenance_view(content: ReportContent, texts: Texts) -> None:
    _heading("levels", texts)
    rows = level_rows(content, texts)
    if rows:
        names = ("column.step", "column.level", "column.objective", "column.bound", "column.gap")
        _table(rows, names, texts, names[2:])
    else:
        st.caption(texts.say("empty.levels"))
    st.subheader(texts.say("section.provenance"), anchor=False)
    _table(provenance_rows(content, texts), ("column.what", "column.value"), texts)
    st.download_button(
        texts.say("app.download_report"),
        lambda: report_html(content, texts.language),
        file_name=f"pontual-{content.case.plan.first_day:%Y-%m-%d}.html",
        mime="text/html",
        icon=":material/description:",
        on_click="ignore",
        key="download-report",
    )


def _view(name: str, rows: int, draw: Callable[[], alt.LayerChart], texts: Texts) -> None:
    """A chart under its heading, or the word that there is nothing to draw."""
    if not rows:
        st.subheader(texts.say(f"section.{name}"), anchor=False)
        st.caption(texts.say(f"empty.{name}"))
        return
    _heading(name, texts)
    st.altair_chart(draw(), width="stretch", theme=None, key=f"chart-{name}", alt=texts.say(f"read.{name}"))


def _heading(name: str, texts: Texts) -> None:
    st.subheader(texts.say(f"section.{name}"), anchor=False)
    st.caption(texts.say(f"read.{name}"))


def _table(
    rows: Sequence[tuple[str, ...]], headings: Sequence[str], texts: Texts, numbers: Sequence[str] = ()
) -> None:
    """A table of written values; the columns called `numbers` are aligned to the right."""
    st.dataframe(
        pd.DataFrame(rows, columns=[texts.say(name) for name in headings]),
        hide_index=True,
        column_config={texts.say(name): st.column_config.TextColumn(alignment="right") for name in numbers},
        height="content" if len(rows) <= ROWS_WITHOUT_SCROLLING else "auto",
    )
