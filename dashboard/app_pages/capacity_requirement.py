"""Agents needed in each interval for a service target, by simulation, beside Erlang's formulas."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.access import Action
from dashboard.app_pages.background import begin, job_of, outcome
from dashboard.app_pages.frame import colours, columns_that_wrap, draw_again
from dashboard.app_pages.sign_in import allowed
from dashboard.app_pages.written_table import written_table
from dashboard.charts import requirement_chart
from dashboard.charts.requirement_by_skill import requirement_by_skill_chart
from dashboard.jobs import Work
from dashboard.report.markup import element
from dashboard.results.capacity import requirement_answer
from dashboard.results.levers import shortest
from dashboard.results.requirement import interval_tables, verdict
from dashboard.texts import Texts
from dashboard.work.capacity import Asked, requirement_work
from data.model import Case
from optimizer.requirement.documents import requirement_csv
from simulation import scenario_of
from simulation.forecast.foreseeing import Foreseen

REPLICATIONS = 300
SOURCES = ("forecast", "demand")
SHARES = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0)
USUAL_SHARE = 2.0
"""Of the customers, in percent, who may wait long."""


@dataclass(frozen=True)
class AskedOf:
    """What is asked, and of which case.

    Attributes:
        case: with the demand to serve.
        source: of the demand.
        asked: targets and shrinkage.
    """

    case: Case
    source: str
    asked: Asked

    def slot(self, what: str, plan: str) -> str:
        """A name for work on exactly this."""
        demand = self.case.demand
        digest = hashlib.sha256(repr(self.asked).encode())
        for column in (demand.starts_at, demand.expected_bookings, demand.required):
            digest.update(column.tobytes())
        return f"{what}-{plan}-{self.source}-{digest.hexdigest()}"


def requirement_step(plan: str, case: Case, foreseen: Foreseen | None, texts: Texts) -> AskedOf | None:
    """The question, the day, and the answer; returns what is asked of all days, None without bookings."""
    places = columns_that_wrap("requirement", 5)
    asked = _question(places[1:], case, foreseen, texts)
    if asked is None:
        st.info(texts.say("capacity.nothing_expected"), icon=":material/help:")
        return None
    days = _days(asked.case)
    day = places[0].selectbox(
        texts.say("capacity.day"),
        [*days, None],
        format_func=lambda day: (
            texts.say("capacity.all_days") if day is None else f"{texts.weekday(day)}, {texts.day(day)}"
        ),
        key=f"requirement-day-{texts.language}",
    )
    shown = asked if day is None else replace(asked, case=of_day(asked.case, day))
    slot = shown.slot("requirement", plan)
    if job_of(slot) is None:
        st.caption(texts.say("capacity.requirement_how"))
        if st.button(
            texts.say("capacity.requirement_run"),
            type="primary",
            icon=":material/play_arrow:",
            disabled=not allowed(Action.EXPLORE),
        ):
            _begin(slot, shown)
            draw_again()
    document = outcome(slot, texts)
    if document is not None:
        _show(document, asked.case, texts)
    return asked


def _question(
    places: Sequence[DeltaGenerator], case: Case, foreseen: Foreseen | None, texts: Texts
) -> AskedOf | None:
    cases = {
        "forecast": None if foreseen is None else foreseen.case,
        "demand": case if _expects(case) else None,
    }
    offered = [source for source in SOURCES if cases[source] is not None]
    if not offered:
        return None
    source = places[0].selectbox(
        texts.say("capacity.from"),
        offered,
        format_func=lambda source: texts.label("capacity_from", source),
        key=f"requirement-source-{texts.language}",
    )
    minutes = places[1].number_input(texts.say("capacity.minutes"), 0, 120, 10)
    percent = places[2].selectbox(
        texts.say("capacity.share"),
        SHARES,
        index=SHARES.index(USUAL_SHARE),
        format_func=lambda percent: f"{shortest(percent, texts)}%",
        key=f"requirement-share-{texts.language}",
    )
    away = places[3].number_input(
        texts.say("capacity.shrinkage"), 0, 90, 0, help=texts.say("capacity.shrinkage_help")
    )
    chosen = cases[source]
    if chosen is None:
        return None
    targets = (f"wait_over_{minutes}<={percent:g}%",)
    return AskedOf(chosen, source, Asked(targets, away / 100.0, REPLICATIONS))


def _begin(slot: str, shown: AskedOf) -> None:
    case = shown.case
    begin(slot, Work(requirement_work, (case, scenario_of(case.plan.policy), shown.asked)))


def _expects(case: Case) -> bool:
    return bool((case.demand.expected_bookings > 0).any())


def _days(case: Case) -> list[date]:
    """Days on which somebody is expected."""
    starts = case.demand.starts_at[case.demand.expected_bookings > 0]
    return sorted({case.axis.date_of(case.axis.day_of(int(start))) for start in starts.tolist()})


def of_day(case: Case, day: date) -> Case:
    """The case with the demand of one day: each day is searched by itself, so its answer is the same."""
    starts = case.demand.starts_at.tolist()
    kept = [place for place, start in enumerate(starts) if case.axis.date_of(case.axis.day_of(start)) == day]
    return replace(case, demand=case.demand.take(np.array(kept, dtype=np.int64)))


def _show(document: Mapping[str, Any], case: Case, texts: Texts) -> None:
    dates = list(dict.fromkeys(day["date"] for day in document["days"]))
    for day in dates:
        st.html(element("p", requirement_answer(document, day, texts), class_="headline"))
    st.altair_chart(
        requirement_chart(document, case.axis, texts, colours()),
        width="stretch",
        theme=None,
        key="chart-requirement",
        alt=texts.say("capacity.read_requirement"),
    )
    st.caption(texts.say("capacity.read_requirement"))
    if len(dates) == 1 and not any(day["out_of_reach"] for day in document["days"]):
        st.subheader(texts.say("capacity.by_skill"), anchor=False)
        st.altair_chart(
            requirement_by_skill_chart(document, dates[0], case.axis, texts, colours()),
            width="stretch",
            theme=None,
            key="chart-requirement-skills",
            alt=texts.say("capacity.read_skills"),
        )
        st.caption(texts.say("capacity.read_skills"))
    with st.expander(texts.say("capacity.table")):
        for title, headings, rows in interval_tables(document, texts):
            st.markdown(f"**{title}**")
            written_table(headings, rows, range(1, len(headings)))
        for sentence in verdict(document, texts):
            st.text(sentence)
    st.download_button(
        texts.say("capacity.requirement_download"),
        partial(requirement_csv, document),
        file_name="requirement.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
