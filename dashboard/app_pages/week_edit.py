"""Week, edit: changes by hand with an instant verdict, a new solve with few changes, and publishing."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

import streamlit as st

from dashboard.access import Action
from dashboard.app_pages.background import begin, job_of, outcome
from dashboard.app_pages.edit_forms import FORMS
from dashboard.app_pages.frame import colours, columns_that_stack, draw_again, kind_errors
from dashboard.app_pages.publishing import turn_to_publication
from dashboard.app_pages.sign_in import allowed
from dashboard.app_pages.views import table_view
from dashboard.app_pages.week_proposal import DRAFTS, SLOT, as_it_is, proposal, publish_draft_button
from dashboard.charts import roster_gantt
from dashboard.charts.roster_gantt import natural_order
from dashboard.jobs import Work
from dashboard.results import newest_change
from dashboard.results.edits import (
    Draft,
    JudgedDraft,
    edit_words,
    judged_draft,
)
from dashboard.results.plans import ChosenPlan
from dashboard.results.roster_quality import violation_rows
from dashboard.texts import Texts
from data.model import Case
from optimizer.planning.edited_rosters import AddAbsence, Edit, EditError, MoveDuty
from optimizer.planning.published_changes import ChangedPlan, replanned, with_starts_kept
from optimizer.solve_result import SolveLimits

WORK: Final = 10.0
"""Work of a new solve; on the sample week it is over within half a minute."""


@st.fragment
def editor(plan: ChosenPlan, texts: Texts) -> None:
    """Change the roster of the plan that counts."""
    turn_to_publication()
    with kind_errors(texts):
        if not allowed(Action.CHANGE):
            st.info(texts.say("edit.not_allowed"), icon=":material/lock:")
        elif not plan.is_current:
            st.info(texts.say("edit.only_current"), icon=":material/history:")
        else:
            case = current_case(plan)
            if len(case.duties):
                _edit(plan, case, texts)
            else:
                st.caption(texts.say("edit.no_roster"))


def current_case(plan: ChosenPlan) -> Case:
    """The plan as commands read it: inputs of the plan folder, results of the current run.

    Raises:
        ResultError: when it cannot be read.
    """
    return _case(plan, (newest_change(plan.root), newest_change(plan.run)))


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={ChosenPlan: lambda plan: str(plan.root)})
def _case(plan: ChosenPlan, changed: tuple[float, float]) -> Case:  # noqa: ARG001 - part of the cache's key
    return plan.read_current()


def _edit(plan: ChosenPlan, case: Case, texts: Texts) -> None:
    root = str(plan.root)
    draft = _draft_on(plan, texts)
    found = outcome(SLOT, texts)
    if isinstance(found, ChangedPlan):
        proposal(plan, case, draft, found, texts)
        return
    if (job := job_of(SLOT)) is not None and job.under_way:
        return
    left, right = columns_that_stack("edit", [2, 3])
    with left:
        _form(root, case, draft, texts)
    try:
        judged = judged_draft(case, draft)
    except EditError as error:
        with left:
            _show_edit_error(error, texts)
            _take_back(root, draft, texts)
        return
    with left:
        _listed(root, case, draft, texts)
    with right:
        _verdict(plan, case, draft, judged, texts)


def _draft_on(plan: ChosenPlan, texts: Texts) -> Draft:
    """The reader's draft for this plan; one that was made to an earlier run goes on on the present one."""
    drafts: dict[str, Draft] = st.session_state.setdefault(DRAFTS, {})
    base = plan.plan_folder().current_run()
    draft = drafts.setdefault(str(plan.root), Draft(base))
    if draft.base != base:
        if draft.edits:
            st.warning(texts.say("edit.base_changed"), icon=":material/sync:")
        draft = drafts[str(plan.root)] = Draft(base, draft.edits)
    return draft


def _keep(plan_root: str, draft: Draft) -> None:
    st.session_state[DRAFTS][plan_root] = draft


def _form(root: str, case: Case, draft: Draft, texts: Texts) -> None:
    """What to change next."""
    kind = st.segmented_control(
        texts.say("edit.kind"),
        list(FORMS),
        format_func=lambda kind: texts.say(f"edit.kind_{kind}"),
        default=next(iter(FORMS)),
        required=True,
        key=f"edit-kind-{texts.language}",
    )
    shown = _applied_so_far(case, draft)
    agents = sorted(case.agents.agent_id.tolist(), key=natural_order)
    agent = st.selectbox(texts.say("edit.agent"), agents, key="edit-agent")
    edit = FORMS[kind](shown, agent, agents, texts)
    if st.button(texts.say("edit.apply"), type="primary", icon=":material/add:", key="edit-apply"):
        try:
            edit(shown)
        except EditError as error:
            _show_edit_error(error, texts)
        else:
            _keep(root, draft.with_edit(edit))
            draw_again()


