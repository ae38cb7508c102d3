"""Fixed pins: confirmed sessions that must stay; and what clashes when they can't."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from optimizer.allocation.clash_words import duties_clash, pin_fails_alone, pins_clash
from optimizer.allocation.construct import BestFit
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget
from optimizer.solve_result import SolveStatus

if TYPE_CHECKING:
    from optimizer.allocation.session_model import SessionModel


class UndecidedError(Exception):
    """The limits ended the search before it was known whether the fixed pins can hold together."""


def doubled_duties(problem: Problem) -> tuple[str, ...]:
    """The first agent with two duties at once, in words; no schedule can rest on such a roster."""
    for _, duties in sorted(problem.case.roster.by_agent.items()):
        for first, second in pairwise(duties):
            if second.start < first.end:
                return duties_clash(problem, first, second)
    return ()


def place_fixed(plan: WorkingPlan, budget: Budget) -> tuple[str, ...]:
    """Place all fixed pins of eligible bookings; returns the clash, empty when all are placed.

    A clash is told one pin a sentence, each of which begins with the booking's id, and a last sentence that
    says why they cannot hold together. It is minimal: each pin left out mends it, as long as the work limit
    lets every question on the way be decided.
    """
    problem = plan.problem
    pinned = fixed_pins(problem)
    alone = [booking for booking in pinned if not holds_alone(problem, booking)]
    if alone:
        return pin_fails_alone(problem, alone)
    order = sorted(
        pinned,
        key=lambda b: (problem.fixed_agent[b] == NOBODY, int(problem.fixed_slot[b] - problem.set_up[b]), b),
    )
    fit = BestFit(plan)
    failed = next((booking for booking in order if not fit.place(booking)), None)
    if failed is None:
        return ()
    clash = _solve_exactly(plan, pinned, failed, budget)
    return pins_clash(problem, clash) if clash else ()


def fixed_pins(problem: Problem) -> list[int]:
    """Eligible bookings with a fixed pin."""
    pinned: list[int] = np.flatnonzero((problem.fixed_slot != NOBODY) & problem.eligible).tolist()
    return pinned


def holds_alone(problem: Problem, booking: int) -> bool:
    """Whether a fixed pin could hold if there were no other booking."""
    slot = int(problem.fixed_slot[booking])
    set_up, occupied = int(problem.set_up[booking]), int(problem.occupied[booking])
    return bool(problem.window(booking)) and any(
        problem.may_start(agent, slot, set_up, occupied) for agent in problem.allowed_agents(booking)
    )


def _solve_exactly(plan: WorkingPlan, pinned: Sequence[int], failed: int, budget: Budget) -> list[int]:
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
            return _smallest(plan, of_day, failed, budget)
        if not outcome.found:
            raise UndecidedError
        for booking, (slot, agent) in model.placements(outcome).items():
            plan.place(booking, slot, agent)
    return []


def _pin_model(plan: WorkingPlan, bookings: Sequence[int]) -> SessionModel:
    from optimizer.allocation.session_model import SessionModel  # here, as CP-SAT takes long to load

    segments = range(len(plan.problem.segments))
    return SessionModel(plan, list(segments), list(bookings), required=frozenset(bookings))


def occupy_together(problem: Problem, first: int, second: int) -> bool:
    """Whether the agents of two fixed pins are occupied at the same time."""
    begins = problem.fixed_slot - problem.set_up
    return bool(
        begins[first] < begins[second] + problem.occupied[second]
        and begins[second] < begins[first] + problem.occupied[first]
    )


def attend_together(problem: Problem, first: int, second: int) -> bool:
    """Whether somebody must attend both of two fixed pins, which lie at the same time."""
    slots, held = problem.fixed_slot, problem.held
    return bool(
        slots[first] < slots[second] + held[second]
        and slots[second] < slots[first] + held[first]
        and set(problem.people[first]) & set(problem.people[second])
    )


def _smallest(plan: WorkingPlan, clashing: list[int], failed: int, budget: Budget) -> list[int]:
    """Of pins that cannot hold together, some that cannot either and of which each is needed.

    Two that clash are never beaten and so looked for first; else the smallest of what several orders give.
    """
    problem = plan.problem
    pair = _pair(problem, clashing)
    if pair:
        return pair
    known: dict[frozenset[int], bool] = {}

    def cannot_hold(bookings: Iterable[int]) -> bool:
        chosen = frozenset(bookings)
        if chosen not in known:
            model = _pin_model(plan, sorted(chosen)).model
            known[chosen] = budget.solve(model, budget.limits.work).status is SolveStatus.INFEASIBLE
        return known[chosen]

    near = [b for b in clashing if b == failed or occupy_together(problem, b, failed)]
    core = near if cannot_hold(near) else clashing
    in_time = sorted(core, key=lambda b: (int(problem.fixed_slot[b]), b))
    away = sorted(core, key=lambda b: (abs(int(problem.fixed_slot[b] - problem.fixed_slot[failed])), b))
    orders = (away, in_time, in_time[::-1])
    return min(
        (sorted(needed(order, cannot_hold)) for order in orders), key=lambda found: (len(found), found)
    )


def _pair(problem: Problem, pinned: Sequence[int]) -> list[int]:
    """Two pins that cannot hold together whatever the others are: one agent or one person in both at once."""
    of_whom: dict[tuple[str, int], list[int]] = {}
    for booking in pinned:
        agents = _able(problem, booking)
        if len(agents) == 1:
            of_whom.setdefault(("agent", agents[0]), []).append(booking)
        for person in problem.people[booking]:
            of_whom.setdefault(("person", person), []).append(booking)
    pairs = []
    for (sort, _), listed in of_whom.items():
        meet = occupy_together if sort == "agent" else attend_together
        listed.sort(key=lambda b: (int(problem.fixed_slot[b] - problem.set_up[b]), b))
        pairs += [sorted(both) for both in pairwise(listed) if meet(problem, *both)]
    return min(pairs, default=[])


def _able(problem: Problem, booking: int) -> tuple[int, ...]:
    """Agents who could hold a fixed pin if there were no other booking."""
    slot = int(problem.fixed_slot[booking])
    set_up, occupied = int(problem.set_up[booking]), int(problem.occupied[booking])
    return tuple(
        agent for agent in problem.allowed_agents(booking) if problem.may_start(agent, slot, set_up, occupied)
    )


def needed(clashing: Sequence[int], cannot_hold: Callable[[Iterable[int]], bool]) -> list[int]:
    """A minimal clash among these, preferring the earlier ones (QuickXplain, Junker 2004)."""

    def explain(background: list[int], grown: bool, among: list[int]) -> list[int]:
        if grown and cannot_hold(background):
            return []
        if len(among) == 1:
            return among
        half = len(among) // 2
        preferred, others = among[:half], among[half:]
        of_others = explain(background + preferred, bool(preferred), others)
        return explain(background + of_others, bool(of_others), preferred) + of_others

    return explain([], False, list(clashing))
