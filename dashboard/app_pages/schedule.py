"""Schedule: where are the sessions, and which bookings have none?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.access import Action
from dashboard.app_pages.background import begin, job_of, outcome
from dashboard.app_pages.booking import booking_view, finder
from dashboard.app_pages.frame import chosen_plan, colours, columns_that_stack
from dashboard.app_pages.publishing import tell_of_publication
from dashboard.app_pages.sign_in import allowed
from dashboard.app_pages.views import (
    chart_view,
    content_of,
    lazy_tabs,
    raw_tables,
    section_heading,
    sentence,
    table_view,
)
from dashboard.charts import occupancy_chart, sessions_by_day_chart, unplaced_by_reason_chart
from dashboard.jobs import Work
from dashboard.results import ReportContent, unplaced_in_order, unplaced_rows
from dashboard.results.found_bookings import joint_rows, offer_rows
from dashboard.results.plans import ChosenPlan
from dashboard.texts import Texts
from data.files.journal import read_journal
from data.model import Sessions, Unplaced
from optimizer.offers import JOURNAL_FILE, SCHEMA
from optimizer.planning.offers_left import offers_left

OFFERS = "schedule-offers"


def page(texts: Texts) -> None:
    """Show the sessions of the chosen plan, or say how to make a plan."""
    plan = chosen_plan(texts)
    if plan is None:
        return
    tell_of_publication(texts)
    content = content_of(plan, texts)
    joint = joint_rows(content.case, texts)
    sentence(plan, content, texts, partial(_badges, content, len(joint), texts))
    found = finder(plan, content.case, texts)
    lazy_tabs(
        "schedule",
        {
            "schedule.tab_unplaced": lambda: _unplaced_view(plan, content, found, texts),
            "schedule.tab_sessions": lambda: _sessions_view(content, texts),
            "schedule.tab_joint": lambda: _joint_view(joint, texts),
            "schedule.tab_offers": lambda: _offers_view(plan, texts),
            "app.tab_tables": lambda: raw_tables(content, (Sessions, Unplaced), texts),
        },
        texts,
    )


def _badges(content: ReportContent, joint: int, texts: Texts) -> None:
    refused = int((content.case.unplaced.reason == "not_eligible").sum())
    open_ones = len(content.case.unplaced) - refused
    if open_ones:
        st.badge(texts.count("schedule.open", open_ones), icon=":material/event_busy:", color="orange")
    if refused:
        st.badge(texts.count("schedule.refused", refused), icon=":material/block:", color="gray")
    if joint:
        st.badge(texts.count("schedule.joint", joint), icon=":material/groups:", color="gray")


def _unplaced_view(plan: ChosenPlan, content: ReportContent, found: str | None, texts: Texts) -> None:
    """Bookings without a session; the one that the reader picks is shown below with what can be done."""
    case = content.case
    if not len(case.unplaced):
        st.caption(texts.say("empty.unplaced"))
        return
    listing, chart = columns_that_stack("unplaced", [3, 2])
    with listing:
        st.caption(texts.say("schedule.pick"))
        rows = unplaced_rows(content, texts)
        names = ("column.booking", "column.skill", "column.reason", "column.rules", "column.alternatives")
        picked = table_view(rows, names, texts, pick="unplaced")
    with chart:
        chart_view(
            "unplaced", len(case.unplaced), lambda: unplaced_by_reason_chart(case, texts, colours()), texts
        )
    booking = None if picked is None else unplaced_in_order(content)[picked]["booking_id"]
    if booking not in (None, found):
        booking_view(plan, case, booking, texts)


def _sessions_view(content: ReportContent, texts: Texts) -> None:
    case = content.case
    chart_view("sessions", len(case.sessions), lambda: sessions_by_day_chart(case, texts, colours()), texts)
    if len(case.duties) and len(case.sessions):
        chart_view("occupancy", len(case.sessions), lambda: occupancy_chart(case, texts, colours()), texts)


def _joint_view(rows: list[tuple[str, ...]], texts: Texts) -> None:
    if not rows:
        st.caption(texts.say("empty.joint"))
        return
    section_heading("joint", texts)
    names = (
        "column.starts_at", "column.duration", "column.session_kind", "column.people", "column.agent_id",
        "column.booking",
    )  # fmt: skip
    table_view(rows, names, texts, (names[1], names[3]))


def _offers_view(plan: ChosenPlan, texts: Texts) -> None:
    """Starts that can still be sold; they are counted in the background, and the count is kept."""
    section_heading("offers", texts)
    if not allowed(Action.EXPLORE):
        st.info(texts.say("edit.not_allowed"), icon=":material/lock:")
        return
    case = plan.read_current()
    if not len(case.duties):
        st.caption(texts.say("empty.roster"))
        return
    work = Work(offers_left, (case, read_journal(plan.root / JOURNAL_FILE, SCHEMA)))
    job = job_of(OFFERS)
    if job is None or job.key != work.key:
        begin(OFFERS, work)
    found = outcome(OFFERS, texts)
    if found is not None:
        names = ("column.skill", "column.duration", "column.people", "column.starts", "column.first_starts")
        table_view(offer_rows(found, case, texts), names, texts, names[1:4])