def _applied_so_far(case: Case, draft: Draft) -> Case:
    try:
        return judged_draft(case, draft).case
    except EditError:
        return case


def _show_edit_error(error: EditError, texts: Texts) -> None:
    st.error(texts.say(f"edit_error.{error.code}", agent=error.agent_id), icon=":material/error:")


def _listed(root: str, case: Case, draft: Draft, texts: Texts) -> None:
    """The changes so far."""
    if not draft.edits:
        st.caption(texts.say("edit.none"))
        return
    lines = "\n".join(f"1. {edit_words(edit, case, texts)}" for edit in draft.edits)
    st.markdown(f"**{texts.say('edit.list')}**\n\n{lines}")
    _take_back(root, draft, texts)


def _take_back(root: str, draft: Draft, texts: Texts) -> None:
    with st.container(horizontal=True):
        st.button(
            texts.say("edit.undo"),
            icon=":material/undo:",
            on_click=_keep,
            args=(root, draft.without_last()),
            key="edit-undo",
        )
        st.button(
            texts.say("edit.discard"),
            icon=":material/delete:",
            on_click=_keep,
            args=(root, Draft(draft.base)),
            key="edit-discard",
        )


def _verdict(plan: ChosenPlan, case: Case, draft: Draft, judged: JudgedDraft, texts: Texts) -> None:
    """What the referee says of the draft, what can be done with it, and how it looks."""
    roster, sessions = judged.of_roster, judged.of_sessions
    with st.container(horizontal=True, gap="small"):
        if roster:
            broken = texts.count("edit.verdict_broken", len(roster))
            st.badge(broken, icon=":material/close:", color="red")
        else:
            st.badge(texts.say("edit.verdict_clean"), icon=":material/check:", color="blue")
        if sessions:
            off = texts.count("edit.sessions_off", len({found.where for found in sessions}))
            st.badge(off, icon=":material/event_busy:", color="orange")
        before, after = texts.percent(judged.covered_before), texts.percent(judged.covered_after)
        st.badge(
            texts.say("edit.coverage", before=before, after=after), icon=":material/group:", color="gray"
        )
    if roster:
        table_view(violation_rows(roster, texts), ("column.rule", "column.where", "column.found"), texts)
    if draft.edits:
        _actions(plan, case, draft, judged, texts)
    day = _day_of(draft.edits[-1], case) if draft.edits else 0
    on = case.axis.date_of(day)
    name = f"{texts.weekday(on)}, {texts.day(on)}"
    st.altair_chart(
        roster_gantt(judged.case, texts, colours(), day=day),
        width="stretch",
        theme=None,
        key="chart-draft",
        alt=f"{name}. {texts.say('read.roster')}",
    )


def _day_of(edit: Edit, case: Case) -> int:
    """The day that an edit is about."""
    day = case.axis.day_of(edit.start) if isinstance(edit, AddAbsence | MoveDuty) else edit.day
    return min(max(day, 0), case.axis.days - 1)


def _actions(plan: ChosenPlan, case: Case, draft: Draft, judged: JudgedDraft, texts: Texts) -> None:
    """Publish what is lawful as it is; else let the program find what is."""
    axis = case.axis
    held = case.plan.as_of.astimezone(axis.zone).replace(tzinfo=None)
    now = st.datetime_input(
        texts.say("edit.now"),
        held,
        min(held, datetime.combine(axis.first_day - timedelta(days=60), time())),
        datetime.combine(axis.date_of(axis.days - 1), time(23, 45)),
        format="DD/MM/YYYY",
        help=texts.say("edit.now_help"),
        key="edit-now",
    )
    with st.container(horizontal=True):
        if not judged.of_roster and not judged.of_sessions:
            publish_draft_button(plan, draft, as_it_is(case, judged), texts)
        elif not judged.of_roster:
            _work_button("refit", Work(with_starts_kept, (case, judged.case)), texts)
        moment = (now or held).replace(tzinfo=axis.zone)
        work = Work(replanned, (case, draft.edits, moment, SolveLimits(work=WORK)))
        _work_button("solve", work, texts)


def _work_button(name: str, work: Work, texts: Texts) -> None:
    if st.button(
        texts.say(f"edit.{name}"),
        icon=":material/calculate:",
        help=texts.say(f"edit.{name}_help"),
        type="primary" if name == "refit" else "secondary",
        key=f"edit-{name}",
    ):
        begin(SLOT, work)
        draw_again()
