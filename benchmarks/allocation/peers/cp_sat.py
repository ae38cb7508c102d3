"""One CP-SAT model over everything: optional intervals, no overlap per agent and per participant.

A booking has one start, and a literal for each agent who may hold it; with an agent its start is one of those
at which the whole occupation lies in one of the agent's segments, so breaks need no intervals. The search
starts from the plan of `warm_start`, given as a hint. A booking chooses from `AGENTS` agents: the hinted one,
then those in service at the wish, by a fixed shuffle. With one thread the solver interleaves its strategies,
else it would follow a single one and never search neighbourhoods.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from ortools.sat.python import cp_model

from benchmarks.allocation.peers.answer import Answer, Request, serve
from benchmarks.allocation.peers.instance import NOBODY, Booking, Instance, Placement
from benchmarks.allocation.peers.warm_start import warm_start

AGENTS = 8
"""Agents that a booking may choose from; measured on 500 bookings, more make the answer worse."""

STEP = 8
"""A booking weighs as much as so many of the next lower priority: more than it can displace."""

KEPT = 5_000
"""Minutes that a movable pin is worth that is kept."""

PLACED = 20_000
"""Minutes that a booking of the lowest priority is worth."""

MARGIN = 0.7
"""Seconds kept for stopping and writing the answer."""


@dataclass
class Model:
    """The model and its literals.

    Attributes:
        start: start of each booking.
        held_by: for each booking, the literal of each agent who may hold it.
    """

    model: cp_model.CpModel
    start: list[cp_model.IntVar]
    held_by: list[dict[int, cp_model.IntVar]]


def build(instance: Instance, hint: list[Placement], most_agents: int, seed: int) -> Model:
    """The model of an instance, with the hint in it."""
    model = cp_model.CpModel()
    made = Model(model, [], [])
    hinted = {booking: (slot, agent) for booking, slot, agent in hint}
    of_agent: list[list[cp_model.IntervalVar]] = [[] for _ in instance.skills_of]
    attending: dict[int, list[cp_model.IntervalVar]] = {}
    costs: list[cp_model.LinearExprT] = []
    priorities = sorted({booking.priority for booking in instance.bookings}, reverse=True)
    weight = {priority: PLACED * STEP**rank for rank, priority in enumerate(priorities)}
    chance = random.Random(seed)
    for place, booking in enumerate(instance.bookings):
        starts = _candidates(instance, booking, hinted.get(place), most_agents, chance)
        everywhere = [pair for pairs in starts.values() for pair in pairs]
        start = model.new_int_var_from_domain(cp_model.Domain.from_intervals(everywhere), f"s{place}")
        placed = model.new_bool_var(f"p{place}")
        literals = {}
        for agent, pairs in starts.items():
            literal = model.new_bool_var(f"x{place},{agent}")
            if pairs != booking.windows:
                domain = cp_model.Domain.from_intervals(pairs)
                model.add_linear_expression_in_domain(start, domain).only_enforce_if(literal)
            of_agent[agent].append(
                model.new_optional_fixed_size_interval_var(
                    start - booking.set_up, booking.occupied, literal, f"i{place},{agent}"
                )
            )
            literals[agent] = literal
        model.add(sum(literals.values()) == placed)
        if booking.fixed:
            model.add(placed == 1)
        for person in booking.people:
            attending.setdefault(person, []).append(
                model.new_optional_fixed_size_interval_var(start, booking.held, placed, f"h{place},{person}")
            )
        costs.append(weight[booking.priority] * (1 - placed))
        costs.extend(_wishes(model, instance, booking, start, placed, literals))
        _hint(made, start, placed, literals, hinted.get(place))
        made.start.append(start)
        made.held_by.append(literals)
    for intervals in (*of_agent, *attending.values()):
        if len(intervals) > 1:
            model.add_no_overlap(intervals)
    model.minimize(sum(costs))
    return made


def _candidates(
    instance: Instance,
    booking: Booking,
    hinted: tuple[int, int] | None,
    most: int,
    chance: random.Random,
) -> dict[int, tuple[tuple[int, int], ...]]:
    """Possible starts with each agent that the booking may choose."""
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for segment in instance.segments:
        starts = instance.starts(booking, segment)
        if starts:
            found[segment.agent] = found.get(segment.agent, ()) + starts
    wish = booking.wish // instance.grid

    def rank(agent: int) -> tuple[bool, bool, float]:
        holds_hint = hinted is not None and hinted[1] == agent
        holds_wish = booking.wish == NOBODY or any(first <= wish <= last for first, last in found[agent])
        return (not holds_hint, not holds_wish, chance.random())

    return {agent: found[agent] for agent in sorted(sorted(found, key=rank)[:most])}


def _wishes(
    model: cp_model.CpModel,
    instance: Instance,
    booking: Booking,
    start: cp_model.IntVar,
    placed: cp_model.IntVar,
    literals: dict[int, cp_model.IntVar],
) -> list[cp_model.LinearExprT]:
    """The costs of a booking that is placed far from its wish, or whose confirmation is not kept."""
    costs: list[cp_model.LinearExprT] = []
    if booking.wish != NOBODY:
        furthest = instance.slots * instance.grid + booking.wish
        deviation = model.new_int_var(0, furthest, "")
        model.add(deviation >= start * instance.grid - booking.wish).only_enforce_if(placed)
        model.add(deviation >= booking.wish - start * instance.grid).only_enforce_if(placed)
        costs.append(deviation)
    if booking.movable != NOBODY:
        kept = model.new_bool_var("")
        model.add(start == booking.movable).only_enforce_if(kept)
        able = [literal for agent, literal in literals.items() if booking.movable_agent in (NOBODY, agent)]
        model.add(kept <= sum(able))
        costs.append(KEPT * (1 - kept))
    return costs


def _hint(
    made: Model,
    start: cp_model.IntVar,
    placed: cp_model.IntVar,
    literals: dict[int, cp_model.IntVar],
    hinted: tuple[int, int] | None,
) -> None:
    made.model.add_hint(placed, hinted is not None)
    if hinted is not None:
        made.model.add_hint(start, hinted[0])
    for agent, literal in literals.items():
        made.model.add_hint(literal, hinted is not None and hinted[1] == agent)


def read_out(made: Model, solver: cp_model.CpSolver) -> list[Placement]:
    """The placements of the solver's plan."""
    return [
        (place, solver.value(made.start[place]), agent)
        for place, literals in enumerate(made.held_by)
        for agent, literal in literals.items()
        if solver.boolean_value(literal)
    ]


def solve(request: Request) -> Answer:
    """Build, hint and solve until the deadline."""
    instance = Instance.read(request.folder / "instance.json")
    hint = warm_start(instance)
    made = build(instance, hint, AGENTS, request.seed)
    built_at = time.time()
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = request.threads
    solver.parameters.random_seed = request.seed
    solver.parameters.interleave_search = request.threads == 1  # else one worker searches in one way only
    solver.parameters.symmetry_level = 0
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.max_time_in_seconds = request.seconds_left(MARGIN)
    status = solver.solve(made.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(hint, built_at, note=f"{solver.status_name(status)}: the hint is handed back")
    return Answer(read_out(made, solver), built_at, note=solver.status_name(status))


if __name__ == "__main__":
    serve(solve)
