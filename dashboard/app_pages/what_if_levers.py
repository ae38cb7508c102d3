"""The levers of the page of what-ifs: what each shows, and the setting that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from dashboard.app_pages.what_if_state import WhatIfState
from dashboard.results.levers import ALL_SESSIONS, SATURDAY, lever_phrase, shortest, signed
from dashboard.texts import Texts
from data.model import Case, Scenario
from optimizer.sweep.levers import Path
from optimizer.sweep.levers.day import AS_IT_IS, OWN_LIST
from optimizer.sweep.levers.labour import REFORM
from optimizer.sweep.levers.opening import CLOSED
from optimizer.sweep.levers.team import free_to_leave
from optimizer.sweep.values import Setting

MOST_LEAVING, MOST_HIRED = 10, 30
POOL_SIZES = (2, 4, 8, 12, 20)
SATURDAY_HOURS = ("08:00-12:00", "08:00-14:00", "08:00-18:00", "08:00-20:00")
_SATURDAY = 5

Group = Literal["day", "plan"]


@dataclass(frozen=True)
class Lever:
    """A lever with a widget of its own.

    Attributes:
        path: of the lever.
        group: whether it moves the day or the plan.
        label, help: for the reader.
        values: on offer, the one of today among them.
        today: the value that leaves everything as it is.
        setting: what a value stands for.
        written: how a value is shown.
        kind: of widget.
    """

    path: Path
    group: Group
    label: str
    help: str
    values: Sequence[Any]
    today: Any
    setting: Callable[[Any], Setting]
    written: Callable[[Any], str]
    kind: Literal["slider", "number", "choice", "flag"]

    def value_of(self, setting: Setting | None) -> Any | None:
        """The value that stands for a setting; None where the widget has none for it."""
        if setting is None:
            return self.today
        moved = (value for value in self.values if value != self.today and self.setting(value) == setting)
        return next(moved, None)


def levers_of(case: Case, base: Scenario, texts: Texts) -> list[Lever]:
    """The levers that a case has."""
    return [*_of_day(case, base, texts), *_of_plan(case, texts)]


def draw_levers(levers: Sequence[Lever], state: WhatIfState, texts: Texts) -> None:
    """The widgets; a lever that is set to what its widget can't show is told below, and may be left out."""
    for group in ("day", "plan"):
        st.markdown(f"**{texts.label('what_if_levers', group)}**")
        for lever in levers:
            if lever.group == group:
                _draw(lever, state, texts)
    shown = {lever.path for lever in levers if lever.value_of(state.changes.get(lever.path)) is not None}
    others = [(path, setting) for path, setting in state.changes.items() if path not in shown]
    if others:
        st.markdown(f"**{texts.say('what_if.levers_other')}**")
    for path, setting in others:
        st.button(
            lever_phrase(path, setting, texts),
            icon=":material/close:",
            help=texts.say("what_if.leave_out", lever=".".join(path)),
            key=f"leave-out-{'-'.join(path)}",
            on_click=state.move,
            args=(path, None),
        )


def _draw(lever: Lever, state: WhatIfState, texts: Texts) -> None:
    value = lever.value_of(state.changes.get(lever.path))
    # The browser sends what it shows, which is other words in another language.
    key = f"lever-{'-'.join(lever.path)}-{texts.language}"
    st.session_state[key] = lever.today if value is None else value
    shared: dict[str, Any] = {
        "key": key,
        "help": lever.help,
        "disabled": value is None,
        "on_change": _moved,
        "args": (lever, key, state),
    }
    match lever.kind:
        case "slider":
            st.select_slider(lever.label, lever.values, format_func=lever.written, **shared)
        case "number":
            st.number_input(lever.label, min_value=lever.values[0], max_value=lever.values[-1], **shared)
        case "choice":
            st.selectbox(lever.label, lever.values, format_func=lever.written, **shared)
        case "flag":
            st.checkbox(lever.label, **shared)


def _moved(lever: Lever, key: str, state: WhatIfState) -> None:
    value = st.session_state[key]
    state.move(lever.path, None if value == lever.today else lever.setting(value))


