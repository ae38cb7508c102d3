"""One piece of work of a sweep: the plan of scenarios, if it must be made anew, and their replications."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from data.executors import Shared
from data.model import Case, Scenario
from data.model.columns import FloatArray
from data.progress import Progress, no_progress, part_of
from data.referee import recount
from optimizer.planning.judged_allocations import judged_allocation
from optimizer.planning.judged_rosters import judged_roster
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus
from optimizer.sweep.levers import ChangedInputs, Path, with_changes, without_plan
from optimizer.sweep.scenarios import SweepScenario
from optimizer.sweep.values import Setting
from optimizer.tuning.capacity import rostered_hours
from simulation import KPIS, TwinEngine, Week, policy_of, with_standby
from simulation.draws import Chances
from simulation.kpis import replication_kpis
from simulation.overbooking import overbooking_of, with_overbooking

AGENT_HOURS, NOT_PLACED = "agent_hours", "not_placed"
FIGURES = (*KPIS, AGENT_HOURS, NOT_PLACED)
"""Figures of a replication: the simulation's; hours on duty, rostered and of standby called; and bookings
without a session."""

PLAYED, INFEASIBLE, NO_PLAN, NO_SESSIONS = "played", "infeasible", "no_plan", "no_sessions"
"""How a scenario ended: with figures; proven to have no roster or no schedule; with none found by the work
that was allowed; with a plan that serves nobody."""


@dataclass(frozen=True, eq=False)
class SweepInputs:
    """What all pieces of work of a sweep share.

    Attributes:
        case: with the plan of today, if scenarios are played on it.
        base: what happens on the day, where a scenario does not say otherwise.
        scenarios: of the sweep.
        plans_anew: whether plans are made anew.
        replications: in a block; block b has the numbers from b times this on.
        limits: for each roster and each allocation; the seed is that of all chance, too.
    """

    case: Case
    base: Scenario
    scenarios: tuple[SweepScenario, ...]
    plans_anew: bool
    replications: int
    limits: SolveLimits


@dataclass(frozen=True)
class Work:
    """Scenarios with one plan, and which replications of them."""

    shared: Shared[SweepInputs]
    numbers: tuple[int, ...]
    block: int


@dataclass(frozen=True, eq=False)
class Played:
    """What became of a scenario.

    Attributes:
        number: of the scenario.
        status: one of PLAYED, INFEASIBLE, NO_PLAN, NO_SESSIONS.
        plan: what is known of the plan, as JSON; "{}" where none was made.
        values: shape (replications, figures); nan where there is nothing to count, or nothing was played.
    """

    number: int
    block: int
    status: str
    plan: str
    values: FloatArray


@dataclass(frozen=True, eq=False)
class MadePlan:
    """What became of the plan for some levers.

    Attributes:
        case: with the levers of the plan moved; with the roster and the sessions where the status is PLAYED.
        status: PLAYED, INFEASIBLE or NO_PLAN.
        facts: what is known of it.
    """

    case: Case
    status: str
    facts: dict[str, Any]


def play_work(work: Work) -> list[Played]:
    """Make the plan, if it must be made, and play the scenarios.

    A pure function of the inputs: replication r of every scenario meets the same chance.

    Raises:
        RefereeDisagreesError: when the referee finds a fault in a plan.
    """
    inputs = work.shared.value()
    replications = range(work.block * inputs.replications, (work.block + 1) * inputs.replications)
    planned = None
    if inputs.plans_anew:
        planned = made_plan(inputs.case, inputs.scenarios[work.numbers[0]].plan_changes, inputs.limits)
    facts = "{}" if planned is None else json.dumps(planned.facts, sort_keys=True)
    found = []
    for number in work.numbers:
        changes = dict(inputs.scenarios[number].changes)
        status, values = played_figures(
            inputs.case, inputs.base, changes, planned, inputs.limits.seed, replications
        )
        found.append(Played(number, work.block, status, facts, values))
    return found


def played_figures(
    case: Case,
    base: Scenario,
    changes: Mapping[Path, Setting],
    planned: MadePlan | None,
    seed: int,
    replications: Sequence[int],
) -> tuple[str, FloatArray]:
    """How a scenario ended, and its figures; shape (replications, figures), nan without figures.

    Args:
        case: of today.
        base: what happens on the day, where the scenario does not say otherwise.
        changes: all levers of the scenario.
        planned: the plan for its levers of the plan; None: the plan that the case brings.
        seed: of all random numbers.
        replications: their numbers.
    """
    changed = with_changes(case, base, changes)
    status = PLAYED
    if planned is not None:
        changed, status = _on_plan(changed, planned.case), planned.status
    if status == PLAYED and not len(changed.case.sessions):
        status = NO_SESSIONS
    if status == PLAYED:
        return status, play(changed, seed, replications)
    return status, np.full((len(replications), len(FIGURES)), np.nan)


def play(changed: ChangedInputs, seed: int, replications: Sequence[int]) -> FloatArray:
    """The figures of some replications; shape (replications, figures)."""
    case, scenario = changed.case, changed.scenario
    week = Week.of(case)
    rows = [case.bookings.position[name] for name in week.booking_id.tolist()]
    booked = changed.booked_minutes[rows].astype(np.float64)
    overbooking = overbooking_of(scenario)
    met = with_standby(with_overbooking(week, scenario, overbooking), scenario)
    # How long sessions last follows from what was booked, whatever minutes are planned for them.
    work = replace(week, planned=booked)
    chances = Chances.of(with_standby(with_overbooking(work, scenario, overbooking), scenario), scenario)
    policy, engine = policy_of(scenario), TwinEngine()
    on_call = np.array([duty.on_call for duty in met.duties], dtype=np.bool_)
    hours, not_placed = rostered_hours(case), len(case.bookings) - len(case.sessions)
    values = np.empty((len(replications), len(FIGURES)))
    for row, replication in enumerate(replications):
        log = engine.run(met, scenario, chances.draw(seed, replication), policy)
        served = np.array(log.left_at) - np.array(log.came_at)
        called = float(np.nansum(served[on_call])) / 60.0
        figures = replication_kpis(met, scenario, log)
        figures |= {AGENT_HOURS: hours + called, NOT_PLACED: float(not_placed)}
        values[row] = [figures[name] for name in FIGURES]
    return values


def made_plan(
    case: Case, plan_changes: Mapping[Path, Setting], limits: SolveLimits, progress: Progress = no_progress
) -> MadePlan:
    """A new roster and a new allocation for levers of the plan, judged by the referee.

    Raises:
        KeyboardInterrupt: when the progress stops the work.
        RefereeDisagreesError: when the referee finds a fault in a plan.
    """
    changed = with_changes(case, Scenario(), plan_changes)
    planned, roster = judged_roster(without_plan(changed.case), limits, part_of(progress, 0.0, 0.5))
    _stop_where_interrupted(roster)
    facts: dict[str, Any] = {"roster": roster.status.value, "roster_reproducible": roster.reproducible}
    if roster.answer is None:
        return MadePlan(planned, _status(roster.status), facts | {"clash": list(roster.clash)})
    planned, allocation = judged_allocation(planned, limits, part_of(progress, 0.5, 1.0))
    _stop_where_interrupted(allocation)
    facts |= {"allocation": allocation.status.value, "allocation_reproducible": allocation.reproducible}
    if allocation.answer is None:
        return MadePlan(planned, _status(allocation.status), facts | {"clash": list(allocation.clash)})
    counted = recount(planned)
    facts |= {
        "under": counted.under,
        "over": counted.over,
        "bookings": len(planned.bookings),
        "placed": counted.placed,
        "rostered_hours": rostered_hours(planned),
        "roster_gap": roster.levels[0].gap,
        "allocation_gap": allocation.levels[0].gap,
    }
    return MadePlan(planned, PLAYED, facts)


def _stop_where_interrupted(result: SolveResult[Any]) -> None:
    """Half a search is no plan to compare by."""
    if result.status is SolveStatus.INTERRUPTED:
        raise KeyboardInterrupt


def _status(status: SolveStatus) -> str:
    return INFEASIBLE if status is SolveStatus.INFEASIBLE else NO_PLAN


def _on_plan(changed: ChangedInputs, planned: Case) -> ChangedInputs:
    """A scenario with the plan that was made for its levers of the plan."""
    case = replace(
        changed.case,
        duties=planned.duties,
        breaks=planned.breaks,
        sessions=planned.sessions,
        unplaced=planned.unplaced,
    )
    return replace(changed, case=case)
