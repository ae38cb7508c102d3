"""Today: how is the day going, and what should be done?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.access import Action
from dashboard.app_pages.background import begin, job_of, outcome
from dashboard.app_pages.frame import chosen_plan, colours
from dashboard.app_pages.sign_in import allowed
from dashboard.app_pages.views import ROWS_WITHOUT_SCROLLING, content_of
from dashboard.charts.day_board import day_board_chart
from dashboard.jobs import Work
from dashboard.report.markup import element
from dashboard.report.sections import cards_markup
from dashboard.results import ResultError, error_words, newest_change, today
from dashboard.results.plans import ChosenPlan
from dashboard.texts import Texts
from data.day import Decision
from data.files import BadDataError, BusyError, CannotWriteError, FilesError
from data.model import Case
from optimizer.planning.faults import NoRosterError, NoSessionsError
from optimizer.planning.following import (
    DayHasGoneOnError,
    FollowedDay,
    LookAhead,
    accept,
    followed_day,
    followed_days,
    journal_path,
    look_ahead,
    take_events,
)
from optimizer.repair.documents import LIKELY
from simulation import scenario_of

SLOT = "look-ahead"
REFRESH_SECONDS = 10.0
DAY_KEY = "today-day"
WANTED_KEY = "today-wanted"
SAID_KEY = "today-said"
REFUSED_KEY = "today-refused"

TABS = ("proposals", "risk", "pools", "agents", "contacts")
RISK = ("start", "booking", "agent", "there", "probability", "likely_start")
POOLS = (
    "pool", "agents", "expected", "waiting", "longest", "running", "ended", "no_shows", "lost", "late",
)  # fmt: skip
AGENTS = ("agent", "doing", "next", "probability", "next_break", "until", "held", "left")
CONTACTS = ("by", "whom", "channel", "what")
"""Columns of the tables."""


def page(texts: Texts) -> None:
    """Show a followed day of the chosen plan, or say how to follow one."""
    plan = chosen_plan(texts)
    if plan is None:
        return
    case = content_of(plan, texts).case
    days = followed_days(case, plan.root)
    if not days:
        _say(0)
        st.info(texts.say("today.how"), icon=":material/info:")
        _take_in(plan, case, texts)
        return
    day = _choose_day(case, days, texts)
    try:
        run, changed = plan.run, _changed(plan, case, day)
        seen, work = _followed(run, newest_change(run), plan.root, day, changed, case)
    except BadDataError as error:
        raise ResultError("error.bad_data", error.problems) from error
    _say(seen.events)
    place = st.container()
    _take_in(plan, case, texts)
    with place:
        _day(plan, case, seen, work, texts)


@st.cache_resource(max_entries=4, show_spinner=False)
def _followed(
    run: Path,  # noqa: ARG001 - run, change and journal's change are the cache's key for the case
    run_changed: float,  # noqa: ARG001
    root: Path,
    day: int,
    changed: tuple[int, int],  # noqa: ARG001
    _case: Case,
) -> tuple[FollowedDay, Work]:
    """The day as its journal tells it, and the look ahead from there; read anew only when something has
    changed."""
    seen = followed_day(_case, root, day)
    return seen, Work(look_ahead, (_case, scenario_of(_case.plan.policy), seen.state, seen.now))


def _choose_day(case: Case, days: list[int], texts: Texts) -> int:
    wanted = st.session_state.pop(WANTED_KEY, st.session_state.get(DAY_KEY))
    st.session_state[DAY_KEY] = wanted if wanted in days else days[-1]
    if len(days) == 1:
        return days[0]
    chosen = st.segmented_control(
        texts.say("today.day"),
        days,
        format_func=lambda day: texts.short_day(case.axis.date_of(day)),
        key=DAY_KEY,
        required=True,
        label_visibility="collapsed",
    )
    return days[-1] if chosen is None else chosen


def _day(plan: ChosenPlan, case: Case, seen: FollowedDay, work: Work, texts: Texts) -> None:
    job = job_of(SLOT)
    if job is None or job.key != work.key:
        begin(SLOT, work)
    ahead: LookAhead | None = None
    sentence_place, cards_place, work_place = st.container(), st.container(), st.container()
    with work_place:
        ahead = outcome(SLOT, texts)
    with sentence_place:
        st.html(element("p", today.headline(seen, ahead, case, texts), class_="headline"))
        _news(plan, case, seen, texts)
    with cards_place:
        st.html(cards_markup(today.cards(seen, ahead, texts)))
    tabs = dict(zip(TABS, st.tabs([texts.say(f"today_tab.{name}") for name in TABS]), strict=True))
    prediction = None if ahead is None else ahead.prediction
    with tabs["proposals"]:
        if ahead is None:
            st.caption(texts.say("today.looking"))
        else:
            _proposals(plan, case, seen, ahead, texts)
    with tabs["risk"]:
        rows = [] if prediction is None else today.risk_rows(case, seen.state, prediction, texts)
        _table("risk", rows, RISK, texts, 4)
    with tabs["pools"]:
        _table("pools", today.pool_rows(case, seen.state, prediction, texts), POOLS, texts, 1)
    with tabs["agents"]:
        st.caption(texts.say("today_read.board"))
        st.altair_chart(
            day_board_chart(case.axis, seen.state, today.late_of(prediction), LIKELY, texts, colours()),
            width="stretch",
            theme=None,
            key="chart-day-board",
            alt=texts.say("today_read.board"),
        )
        _table("agents", today.agent_rows(case, seen.state, prediction, texts), AGENTS, texts, 3)
    with tabs["contacts"]:
        _table("contacts", today.contact_rows(seen.contacts, texts), CONTACTS, texts, len(CONTACTS))
    if seen.anomalies:
        with st.expander(texts.count("today.anomalies", len(seen.anomalies)), icon=":material/warning:"):
            st.markdown(_listed(today.anomalies(seen, texts)))


def _news(plan: ChosenPlan, case: Case, seen: FollowedDay, texts: Texts) -> None:
    """When the last event happened; the page is drawn anew once the journal has another."""
    changed = _changed(plan, case, seen.day)

    @st.fragment(run_every=REFRESH_SECONDS)
    def watch() -> None:
        """Draws nothing, so that nothing fades while it looks."""
        if _changed(plan, case, seen.day) != changed:
            st.rerun(scope="app")

    watch()
    last = "" if seen.last_at is None else f"{seen.last_at.astimezone(case.axis.zone):%H:%M:%S}"
    with st.container(horizontal=True):
        said = texts.say("today.last_event", time=last, events=texts.integer(seen.events))
        st.badge(said, icon=":material/schedule:", color="blue")
        if seen.gaps:
            listed = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in seen.gaps)
            st.badge(texts.say("today.missing", ranges=listed), icon=":material/warning:", color="orange")


def _changed(plan: ChosenPlan, case: Case, day: int) -> tuple[int, int]:
    about = journal_path(case, plan.root, day).stat()
    return about.st_mtime_ns, about.st_size


def _proposals(plan: ChosenPlan, case: Case, seen: FollowedDay, ahead: LookAhead, texts: Texts) -> None:
    found = today.proposal(case.axis, seen.state, ahead, texts)
    for booking in found.awaited:
        st.caption(texts.say("today.awaited", booking=booking))
    job = job_of(SLOT)
    if found.is_empty:
        st.success(texts.say("today.nothing"), icon=":material/check:")
    elif job is not None and st.session_state.get(REFUSED_KEY) == job.key:
        st.info(texts.say("today.refused"), icon=":material/block:")
    else:
        _now(plan, case, seen, ahead, found, texts)
    _later(found, texts)


def _now(
    plan: ChosenPlan, case: Case, seen: FollowedDay, ahead: LookAhead, found: today.Proposal, texts: Texts
) -> None:
    """What is to be decided now."""
    if allowed(Action.CHANGE):
        _decide(plan, case, seen, ahead, texts)
    else:
        st.caption(texts.say("today.may_not"))
    for name, sentences in (("precautions", found.precautions), ("settled", found.settled)):
        if sentences:
            st.markdown(f"**{texts.say(f'today.{name}')}**")
            st.markdown(_listed(sentences))


def _later(found: today.Proposal, texts: Texts) -> None:
    """What the whole plan would change, too."""
    if found.later:
        with st.expander(texts.count("today.later", len(found.later))):
            st.caption(texts.say("today_read.later"))
            st.markdown(_listed(found.later))


def _decide(plan: ChosenPlan, case: Case, seen: FollowedDay, ahead: LookAhead, texts: Texts) -> None:
    decisions = ahead.considered.decisions
    precautions = tuple(one.decision for one in ahead.considered.foreseen.precautions)
    with st.container(horizontal=True):
        _accept_button("all", decisions, plan, case, seen, texts, primary=True)
        if precautions and len(precautions) < len(decisions):
            _accept_button("precautions", precautions, plan, case, seen, texts, primary=False)
        st.button(texts.say("today.refuse"), icon=":material/close:", key="today-refuse", on_click=_refuse)


def _accept_button(
    name: str,
    decisions: tuple[Decision, ...],
    plan: ChosenPlan,
    case: Case,
    seen: FollowedDay,
    texts: Texts,
    *,
    primary: bool,
) -> None:
    st.button(
        texts.count(f"today.accept_{name}", len(decisions)),
        type="primary" if primary else "secondary",
        icon=":material/check:",
        key=f"today-accept-{name}",
        on_click=_accept,
        args=(plan, case, seen, decisions, texts),
    )


def _accept(
    plan: ChosenPlan, case: Case, seen: FollowedDay, decisions: tuple[Decision, ...], texts: Texts
) -> None:
    try:
        contacts = accept(case, plan.root, seen, decisions, texts.language)
    except DayHasGoneOnError:
        _remember("warning", texts.say("today.gone_on"))
    except (BusyError, CannotWriteError) as error:
        _remember("error", texts.say("today.not_written"), error_words(error, texts))
    else:
        _remember(
            "success",
            texts.count("today.accepted", len(decisions))
            + " "
            + texts.count("today.to_contact", len(contacts)),
        )


def _refuse() -> None:
    job = job_of(SLOT)
    if job is not None:
        st.session_state[REFUSED_KEY] = job.key


def _take_in(plan: ChosenPlan, case: Case, texts: Texts) -> None:
    """Bring in the events of a file."""
    if not allowed(Action.CHANGE):
        return
    with st.form("today-events", clear_on_submit=True):
        given = st.file_uploader(
            texts.say("today.upload"),
            type=["jsonl", "json", "txt"],
            help=texts.say("today.upload_help"),
            key="today-file",
        )
        pressed = st.form_submit_button(
            texts.say("today.take_in"), icon=":material/input:", key="today-take-in"
        )
    if not pressed or given is None:
        return
    try:
        taken = take_events(case, plan.root, given.name, given.getvalue())
    except (FilesError, NoRosterError, NoSessionsError) as error:
        _remember("error", texts.say("today.not_taken"), error_words(error, texts))
    else:
        told: Mapping[str, Any] = {
            "again": texts.integer(taken.repeated),
            "other": texts.integer(taken.conflicting),
        }
        _remember("success", texts.count("today.taken", taken.new, **told))
        st.session_state[WANTED_KEY] = taken.day
    st.rerun()


@dataclass
class _Said:
    """What became of the last action; said until the next one, or until there are other events.

    Attributes:
        events: how many there were when it was first said.
    """

    kind: str
    text: str
    details: str = ""
    events: int | None = None


def _remember(kind: str, text: str, details: str = "") -> None:
    st.session_state[SAID_KEY] = _Said(kind, text, details)


def _say(events: int) -> None:
    said: _Said | None = st.session_state.get(SAID_KEY)
    if said is None or said.events not in (None, events):
        st.session_state.pop(SAID_KEY, None)
        return
    said.events = events
    show, icon = {
        "success": (st.success, ":material/check:"),
        "warning": (st.warning, ":material/history:"),
        "error": (st.error, ":material/error:"),
    }[said.kind]
    show(said.text, icon=icon)
    if said.details:
        st.code(said.details, language=None, wrap_lines=True)


def _listed(sentences: tuple[str, ...]) -> str:
    return "\n".join(f"- {_plain(sentence)}" for sentence in sentences)


def _plain(sentence: str) -> str:
    """A sentence without signs that Markdown takes for its own."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]#<>~$:|" else sign for sign in sentence)


def _table(name: str, rows: today.Rows, names: tuple[str, ...], texts: Texts, texts_first: int) -> None:
    """A table with how to read it; all columns but the first ones are numbers."""
    st.caption(texts.say(f"today_read.{name}"))
    headings = [texts.say(f"today_column.{name}") for name in names]
    if not rows:
        st.caption(texts.say("today.no_rows"))
        return
    st.dataframe(
        pd.DataFrame(rows, columns=headings),
        hide_index=True,
        column_config={
            heading: st.column_config.TextColumn(alignment="right") for heading in headings[texts_first:]
        },
        height="content" if len(rows) <= ROWS_WITHOUT_SCROLLING else "auto",
    )
