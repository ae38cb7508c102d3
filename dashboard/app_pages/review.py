"""Review: what became of the plan, and what should be recalibrated?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.access import Action
from dashboard.app_pages.background import begin, job_of, outcome
from dashboard.app_pages.frame import chosen_plan, colours
from dashboard.app_pages.sign_in import allowed
from dashboard.app_pages.views import ROWS_WITHOUT_SCROLLING, content_of
from dashboard.charts.review import causes_chart, expected_share_rows, expected_shares_chart
from dashboard.jobs import Work
from dashboard.report.markup import element
from dashboard.report.sections import cards_markup
from dashboard.results import newest_change, review
from dashboard.results.forecast import ReadableTable
from dashboard.results.plans import ChosenPlan
from dashboard.texts import Texts
from data.model import Case
from optimizer.planning.reviewing import ReviewedDays, journals, reviewed_contents
from simulation import scenario_of
from simulation.review.written import SCENARIO_FILE

SLOT = "review"
MIME = {".json": "application/json", ".csv": "text/csv"}


def page(texts: Texts) -> None:
    """Show the review of the days that events tell of, or say how to give events."""
    plan = chosen_plan(texts)
    if plan is None:
        return
    case = content_of(plan, texts).case
    result_place = st.container()
    with st.container(border=True):
        contents = _contents(plan, texts)
    if not contents:
        with result_place:
            st.info(texts.say("review_page.how"), icon=":material/info:")
        return
    work = _work(plan.run, newest_change(plan.run), contents, case)
    job = job_of(SLOT)
    if job is None or job.key != work.key:
        begin(SLOT, work)
    with result_place:
        found = outcome(SLOT, texts)
        if found is not None:
            _show(found, texts)


@st.cache_resource(max_entries=4, show_spinner=False)
def _work(
    run: Path,  # noqa: ARG001 - run and change are the cache's key for the case
    changed: float,  # noqa: ARG001
    contents: dict[str, bytes],
    _case: Case,
) -> Work:
    """The review of these files; its input hash is made once."""
    return Work(reviewed_contents, (_case, contents, scenario_of(_case.plan.policy)))


def _contents(plan: ChosenPlan, texts: Texts) -> dict[str, bytes]:
    """Events by name of their file: journals of the plan that are chosen, and files that are uploaded."""
    known = journals(plan.root)
    chosen: Sequence[Path] = ()
    if known:
        chosen = st.multiselect(
            texts.say("review_page.journals"),
            known,
            default=known,
            format_func=lambda path: path.stem,
            key="review-journals",
        )
    given: list[UploadedFile] = st.file_uploader(
        texts.say("review_page.upload"),
        type=["jsonl", "json", "txt"],
        accept_multiple_files=True,
        help=texts.say("review_page.upload_help"),
        key="review-files",
    )
    contents = {path.name: path.read_bytes() for path in chosen}
    for file in given:
        contents[_free_name(file.name, contents)] = file.getvalue()
    return contents


def _free_name(name: str, taken: Mapping[str, bytes]) -> str:
    """The name of a file, or with a number when another one has it: days may be told in files alike."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{number}-{name}"
    return free


def _show(found: ReviewedDays, texts: Texts) -> None:
    document = found.document
    st.html(element("p", review.headline(document, texts), class_="headline"))
    unusual = any(row["is_usual"] is False for row in document["figures"])
    st.badge(
        review.compared(document, texts),
        icon=":material/query_stats:",
        color="orange" if unusual else "blue",
    )
    st.html(cards_markup(review.cards(document, texts)))
    names = ("figures", "causes", "demand", "agents", "changes")
    views = (_figures_view, _causes_view, _demand_view, _agents_view, _changes_view)
    for tab, view in zip(st.tabs([texts.say(f"review_tab.{name}") for name in names]), views, strict=True):
        with tab:
            view(found, texts)


def _figures_view(found: ReviewedDays, texts: Texts) -> None:
    document = found.document
    if len(expected_share_rows(document)):
        st.caption(texts.say("review_read.figures"))
        st.altair_chart(
            expected_shares_chart(document, texts, colours()),
            width="stretch",
            theme=None,
            key="chart-review-shares",
            alt=texts.say("review_read.figures"),
        )
    _table(review.figures_table(document, texts))
    if len(document["days"]) > 1:
        _table(review.days_table(document, texts))
    for sentence in review.day_remarks(document, texts):
        st.caption(sentence)


def _causes_view(found: ReviewedDays, texts: Texts) -> None:
    document = found.document
    if not document["harmed"]:
        st.caption(texts.say("review_page.nobody_waited"))
        return
    st.caption(texts.say("review_read.causes"))
    st.altair_chart(
        causes_chart(document, texts, colours()),
        width="stretch",
        theme=None,
        key="chart-review-causes",
        alt=texts.say("review_read.causes"),
    )
    _table(review.harmed_table(document, texts), texts_first=6)


def _demand_view(found: ReviewedDays, texts: Texts) -> None:
    st.caption(review.demand_sentence(found.document, texts))
    table = review.demand_table(found.document, texts)
    if table[2]:
        _table(table, texts_first=2)


def _agents_view(found: ReviewedDays, texts: Texts) -> None:
    _table(review.agents_table(found.document, texts))
    st.caption(texts.say("review.untold"))


def _changes_view(found: ReviewedDays, texts: Texts) -> None:
    proposal = found.document["recalibration"]
    for sentence in review.proposal_remarks(proposal, texts):
        st.caption(sentence)
    if proposal["changes"]:
        _table(review.changes_table(found.document, texts))
    with st.container(horizontal=True):
        for name, content in found.files.items():
            if name == SCENARIO_FILE and not allowed(Action.RECALIBRATE):
                continue
            st.download_button(
                texts.label("review_file", name),
                partial(bytes, content),  # made a file only when asked for, as all downloads are
                file_name=name,
                mime=MIME[Path(name).suffix],
                icon=":material/download:",
                on_click="ignore",
                key=f"download-{name}",
            )


def _table(table: ReadableTable, texts_first: int = 1) -> None:
    """A table under its title; all columns but the first ones are numbers."""
    title, headings, rows = table
    st.subheader(title, anchor=False)
    st.dataframe(
        pd.DataFrame(rows, columns=headings),
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(alignment="right") for name in headings[texts_first:]
        },
        height="content" if len(rows) <= ROWS_WITHOUT_SCROLLING else "auto",
    )
