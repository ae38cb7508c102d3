"""What if: a scenario against the plan of today, on the same chance, each with the plan that is its own.

The levers, the plans made for them and the figures are those of sweeps (`optimizer.sweep`, `docs/sweep.md`).
Here every plan and every figure carries the key of what it follows from, so that none is ever taken for that
of other levers: levers that move the plan ask for a plan with their own key, and are refused any other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from data.model import Case, Scenario
from data.model.columns import FloatArray
from data.progress import Progress, no_progress
from optimizer.solve_result import SolveLimits
from optimizer.sweep.analysis import mean_with_interval
from optimizer.sweep.levers import Path
from optimizer.sweep.playing import FIGURES, PLAYED, MadePlan, made_plan, played_figures
from optimizer.sweep.scenarios import TODAY, SweepScenario
from optimizer.sweep.store import case_hash
from optimizer.sweep.values import Setting
from simulation import Kpi

TODAYS = SweepScenario(TODAY)
"""The scenario in which no lever is moved."""


class OtherPlanError(ValueError):
    """A plan was offered to levers that it was not made for, or figures to others that don't go with them."""


@dataclass(frozen=True, eq=False)
class WhatIfInputs:
    """What all what-ifs of a plan share.

    Attributes:
        case: with the plan of today.
        base: what happens on the day, where a scenario does not say otherwise.
        replications: of each scenario; replication r of every scenario meets the same chance.
        limits: for each roster and each allocation that is made anew; the seed is that of all chance, too.
    """

    case: Case
    base: Scenario
    replications: int
    limits: SolveLimits

    @cached_property
    def key(self) -> str:
        """Of everything that the figures follow from, but for the scenario."""
        document = [self.base.model_dump(mode="json"), self.replications, FIGURES]
        return hashlib.sha256(json.dumps([self._plans_key, document], sort_keys=True).encode()).hexdigest()

    @cached_property
    def _plans_key(self) -> str:
        """Of everything that plans follow from, but for the levers of the plan."""
        found = case_hash(self.case)
        found.update(repr(self.limits).encode())
        return found.hexdigest()

    def plan_key(self, scenario: SweepScenario) -> str:
        """Of the plan that is made for the scenario's levers of the plan."""
        return _key("plan", self._plans_key, scenario.plan_changes)

    def figures_key(self, scenario: SweepScenario, plan_key: str) -> str:
        """Of the scenario's figures; `plan_key` is empty for the plan that the case brings."""
        return _key(f"figures {plan_key}", self.key, dict(scenario.changes))


@dataclass(frozen=True, eq=False)
class KeyedPlan:
    """A plan that was made for levers, and the key of these."""

    key: str
    made: MadePlan


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of a scenario.

    Attributes:
        scenario: whose they are.
        inputs_key: of the inputs.
        key: of everything that they follow from.
        plan_key: of the plan that was played; empty: the plan that the case brings.
        status: PLAYED where there are figures, else why there are none (`optimizer.sweep.playing`).
        facts: what is known of a plan made anew.
        bookings: to be served, with a session or without.
        values: shape (replications, FIGURES); nan where there is nothing to count.
    """

    scenario: SweepScenario
    inputs_key: str
    key: str
    plan_key: str
    status: str
    facts: Mapping[str, Any]
    bookings: int
    values: FloatArray

    @property
    def has_figures(self) -> bool:
        """Whether there is anything to compare."""
        return self.status == PLAYED

    def of(self, figure: str) -> FloatArray:
        """One figure; shape (replications,)."""
        return self.values[:, FIGURES.index(figure)]

    def kpi(self, figure: str) -> Kpi:
        """The mean of a figure with its 95 % interval."""
        return mean_with_interval(self.of(figure))


def plan_for(inputs: WhatIfInputs, scenario: SweepScenario, progress: Progress = no_progress) -> KeyedPlan:
    """The roster and the allocation for a scenario's levers of the plan, judged by the referee.

    With no such lever moved, today's plan made anew: what a scenario with one is held against, so that none
    gains from the work of another engine or of a person.

    Raises:
        KeyboardInterrupt: when the progress stops the work.
        LeverError: when levers are not as they may be.
        RefereeDisagreesError: when the referee finds a fault in a plan.
    """
    made = made_plan(inputs.case, scenario.plan_changes, inputs.limits, progress)
    return KeyedPlan(inputs.plan_key(scenario), made)


def figures_of(inputs: WhatIfInputs, scenario: SweepScenario, plan: KeyedPlan | None = None) -> Figures:
    """Play a scenario on a plan made for its levers; without one, on the plan that the case brings.

    Raises:
        LeverError: when levers are not as they may be.
        OtherPlanError: when the plan was made for other levers, or when there is none and the scenario moves
            levers of the plan.
    """
    if plan is None and scenario.plan_changes:
        raise OtherPlanError(f"{scenario.name} changes the plan: expected a plan made for it")
    if plan is not None and plan.key != inputs.plan_key(scenario):
        raise OtherPlanError(f"expected a plan made for the levers of {scenario.name}")
    status, values = played_figures(
        inputs.case,
        inputs.base,
        dict(scenario.changes),
        None if plan is None else plan.made,
        inputs.limits.seed,
        range(inputs.replications),
    )
    plan_key = "" if plan is None else plan.key
    return Figures(
        scenario=scenario,
        inputs_key=inputs.key,
        key=inputs.figures_key(scenario, plan_key),
        plan_key=plan_key,
        status=status,
        facts={} if plan is None else plan.made.facts,
        bookings=len((inputs if plan is None else plan.made).case.bookings),
        values=values,
    )


def differences(today: Figures, scenario: Figures) -> dict[str, Kpi]:
    """The scenario's figures less today's, pair by pair, with the 95 % interval of each mean difference.

    Raises:
        OtherPlanError: when they are not of the same inputs, or one is on a plan made anew and the other not.
    """
    if today.scenario.changes or today.inputs_key != scenario.inputs_key:
        raise OtherPlanError("expected the figures of today, of the same inputs")
    if bool(today.plan_key) != bool(scenario.plan_key):
        raise OtherPlanError("expected both on plans made anew, or both on the plan that the case brings")
    return {
        figure: mean_with_interval(scenario.values[:, place] - today.values[:, place])
        for place, figure in enumerate(FIGURES)
    }


def _key(what: str, inputs: str, changes: Mapping[Path, Setting]) -> str:
    moved = sorted((path, repr(setting)) for path, setting in changes.items())
    return hashlib.sha256(json.dumps([what, inputs, moved]).encode()).hexdigest()
