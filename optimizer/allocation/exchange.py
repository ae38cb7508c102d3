"""Exchange of equally long sessions, as an assignment: the plan's shape stays, the customers swap places."""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from data.model import MISSING
from data.model.columns import IntArray
from optimizer.allocation.problem import Problem
from optimizer.allocation.working_plan import Placement, WorkingPlan
from optimizer.budget import Budget

CHOICES = 80
"""Places considered for each booking: those nearest to its wish, and its own."""

LARGEST = 4_000
"""Bookings in one assignment; more are cut by day."""

WORK_AN_ARC = 1.5e-6
"""Deterministic work booked for an arc of the assignment."""


def exchange_places(plan: WorkingPlan, budget: Budget) -> None:
    """Reassign places among bookings of equal set-up and occupation at the least total deviation.

    Fixed and kept pins stay, and so do bookings whose participants attend others: all else about the plan is
    unchanged, so no rule can break but windows and skills, which the arcs respect.
    """
    problem = plan.problem
    groups: dict[tuple[int, int], list[int]] = {}
    for booking, (slot, agent) in sorted(plan.sessions.items()):
        pinned = problem.fixed_slot[booking] >= 0 or problem.keeps_confirmation(booking, slot, agent)
        if not pinned and not problem.people[booking]:
            kind = (int(problem.set_up[booking]), int(problem.occupied[booking]))
            groups.setdefault(kind, []).append(booking)
    for _, group in sorted(groups.items()):
        for bookings in _cut_by_day(plan, group):
            if len(bookings) > 1 and not budget.is_spent():
                _assign(plan, bookings, budget)


def _cut_by_day(plan: WorkingPlan, bookings: list[int]) -> list[list[int]]:
    if len(bookings) <= LARGEST:
        return [bookings]
    days: dict[int, list[int]] = {}
    for booking in bookings:
        minute = plan.sessions[booking][0] * plan.problem.grid
        days.setdefault(plan.problem.case.axis.day_of(minute), []).append(booking)
    return [days[day] for day in sorted(days)]


def _assign(plan: WorkingPlan, bookings: list[int], budget: Budget) -> None:
    problem, count = plan.problem, len(bookings)
    places = sorted(plan.sessions[booking] for booking in bookings)
    number = {place: position for position, place in enumerate(places)}
    slots = np.array([slot for slot, _ in places], dtype=np.int64)
    agents = np.array([agent for _, agent in places], dtype=np.int64)
    tails: list[IntArray] = []
    heads: list[IntArray] = []
    costs: list[IntArray] = []
    for row, booking in enumerate(bookings):
        own = number[plan.sessions[booking]]
        choices = _choices(problem, booking, own, slots, agents)
        tails.append(np.full(len(choices), row))
        heads.append(count + choices)
        wish = int(problem.wish[booking])
        costs.append(
            np.zeros(len(choices), dtype=np.int64)
            if wish == MISSING
            else np.abs(slots[choices] * problem.grid - wish)
        )
    network = min_cost_flow.SimpleMinCostFlow()
    tail, head, cost = np.concatenate(tails), np.concatenate(heads), np.concatenate(costs)
    network.add_arcs_with_capacity_and_unit_cost(tail, head, np.ones(len(tail), dtype=np.int64), cost)
    nodes = np.arange(2 * count)
    network.set_nodes_supplies(nodes, np.where(nodes < count, 1, -1))
    budget.work_used += WORK_AN_ARC * len(tail)
    if network.solve() != network.OPTIMAL:
        return
    used = np.flatnonzero(network.flows(np.arange(len(tail))))
    before = sum(problem.deviation(booking, plan.sessions[booking][0]) for booking in bookings)
    if network.optimal_cost() < before:
        moved: dict[int, Placement] = {
            bookings[row]: places[place - count]
            for row, place in zip(tail[used].tolist(), head[used].tolist(), strict=True)
        }
        plan.replace(moved, instead_of=bookings)


def _choices(problem: Problem, booking: int, own: int, slots: IntArray, agents: IntArray) -> IntArray:
    """Places that the booking could take: its own, and those nearest to its wish (or any, without one)."""
    pieces = [
        np.arange(np.searchsorted(slots, first), np.searchsorted(slots, last, side="right"))
        for first, last in problem.window(booking)
    ]
    inside = np.concatenate(pieces)
    inside = inside[problem.agent_skills[agents[inside], problem.skill[booking]]]
    wish = int(problem.wish[booking])
    if len(inside) > CHOICES:
        if wish == MISSING:
            inside = inside[:: -(-len(inside) // CHOICES)]
        else:
            inside = inside[np.argsort(np.abs(slots[inside] * problem.grid - wish), kind="stable")[:CHOICES]]
    return inside if own in inside else np.append(inside, own)
