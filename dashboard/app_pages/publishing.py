"""Publishing from a page: a button, what came of it, and the word of it once the new plan is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from dashboard.access import Action
from dashboard.app_pages.frame import choose_plan
from dashboard.app_pages.sign_in import allowed
from dashboard.results import error_words
from dashboard.results.plans import ChosenPlan, plans_on_offer
from dashboard.texts import Texts
from data.files import FilesError
from data.model import Table
from optimizer.planning.faults import IllegalRosterError
from optimizer.planning.published_changes import ChangedPlan
from optimizer.planning.publishing import publish

_DONE: Final = "published"
_FAILED: Final = "not-published"


def publish_button(
    plan: ChosenPlan,
    changed: ChangedPlan,
    command: str,
    inputs: tuple[type[Table], ...],
    texts: Texts,
    done: Callable[[], None],
    key: str = "",
) -> None:
    """A button that makes a changed plan the current run of its folder.

    Args:
        command: as which the run is recorded.
        inputs: input tables that differ from those of the plan folder.
        done: called once it is published, before the page is drawn anew.
        key: tells this button from others of the page.
    """
    st.button(
        texts.say("edit.publish"),
        type="primary",
        icon=":material/publish:",
        on_click=_publish,
        args=(plan, changed, command, inputs, done),
        key=f"publish-{key or command}",
    )
    failure = st.session_state.pop(_FAILED, None)
    if failure is not None:
        st.error(texts.say("edit.cannot_publish"), icon=":material/error:")
        st.code(error_words(failure, texts), language=None, wrap_lines=True)


def turn_to_publication() -> None:
    """In a part of a page that is drawn anew by itself: once something is published, draw the whole page."""
    if _DONE in st.session_state:
        st.rerun(scope="app")


def tell_of_publication(texts: Texts) -> None:
    """Say so once, on the page that shows the new plan."""
    if st.session_state.pop(_DONE, False):
        st.success(texts.say("edit.published"), icon=":material/check_circle:")


def _publish(
    plan: ChosenPlan,
    changed: ChangedPlan,
    command: str,
    inputs: tuple[type[Table], ...],
    done: Callable[[], None],
) -> None:
    """Runs before the page is drawn anew; so it may turn to the plan folder that has the new run."""
    if changed.case is None or not allowed(Action.CHANGE):
        return
    folder = plan.plan_folder()
    kept = ("roster", "import-roster") if "roster" not in changed.results else ()
    try:
        publish(
            folder,
            plan.run,
            changed.case,
            command,
            changed.results,
            changed.documents,
            keep=kept,
            inputs=inputs,
        )
    except (FilesError, IllegalRosterError) as error:
        st.session_state[_FAILED] = error
        return
    done()
    st.session_state[_DONE] = True
    for name, path in plans_on_offer().items():
        if path.absolute() == folder.path:
            choose_plan(name)
