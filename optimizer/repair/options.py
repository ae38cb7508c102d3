"""All the ways to hold a session: with whom, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from optimizer.repair.problem import PoolProblem

QUIET, TOLD, NEW = 0, 1, 2
"""The customer notices nothing; is told of a delay; is to agree to a new time."""


class Option(NamedTuple):
    """One way to hold a session."""

    agent: int
    start: int
    kind: int


def delays(problem: PoolProblem, number: int) -> list[Option]:
    """The ways to hold a session within its limit."""
    return _once(problem, number, _delays)


def new_times(problem: PoolProblem, number: int) -> list[Option]:
    """The ways to hold a session at a new time today."""
    return _once(problem, number, _new_times)


def _once(
    problem: PoolProblem, number: int, work_out: Callable[[PoolProblem, int], list[Option]]
) -> list[Option]:
    key = work_out.__name__, number
    if key not in problem.known_options:
        problem.known_options[key] = work_out(problem, number)
    return problem.known_options[key]


def _delays(problem: PoolProblem, number: int) -> list[Option]:
    session = problem.sessions[number]
    quiet, told = session.starts(problem.facts.grid)
    starts = [(t, QUIET) for t in quiet] + [(t, TOLD) for t in told]
    starts = [(t, kind) for t, kind in starts if not problem.is_engaged(session, t)]
    found = []
    for place in problem.able(session):
        agent = problem.agents[place]
        first, last = session.earliest_with(place, agent), session.latest_with(place, agent)
        found += [Option(place, t, kind) for t, kind in starts if first <= t <= last]
    return found


def _new_times(problem: PoolProblem, number: int) -> list[Option]:
    session = problem.sessions[number]
    starts = [t for t in problem.new_times(session) if not problem.is_engaged(session, t)]
    found = []
    for place in problem.able(session) if starts else ():
        agent = problem.agents[place]
        first, last = agent.free + session.set_up, agent.end - session.wrap_up - session.minutes
        found += [Option(place, t, NEW) for t in starts if first <= t <= last]
    return found
