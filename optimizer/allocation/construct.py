"""The constructive heuristic: bookings with fewest options first, each where it wastes least."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from data.model.columns import BoolArray, IntArray
from data.progress import Progress
from optimizer.allocation.best_place import NO_PLACE, best_place
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.working_plan import Placement, WorkingPlan
from optimizer.budget import Budget

TIGHT, CLOSE = 100_000, 30
"""Minutes of deviation from the wish that an unusable slot is worth: to pack as tightly as possible, and to
stay close to the wishes at the price of some bookings that the search must place afterwards."""

PLACES_AT_ONCE, FEWEST_STARTS = 8_000, 8
"""Places (a start and an agent) compared together, those at the starts nearest to the wish first, and the
fewest starts that these are; later ones are looked at only in need."""

CHECK_EVERY = 256
"""Bookings between two looks at the clock."""

WORK_A_BOOKING = 3e-4
"""Deterministic work booked for a booking that is looked at."""


class BestFit:
    """Places one booking at a time where it leaves little unusable time and is close to its wish.

    A gap is unusable as far as no combination of the lengths that occur fills it. `slot_worth` is what an
    unusable slot is worth in minutes of deviation from the wish. Where the plan only ever gets fuller, the
    starts at which nobody has time for a kind of booking are remembered.
    """

    def __init__(self, plan: WorkingPlan, slot_worth: int = TIGHT, *, only_filling: bool = False) -> None:
        self.plan = plan
        self.slot_worth = slot_worth
        self.problem = plan.problem
        kinds = len(plan.problem.kinds[0]) if only_filling else 0
        self._closed = np.zeros((kinds, plan.problem.slots), dtype=np.bool_)

    def place(self, booking: int) -> bool:
        """Place the booking where it was confirmed, if that is free, else at its best free place, if any."""
        if self.place_as_confirmed(booking):
            return True
        found = self.best(booking)
        if found is None:
            return False
        self.plan.place(booking, *found)
        return True

    def place_as_confirmed(self, booking: int) -> bool:
        """Place the booking where a movable pin confirmed it, if that is free."""
        found = self._confirmed(booking)
        if found is not None:
            self.plan.place(booking, *found)
        return found is not None

    def _confirmed(self, booking: int) -> Placement | None:
        """The place that a movable pin confirmed, if it is free."""
        problem, plan = self.problem, self.plan
        slot, wanted = int(problem.movable_slot[booking]), int(problem.movable_agent[booking])
        if slot < 0 or not plan.possible_starts(booking) >> slot & 1:
            return None
        kind = (int(problem.set_up[booking]), int(problem.occupied[booking]))
        for agent in problem.allowed_agents(booking):
            if wanted in (NOBODY, agent) and plan.free_starts(agent, *kind) >> slot & 1:
                return slot, agent
        return None

    def best(self, booking: int) -> Placement | None:
        """The best free place; ties go to the agent with fewest skills, then to the earlier start."""
        agents = self.problem.agents_allowed(booking)
        starts = self.plan.possible_slots(booking)
        if not len(agents):
            return None
        problem, free = self.problem, self.plan.free_time
        agent, slot = best_place(
            free.ahead,
            free.behind,
            agents,
            starts,
            int(problem.wish[booking]),
            problem.grid,
            max(FEWEST_STARTS, PLACES_AT_ONCE // len(agents)),
            int(problem.set_up[booking]),
            int(problem.occupied[booking]),
            *problem.starts_allowed,
            self._waste,
            self._skills,
            self.slot_worth,
            self._closed_starts(booking),
        )
        return None if agent == NO_PLACE else (int(slot), int(agent))

    def _closed_starts(self, booking: int) -> BoolArray:
        if len(self._closed) and self.problem.fixed_agent[booking] == NOBODY:
            row: BoolArray = self._closed[self.problem.kinds[1][booking]]
            return row
        return np.zeros(self.problem.slots, dtype=np.bool_)

    @cached_property
    def _waste(self) -> IntArray:
        """Slots of a gap of each length that no combination of sessions can fill."""
        return np.array(unusable(self.problem), dtype=np.int64)

    @cached_property
    def _skills(self) -> IntArray:
        counts: IntArray = self.problem.agent_skills.sum(axis=1).astype(np.int64)
        return counts


def unusable(problem: Problem) -> list[int]:
    """For each gap length in slots, the slots that stay empty however it is filled."""
    longest = int((problem.segments.end - problem.segments.start).max(initial=0))
    lengths = sorted({int(n) for n in np.unique(problem.occupied[problem.placeable])})
    fill = [0] * (2 * longest + 1)
    for gap in range(1, len(fill)):
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


def keep_confirmed(plan: WorkingPlan) -> None:
    """Place bookings with a movable pin where they were confirmed, as far as that is free."""
    fit, problem = BestFit(plan), plan.problem
    pinned = problem.placeable[problem.movable_slot[problem.placeable] >= 0].tolist()
    # Who was promised an agent comes first: the others can go to anybody.
    for booking in sorted(pinned, key=lambda b: (problem.movable_agent[b] == NOBODY, b)):
        if booking not in plan.sessions and not fit.place_as_confirmed(booking):
            _make_room(fit, booking)


def _make_room(fit: BestFit, booking: int) -> None:
    """Place a booking with the promised agent where fixed pins that may have any agent are in its way."""
    plan, problem = fit.plan, fit.plan.problem
    agent, begin = (
        int(problem.movable_agent[booking]),
        int(problem.movable_slot[booking] - problem.set_up[booking]),
    )
    if agent < 0:
        return
    end = begin + int(problem.occupied[booking])
    blocking = {
        other: (slot, agent)
        for other, slot in plan.of_agent[agent].items()
        if slot - problem.set_up[other] < end
        and begin < slot - problem.set_up[other] + problem.occupied[other]
    }
    if any(problem.fixed_slot[b] == NOBODY or problem.fixed_agent[b] != NOBODY for b in blocking):
        return
    for other in blocking:
        plan.remove(other)
    if fit.place_as_confirmed(booking) and all(fit.place(other) for other in blocking):
        return
    plan.replace(blocking, instead_of=[booking, *blocking])


def construct(
    plan: WorkingPlan, bookings: Iterable[int], slot_worth: int, budget: Budget, progress: Progress
) -> None:
    """Place what can be placed without moving anything; confirmed sessions where they were, if free."""
    fit = BestFit(plan, slot_worth, only_filling=True)
    queue = order_of_placement(plan.problem, (b for b in bookings if b not in plan.sessions))
    for done, booking in enumerate(queue):
        if done % CHECK_EVERY == 0:
            progress(done / len(queue), "placing bookings one by one")
            budget.work_used += WORK_A_BOOKING * min(CHECK_EVERY, len(queue) - done)
            if budget.clock_is_up():
                return
        fit.place(booking)
