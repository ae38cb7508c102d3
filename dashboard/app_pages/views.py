"""What pages show of a result: its sentence, charts under their headings, tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import altair as alt
import pandas as pd
import streamlit as st

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
from dashboard.texts import Texts
from data.files import table_bytes
from data.model import Table

ROWS_WITHOUT_SCROLLING = 40

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


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(folder: Path, changed: float) -> ReportContent:  # noqa: ARG001 - part of the cache's key
    return read_result(folder)


def sentence(content: ReportContent, texts: Texts) -> None:
    """The days of the plan, the result in one sentence, and what the referee says of it."""
    said, tone = verdict(content, texts)
    st.html(
        element(
            "p",
            element("strong", f"{title(content, texts)}."),
            f" {headline(content, texts)}",
            class_="headline",
        )
    )
    st.badge(said, icon=_TONE_ICONS[tone], color=_TONE_COLOURS[tone])


def chart_view(name: str, rows: int, draw: Callable[[], alt.LayerChart], texts: Texts) -> None:
    """A chart under its heading, or the word that there is nothing to draw."""
    if not rows:
        st.subheader(texts.say(f"section.{name}"), anchor=False)
        st.caption(texts.say(f"empty.{name}"))
        return
    section_heading(name, texts)
    st.altair_chart(draw(), width="stretch", theme=None, key=f"chart-{name}", alt=texts.say(f"read.{name}"))


def section_heading(name: str, texts: Texts) -> None:
    """The heading of a section, and how to read what follows."""
    st.subheader(texts.say(f"section.{name}"), anchor=False)
    st.caption(texts.say(f"read.{name}"))


def table_view(
    rows: Sequence[tuple[str, ...]], headings: Sequence[str], texts: Texts, numbers: Sequence[str] = ()
) -> None:
    """A table of written values; the columns called `numbers` are aligned to the right."""
    st.dataframe(
        pd.DataFrame(rows, columns=[texts.say(name) for name in headings]),
        hide_index=True,
        column_config={texts.say(name): st.column_config.TextColumn(alignment="right") for name in numbers},
        height="content" if len(rows) <= ROWS_WITHOUT_SCROLLING else "auto",
    )


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
