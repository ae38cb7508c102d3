"""Data: are my tables right, and what do past sessions say?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.access import Action
from dashboard.app_pages.background import begin, job_of, outcome
from dashboard.app_pages.frame import chosen_plan, colours
from dashboard.app_pages.sign_in import allowed
from dashboard.app_pages.views import ROWS_WITHOUT_SCROLLING, content_of
from dashboard.charts import fitted_chart
from dashboard.jobs import Work
from dashboard.report.calibration import calibration_html
from dashboard.report.markup import element
from dashboard.results import ResultError, calibration, error_words
from dashboard.results.plans import ChosenPlan
from dashboard.texts import Texts
from data.files import (
    BadDataError,
    CannotWriteError,
    MissingInputError,
    Problem,
    write_case,
)
from data.identity import BadKeyError, SurrogateKey
from data.model import INPUT_TABLES, REQUIRED_TABLES, Case, Table
from data.model.past_sessions import PastSessions
from data.workbooks.plan_tables import template_workbook
from optimizer.planning.calibrating import Calibrated, calibrated
from optimizer.planning.uploading import case_with
from simulation import scenario_of

SLOT = "calibration"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = ["csv", "xlsx", "parquet", "json"]
NAME_OF_A_PLAN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}", re.ASCII)
SAVED_KEY = "data-saved"


def page(texts: Texts) -> None:
    """Upload tables, take templates, and calibrate from past sessions."""
    plan = chosen_plan(texts)
    if plan is None:
        return
    if not plan.root.is_dir():
        raise ResultError("error.no_folder")
    tables, templates, history = st.tabs(
        [texts.say(f"data_tab.{name}") for name in ("tables", "templates", "history")]
    )
    with tables:
        _tables(plan, texts)
    with templates:
        _templates(texts)
    with history:
        _history(plan, texts)


def _tables(plan: ChosenPlan, texts: Texts) -> None:
    """Uploaded tables in place of the plan's: every problem in its place, or what they hold."""
    st.write(texts.say("data.tables_how", plan=plan.root.name))
    given: list[UploadedFile] = st.file_uploader(
        texts.say("data.upload"),
        type=TYPES,
        accept_multiple_files=True,
        help=texts.say("data.upload_help"),
        key="data-files",
    )
    saved = st.session_state.get(SAVED_KEY)
    if saved:
        st.success(texts.say("data.saved", name=saved), icon=":material/check:")
        st.code(f"pontual roster {saved}\npontual allocate {saved}", language="bash")
    if not given:
        return
    try:
        with st.spinner(texts.say("data.checking")):
            case = case_with(
                plan.root, {file.name: file.getvalue() for file in given}, SurrogateKey.if_named()
            )
    except BadDataError as error:
        _problems(error.problems, texts)
    except (MissingInputError, BadKeyError) as error:
        st.error(texts.say("data.cannot_read"), icon=":material/error:")
        st.code(error_words(error, texts), language=None, wrap_lines=True)
    else:
        _accepted(plan, case, texts)


def _problems(problems: Sequence[Problem], texts: Texts) -> None:
    """Every problem with its file, row, column, value, and what was expected."""
    st.error(texts.count("data.problems", len(problems)), icon=":material/error:")
    rows = [
        (
            problem.file,
            None if problem.row is None else problem.row,
            problem.column,
            problem.value,
            texts.phrase(problem.expected),
        )
        for problem in problems
    ]
    names = [texts.say(f"data_column.{name}") for name in ("file", "row", "column", "value", "expected")]
    frame = pd.DataFrame(rows, columns=names).astype({names[1]: "Int64"})
    st.dataframe(
        frame,
        hide_index=True,
        column_config={names[4]: st.column_config.TextColumn(width="large")},
        height="content" if len(rows) <= ROWS_WITHOUT_SCROLLING else "auto",
    )
    st.download_button(
        texts.say("data.download_problems"),
        lambda: frame.to_csv(index=False).encode("utf-8-sig"),
        file_name="problems.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="download-problems",
    )


def _accepted(plan: ChosenPlan, case: Case, texts: Texts) -> None:
    """What the tables hold now, and the way to a plan of its own."""
    first, last = case.axis.date_of(0), case.axis.date_of(case.axis.days - 1)
    st.success(
        texts.say(
            "data.accepted",
            bookings=texts.integer(len(case.bookings)),
            agents=texts.integer(len(case.agents)),
            first=texts.full_day(first),
            last=texts.full_day(last),
        ),
        icon=":material/check:",
    )
    listed = [(kind.TABLE, len(case.table(kind))) for kind in INPUT_TABLES]
    st.dataframe(
        pd.DataFrame(
            [
                (texts.label("data_table", name), name, texts.integer(count))
                for name, count in listed
                if count
            ],
            columns=[texts.say(f"data_column.{name}") for name in ("table", "file", "rows")],
        ),
        hide_index=True,
        column_config={texts.say("data_column.rows"): st.column_config.TextColumn(alignment="right")},
        height="content",
    )
    if not allowed(Action.CHANGE):
        st.caption(texts.say("data.may_not"))
        return
    with st.form("data-save"), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            texts.say("data.name"), max_chars=60, help=texts.say("data.name_help"), key="data-name"
        )
        pressed = st.form_submit_button(
            texts.say("data.save"), type="primary", icon=":material/save:", key="data-save-button"
        )
    if pressed:
        _save(plan, case, name.strip(), texts)


