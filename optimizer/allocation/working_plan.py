"""A plan under construction: who is occupied when, and which starts are still free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from data.model.columns import IntArray
from optimizer.allocation.free_time import FreeTime
from optimizer.allocation.problem import Problem, held_from, span

Placement = tuple[int, int]
"""Start slot and agent of a session."""


class WorkingPlan:
    """Sessions placed so far; every mutation keeps agents and shared people free of overlaps.

    Attributes:
        sessions: placement of each placed booking.
        free: for each agent, the slots in service that no session occupies.
        free_time: the same as lengths of free runs.
        of_agent: for each agent, the start slot of each booking placed with them.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.sessions: dict[int, Placement] = {}
        self.free = [0] * problem.agents
        self.free_time = FreeTime(problem.segments, problem.agents, problem.slots)
        self.of_agent: list[dict[int, int]] = [{} for _ in range(problem.agents)]
        for agent, start, end, _, _ in problem.segments.rows:
            self.free[agent] |= span(start, end - 1)
        self._busy: dict[int, int] = {}
        self._before: dict[int, Placement | None] = {}
        self._set_up = problem.set_up.tolist()
        self._occupied = problem.occupied.tolist()
        self._held = problem.held.tolist()

    def place(self, booking: int, slot: int, agent: int) -> None:
        """Add a session; the place must be free."""
        self.free_time.take(agent, slot - self._set_up[booking], self._occupied[booking])
        self.enter(booking, slot, agent)

    def enter(self, booking: int, slot: int, agent: int) -> None:
        """Add a session whose time is taken from :attr:`free_time` already."""
        start = slot - self._set_up[booking]
        self.free[agent] ^= ((1 << self._occupied[booking]) - 1) << start
        for person in self.problem.people[booking]:
            held = span(slot, slot + self._held[booking] - 1)
            self._busy[person] = self._busy.get(person, 0) | held
        self.of_agent[agent][booking] = slot
        self.sessions[booking] = (slot, agent)

    def remove(self, booking: int) -> Placement:
        """Take a session out and return where it was."""
        slot, agent = self.sessions.pop(booking)
        del self.of_agent[agent][booking]
        start = slot - self._set_up[booking]
        self.free[agent] |= span(start, start + self._occupied[booking] - 1)
        _, low, high, _, _ = self.problem.segments.rows[self.problem.segment_at(agent, start)]
        self.free_time.give(agent, start, self._occupied[booking], low, high)
        for person in self.problem.people[booking]:
            self._busy[person] &= ~span(slot, slot + self._held[booking] - 1)
        return slot, agent

    def begin(self, bookings: Iterable[int]) -> None:
        """Start a change of these bookings; until :meth:`commit`, :attr:`answer` is the plan as it was."""
        self._before = {booking: self.sessions.get(booking) for booking in bookings}

    def commit(self) -> None:
        """End a change."""
        self._before = {}

    def replace(self, sessions: Mapping[int, Placement], instead_of: Iterable[int]) -> None:
        """Put these sessions in the place of others, as one change."""
        leaving = [booking for booking in instead_of if booking in self.sessions]
        self.begin([*leaving, *sessions])
        for booking in leaving:
            self.remove(booking)
        for booking, (slot, agent) in sessions.items():
            self.place(booking, slot, agent)
        self.commit()

    @property
    def answer(self) -> dict[int, Placement]:
        """The sessions, complete and free of overlaps whenever an interrupt comes."""
        answer = dict(self.sessions)
        for booking, placement in self._before.items():
            if placement is None:
                answer.pop(booking, None)
            else:
                answer[booking] = placement
        return answer

    def settled(self) -> WorkingPlan:
        """A plan of the sessions of :attr:`answer`; this one, where no change was cut off."""
        if not self._before:
            return self
        plan = WorkingPlan(self.problem)
        plan.replace(self.answer, instead_of=())
        return plan

    def possible_starts(self, booking: int, leaving_out: Iterable[int] = ()) -> int:
        """Starts in the windows at which no shared participant is in another session.

        Sessions of the bookings in `leaving_out` do not count.
        """
        bits = self.problem.window_bits(booking)
        people = self.problem.people[booking]
        if people and bits:
            bits &= self.unattended(booking, leaving_out)
        return bits

    def possible_slots(self, booking: int) -> IntArray:
        """The same starts as an array."""
        pieces = [np.arange(first, last + 1) for first, last in self.problem.window(booking)]
        starts = pieces[0] if len(pieces) == 1 else np.concatenate([np.empty(0, dtype=np.int64), *pieces])
        if self.problem.people[booking] and len(starts):
            alone = self.unattended(booking)
            starts = starts[[bool(alone >> slot & 1) for slot in starts.tolist()]]
        return starts

    def unattended(self, booking: int, leaving_out: Iterable[int] = ()) -> int:
        """Starts at which no shared participant is in another session, in or out of the windows."""
        problem = self.problem
        busy = 0
        for person in problem.people[booking]:
            busy |= self._busy.get(person, 0)
            for other in leaving_out:
                if other in self.sessions and person in problem.people[other]:
                    slot = self.sessions[other][0]
                    busy &= ~span(slot, slot + self._held[other] - 1)
        everything = span(0, problem.slots + self._held[booking])
        return held_from(everything & ~busy, self._held[booking])

    def free_starts(self, agent: int, set_up: int, occupied: int) -> int:
        """Starts at which the agent is free for the whole occupation, within one segment."""
        return (held_from(self.free[agent], occupied) << set_up) & self.problem.agent_start_bits(
            agent, set_up, occupied
        )
