"""A first plan for the rest of a pool's day: what can stay as it is, and the rest where it disturbs least."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from optimizer.repair.draft import Draft, best_breaks, is_moved
from optimizer.repair.options import Option, delays
from optimizer.repair.problem import NOBODY, PoolProblem


@dataclass(frozen=True)
class Standing:
    """The plan as it stands.

    Attributes:
        draft: with what can stay as it is, nobody being told of anything.
        loose: sessions that can't.
        broken: agents whose breaks can't.
    """

    draft: Draft
    loose: tuple[int, ...]
    broken: tuple[int, ...]

    @property
    def is_fine(self) -> bool:
        """Whether nothing is wrong."""
        return not self.loose and not self.broken


def as_it_stands(problem: PoolProblem) -> Standing:
    """Keep agents, breaks and starts; starts and breaks slip by what needs no message."""
    draft = Draft(problem)
    reached = [agent.free for agent in problem.agents]
    fresh = [True] * len(problem.agents)
    since = [agent.since for agent in problem.agents]
    loose, broken = [], set()
    items: list[tuple[int, int, int, int]] = [
        (session.ready, 1, number, session.nominal) for number, session in enumerate(problem.sessions)
    ]
    items += [
        (pause.planned, 0, number, place)
        for place, agent in enumerate(problem.agents)
        for number, pause in enumerate(agent.breaks)
    ]
    for _, is_session, number, place in sorted(items):
        if place == NOBODY or problem.agents[place].on_call:
            loose.append(number)
            continue
        agent = problem.agents[place]
        if not is_session:
            pause = agent.breaks[number]
            start = max(pause.due, reached[place])
            stretched = agent.longest_stretch is not None and start - since[place] > agent.longest_stretch
            if start not in pause.as_it_is or stretched:
                broken.add(place)
                continue
            draft.take_break(place, number, start)
            reached[place] = since[place] = start + pause.minutes
        else:
            session = problem.sessions[number]
            start = session.earliest_with(place, agent)
            if not fresh[place]:
                start = max(start, reached[place] + session.set_up)
            latest = min(session.ready + session.slack, session.limit, session.latest_with(place, agent))
            if place not in problem.able(session):
                latest = start - 1
            start = next((t for t in range(start, latest + 1) if draft.fits(number, place, t)), NOBODY)
            if start == NOBODY:
                loose.append(number)
                continue
            draft.place(number, place, start)
            reached[place] = start + session.minutes + session.wrap_up
        fresh[place] = False
    for place, agent in enumerate(problem.agents):
        if (
            agent.breaks
            and agent.longest_stretch is not None
            and agent.end - since[place] > agent.longest_stretch
        ):
            broken.add(place)
    return Standing(draft, tuple(loose), tuple(sorted(broken)))


def first_plan(standing: Standing) -> Draft:
    """Put what can't stand where it disturbs least, one after the other, within its limit; what does not fit
    is not placed."""
    problem = standing.draft.problem
    draft = Draft(problem)
    loose = set(standing.loose)
    for place in range(len(problem.agents)):
        starts = _break_starts(standing, place)
        for number, start in enumerate(starts):
            ends = start + problem.agents[place].breaks[number].minutes
            loose.update(standing.draft.sessions_in_the_way(place, start, ends))
            draft.take_break(place, number, start)
    for number, kept in enumerate(standing.draft.placed):
        if kept is not None and number not in loose:
            draft.place(number, *kept)
    for number in sorted(
        loose, key=lambda n: (problem.sessions[n].rebooking_class, problem.sessions[n].ready)
    ):
        place_best(draft, number, delays)
    return draft


def _break_starts(standing: Standing, place: int) -> list[int]:
    """Starts of an agent's breaks: as they stand, or such that fewest sessions are in the way."""
    draft = standing.draft
    agent = draft.problem.agents[place]
    if place not in standing.broken:
        return [draft.breaks[place, number] for number in range(len(agent.breaks))]

    def cost(number: int, start: int) -> tuple[int, int, int]:
        pause = agent.breaks[number]
        in_the_way = len(draft.sessions_in_the_way(place, start, start + pause.minutes))
        return in_the_way, int(is_moved(agent, number, start)), abs(start - pause.due)

    return best_breaks(agent, cost)


def place_best(draft: Draft, number: int, ways: Callable[[PoolProblem, int], list[Option]]) -> bool:
    """Place a session where it disturbs least as things are; whether there is such a place."""
    problem = draft.problem
    session = problem.sessions[number]
    in_use = {place[0] for place in draft.placed if place is not None}

    def rank(option: Option) -> tuple[int, bool, int, bool, int]:
        calls = problem.agents[option.agent].on_call and option.agent not in in_use
        moved = abs(option.start - session.ready)
        return option.kind, calls, moved, option.agent != session.nominal, option.agent

    for option in sorted(ways(problem, number), key=rank):
        if draft.fits(number, option.agent, option.start):
            draft.place(number, option.agent, option.start)
            return True
    return False
