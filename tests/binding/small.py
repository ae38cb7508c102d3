"""Small teams and sessions, and all ways to bind them, tried one by one: the oracle of the kernel."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

from ortools.sat.python import cp_model

from optimizer.allocation.problem import NOBODY
from optimizer.binding import Kind, Service, Session, Team


def team(skills: Sequence[str], services: Sequence[tuple[int, int, int]], slots: int = 24) -> Team:
    """Agents with skills as words of letters, and intervals (agent, start, end) in service."""
    letters = sorted({letter for word in skills for letter in word})
    sets = tuple(sum(1 << a for a, word in enumerate(skills) if letter in word) for letter in letters)
    listed = tuple(Service(a, start, end, 0, slots - 1) for a, start, end in services)
    return Team(slots, len(skills), sets, listed)


def session(skill: int, begin: int, length: int, agent: int = NOBODY) -> Session:
    """A session without set-up that occupies [begin, begin + length)."""
    return Session(Kind(skill, 0, length), begin, agent)


def able(of: Team, item: Session) -> list[int]:
    """Agents who could hold a session, read off the intervals one by one."""
    return sorted(
        {
            s.agent
            for s in of.services
            if s.start <= item.begin
            and item.end <= s.end
            and s.earliest <= item.start <= s.latest
            and of.skills[item.kind.skill] >> s.agent & 1
            and item.agent in (NOBODY, s.agent)
        }
    )


def placeable(of: Team, items: Sequence[Session]) -> bool:
    """Whether all sessions can be held together: every assignment is tried."""
    order = sorted(items, key=lambda item: len(able(of, item)))
    taken: list[list[Session]] = [[] for _ in range(of.agents)]

    def extend(place: int) -> bool:
        if place == len(order):
            return True
        item = order[place]
        for agent in able(of, item):
            if all(item.end <= other.begin or other.end <= item.begin for other in taken[agent]):
                taken[agent].append(item)
                if extend(place + 1):
                    return True
                taken[agent].pop()
        return False

    return extend(0)


def placeable_by_model(of: Team, items: Sequence[Session]) -> bool:
    """The same by a constraint model, for more sessions than can be tried."""
    model = cp_model.CpModel()
    at: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for item in items:
        choices = []
        for agent in able(of, item):
            chosen = model.new_bool_var("")
            choices.append(chosen)
            for slot in range(item.begin, item.end):
                at.setdefault((agent, slot), []).append(chosen)
        model.add_exactly_one(choices)
    for meeting in at.values():
        model.add_at_most_one(meeting)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return bool(status == cp_model.OPTIMAL)


def random_team(rng: random.Random, agents: int = 4, slots: int = 24) -> Team:
    """Agents with one to three skills out of three, and one or two intervals with a break between."""
    services = []
    for agent in range(agents):
        start, end = rng.randint(0, 4), slots - rng.randint(0, 4)
        cut = rng.randint(start + 2, end - 4)
        services += [(agent, start, cut), (agent, cut + rng.randint(1, 2), end)]
    words = ["".join(rng.sample("abc", rng.randint(1, 3))) for _ in range(agents - 1)]
    return team(["abc", *words], services, slots)


def random_session(rng: random.Random, of: Team) -> Session:
    """Any skill, start and length; now and then with a set-up, or for one agent only."""
    kind = Kind(rng.randrange(len(of.skills)), rng.choice([0, 0, 1]), rng.randint(2, 6))
    agent = rng.randrange(of.agents) if rng.random() < 0.1 else NOBODY
    return Session(kind, rng.randint(1, of.slots - 6), agent)


def is_witness(of: Team, sessions: dict[int, Session], agent_of: dict[int, int]) -> bool:
    """Whether an assignment is complete and legal."""
    by_agent: dict[int, list[Session]] = {}
    for number, item in sessions.items():
        if agent_of[number] not in able(of, item):
            return False
        by_agent.setdefault(agent_of[number], []).append(item)
    for items in by_agent.values():
        items.sort(key=lambda item: item.begin)
        if any(a.end > b.begin for a, b in pairwise(items)):
            return False
    return len(agent_of) == len(sessions)
