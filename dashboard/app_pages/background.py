"""Long work on a page: it runs beside the server, the page shows how far it is, and may cancel it.

A page begins work under the name of a place of its own ("slot"), and asks for its outcome on every run of the
script::

    if st.button(...):
        begin("replan", Work(replanned, (case, limits)))
    found = outcome("replan", texts)      # draws progress or the failure; None until there is a result
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import streamlit as st

from dashboard.jobs import FailedWork, Job, JobService, JobState, KeptResults, Work, user_cache
from dashboard.results import error_words
from dashboard.texts import Texts
from data.files import FilesError

POLL_SECONDS = 0.5

_OWNER = "owner-of-jobs"
_JOBS = "jobs-by-slot"


@st.cache_resource(show_spinner=False)
def service() -> JobService:
    """The jobs of this server."""
    return JobService(KeptResults(user_cache()))


def begin(slot: str, work: Work) -> None:
    """Have work done for this session, in place of what was being done under the same name."""
    jobs = _jobs_of_session()
    if slot in jobs and jobs[slot] != work.key:
        service().leave(jobs[slot], _owner())
    jobs[slot] = service().start(work, _owner()).key


def job_of(slot: str) -> Job | None:
    """How the work under this name stands; None where none was begun."""
    key = _jobs_of_session().get(slot)
    return None if key is None else service().job(key)


def outcome(slot: str, texts: Texts) -> Any | None:
    """The result of the work under this name, not to be changed.

    None where there is none yet; then its progress is drawn, or why it failed.
    """
    job = job_of(slot)
    if job is None:
        return None
    match job.state:
        case JobState.DONE:
            try:
                return service().result(job.key)
            except KeyError:
                st.warning(texts.say("job.gone"), icon=":material/history:")
        case JobState.FAILED:
            _show_failure(job.failure, texts)
        case JobState.WAITING | JobState.RUNNING:
            _watch(slot, texts)
        case JobState.CANCELLED:  # by this session, which has said so itself
            forget(slot)
    return None


def forget(slot: str) -> None:
    """Give up the work under this name, and its result."""
    key = _jobs_of_session().pop(slot, None)
    if key is not None:
        service().leave(key, _owner())


@st.fragment(run_every=POLL_SECONDS)
def _watch(slot: str, texts: Texts) -> None:
    """The progress of work under way; once it ends, the whole page is drawn anew."""
    job = job_of(slot)
    if job is None or not job.under_way:
        st.rerun(scope="app")
    waiting = job.state is JobState.WAITING
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(
            job.fraction,
            texts.say("job.waiting")
            if waiting
            else texts.say(
                "job.running", share=texts.percent(job.fraction, 0), seconds=texts.integer(job.seconds)
            ),
        )
        st.button(
            texts.say("job.cancel"),
            icon=":material/close:",
            key=f"cancel-{slot}",
            on_click=forget,
            args=(slot,),
        )


def _show_failure(failure: FailedWork | None, texts: Texts) -> None:
    """What went wrong in words; never a traceback."""
    error = None if failure is None else failure.error
    if failure is not None and failure.exit_code is not None:
        key = "job.died"
    elif error is None:
        key = "job.failed"
    else:
        key = "job.refused" if _speaks_to_people(error) else "job.failed"
    st.error(texts.say(key), icon=":material/error:")
    if error is not None and _speaks_to_people(error):
        st.code(error_words(error, texts), language=None, wrap_lines=True)


def _speaks_to_people(error: Exception) -> bool:
    """Whether the message was written for users: those of our own errors are."""
    return isinstance(error, FilesError) or type(error).__module__.startswith(
        ("data.", "simulation.", "optimizer.")
    )


def _owner() -> str:
    owner: str = st.session_state.setdefault(_OWNER, uuid4().hex)
    return owner


def _jobs_of_session() -> dict[str, str]:
    jobs: dict[str, str] = st.session_state.setdefault(_JOBS, {})
    return jobs
