"""A plan as it stands: its problem and its sessions, ready for questions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data.model import MISSING, Case
from data.model.columns import IntArray
from optimizer.allocation.moments import Moments
from optimizer.allocation.neighbourhoods import Neighbourhoods
from optimizer.allocation.problem import NOBODY, Problem
from optimizer.allocation.reasons import Alternatives
from optimizer.allocation.translation import build_problem
from optimizer.allocation.working_plan import WorkingPlan


@dataclass(frozen=True, eq=False)
class Standing:
    """Sessions that break no rule, and the questions that several explanations ask of them."""

    problem: Problem
    plan: WorkingPlan

    @classmethod
    def of(cls, case: Case) -> Standing:
        """The standing of a case whose sessions a referee has accepted."""
        problem = build_problem(case)
        plan = WorkingPlan(problem)
        rows = (case.sessions.booking_id, case.sessions.starts_at, case.sessions.agent_id)
        for name, start, agent in zip(*(column.tolist() for column in rows), strict=True):
            plan.place(case.bookings.position[name], start // problem.grid, case.agents.position[agent])
        return cls(problem, plan)

    @cached_property
    def neighbourhoods(self) -> Neighbourhoods:
        """Which segments could hold which bookings; nothing is drawn from it."""
        return Neighbourhoods(self.plan, seed=0)

    @cached_property
    def alternatives(self) -> Alternatives:
        """The nearest starts still free."""
        return Alternatives(self.plan)

    @property
    def held_back(self) -> float:
        """Share of the capacity that is held back for priority 1, which no explanation looks at."""
        return float(self.problem.case.plan.policy.held_back_share)

    @cached_property
    def moments(self) -> Moments:
        """Minutes in words."""
        return Moments(self.problem.case.axis)

    def name(self, booking: int) -> str:
        """The id of a booking."""
        return str(self.problem.case.bookings.booking_id[booking])

    def agent(self, agent: int) -> str:
        """The id of an agent."""
        return str(self.problem.case.agents.agent_id[agent])

    def wished_slot(self, booking: int) -> int:
        """The slot nearest to the wish, of two the one nearer to the session; NOBODY without a wish."""
        wish = int(self.problem.wish[booking])
        if wish == MISSING:
            return NOBODY
        at = self.plan.sessions.get(booking, (0, NOBODY))[0] * self.problem.grid
        low = wish // self.problem.grid
        ends = (low, -(-wish // self.problem.grid))
        return min(
            ends, key=lambda slot: (abs(slot * self.problem.grid - wish), abs(slot * self.problem.grid - at))
        )

    def deviation(self, booking: int) -> int:
        """Minutes from the wish of a placed booking."""
        return self.problem.deviation(booking, self.plan.sessions[booking][0])

    def misses_wish(self, booking: int) -> bool:
        """Whether a booking is placed, and some start of the grid is nearer to its wish than its session."""
        if booking not in self.plan.sessions or int(self.problem.wish[booking]) == MISSING:
            return False
        return self.deviation(booking) > self.problem.deviation(booking, self.wished_slot(booking))

    def occupation(self, booking: int, slot: int) -> tuple[int, int]:
        """Slots, half-open, for which a session of the booking that starts then occupies its agent."""
        begin = slot - int(self.problem.set_up[booking])
        return begin, begin + int(self.problem.occupied[booking])

    def able_segments(self, booking: int, slot: int) -> list[int]:
        """Segments that could hold the booking at this start, were they empty; windows are not looked at."""
        problem = self.problem
        kind = (int(problem.set_up[booking]), int(problem.occupied[booking]))
        return [
            problem.segment_at(agent, slot)
            for agent in problem.allowed_agents(booking)
            if problem.may_start(agent, slot, *kind)
        ]

    def sessions_in_the_way(self, booking: int, slot: int, agent: int) -> list[int]:
        """Sessions of an agent that overlap the occupation of a booking at this start, but its own."""
        begin, end = self.occupation(booking, slot)
        found = []
        for other, at in self.plan.of_agent[agent].items():
            low, high = self.occupation(other, at)
            if other != booking and low < end and begin < high:
                found.append(other)
        return sorted(found, key=lambda other: self.plan.of_agent[agent][other])

    def sessions_of_its_people(self, booking: int, slot: int) -> list[int]:
        """Sessions in which a person who must attend this booking would be at this start."""
        problem = self.problem
        people = set(problem.people[booking])
        end = slot + int(problem.held[booking])
        return [
            other
            for other in self._sharing(booking)
            if other in self.plan.sessions
            and people & set(problem.people[other])
            and self.plan.sessions[other][0] < end
            and slot < self.plan.sessions[other][0] + int(problem.held[other])
        ]

    def _sharing(self, booking: int) -> list[int]:
        """Other bookings that somebody of this booking must attend."""
        people = set(self.problem.people[booking])
        found = {other for person in people for other in self._bookings_of_people.get(person, ())}
        return sorted(found - {booking})

    @cached_property
    def _bookings_of_people(self) -> dict[int, list[int]]:
        listed: dict[int, list[int]] = {}
        for booking, people in enumerate(self.problem.people):
            for person in people:
                listed.setdefault(person, []).append(booking)
        return listed

    def people_of(self, booking: int) -> set[str]:
        """Surrogates of those who must attend."""
        problem = self.problem
        rows = problem.attending & (problem.booking_of == booking)
        return set(problem.case.participants.participant_id[rows].tolist())

    def free_start(self, booking: int) -> tuple[int, int] | None:
        """The start nearest to the wish, in the windows, at which an able agent is free; with the agent."""
        problem = self.problem
        starts = self.plan.possible_starts(booking, leaving_out=(booking,))
        kind = (int(problem.set_up[booking]), int(problem.occupied[booking]))
        best: tuple[int, int, int] | None = None
        for agent in problem.allowed_agents(booking):
            free = _bits(self.plan.free_starts(agent, *kind) & starts)
            if len(free):
                away = problem.deviations(booking, free)
                place = int(np.argmin(away))
                found = (int(away[place]), int(free[place]), agent)
                best = found if best is None else min(best, found)
        return None if best is None else (best[1], best[2])


def _bits(mask: int) -> IntArray:
    """The set bits of a mask."""
    return np.array([place for place in range(mask.bit_length()) if mask >> place & 1], dtype=np.int64)
