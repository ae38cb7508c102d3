"""The figures of the page of what-ifs: played at once, or on plans that are made in the background.

Figures and plans are named by everything they follow from (`optimizer.planning.what_if`), so what is shown
for levers is always theirs, whoever asked for it first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st

from dashboard.app_pages.background import begin, job_of, outcome
from dashboard.jobs import JobState, Work
from dashboard.results import newest_change, read_result
from dashboard.results.plans import ChosenPlan
from dashboard.texts import Texts
from optimizer.planning.what_if import TODAYS, Figures, WhatIfInputs, figures_of, plan_for
from optimizer.solve_result import SolveLimits
from optimizer.sweep.scenarios import SweepScenario
from simulation import scenario_of

REPLICATIONS = 100
WORK = 8.0
"""For each roster and each allocation made anew."""

MOST_FIGURES = 500
"""Scenarios whose figures stay in memory, of all readers."""


class FiguresShelf:
    """Figures by key, for all readers of the server; those not asked for the longest go first."""

    def __init__(self, most: int = MOST_FIGURES) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._held: OrderedDict[str, Figures] = OrderedDict()

    def get(self, key: str) -> Figures | None:
        """The figures, if they are there."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, figures: Figures) -> Figures:
        """Keep figures under their key."""
        with self._lock:
            self._held[figures.key] = figures
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return figures


def inputs_of(plan: ChosenPlan) -> WhatIfInputs:
    """The inputs that all what-ifs of a plan share; read anew only when the plan has changed.

    Raises:
        ResultError: when the plan cannot be read.
    """
    run = plan.run
    return _inputs(run, newest_change(run))


def can_be_played(inputs: WhatIfInputs) -> bool:
    """Whether the plan brings what levers of the day need."""
    return len(inputs.case.duties) > 0 and len(inputs.case.sessions) > 0


def plans_anew(inputs: WhatIfInputs, scenarios: Sequence[SweepScenario]) -> bool:
    """Whether these scenarios, and today with them, are to be played on plans made anew."""
    return not can_be_played(inputs) or any(scenario.plan_changes for scenario in scenarios)


def figures(inputs: WhatIfInputs, scenario: SweepScenario, anew: bool) -> Figures | None:
    """The scenario's figures; None where they need a plan that is not there.

    Args:
        inputs: of the plan.
        scenario: whose levers are as they may be.
        anew: whether to play it on a plan made anew.
    """
    plan_key = inputs.plan_key(scenario) if anew else ""
    held = _shelf().get(inputs.figures_key(scenario, plan_key))
    if held is not None:
        return replace(held, scenario=scenario)  # the same levers, under another name perhaps
    if not anew:
        return _shelf().put(figures_of(inputs, scenario))
    job = job_of(plan_key)
    if job is None or job.under_way or job.failure is not None:
        return None
    plan = outcome(plan_key, Texts())
    return None if plan is None else _shelf().put(figures_of(inputs, scenario, plan))


def begin_plans(inputs: WhatIfInputs, scenarios: Sequence[SweepScenario]) -> None:
    """Have the plans for today and for these scenarios made in the background, where they are missing."""
    for scenario in (TODAYS, *scenarios):
        if figures(inputs, scenario, anew=True) is None:
            begin(inputs.plan_key(scenario), _work(inputs, inputs.plan_key(scenario), scenario))


def watch_plans(inputs: WhatIfInputs, scenarios: Sequence[SweepScenario], texts: Texts) -> None:
    """Draw how far the plans for today and for these scenarios are, or why there is none."""
    for key in dict.fromkeys(inputs.plan_key(scenario) for scenario in (TODAYS, *scenarios)):
        job = job_of(key)
        if job is not None and job.state is not JobState.DONE:
            outcome(key, texts)


def plans_under_way(inputs: WhatIfInputs, scenario: SweepScenario) -> bool:
    """Whether the plan for today or that for the scenario is being made."""
    jobs = [job_of(inputs.plan_key(each)) for each in (TODAYS, scenario)]
    return any(job is not None and job.under_way for job in jobs)


@st.cache_resource(show_spinner=False)
def _shelf() -> FiguresShelf:
    return FiguresShelf()


@st.cache_resource(max_entries=8, show_spinner=False)
def _inputs(folder: Path, changed: float) -> WhatIfInputs:  # noqa: ARG001 - part of the cache's key
    case = read_result(folder).case
    return WhatIfInputs(case, scenario_of(case.plan.policy), REPLICATIONS, SolveLimits(work=WORK))


@st.cache_resource(max_entries=100, show_spinner=False)
def _work(_inputs: WhatIfInputs, plan_key: str, _scenario: SweepScenario) -> Work:
    """The making of a plan. Scenarios with the same levers of the plan share it, whatever their names."""
    levers = tuple(sorted(_scenario.plan_changes.items(), key=lambda change: change[0]))
    return Work(plan_for, (_inputs, SweepScenario(plan_key, levers)))