def _save(plan: ChosenPlan, case: Case, name: str, texts: Texts) -> None:
    if not NAME_OF_A_PLAN.fullmatch(name):
        st.error(texts.say("data.bad_name"), icon=":material/error:")
        return
    try:
        write_case(plan.root.parent / name, case)
    except CannotWriteError:
        st.error(texts.say("data.taken", name=name), icon=":material/error:")
        return
    st.session_state[SAVED_KEY] = name
    st.rerun()


def _templates(texts: Texts) -> None:
    st.write(texts.say("data.templates_how"))
    st.download_button(
        texts.say("data.all_templates"),
        template_workbook,
        file_name="pontual.xlsx",
        mime=WORKBOOK_TYPE,
        icon=":material/table_view:",
        type="primary",
        on_click="ignore",
        key="template-all",
    )
    for kind in (*INPUT_TABLES, PastSessions):
        _template(kind, texts)


def _template(kind: type[Table], texts: Texts) -> None:
    """What the columns of a table are, and an empty one to fill in."""
    needed = texts.say("data.needed") if kind in REQUIRED_TABLES else ""
    with st.expander(f"{texts.label('data_table', kind.TABLE)} · {kind.TABLE}{needed}"):
        rows = [
            (column.name, texts.say("data.no" if column.optional else "data.yes"), column.doc)
            for column in kind.columns()
        ]
        st.dataframe(
            pd.DataFrame(
                rows, columns=[texts.say(f"data_column.{name}") for name in ("column", "needed", "meaning")]
            ),
            hide_index=True,
            height="content",
        )
        with st.container(horizontal=True):
            for suffix, content, mime in (
                ("csv", partial(_csv_template, kind), "text/csv"),
                ("xlsx", partial(template_workbook, (kind,)), WORKBOOK_TYPE),
            ):
                st.download_button(
                    f"{kind.TABLE}.{suffix}",
                    content,
                    file_name=f"{kind.TABLE}.{suffix}",
                    mime=mime,
                    icon=":material/download:",
                    on_click="ignore",
                    key=f"template-{kind.TABLE}-{suffix}",
                )


def _csv_template(kind: type[Table]) -> bytes:
    return (",".join(column.name for column in kind.columns()) + "\r\n").encode()


def _history(plan: ChosenPlan, texts: Texts) -> None:
    """Past sessions become parameters of the simulation, each fit drawn over what was observed."""
    st.write(texts.say("data.history_how"))
    given: UploadedFile | None = st.file_uploader(
        texts.say("data.history"), type=TYPES, help=texts.say("data.history_help"), key="data-history"
    )
    if given is None:
        return
    if not allowed(Action.EXPLORE):
        st.caption(texts.say("data.may_not"))
        return
    base = scenario_of(content_of(plan, texts).case.plan.policy)
    work = Work(calibrated, (given.name, given.getvalue(), base))
    job = job_of(SLOT)
    if job is None or job.key != work.key:
        begin(SLOT, work)
    found: Calibrated | None = outcome(SLOT, texts)
    if found is not None:
        _calibration(given.name, found, texts)


def _calibration(name: str, made: Calibrated, texts: Texts) -> None:
    read, found = made.read, made.found
    st.html(element("p", calibration.headline(read, found, texts), class_="headline"))
    with st.container(horizontal=True):
        if allowed(Action.RECALIBRATE):
            scenario = partial(bytes, made.scenario)
            _download("scenario", scenario, "scenario.json", "application/json", texts)
        report = partial(_report, name, made, texts)
        _download("report", report, "calibration.html", "text/html", texts)
    for one, other in zip(found.pictures[::2], [*found.pictures[1::2], None], strict=False):
        for place, picture in zip(st.columns(2), (one, other), strict=True):
            if picture is not None:
                with place:
                    st.markdown(f"**{texts.label('distribution', picture.about)}**")
                    st.altair_chart(
                        fitted_chart(picture, texts, colours()),
                        width="stretch",
                        theme=None,
                        key=f"chart-fitted-{picture.about}",
                        alt=texts.say("fitted.reading"),
                    )
    for section, table in (
        ("parameters", calibration.parameters_table(found, texts)),
        ("kept", calibration.kept_table(found, texts)),
        ("fits", calibration.fits_table(found, texts)),
        ("bad_rows", calibration.bad_rows_table(read, texts)),
    ):
        headings, rows = table
        if rows:
            st.subheader(texts.say(f"calibration_section.{section}"), anchor=False)
            st.caption(texts.say(f"calibration_read.{section}"))
            st.dataframe(pd.DataFrame(rows, columns=headings), hide_index=True, height="content")
    for sentence in calibration.notes(found, texts):
        st.caption(sentence)


def _report(name: str, made: Calibrated, texts: Texts) -> str:
    return calibration_html(name, made.read, made.found, texts.language)


def _download(what: str, content: Callable[[], str | bytes], file: str, mime: str, texts: Texts) -> None:
    st.download_button(
        texts.say(f"data_download.{what}"),
        content,
        file_name=file,
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
        key=f"download-{what}",
    )
