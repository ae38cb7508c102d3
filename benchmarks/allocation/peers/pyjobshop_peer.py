"""PyJobShop: a task per booking, a machine per agent with breaks, a mode per agent who may hold it.

Times are slots. A job per task is due when the wish would end, and earliness and tardiness count the same, so
that their sum is the deviation. A mode without a machine and so long that its tardiness outweighs everything
stands for leaving the booking out. A participant of several bookings is a machine that they all need, for the
whole occupation. A booking without a wish is due at its earliest end: a job has to have a due date. Movable
pins are not asked to be kept. The search starts from the plan of `warm_start`.

Every mode costs several constraints, so a booking chooses from `AGENTS` agents, the one of the start among
them; with all of them nothing better than the start is found for 500 bookings in half a minute on one core.
The better of the start and what is found is handed back.
"""

from __future__ import annotations

import random
import time

from pyjobshop import Model, Solution
from pyjobshop.Solution import ScheduledTask
from pyjobshop.solvers.ortools import CPModel

from benchmarks.allocation.peers.answer import Answer, Request, serve
from benchmarks.allocation.peers.instance import NOBODY, Booking, Instance, Placement
from benchmarks.allocation.peers.warm_start import warm_start

AGENTS = 8
"""Agents that a booking may choose from."""

STEP = 8
"""A booking weighs as much as so many of the next lower priority."""

LEFT_OUT = 4_000
"""Slots of tardiness of a booking of the lowest priority that is left out."""

MARGIN = 0.7
"""Seconds kept for stopping and writing the answer."""


def build(instance: Instance, start: list[Placement], agents: int, seed: int) -> tuple[Model, Solution]:
    """The model and the solution to start from; task t is booking t, machine a is agent a."""
    model = Model()
    for agent in range(len(instance.skills_of)):
        model.add_machine(breaks=_breaks(instance, agent))
    people = sorted({person for booking in instance.bookings for person in booking.people})
    attends = {person: model.add_machine() for person in people}
    priorities = sorted({booking.priority for booking in instance.bookings}, reverse=True)
    weight = {priority: LEFT_OUT * STEP**rank for rank, priority in enumerate(priorities)}
    hinted = {booking: (slot, agent) for booking, slot, agent in start}
    chance = random.Random(seed)
    on_duty = sorted({segment.agent for segment in instance.segments})
    scheduled = []
    for place, booking in enumerate(instance.bookings):
        first, last = booking.windows[0]
        wish = first if booking.wish == NOBODY else round(booking.wish / instance.grid)
        job = model.add_job(due_date=max(0, wish - booking.set_up + booking.occupied))
        task = model.add_task(
            job=job, earliest_start=max(0, first - booking.set_up), latest_start=last - booking.set_up
        )
        others = [attends[person] for person in booking.people]
        slot, hinted_agent = hinted.get(place, (first, NOBODY))
        begin = max(0, slot - booking.set_up)
        chosen = _agents(instance, booking, on_duty, hinted_agent, agents, chance)
        for agent in chosen:
            mode = model.add_mode(task, [model.resources[agent], *others], booking.occupied)
            if agent == hinted_agent:
                scheduled.append(_scheduled(model, mode, begin))
        if not booking.fixed:
            mode = model.add_mode(task, [], booking.occupied + weight[booking.priority])
            if hinted_agent == NOBODY:
                scheduled.append(_scheduled(model, mode, begin))
    model.set_objective(weight_total_earliness=1, weight_total_tardiness=1)
    return model, Solution(model.data(), scheduled)


def _scheduled(model: Model, mode: object, begin: int) -> ScheduledTask:
    number = len(model.modes) - 1
    made = model.modes[number]
    assert made is mode
    return ScheduledTask(number, made.resources, begin, begin + made.duration)


def _breaks(instance: Instance, agent: int) -> list[tuple[int, int]]:
    """When the agent is not in service, as half-open intervals of the horizon."""
    breaks, at = [], 0
    for segment in sorted(instance.segments, key=lambda each: each.start):
        if segment.agent == agent:
            breaks.append((at, segment.start))
            at = segment.end
    breaks.append((at, 10 * instance.slots))
    return [(start, end) for start, end in breaks if start < end]


def _agents(
    instance: Instance, booking: Booking, on_duty: list[int], hinted: int, most: int, chance: random.Random
) -> list[int]:
    """Agents who may hold the booking: those in service at the wish first, by chance."""
    able: dict[int, bool] = {}
    wish = booking.wish // instance.grid
    for segment in instance.segments:
        starts = instance.starts(booking, segment)
        if starts:
            near = booking.wish == NOBODY or any(first <= wish <= last for first, last in starts)
            able[segment.agent] = able.get(segment.agent, False) or near
    ranked = sorted(able, key=lambda agent: (agent != hinted, not able[agent], chance.random()))
    return sorted(set(ranked[:most]) & set(on_duty))


def read_out(instance: Instance, model: Model, solution: Solution) -> list[Placement]:
    """The placements of a solution."""
    return [
        (place, task.start + booking.set_up, model.modes[task.mode].resources[0])
        for place, (booking, task) in enumerate(zip(instance.bookings, solution.tasks, strict=True))
        if model.modes[task.mode].resources
    ]


def solve(request: Request) -> Answer:
    """Build, start from the quick plan, and solve until the deadline."""
    instance = Instance.read(request.folder / "instance.json")
    start = warm_start(instance)
    model, initial = build(instance, start, AGENTS, request.seed)
    solver = CPModel(model.data())
    built_at = time.time()
    result = solver.solve(
        time_limit=request.seconds_left(MARGIN),
        num_workers=request.threads,
        initial_solution=initial,
        random_seed=request.seed,
        interleave_search=request.threads == 1,  # as for the CP-SAT peer
    )
    note = result.status.value
    if result.best is None or not result.best.tasks:
        return Answer(start, built_at, note=f"{note}: the start is handed back")
    found = read_out(instance, model, result.best)
    if len(found) < len(start):  # hints need not be followed
        return Answer(start, built_at, note=f"{note}, worse than the start, which is handed back")
    return Answer(found, built_at, note=note)


if __name__ == "__main__":
    serve(solve)
