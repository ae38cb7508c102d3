"""What if: which levers change what, and is it sure?"""

from __future__ import annotations

import streamlit as st

from dashboard.access import Action
from dashboard.app_pages.frame import chosen_plan, draw_again
from dashboard.app_pages.sign_in import allowed
from dashboard.app_pages.what_if_figures import (
    begin_plans,
    can_be_played,
    figures,
    inputs_of,
    plans_anew,
    plans_under_way,
    watch_plans,
)
from dashboard.app_pages.what_if_levers import draw_levers, levers_of
from dashboard.app_pages.what_if_scenarios import files_section, keep_row, kept_section
from dashboard.app_pages.what_if_state import (
    WhatIfState,
    problems_of,
    read_address,
    state_of,
    write_address,
)
from dashboard.app_pages.written_table import written_table
from dashboard.report.markup import element
from dashboard.results import problem_words
from dashboard.results.what_if import answer_sentence, baseline_sentence, kpi_table
from dashboard.texts import Texts
from data.files import Problem
from optimizer.planning.what_if import TODAYS, WhatIfInputs
from optimizer.planning.what_if_choice import requirement_steps
from optimizer.sweep.scenarios import SweepScenario


def page(texts: Texts) -> None:
    """Levers on the left; the answer against today on the right, and below it the scenarios kept."""
    plan = chosen_plan(texts)
    if plan is None:
        return
    inputs, state = inputs_of(plan), state_of(plan.name)
    read_address(state, inputs.case, inputs.base)
    st.caption(texts.say("what_if.how", n=texts.integer(inputs.replications)))
    left, right = st.columns([1, 3], gap="medium")
    with left:
        draw_levers(levers_of(inputs.case, inputs.base, texts), state, texts)
        st.button(
            texts.say("what_if.reset"),
            icon=":material/undo:",
            disabled=not state.changes,
            on_click=state.open,
            args=(TODAYS,),
        )
    write_address(state)
    scenario = state.scenario(texts.say("what_if.unnamed"))
    with right:
        _problems(state.problems, texts)
        problems = problems_of(scenario, inputs.case, inputs.base)
        if problems:
            _problems(problems, texts)
        else:
            _plans_under_way(inputs, state, scenario, texts)
            _answer(inputs, scenario, texts)
            keep_row(state, scenario, texts)
        kept_section(inputs, state, None if problems else scenario, texts)
        files_section(inputs, state, texts)


def _problems(problems: tuple[Problem, ...], texts: Texts) -> None:
    if problems:
        st.error(texts.say("what_if.error_scenario"), icon=":material/error:")
        st.code("\n".join(problem_words(each, texts) for each in problems), language=None, wrap_lines=True)


def _plans_under_way(inputs: WhatIfInputs, state: WhatIfState, scenario: SweepScenario, texts: Texts) -> None:
    """How far the plans are that some part of the page waits for; drawn once, here."""
    steps = [] if state.stepped is None else requirement_steps(state.stepped)
    stepped = [] if state.stepped is None else [state.stepped]
    watch_plans(inputs, [scenario, *state.kept, *stepped, *steps], texts)


def _answer(inputs: WhatIfInputs, scenario: SweepScenario, texts: Texts) -> None:
    """The sentence and the table; without a plan for these levers, the way to one and no figure at all."""
    anew, days = plans_anew(inputs, [scenario]), inputs.case.axis.days
    with st.spinner(texts.say("what_if.simulating")):
        today = figures(inputs, TODAYS, anew)
        found = figures(inputs, scenario, anew) if scenario.changes else today
    if today is None or found is None:
        _ask_for_plans(inputs, scenario, texts)
        return
    if not scenario.changes:
        st.html(element("p", baseline_sentence(today, days, texts), class_="headline"))
    else:
        st.html(element("p", answer_sentence(today, found, days, texts), class_="headline"))
    shown = found if scenario.changes and found.has_figures else None
    if today.has_figures:
        headings, rows = kpi_table(today, shown, texts)
        written_table(headings, rows, range(1, min(len(headings), 4)))
        st.caption(texts.say("what_if.read_table", n=texts.integer(inputs.replications)))
    if anew:
        st.caption(texts.say("what_if.read_plans"))


def _ask_for_plans(inputs: WhatIfInputs, scenario: SweepScenario, texts: Texts) -> None:
    if plans_under_way(inputs, scenario):
        st.info(texts.say("what_if.making_plan"), icon=":material/event_repeat:")
        return
    st.info(
        texts.say("what_if.asks_plan" if can_be_played(inputs) else "what_if.needs_plan"),
        icon=":material/event_repeat:",
    )
    if not allowed(Action.EXPLORE):
        st.caption(texts.say("what_if.look_only"))
    if st.button(
        texts.say("what_if.make_plan"),
        type="primary",
        icon=":material/play_arrow:",
        disabled=not allowed(Action.EXPLORE),
    ):
        begin_plans(inputs, [scenario])
        draw_again()
