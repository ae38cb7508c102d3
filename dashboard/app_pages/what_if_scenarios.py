"""Scenarios kept on the page of what-ifs: side by side, what service costs, and files to take along."""

from __future__ import annotations

from functools import partial
from textwrap import shorten
from urllib.parse import quote

import streamlit as st

from dashboard.access import Action
from dashboard.app_pages.frame import colours, draw_again
from dashboard.app_pages.sign_in import allowed
from dashboard.app_pages.what_if_figures import begin_plans, figures, plans_anew
from dashboard.app_pages.what_if_state import ADDRESS_KEY, MOST_KEPT, WhatIfState, address_of
from dashboard.app_pages.written_table import written_table
from dashboard.charts.sweep_frontier import sweep_frontier_chart
from dashboard.results.levers import enumeration, levers_phrase
from dashboard.results.sweep import figure_name
from dashboard.results.what_if import comparison_table, frontier_points, recommendations
from dashboard.texts import Texts
from data.files import BadDataError
from optimizer.planning.what_if import TODAYS, Figures, WhatIfInputs
from optimizer.planning.what_if_choice import choices, requirement_steps
from optimizer.sweep.analysis import COST, SERVICE
from optimizer.sweep.reading import scenarios_of
from optimizer.sweep.scenarios import SweepScenario
from optimizer.sweep.writing import scenario_file

FILE = "what-if.yaml"
MOST_NAME_LETTERS = 60
TARGETS = tuple(half / 2.0 for half in range(1, 41))
USUAL_TARGET = 2.0
"""Of the customers, in percent, who may wait over 10 minutes."""

_NAME_KEY = "what-if-name"
_KEPT_KEY = "what-if-kept"
_UPLOAD_KEY = "what-if-upload"


def keep_row(state: WhatIfState, scenario: SweepScenario, texts: Texts) -> None:
    """Name the levers as they stand and keep them; and the address that opens them again."""
    if not scenario.changes:
        return
    full = len(state.kept) >= MOST_KEPT
    usual = shorten(levers_phrase(scenario.changes, texts), MOST_NAME_LETTERS, placeholder="…")
    if st.session_state.pop(_KEPT_KEY, False):
        st.session_state[_NAME_KEY] = ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            texts.say("what_if.name"),
            key=_NAME_KEY,
            placeholder=usual,
            max_chars=MOST_NAME_LETTERS,
        )
        if st.button(
            texts.say("what_if.keep"),
            icon=":material/bookmark_add:",
            help=texts.say("what_if.full", most=MOST_KEPT) if full else None,
        ):
            state.keep(SweepScenario(name.strip() or usual, scenario.changes))
            st.session_state[_KEPT_KEY] = True
            draw_again()
        with st.popover(texts.say("what_if.share"), icon=":material/share:"):
            st.caption(texts.say("what_if.share_how"))
            st.code(_link(scenario), language=None, wrap_lines=True)


def kept_section(
    inputs: WhatIfInputs, state: WhatIfState, current: SweepScenario | None, texts: Texts
) -> None:
    """The scenarios kept, each with its figures beside today's, and what service costs."""
    st.subheader(
        texts.say("what_if.kept", n=texts.integer(len(state.kept)), most=texts.integer(MOST_KEPT)),
        anchor=False,
    )
    if not state.kept:
        st.caption(texts.say("what_if.kept_none", most=texts.integer(MOST_KEPT)))
    else:
        _names(state, texts)
    listed = _compared(state)
    if not listed:
        if current is not None and current.changes:
            _steps_button(inputs, state, current, texts)
        return
    anew = plans_anew(inputs, listed)
    today = figures(inputs, TODAYS, anew)
    found = [figures(inputs, scenario, anew) for scenario in listed]
    missing = [
        scenario.name for scenario, each in zip(listed, found, strict=True) if each is None or today is None
    ]
    if missing:
        st.info(
            texts.say("what_if.compare_waits", names=enumeration(missing, texts)),
            icon=":material/event_repeat:",
        )
        if st.button(
            texts.say("what_if.compare_plan"),
            icon=":material/play_arrow:",
            disabled=not allowed(Action.EXPLORE),
        ):
            begin_plans(inputs, listed)
            draw_again()
    known = [each for each in found if each is not None]
    if today is None or not known:
        return
    kept = {scenario.name for scenario in state.kept}
    shown = [each for each in known if each.scenario.name in kept]
    if shown and today.has_figures:
        st.subheader(texts.say("what_if.compare"), anchor=False)
        headings, rows = comparison_table(today, shown, texts)
        written_table(headings, rows, range(1, len(headings)))
    _frontier(inputs, [today, *known], texts)
    if current is not None and current.changes:
        _steps_button(inputs, state, current, texts)


