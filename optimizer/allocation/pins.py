"""Fixed pins: confirmed sessions that must stay; and what clashes when they can't."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from optimizer.allocation.budget import Budget
from optimizer.allocation.construct import BestFit
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.session_model import SessionModel
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.solve_result import SolveStatus


class UndecidedError(Exception):
    """The limits ended the search before it was known whether the fixed pins can hold together."""


PROBES = 400
"""Solves spent at most on making a clash smaller."""


def doubled_duties(problem: Problem) -> tuple[str, ...]:
    """Agents with two duties at once; no schedule can rest on such a roster."""
    return tuple(
        agent
        for agent, duties in sorted(problem.case.roster.by_agent.items())
        if any(second.start < first.end for first, second in pairwise(duties))
    )


def place_fixed(plan: WorkingPlan, budget: Budget) -> tuple[str, ...]:
    """Place all fixed pins of eligible bookings; returns the clash, empty when all are placed.

    A clash is a set of booking ids, and of agent ids where pins name them, that cannot hold together; it is
    minimal (each booking left out mends it) unless the probes ran out, which only very large ones do.
    """
    problem = plan.problem
    pinned = np.flatnonzero((problem.fixed_slot != NOBODY) & problem.eligible).tolist()
    for booking in pinned:
        if problem.options[booking] == 0 or not _possible(problem, booking):
            return _named(problem, [booking])
    order = sorted(
        pinned,
        key=lambda b: (problem.fixed_agent[b] == NOBODY, int(problem.fixed_slot[b] - problem.set_up[b]), b),
    )
    fit = BestFit(plan)
    failed = next((booking for booking in order if not fit.place(booking)), None)
    if failed is None:
        return ()
    return _solve_exactly(plan, pinned, failed, budget)


def _possible(problem: Problem, booking: int) -> bool:
    """Whether the pin could hold alone."""
    slot = int(problem.fixed_slot[booking])
    set_up, occupied = int(problem.set_up[booking]), int(problem.occupied[booking])
    return any(
        problem.agent_start_bits(agent, set_up, occupied) >> slot & 1
        for agent in problem.allowed_agents(booking)
    )


def _solve_exactly(plan: WorkingPlan, pinned: Sequence[int], failed: int, budget: Budget) -> tuple[str, ...]:
    """Decide by a model whether the pins can hold together, and place them or say which cannot."""
    problem = plan.problem
    for booking in list(plan.sessions):
        plan.remove(booking)
    day = {b: problem.case.axis.day_of(int(problem.fixed_slot[b]) * problem.grid) for b in pinned}
    for number in sorted({*day.values()}, key=lambda d: (d != day[failed], d)):
        of_day = [b for b in pinned if day[b] == number]
        model = _pin_model(plan, of_day)
        outcome = budget.solve(model.model, budget.limits.work)
        if outcome.status is SolveStatus.INFEASIBLE:
            return _named(problem, _smallest(plan, of_day, failed, budget))
        if not outcome.found:
            raise UndecidedError
        for booking, (slot, agent) in model.placements(outcome).items():
            plan.place(booking, slot, agent)
    return ()


def _pin_model(plan: WorkingPlan, bookings: Sequence[int]) -> SessionModel:
    segments = range(len(plan.problem.segments))
    return SessionModel(plan, list(segments), list(bookings), required=frozenset(bookings))


def _smallest(plan: WorkingPlan, clashing: list[int], failed: int, budget: Budget) -> list[int]:
    """Shrink a set of pins that cannot hold together until each of them is needed, while probes last."""
    problem = plan.problem
    probes = 0

    def cannot_hold(bookings: list[int]) -> bool:
        nonlocal probes
        probes += 1
        outcome = budget.solve(_pin_model(plan, bookings).model, budget.limits.work)
        return outcome.status is SolveStatus.INFEASIBLE

    def together(first: int, second: int) -> bool:
        begins = problem.fixed_slot - problem.set_up
        return bool(
            begins[first] < begins[second] + problem.occupied[second]
            and begins[second] < begins[first] + problem.occupied[first]
        )

    near = [b for b in clashing if b == failed or together(b, failed)]
    core = near if cannot_hold(near) else clashing
    size = max(1, len(core) // 2)
    while probes < PROBES:
        for at in range(0, len(core), size):
            fewer = core[:at] + core[at + size :]
            if fewer and cannot_hold(fewer):
                core = fewer
                break
        else:
            if size == 1:
                break
            size //= 2
    return core


def _named(problem: Problem, bookings: Sequence[int]) -> tuple[str, ...]:
    """Ids of the bookings, then of the agents that their pins name."""
    ids = sorted(problem.case.bookings.booking_id[list(bookings)].tolist())
    agents = sorted({name for name in problem.case.bookings.pinned_agent[list(bookings)].tolist() if name})
    return (*ids, *agents)
