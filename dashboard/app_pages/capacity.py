"""Capacity: how many bookings to expect, how many agents that needs, and whom to hire."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.access import Action
from dashboard.app_pages.capacity_forecast import forecast_step
from dashboard.app_pages.capacity_requirement import requirement_step
from dashboard.app_pages.capacity_staffing import staffing_step
from dashboard.app_pages.frame import chosen_plan
from dashboard.app_pages.sign_in import allowed
from dashboard.results import newest_change, read_result
from dashboard.texts import Texts
from data.model import Case

STEPS = ("forecast", "requirement", "staffing")


def page(texts: Texts) -> None:
    """The three steps, each in a tab: forecast, requirement, mix of contracts and skills."""
    plan = chosen_plan(texts)
    if plan is None:
        return
    if not allowed(Action.EXPLORE):
        st.info(texts.say("what_if.look_only"), icon=":material/visibility:")
    run = plan.run
    case = _read(run, newest_change(run))
    tabs: dict[str, Any] = dict(
        zip(STEPS, st.tabs([texts.label("capacity_step", step) for step in STEPS]), strict=True)
    )
    with tabs["forecast"]:
        foreseen = forecast_step(plan.name, case, texts)
    with tabs["requirement"]:
        asked = requirement_step(plan.name, case, foreseen, texts)
    with tabs["staffing"]:
        staffing_step(plan.name, asked, texts)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(folder: Path, changed: float) -> Case:  # noqa: ARG001 - part of the cache's key
    return read_result(folder).case
