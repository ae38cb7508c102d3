"""A plan for the rest of a pool's day while it is made, and what it does to people."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable

from data.day.repaired import Disruption
from optimizer.repair.agents_now import AgentTime
from optimizer.repair.problem import PoolProblem, Wanted

Place = tuple[int, int]
"""Agent and start of a session."""

Cost = tuple[int, ...]


class Draft:
    """Sessions placed, and breaks; nothing overlaps.

    Attributes:
        placed: by session, agent and start; None: not placed.
        breaks: by agent and number among the pending breaks, the start.
    """

    def __init__(self, problem: PoolProblem) -> None:
        self.problem = problem
        self.placed: list[Place | None] = [None] * len(problem.sessions)
        self.breaks: dict[tuple[int, int], int] = {}
        self._taken: list[list[tuple[int, int]]] = [[] for _ in problem.agents]
        self._attended: dict[str, list[tuple[int, int]]] = {}

    def occupation(self, session: Wanted, start: int) -> tuple[int, int]:
        """From when, and until when, the session takes its agent."""
        return start - session.set_up, start + session.minutes + session.wrap_up

    def fits(self, number: int, agent: int, start: int) -> bool:
        """Whether agent and participants are free for the session at a start within the bounds."""
        session = self.problem.sessions[number]
        begins, ends = self.occupation(session, start)
        if _overlaps(self._taken[agent], begins, ends) or self.problem.is_engaged(session, start):
            return False
        return not any(
            _overlaps(self._attended[person], start, start + session.minutes)
            for person in session.participants
            if person in self._attended
        )

    def place(self, number: int, agent: int, start: int) -> None:
        """Place a session that fits."""
        session = self.problem.sessions[number]
        self.placed[number] = agent, start
        insort(self._taken[agent], self.occupation(session, start))
        for person in session.participants:
            insort(self._attended.setdefault(person, []), (start, start + session.minutes))

    def take_break(self, agent: int, number: int, start: int) -> None:
        """Place a break, for which there is time."""
        minutes = self.problem.agents[agent].breaks[number].minutes
        self.breaks[agent, number] = start
        insort(self._taken[agent], (start, start + minutes))

    def sessions_in_the_way(self, agent: int, begins: int, ends: int) -> list[int]:
        """Sessions placed with an agent that share a minute with an interval."""
        found = []
        for number, place in enumerate(self.placed):
            if place is not None and place[0] == agent:
                start, end = self.occupation(self.problem.sessions[number], place[1])
                if start < ends and begins < end:
                    found.append(number)
        return found

    def disruption(self) -> Disruption:
        """What the plan does to people, sessions that are not placed being rebooked."""
        rebooked = [0] * 18
        new_times = told = minutes = rebound = 0
        called: set[int] = set()
        for session, place in zip(self.problem.sessions, self.placed, strict=True):
            if place is None:
                rebooked[session.rebooking_class] += 1
                continue
            agent, start = place
            late = start - session.ready
            if is_new_time(session, start):
                new_times += 1
            elif late > session.slack:
                told += 1
            minutes += abs(late)
            rebound += agent != session.nominal
            if self.problem.agents[agent].on_call:
                called.add(agent)
        moved = sum(
            is_moved(self.problem.agents[agent], number, start)
            for (agent, number), start in self.breaks.items()
        )
        return Disruption(tuple(rebooked), new_times, told, len(called) + moved, minutes, rebound)


def is_new_time(session: Wanted, start: int) -> bool:
    """Whether a start is a new time, not a delay."""
    return not session.ready <= start <= session.limit


def is_moved(agent: AgentTime, number: int, start: int) -> bool:
    """Whether a break that begins then has been moved."""
    pause = agent.breaks[number]
    return not pause.due <= start <= pause.due + pause.slack


def best_breaks(agent: AgentTime, cost: Callable[[int, int], Cost]) -> list[int]:
    """Legal starts of an agent's breaks whose costs, by number of the break and start, add up to least."""
    reached: dict[int, tuple[Cost, list[int]]] = {agent.since: ((), [])}
    for number, pause in enumerate(agent.breaks):
        following: dict[int, tuple[Cost, list[int]]] = {}
        for start in (*pause.as_it_is, *pause.moved):
            added = cost(number, start)
            for before, (so_far, starts) in reached.items():
                if (number and start < before) or (
                    agent.longest_stretch is not None and start - before > agent.longest_stretch
                ):
                    continue
                total = tuple(map(sum, zip(so_far, added, strict=True))) if so_far else added
                found = following.get(start + pause.minutes)
                if found is None or total < found[0]:
                    following[start + pause.minutes] = total, [*starts, start]
        reached = following
    ends = [
        (total, starts)
        for over, (total, starts) in reached.items()
        if agent.longest_stretch is None or agent.end - over <= agent.longest_stretch
    ]
    return min(ends)[1]


def _overlaps(taken: list[tuple[int, int]], begins: int, ends: int) -> bool:
    """Whether an interval shares a minute with one of a list, which is in order and does not overlap."""
    place = bisect_left(taken, (ends,))
    return place > 0 and taken[place - 1][1] > begins
