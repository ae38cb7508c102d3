"""The constructive heuristic: bookings with fewest options first, each where it wastes least."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from data.progress import Progress
from optimizer.allocation.budget import Budget
from optimizer.allocation.problem import Problem, held_from, span
from optimizer.allocation.working_plan import Placement, WorkingPlan

TIGHT, CLOSE = 100_000, 300
"""Minutes of deviation from the wish that an unusable slot is worth: to pack as tightly as possible, and to
stay close to the wishes at the price of some bookings that the search must place afterwards."""

AGENTS_COMPARED = 48
"""Agents with a free start that are compared before the best of them is taken; bounds the work a booking."""

CHECK_EVERY = 256
"""Bookings between two looks at the clock."""


class BestFit:
    """Places one booking at a time where it leaves little unusable time and is close to its wish.

    A gap is unusable as far as no combination of the lengths that occur fills it. `slot_worth` is what an
    unusable slot is worth in minutes of deviation from the wish.
    """

    def __init__(self, plan: WorkingPlan, slot_worth: int = TIGHT) -> None:
        self.plan = plan
        self.slot_worth = slot_worth
        self.problem = plan.problem
        self._turn = 0

    @cached_property
    def _waste(self) -> list[int]:
        """Slots of a gap of each length that no combination of sessions can fill."""
        return unusable(self.problem)

    @cached_property
    def _skills(self) -> list[int]:
        counts: list[int] = self.problem.agent_skills.sum(axis=1).tolist()
        return counts

    def place(self, booking: int) -> bool:
        """Place the booking at its best free place; False when there is none."""
        found = self.best(booking)
        if found is None:
            return False
        self.plan.place(booking, *found)
        return True

    def best(self, booking: int) -> Placement | None:
        """The best free place among the ends of free runs and the starts nearest to the wish.

        Ties go to the kept confirmation, the agent with fewest skills, the earlier start. Agents are looked
        at in turns, so that large teams fill evenly.
        """
        problem, plan = self.problem, self.plan
        starts = plan.possible_starts(booking)
        agents = problem.allowed_agents(booking)
        if not starts or not agents:
            return None
        set_up, occupied = int(problem.set_up[booking]), int(problem.occupied[booking])
        lowest = (starts & -starts).bit_length() - 1
        width = span(0, starts.bit_length() - lowest + occupied)
        wanted = starts >> lowest
        wish = -(-int(problem.wish[booking]) // problem.grid)
        best: tuple[int, int, int, int, int] | None = None
        compared = 0
        turn = self._turn % len(agents) if len(agents) > AGENTS_COMPARED else 0
        self._turn += 7
        for agent in agents[turn:] + agents[:turn]:
            inside = (problem.agent_start_bits(agent, set_up, occupied) >> lowest) & wanted
            if not inside:
                continue
            free = plan.free[agent]
            near = (free >> (lowest - set_up)) if lowest >= set_up else free << (set_up - lowest)
            inside &= held_from(near & width, occupied)
            if not inside:
                continue
            ends = inside & ~((inside << 1) & (inside >> 1)) | nearest_bits(inside, wish - lowest)
            while ends:
                offset = (ends & -ends).bit_length() - 1
                ends &= ends - 1
                slot = lowest + offset
                score = (
                    self.slot_worth * self._wasted(free, slot - set_up, occupied)
                    + problem.deviation(booking, slot),
                    0 if problem.keeps_confirmation(booking, slot, agent) else 1,
                    self._skills[agent],
                    slot,
                    agent,
                )
                if best is None or score < best:
                    best = score
            compared += 1
            if compared >= AGENTS_COMPARED:
                break
        return None if best is None else (best[3], best[4])

    def _wasted(self, free: int, start: int, occupied: int) -> int:
        """Unusable slots that an occupation leaves before and after it, less those that were there."""
        taken = ~free & span(0, start - 1)
        before = start - taken.bit_length()
        behind = free >> (start + occupied)
        after = (~behind & (behind + 1)).bit_length() - 1
        waste = self._waste
        return waste[before] + waste[after] - waste[before + occupied + after]


def nearest_bits(mask: int, at: int) -> int:
    """The set bits next to a position, itself included: at most two."""
    below = mask & span(0, at)
    above = mask >> at << at if at >= 0 else mask
    return (1 << below.bit_length() >> 1) | (above & -above)


def unusable(problem: Problem) -> list[int]:
    """For each gap length in slots, the slots that stay empty however it is filled."""
    longest = int((problem.segments.end - problem.segments.start).max(initial=0))
    lengths = sorted({int(n) for n in problem.occupied[problem.placeable]})
    fill = [0] * (problem.slots + 1)
    for gap in range(1, len(fill)):
        if gap > 2 * longest:
            fill[gap] = gap
            continue
        fill[gap] = max((fill[gap - n] + n for n in lengths if n <= gap), default=0)
    return [gap - filled for gap, filled in enumerate(fill)]


def order_of_placement(problem: Problem, bookings: Iterable[int]) -> list[int]:
    """Most urgent priority first, then fewest options for each minute occupied, then the longer session."""
    listed = np.fromiter(bookings, dtype=np.int64)
    shared = np.array([len(problem.people[booking]) for booking in listed.tolist()], dtype=np.int64)
    movable = problem.movable_slot[listed] >= 0
    keys = (
        listed,
        -problem.occupied[listed],
        problem.options[listed] // np.maximum(1, shared + 1),
        ~movable,
        problem.priority[listed],
    )
    ordered: list[int] = listed[np.lexsort(keys)].tolist()
    return ordered


def construct(plan: WorkingPlan, slot_worth: int, budget: Budget, progress: Progress) -> None:
    """Place what can be placed without moving anything; confirmed sessions where they were, if free."""
    problem = plan.problem
    missing = [b for b in problem.placeable.tolist() if b not in plan.sessions]
    fit = BestFit(plan, slot_worth)
    queue = order_of_placement(problem, missing)
    for done, booking in enumerate(queue):
        if done % CHECK_EVERY == 0:
            progress(done / len(queue), "placing bookings one by one")
            if budget.clock_is_up():
                return
        if not _keep_confirmed(plan, booking):
            fit.place(booking)


def _keep_confirmed(plan: WorkingPlan, booking: int) -> bool:
    """Place a booking with a movable pin where it was confirmed, if that is free."""
    problem = plan.problem
    slot = int(problem.movable_slot[booking])
    if slot < 0 or not plan.possible_starts(booking) >> slot & 1:
        return False
    wanted = int(problem.movable_agent[booking])
    set_up, occupied = int(problem.set_up[booking]), int(problem.occupied[booking])
    for agent in problem.allowed_agents(booking):
        if wanted in (-1, agent) and plan.free_starts(agent, set_up, occupied) >> slot & 1:
            plan.place(booking, slot, agent)
            return True
    return False
