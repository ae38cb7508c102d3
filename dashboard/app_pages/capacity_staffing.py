"""The cheapest mix of contracts and skills for the service target, and whom to hire."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from dashboard.access import Action
from dashboard.app_pages.background import begin, job_of, outcome
from dashboard.app_pages.capacity_requirement import AskedOf
from dashboard.app_pages.frame import draw_again
from dashboard.app_pages.sign_in import allowed
from dashboard.app_pages.written_table import written_table
from dashboard.jobs import Work
from dashboard.report.markup import element
from dashboard.results.capacity import staffing_answer
from dashboard.results.staffing import classes_table, fewer_table, verdict
from dashboard.texts import Texts
from dashboard.work.capacity import staffing_work
from optimizer.staffing.documents import staffing_csv
from simulation import scenario_of


def staffing_step(plan: str, asked: AskedOf | None, texts: Texts) -> None:
    """The mix for what was asked in the step before, whose days all count."""
    if asked is None:
        st.info(texts.say("capacity.nothing_expected"), icon=":material/help:")
        return
    answer = st.container()
    keep_team = st.checkbox(texts.say("capacity.keep_team"), key="staffing-keep-team")
    slot = asked.slot(f"staffing-{keep_team}", plan)
    with answer:
        if job_of(slot) is None:
            st.caption(texts.say("capacity.staffing_how"))
            if st.button(
                texts.say("capacity.staffing_run"),
                type="primary",
                icon=":material/play_arrow:",
                disabled=not allowed(Action.EXPLORE),
            ):
                _begin(slot, asked, keep_team)
                draw_again()
        document = outcome(slot, texts)
        if document is not None:
            _show(document, texts)


def _begin(slot: str, asked: AskedOf, keep_team: bool) -> None:
    case = asked.case
    begin(slot, Work(staffing_work, (case, scenario_of(case.plan.policy), asked.asked, keep_team)))


def _show(document: Mapping[str, Any], texts: Texts) -> None:
    if document["service"] is not None:
        st.html(element("p", staffing_answer(document, texts), class_="headline"))
        for title, headings, rows in (classes_table(document, texts), fewer_table(document, texts)):
            st.markdown(f"**{title}**")
            written_table(headings, rows, range(2, len(headings)))
        st.download_button(
            texts.say("capacity.staffing_download"),
            partial(staffing_csv, document),
            file_name="staffing.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    for sentence in verdict(document, texts):
        st.text(sentence)
