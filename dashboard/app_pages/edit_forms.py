"""Week, edit: one form for each kind of change; it gives the edit that the reader has described."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Final

import streamlit as st

from dashboard.results.edits import duty_words
from dashboard.texts import Texts
from data.model import Case
from optimizer.planning.edited_rosters import AddAbsence, Edit, MoveDuty, PinDuty, SwapDuties

Form = Callable[[Case, str, list[str], Texts], Edit]
"""Takes the case as it stands, the agent chosen, and all agents."""


def _day_choice(label: str, case: Case, texts: Texts, key: str) -> int:
    day: int = st.selectbox(
        label,
        range(case.axis.days),
        format_func=lambda day: texts.short_day(case.axis.date_of(day)),
        key=f"{key}-{texts.language}",
    )
    return day


def _absence_form(case: Case, agent: str, _agents: list[str], texts: Texts) -> Edit:
    axis = case.axis
    first = datetime.combine(axis.first_day, time())
    last = datetime.combine(axis.date_of(axis.days - 1) + timedelta(days=1), time())
    begins, ends = st.columns(2)
    start = begins.datetime_input(
        texts.say("edit.from"), first, first, last, format="DD/MM/YYYY", key="edit-from"
    )
    end = ends.datetime_input(
        texts.say("edit.until"),
        first + timedelta(days=1),
        first,
        last,
        format="DD/MM/YYYY",
        key="edit-until",
    )
    return AddAbsence(agent, _minute(case, start or first), _minute(case, end or last))


def _move_form(case: Case, agent: str, _agents: list[str], texts: Texts) -> Edit:
    on, to, at = st.columns(3)
    with on:
        day = _day_choice(texts.say("edit.day"), case, texts, "edit-day")
    with to:
        target = _day_choice(texts.say("edit.to_day"), case, texts, "edit-to-day")
    grid = timedelta(minutes=case.axis.grid_minutes)
    start = at.time_input(texts.say("edit.start"), time(8), step=grid, key="edit-start") or time(8)
    st.caption(duty_words(case, agent, day, texts))
    return MoveDuty(agent, day, case.axis.at(target, 60 * start.hour + start.minute))


def _swap_form(case: Case, agent: str, agents: list[str], texts: Texts) -> Edit:
    with_whom, on = st.columns(2)
    other = with_whom.selectbox(
        texts.say("edit.other"), agents, index=min(1, len(agents) - 1), key="edit-other"
    )
    with on:
        day = _day_choice(texts.say("edit.day"), case, texts, "edit-day")
    st.caption("; ".join(duty_words(case, name, day, texts) for name in (agent, other)))
    return SwapDuties(agent, other, day)


def _pin_form(case: Case, agent: str, _agents: list[str], texts: Texts) -> Edit:
    day = _day_choice(texts.say("edit.day"), case, texts, "edit-day")
    pinned = st.toggle(texts.say("edit.pinned"), value=True, key="edit-pinned")
    st.caption(duty_words(case, agent, day, texts))
    return PinDuty(agent, day, pinned)


def _minute(case: Case, at: datetime) -> int:
    """The minute on the planning axis of a wall-clock time of the service."""
    return case.axis.minute_of(at.replace(tzinfo=case.axis.zone))


FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {"absence": _absence_form, "move": _move_form, "swap": _swap_form, "pin": _pin_form}
)
"""By kind of change, in the order in which they are on offer."""