def files_section(inputs: WhatIfInputs, state: WhatIfState, texts: Texts) -> None:
    """Scenario files in and out, as `pontual sweep` takes them."""
    down, up = st.columns(2, gap="large", vertical_alignment="bottom")
    down.download_button(
        texts.say("what_if.download"),
        partial(scenario_file, tuple(state.kept)),
        file_name=FILE,
        mime="application/yaml",
        icon=":material/download:",
        on_click="ignore",
        disabled=not state.kept,
    )
    up.file_uploader(
        texts.say("what_if.upload"),
        type=["yaml", "yml"],
        help=texts.say("what_if.upload_help", most=texts.integer(MOST_KEPT)),
        key=_UPLOAD_KEY,
        on_change=_load,
        args=(inputs, state, texts),
    )
    if state.said:
        up.success(state.said, icon=":material/check:")


def _compared(state: WhatIfState) -> list[SweepScenario]:
    """Scenarios kept, and the steps of the one whose frontier is drawn."""
    listed = list(state.kept)
    if state.stepped is not None:
        listed += [state.stepped, *requirement_steps(state.stepped)]
    return list({each.name: each for each in listed}.values())


def _names(state: WhatIfState, texts: Texts) -> None:
    """A line for each scenario kept, with the ways to open it and to delete it."""
    for scenario in state.kept:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{_plain(scenario.name)}**", help=levers_phrase(scenario.changes, texts))
            for what, icon, act, argument in (
                ("open", ":material/open_in_new:", state.open, scenario),
                ("drop", ":material/delete:", state.drop, scenario.name),
            ):
                st.button(
                    texts.label("what_if_kept", what),
                    icon=icon,
                    type="tertiary",
                    key=f"{what}-{scenario.name}",
                    on_click=act,
                    args=(argument,),
                )


def _frontier(inputs: WhatIfInputs, found: list[Figures], texts: Texts) -> None:
    st.subheader(texts.say("what_if.frontier"), anchor=False)
    percent = st.select_slider(
        texts.say("what_if.target"),
        TARGETS,
        value=USUAL_TARGET,
        format_func=lambda percent: f"{texts.decimal(percent)}%",
        key=f"what-if-target-{texts.language}",
    )
    target = percent / 100.0
    listed = choices(found, target)
    for sentence in recommendations(found, listed, target, inputs.case.axis.days, texts):
        st.markdown(_plain(sentence))
    st.caption(texts.say("what_if.read_frontier"))
    st.altair_chart(
        sweep_frontier_chart(
            frontier_points(found, listed, texts),
            figure_name(SERVICE, texts),
            figure_name(COST, texts),
            as_share=True,
            texts=texts,
            colours=colours(),
        ),
        width="stretch",
        theme=None,
        key="chart-what-if-frontier",
        alt=texts.say("what_if.read_frontier"),
    )


def _steps_button(inputs: WhatIfInputs, state: WhatIfState, current: SweepScenario, texts: Texts) -> None:
    steps = requirement_steps(current)
    if not steps:
        return
    if st.button(
        texts.say("what_if.steps"),
        icon=":material/timeline:",
        help=texts.say("what_if.steps_help"),
        disabled=not allowed(Action.EXPLORE),
    ):
        state.stepped = current
        begin_plans(inputs, [current, *steps])
        draw_again()


def _load(inputs: WhatIfInputs, state: WhatIfState, texts: Texts) -> None:
    """Keep the scenarios of a file, as many as there is room for; all that is wrong with it is told."""
    uploaded = st.session_state[_UPLOAD_KEY]
    state.problems, state.said = (), ""
    if uploaded is None:
        return
    try:
        found = scenarios_of({uploaded.name: uploaded.getvalue()}, inputs.case, inputs.base, seed=1)
    except BadDataError as error:
        state.problems = error.problems
        return
    scenarios = found.scenarios[1:]
    before = {each.name for each in state.kept}
    for scenario in scenarios:
        state.keep(SweepScenario(scenario.name, scenario.changes))
    kept = {each.name for each in state.kept}
    taken = sum(scenario.name in kept for scenario in scenarios)
    state.said = texts.count("what_if.uploaded", taken)
    if taken < len(scenarios):
        room = MOST_KEPT - len(before)
        state.said += " " + texts.say(
            "what_if.too_many", n=texts.integer(len(scenarios)), most=texts.integer(room)
        )


def _link(scenario: SweepScenario) -> str:
    """The address of this page with these levers."""
    parameters = {**st.query_params.to_dict(), ADDRESS_KEY: address_of(scenario)}
    query = "&".join(f"{key}={quote(value, safe='')}" for key, value in parameters.items())
    return f"{(st.context.url or '').partition('?')[0]}?{query}"


def _plain(text: str) -> str:
    """Text in which Markdown finds nothing: names are the reader's, and R$ begins no formula."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()#+-.!|$~<>:&" else letter for letter in text)