def _of_day(case: Case, base: Scenario, texts: Texts) -> list[Lever]:
    agents, no_show = len(case.agents), round(100.0 * base.no_show_single, 1)
    pools = [AS_IT_IS, OWN_LIST, *(size for size in POOL_SIZES if size < agents), agents]
    return [
        Lever(
            path=("late_tolerance",),
            group="day",
            label=texts.say("what_if_lever.late_tolerance"),
            help=texts.say("what_if_help.late_tolerance", now=shortest(base.late_tolerance, texts)),
            values=sorted({*range(61), base.late_tolerance}),
            today=base.late_tolerance,
            setting=_exactly,
            written=lambda minutes: shortest(minutes, texts),
            kind="slider",
        ),
        Lever(
            path=("no_show",),
            group="day",
            label=texts.say("what_if_lever.no_show"),
            help=texts.say("what_if_help.no_show", now=texts.percent(base.no_show_single)),
            values=sorted({*(half / 2.0 for half in range(61)), no_show}),
            today=no_show,
            setting=lambda percent: Setting("exactly", round(percent / 100.0, 6)),
            written=lambda percent: f"{shortest(percent, texts)}%",
            kind="slider",
        ),
        Lever(
            path=("pool_size",),
            group="day",
            label=texts.say("what_if_lever.pool_size"),
            help=texts.say("what_if_help.pool_size"),
            values=pools,
            today=AS_IT_IS,
            setting=_exactly,
            written=lambda size: _pools(size, agents, texts),
            kind="choice",
        ),
        Lever(
            path=("standby_agents",),
            group="day",
            label=texts.say("what_if_lever.standby_agents"),
            help=texts.say("what_if_help.standby_agents", threshold=shortest(base.standby_threshold, texts)),
            values=range(max(10, base.standby_agents) + 1),
            today=base.standby_agents,
            setting=_exactly,
            written=str,
            kind="number",
        ),
    ]


def _of_plan(case: Case, texts: Texts) -> list[Lever]:
    found = [
        Lever(
            path=("hired", contract),
            group="plan",
            label=texts.say("what_if_lever.hired", contract=contract),
            help=texts.say("what_if_help.hired"),
            values=range(-min(MOST_LEAVING, len(free_to_leave(case, contract))), MOST_HIRED + 1),
            today=0,
            setting=_exactly,
            written=str,
            kind="number",
        )
        for contract in sorted(set(case.agents.contract_id.tolist()))
    ]
    found += [
        Lever(
            path=(name,),
            group="plan",
            label=texts.say(f"what_if_lever.{name}"),
            help=texts.say(f"what_if_help.{name}"),
            values=range(-30, 55, 5),
            today=0,
            setting=lambda percent: Setting("relative", percent / 100.0),
            written=lambda percent: signed(f"{percent}%", percent),
            kind="slider",
        )
        for name in ("requirement", "demand")
    ]
    found.append(
        Lever(
            path=ALL_SESSIONS,
            group="plan",
            label=texts.say("what_if_lever.buffer_minutes"),
            help=texts.say("what_if_help.buffer_minutes"),
            values=range(-10, 20, case.plan.grid_minutes),
            today=0,
            setting=_exactly,
            written=lambda minutes: signed(str(minutes), minutes),
            kind="slider",
        )
    )
    if any(case.axis.date_of(day).weekday() == _SATURDAY for day in range(case.axis.days)):
        found.append(
            Lever(
                path=SATURDAY,
                group="plan",
                label=texts.say("what_if_lever.saturday"),
                help=texts.say("what_if_help.saturday"),
                values=[AS_IT_IS, CLOSED, *SATURDAY_HOURS],
                today=AS_IT_IS,
                setting=_exactly,
                written=lambda hours: _saturday(hours, texts),
                kind="choice",
            )
        )
    found.append(
        Lever(
            path=("reform",),
            group="plan",
            label=texts.say("what_if_lever.reform"),
            help=texts.say("what_if_help.reform"),
            values=(False, True),
            today=False,
            setting=lambda _on: Setting("exactly", REFORM),
            written=str,
            kind="flag",
        )
    )
    return found


def _exactly(value: Any) -> Setting:
    return Setting("exactly", value)


def _pools(size: Any, agents: int, texts: Texts) -> str:
    if size == AS_IT_IS:
        return texts.say("what_if.as_it_is")
    if size == OWN_LIST:
        return texts.say("what_if_option.own_list")
    if size == agents:
        return texts.say("what_if_option.everybody")
    return texts.say("what_if_option.pools_of", n=texts.integer(size))


def _saturday(hours: str, texts: Texts) -> str:
    if hours == AS_IT_IS:
        return texts.say("what_if.as_it_is")
    return texts.say("what_if_option.closed") if hours == CLOSED else hours
