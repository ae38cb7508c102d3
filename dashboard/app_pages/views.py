"""What pages show of a result: its sentence, charts under their headings, tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.report.markup import element
from dashboard.results import (
    ReportContent,
    Tone,
    headline,
    newest_change,
    read_result,
    readable_table,
    title,
    verdict,
)
from dashboard.results.plans import ChosenPlan
from dashboard.results.roster_quality import RosterQuality, roster_quality
from dashboard.texts import Texts
from data.files import table_bytes
from data.model import Table
from data.referee import judge

ROWS_WITHOUT_SCROLLING = 40

PICKING_HEIGHT = 320
"""Pixels of a table whose rows are picked: what is picked is shown below it."""

_TONE_COLOURS: dict[Tone, Literal["gray", "blue", "red"]] = {"plain": "gray", "good": "blue", "bad": "red"}
_TONE_ICONS: dict[Tone, str] = {
    "plain": ":material/help:",
    "good": ":material/check:",
    "bad": ":material/close:",
}


def content_of(plan: ChosenPlan, texts: Texts) -> ReportContent:
    """The plan as it is on the disk now; read anew only when it has changed.

    Raises:
        ResultError: when it cannot be read.
    """
    run = plan.run
    with st.spinner(texts.say("app.reading")):
        return _read(run, newest_change(run))


def quality_of(plan: ChosenPlan) -> RosterQuality:
    """How good the plan's roster is, counted once for each run."""
    return _quality(plan.run, newest_change(plan.run))


@st.cache_resource(max_entries=4, show_spinner=False)
def _quality(folder: Path, changed: float) -> RosterQuality:
    return roster_quality(_read(folder, changed).case)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(folder: Path, changed: float) -> ReportContent:  # noqa: ARG001 - part of the cache's key
    return read_result(folder)


def sentence(
    plan: ChosenPlan, content: ReportContent, texts: Texts, badges: Callable[[], None] = lambda: None
) -> None:
    """The days of the plan and the result in one sentence; what the referee says now, and further badges."""
    words = element("strong", f"{title(content, texts)}.")
    st.html(element("p", words, f" {headline(content, texts)}", class_="headline"))
    said, tone = verdict(replace(content, violations=_violations(plan.run, newest_change(plan.run))), texts)
    with st.container(horizontal=True, gap="small"):
        st.badge(said, icon=_TONE_ICONS[tone], color=_TONE_COLOURS[tone])
        badges()


@st.cache_resource(max_entries=8, show_spinner=False)
def _violations(folder: Path, changed: float) -> int | None:
    """Rules that the plan breaks as it is, whatever was said when it was made; None: there is no plan yet."""
    case = _read(folder, changed).case
    return len(judge(case)) if len(case.duties) or len(case.sessions) else None


def chart_view(
    name: str,
    rows: int,
    draw: Callable[[], alt.LayerChart],
    texts: Texts,
    place: DeltaGenerator | None = None,
) -> None:
    """A chart under its heading, or the word that there is nothing to draw; the heading may go elsewhere."""
    with place or nullcontext():
        st.subheader(texts.say(f"section.{name}"), anchor=False)
        st.caption(texts.say(f"{'read' if rows else 'empty'}.{name}"))
    if rows:
        st.altair_chart(
            draw(), width="stretch", theme=None, key=f"chart-{name}", alt=texts.say(f"read.{name}")
        )


def section_heading(name: str, texts: Texts) -> None:
    """The heading of a section, and how to read what follows."""
    st.subheader(texts.say(f"section.{name}"), anchor=False)
    st.caption(texts.say(f"read.{name}"))


def lazy_tabs(name: str, views: Mapping[str, Callable[[], None]], texts: Texts) -> None:
    """Tabs by the keys of their titles; only the open one is drawn."""
    tabs = st.tabs([texts.say(key) for key in views], key=f"{name}-tabs-{texts.language}", on_change="rerun")
    for tab, view in zip(tabs, views.values(), strict=True):
        if tab.open:
            with tab:
                view()


def table_view(
    rows: Sequence[tuple[str, ...]],
    headings: Sequence[str],
    texts: Texts,
    numbers: Sequence[str] = (),
    pick: str | None = None,
) -> int | None:
    """A table of written values; the columns called `numbers` are aligned to the right.

    With `pick`, which names the table, the reader may mark a row; returns its place.
    """
    table = pd.DataFrame(rows, columns=[texts.say(name) for name in headings])
    columns = {texts.say(name): st.column_config.TextColumn(alignment="right") for name in numbers}
    height: Literal["content", "auto"] = "content" if len(rows) <= ROWS_WITHOUT_SCROLLING else "auto"
    if pick is None:
        st.dataframe(table, hide_index=True, column_config=columns, height=height)
        return None
    marked = st.dataframe(
        table,
        hide_index=True,
        column_config=columns,
        height=PICKING_HEIGHT,
        on_select="rerun",
        selection_mode="single-row",
        key=f"pick-{pick}-{texts.language}",
    )
    places = marked["selection"]["rows"]
    return places[0] if places and places[0] < len(rows) else None


def raw_tables(content: ReportContent, kinds: Sequence[type[Table]], texts: Texts) -> None:
    """Whole tables of the plan, each folded up, with a download."""
    case = content.case
    for kind in kinds:
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
