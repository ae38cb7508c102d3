"""Week, exports: the roster for people who do not look at this page."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import quote

import streamlit as st

from dashboard.report import report_html
from dashboard.results import ReportContent
from dashboard.texts import Texts
from data.exports import agent_calendars, roster_workbook
from data.model import Case

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def exports(content: ReportContent, texts: Texts) -> None:
    """Downloads; each file is made when it is asked for."""
    case = content.case
    if not len(case.duties):
        st.caption(texts.say("empty.roster"))
        return
    day = f"{case.plan.first_day:%Y-%m-%d}"
    with st.container(horizontal=True):
        st.download_button(
            texts.say("export.workbook"),
            lambda: roster_workbook(case, texts.language),
            file_name=f"pontual-{day}.xlsx",
            mime=EXCEL,
            icon=":material/table:",
            on_click="ignore",
            key="export-workbook",
        )
        st.download_button(
            texts.say("export.calendars"),
            lambda: calendars_zip(case, texts),
            file_name=f"pontual-{day}-ics.zip",
            mime="application/zip",
            icon=":material/calendar_month:",
            on_click="ignore",
            key="export-calendars",
        )
        st.download_button(
            texts.say("export.report"),
            lambda: report_html(content, texts.language),
            file_name=f"pontual-{day}.html",
            mime="text/html",
            icon=":material/print:",
            on_click="ignore",
            key="export-report",
        )
    st.caption(texts.say("export.how"))


def calendars_zip(case: Case, texts: Texts) -> bytes:
    """The calendars of all agents in one archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for agent, body in agent_calendars(case, texts.language).items():
            archive.writestr(f"{quote(agent, safe=' ')}.ics", body)
    return packed.getvalue()
