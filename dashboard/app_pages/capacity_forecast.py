"""The bookings to expect, with intervals, from the plan's history or from an uploaded file."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from dashboard.access import Action
from dashboard.app_pages.background import begin, job_of, outcome
from dashboard.app_pages.frame import colours
from dashboard.app_pages.sign_in import allowed
from dashboard.app_pages.written_table import written_table
from dashboard.charts.forecast import forecast_days_chart, forecast_hours_chart
from dashboard.jobs import Work
from dashboard.report.markup import element
from dashboard.results.capacity import forecast_answer
from dashboard.results.forecast import days_table, models_table, remarks
from dashboard.texts import Texts
from dashboard.work.capacity import PastFile, forecast_work
from data.model import Case
from simulation.forecast.documents import days_csv
from simulation.forecast.foreseeing import LOAD, Foreseen

FILE_TYPES = ["csv", "parquet", "json"]
_BEGUN = "capacity-forecasts-begun"


def forecast_step(plan: str, case: Case, texts: Texts) -> Foreseen | None:
    """The answer, its charts, and what it is made from; None until there is a forecast."""
    answer = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        uploaded = st.file_uploader(
            texts.say("capacity.history"),
            type=FILE_TYPES,
            help=texts.say("capacity.history_help"),
            key=f"capacity-history-{plan}",
        )
        load = st.number_input(
            texts.say("capacity.load"),
            min_value=5,
            max_value=100,
            value=round(100.0 * LOAD),
            help=texts.say("capacity.load_help"),
        )
    past = None if uploaded is None else PastFile(uploaded.name, uploaded.getvalue())
    if past is None and not len(case.history):
        answer.info(texts.say("capacity.no_history"), icon=":material/upload_file:")
        return None
    slot = _slot(plan, past, load)
    with answer:
        _begin_once(slot, case, past, load / 100.0, texts)
        found: Foreseen | None = outcome(slot, texts)
        if found is not None:
            _show(found, texts)
    return found


def _begin_once(slot: str, case: Case, past: PastFile | None, load: float, texts: Texts) -> None:
    """A forecast takes seconds, so it begins by itself; once given up, only when the reader asks for it."""
    begun: set[str] = st.session_state.setdefault(_BEGUN, set())
    if job_of(slot) is not None or not allowed(Action.EXPLORE):
        return
    asked = slot in begun and st.button(texts.say("capacity.forecast_run"), icon=":material/play_arrow:")
    if asked or slot not in begun:
        begun.add(slot)
        begin(slot, Work(forecast_work, (case, past, load)))


def _slot(plan: str, past: PastFile | None, load: int) -> str:
    content = b"" if past is None else past.name.encode() + b"\0" + past.content
    return f"forecast-{plan}-{hashlib.sha256(content).hexdigest()}-{load}"


def _show(found: Foreseen, texts: Texts) -> None:
    document = found.document
    st.html(element("p", forecast_answer(document, texts), class_="headline"))
    st.altair_chart(
        forecast_days_chart(document, texts, colours()),
        width="stretch",
        theme=None,
        key="chart-forecast-days",
        alt=texts.say("capacity.read_days"),
    )
    st.caption(texts.say("capacity.read_days"))
    _hours(found, texts)
    _tables(document, texts)


def _hours(found: Foreseen, texts: Texts) -> None:
    """One kind and skill over a day."""
    forecast = found.forecast
    day_place, series_place, _ = st.columns([1, 1, 2])
    place = day_place.selectbox(
        texts.say("capacity.day"),
        range(len(forecast.dates)),
        format_func=lambda place: (
            f"{texts.weekday(forecast.dates[place])}, {texts.day(forecast.dates[place])}"
        ),
        key=f"forecast-day-{texts.language}",
    )
    series = series_place.selectbox(
        texts.say("capacity.series"),
        range(len(forecast.series)),
        format_func=lambda number: _series_name(found, number, texts),
        key=f"forecast-series-{texts.language}",
    )
    st.altair_chart(
        forecast_hours_chart(forecast, place, series, texts, colours()),
        width="stretch",
        theme=None,
        key="chart-forecast-hours",
        alt=texts.say("capacity.read_hours"),
    )
    st.caption(texts.say("capacity.read_hours"))


def _series_name(found: Foreseen, number: int, texts: Texts) -> str:
    each = found.forecast.series[number]
    names = [texts.label("kind", each.kind), texts.label("skill", each.skill)]
    return ", ".join(name for name in names if name)


def _tables(document: dict[str, Any], texts: Texts) -> None:
    title, headings, rows = days_table(document, texts)
    with st.expander(title):
        written_table(headings, rows, range(1, len(headings)))
    with st.expander(texts.say("capacity.how_sure")):
        title, headings, rows = models_table(document, texts)
        st.markdown(f"**{title}**")
        written_table(headings, rows, range(1, len(headings)))
        for sentence in remarks(document, texts):
            st.text(sentence)
    first = date.fromisoformat(document["days"][0]["day"])
    st.download_button(
        texts.say("capacity.forecast_download"),
        partial(days_csv, document),
        file_name=f"forecast-{first:%Y-%m-%d}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
