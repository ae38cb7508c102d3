"""Week, edit: what has come of a draft, to be published or not."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final, Literal

import streamlit as st

from dashboard.app_pages.background import forget
from dashboard.app_pages.publishing import publish_button
from dashboard.app_pages.views import table_view
from dashboard.results.edits import Draft, JudgedDraft, change_rows, covered_share
from dashboard.results.plans import ChosenPlan
from dashboard.texts import Texts
from data.model import Absences, Case, Changes
from optimizer.planning.edited_rosters import AddAbsence
from optimizer.planning.published_changes import ChangedPlan
from optimizer.planning.replanning import reported_changes
from optimizer.roster.replanning import changes_of, counted

SLOT: Final = "week-replan"
"""Where the work on a draft is in the background."""

DRAFTS: Final = "week-drafts"
"""The reader's drafts, by plan folder, in the session."""

Effect = tuple[str, str, Literal["blue", "gray", "orange"]]
"""What a proposal does: words, icon and colour."""


def as_it_is(case: Case, judged: JudgedDraft) -> ChangedPlan:
    """The draft itself as a plan, with the changes that agents must be told of."""
    document, files = reported_changes(replace(case, absences=judged.case.absences), judged.case)
    return ChangedPlan(judged.case, {"roster": document}, files)


def publish_draft_button(plan: ChosenPlan, draft: Draft, changed: ChangedPlan, texts: Texts) -> None:
    """Publish what has come of a draft, which is forgotten then."""
    absent = any(isinstance(edit, AddAbsence) for edit in draft.edits)
    inputs = (Absences,) if absent else ()
    publish_button(plan, changed, "roster", inputs, texts, partial(_discard, str(plan.root)))


def _discard(root: str) -> None:
    """Forget the draft and what was found for it."""
    st.session_state[DRAFTS].pop(root, None)
    forget(SLOT)


def proposal(plan: ChosenPlan, case: Case, draft: Draft, found: ChangedPlan, texts: Texts) -> None:
    """What the program has found: what changes for agents and customers; to be published or not."""
    st.subheader(texts.say("solved.title"), anchor=False)
    if found.case is None:
        key = "solved.no_plan"
        if found.clashes:
            key = "solved.pins" if "allocate" in found.results else "solved.impossible"
        st.error(texts.say(key), icon=":material/block:")
        if found.clashes:
            st.code("\n".join(found.clashes), language=None, wrap_lines=True)
        st.button(texts.say("solved.back"), icon=":material/arrow_back:", on_click=forget, args=(SLOT,))
        return
    changes = changes_of(found.case, case.roster, found.case.roster)
    with st.container(horizontal=True, gap="small"):
        for text, icon, colour in _effects(case, found, changes, texts):
            st.badge(text, icon=f":material/{icon}:", color=colour)
    with st.container(horizontal=True):
        publish_draft_button(plan, draft, found, texts)
        st.button(
            texts.say("solved.back"),
            icon=":material/arrow_back:",
            on_click=forget,
            args=(SLOT,),
            key="solved-back",
        )
    if len(changes):
        names = (
            "column.agent_id", "column.day", "column.change", "column.before", "column.after",
            "column.notice",
        )  # fmt: skip
        table_view(change_rows(changes, found.case, texts), names, texts)


def _effects(case: Case, found: ChangedPlan, changes: Changes, texts: Texts) -> list[Effect]:
    """What agents, customers and the coverage get out of a proposal."""
    if found.case is None:
        return []
    before, after = (texts.percent(covered_share(one)) for one in (case, found.case))
    own, by_absence = counted(changes), int(changes.by_absence.sum())
    told: list[Effect] = [
        (texts.say("edit.coverage", before=before, after=after), "group", "blue"),
        (texts.count("solved.changes", own), "calendar_month", "gray"),
    ]
    if by_absence:
        told.append((texts.count("solved.by_absence", by_absence), "person_off", "gray"))
    listed = found.results.get("roster", {}).get("changes", {}).get("to_tell", [])
    if listed:
        told.append((texts.say("solved.tell", agents=", ".join(listed)), "campaign", "orange"))
    if found.moved:
        told.append((texts.count("solved.moved", len(found.moved)), "schedule", "orange"))
    if found.dropped:
        told.append((texts.count("solved.dropped", len(found.dropped)), "event_busy", "orange"))
    if not found.moved and not found.dropped and len(case.sessions):
        told.append((texts.say("solved.nobody"), "check", "blue"))
    if found.gained:
        told.append((texts.count("solved.gained", len(found.gained)), "event_available", "blue"))
    return told
