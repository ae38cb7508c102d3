"""The pool guarantee: by the rule nobody gets stuck, whoever comes first; by lesser rules somebody does."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from data.generator import GeneratorSettings, generate
from optimizer.allocation import build_problem
from optimizer.allocation.problem import NOBODY
from optimizer.binding import Answer, Binder, Dispatcher, Kind, Limits, Session, Team
from optimizer.binding.team import members
from tests.binding.small import able, placeable, random_session, random_team, session, team

THOROUGH = Limits(chain=10_000, exhaustive=1_000_000)

Bound = list[tuple[Session, int]]
Rule = Callable[[Team, Bound, list[Session], Session, int], bool]
"""Whether a lesser rule lets a session take a free agent, given what is bound and what is still to come."""


def any_free_agent(of: Team, bound: Bound, rest: list[Session], item: Session, agent: int) -> bool:
    """The naive rule: whoever is free and has the skill."""
    return True


def counts_only(of: Team, bound: Bound, rest: list[Session], item: Session, agent: int) -> bool:
    """At every grid point, the sessions to come can be given different free agents who may hold them."""
    bound = [*bound, (item, agent)]
    return all(_matched(of, bound, [s for s in rest if s.begin <= t < s.end], t) for t in range(of.slots))


def _matched(of: Team, bound: Bound, under_way: Sequence[Session], slot: int) -> bool:
    busy = {a for s, a in bound if s.begin <= slot < s.end}
    partner: dict[int, int] = {}

    def augment(place: int, seen: set[int]) -> bool:
        for agent in able(of, under_way[place]):
            if agent not in busy and agent not in seen:
                seen.add(agent)
                if agent not in partner or augment(partner[agent], seen):
                    partner[agent] = place
                    return True
        return False

    return all(augment(place, set()) for place in range(len(under_way)))


def free_agents(of: Team, bound: Bound, item: Session) -> list[int]:
    """Agents who may hold a session and are not held by a begun one meanwhile."""
    return [
        a
        for a in able(of, item)
        if all(b != a or s.end <= item.begin or item.end <= s.begin for s, b in bound)
    ]


def can_get_stuck(of: Team, items: Sequence[Session], rule: Rule) -> bool:
    """Whether an adversary who chooses among the agents that a rule allows can leave a session without one.

    Sessions begin in the order of their starts; of those that begin together the adversary chooses who is
    first. All games are tried.
    """

    def lost(bound: Bound, rest: list[Session]) -> bool:
        if not rest:
            return False
        now = min(item.begin for item in rest)
        for item in [item for item in rest if item.begin == now]:
            others = list(rest)
            others.remove(item)
            allowed = [a for a in free_agents(of, bound, item) if rule(of, bound, others, item, a)]
            if not allowed or any(lost([*bound, (item, agent)], others) for agent in allowed):
                return True
        return False

    return lost([], list(items))


def completion_exists(of: Team, bound: Bound, rest: list[Session], item: Session, agent: int) -> bool:
    """The published rule, by brute force."""
    pinned = [Session(s.kind, s.start, a) for s, a in [*bound, (item, agent)]]
    return placeable(of, [*pinned, *rest])


SKILLS = team(["ab", "a"], [(0, 0, 8), (1, 0, 8)])
"""Whoever has both skills is wasted on the session that anybody can hold."""
SKILL_SESSIONS = [session(0, 0, 4), session(1, 0, 4)]

BREAKS = team(["a", "a"], [(0, 0, 6), (1, 0, 10)])
"""The first agent has a break at 6: taken for the first session, who is left for the last?"""
BREAK_SESSIONS = [session(0, 0, 4), session(0, 2, 4), session(0, 4, 6)]


def test_any_free_agent_gets_stuck() -> None:
    """The naive rule fails where an agent with a rare skill is taken for a common session, and at breaks."""
    assert can_get_stuck(SKILLS, SKILL_SESSIONS, any_free_agent)
    assert can_get_stuck(BREAKS, BREAK_SESSIONS, any_free_agent)


def test_counting_gets_stuck() -> None:
    """Counting (even matching) at each grid point saves the first case, and fails at the break."""
    assert placeable(BREAKS, BREAK_SESSIONS)
    assert not can_get_stuck(SKILLS, SKILL_SESSIONS, counts_only)
    assert can_get_stuck(BREAKS, BREAK_SESSIONS, counts_only)


def test_the_rule_does_not_get_stuck_there() -> None:
    """In both cases the rule with a completion survives every game."""
    assert not can_get_stuck(SKILLS, SKILL_SESSIONS, completion_exists)
    assert not can_get_stuck(BREAKS, BREAK_SESSIONS, completion_exists)


def sold(rng: random.Random, of: Team, tries: int) -> Binder:
    """A team with as many random sessions as fit."""
    binder = Binder(of, THOROUGH)
    for number in range(tries):
        binder.add(number, random_session(rng, of))
    return binder


@pytest.mark.parametrize("seed", range(60))
def test_the_dispatcher_takes_exactly_whom_the_rule_allows(seed: int) -> None:
    """At each step an agent is accepted if and only if brute force finds a completion; games never end."""
    rng = random.Random(seed)
    of = random_team(rng)
    dispatcher = Dispatcher(sold(rng, of, 14))
    witness = dispatcher.binder.witness
    bound: Bound = []
    rest = dict(witness.sessions)
    while rest:
        now = min(item.begin for item in rest.values())
        number = rng.choice([n for n, item in rest.items() if item.begin == now])
        item = rest.pop(number)
        free = free_agents(of, bound, item)
        assert list(members(dispatcher.free_agents(number))) == free
        allowed = [a for a in free if completion_exists(of, bound, list(rest.values()), item, a)]
        assert allowed
        order = rng.sample(free, len(free))
        taken = dispatcher.take(number, order)
        assert taken == next(a for a in order if a in allowed)
        bound.append((item, taken))


def naive_game(rng: random.Random, of: Team, items: list[Session]) -> bool:
    """One random game by the naive rule; whether a session found nobody."""
    bound: Bound = []
    for item in sorted(items, key=lambda s: (s.begin, rng.random())):
        free = free_agents(of, bound, item)
        if not free:
            return True
        bound.append((item, rng.choice(free)))
    return False


def guarded_game(rng: random.Random, binder: Binder, adversary: bool) -> None:
    """One game by the rule: whoever comes first, preferences at random or the worst first."""
    dispatcher = Dispatcher(binder)
    witness = binder.witness
    order = sorted(witness.sessions, key=lambda n: (witness.sessions[n].begin, rng.random()))
    if not adversary and rng.random() < 0.5:
        rng.shuffle(order)  # bound in any order whatever, long before they begin
    promised = dict(witness.sessions)
    for number in order:
        free = list(members(dispatcher.free_agents(number)))
        rng.shuffle(free)
        if adversary:
            # Whom most sessions to come could need: the rarest skills and the longest time in service.
            later = [s for n, s in promised.items() if n not in dispatcher.bound and n != number]
            weight = {a: sum(witness.allowed(s) >> a & 1 for s in later) for a in free}
            free.sort(key=lambda a: -weight[a])
        agent = dispatcher.take(number, free)
        assert witness.allowed(promised[number]) >> agent & 1
        assert witness.sessions[number].start == promised[number].start
    by_agent: dict[int, list[Session]] = {}
    for number, agent in dispatcher.bound.items():
        by_agent.setdefault(agent, []).append(promised[number])
    assert len(dispatcher.bound) == len(promised)
    for items in by_agent.values():
        items.sort(key=lambda s: s.begin)
        assert all(a.end <= b.begin for a, b in pairwise(items))


@pytest.mark.parametrize("adversary", [False, True])
def test_many_games_on_small_teams(adversary: bool) -> None:
    """Random and adversarial games never leave a session without an agent; naive games often do."""
    stuck = 0
    for seed in range(120):
        rng = random.Random(seed)
        of = random_team(rng, agents=5)
        binder = sold(rng, of, 25)
        stuck += naive_game(rng, of, list(binder.witness.sessions.values()))
        guarded_game(rng, binder, adversary)
    assert stuck > 20


def day(agents: int, seed: int) -> Binder:
    """A generated day at load 0.9 with its planted sessions, sold."""
    made = generate(GeneratorSettings(agents=agents, days=1, load=0.9, seed=seed))
    problem = build_problem(made.case)
    binder = Binder(Team.of(problem))
    row = made.case.bookings.position
    for number, planted in enumerate(made.planted.rows()):
        b = row[planted["booking_id"]]
        kind = Kind(int(problem.skill[b]), int(problem.set_up[b]), int(problem.occupied[b]))
        item = Session(kind, planted["starts_at"] // problem.grid)
        assert binder.bind_as_planned(number, item, made.case.agents.position[planted["agent_id"]])
    return binder


@pytest.mark.parametrize(("agents", "adversary"), [(20, False), (20, True), (60, True)])
def test_games_on_generated_days(agents: int, adversary: bool) -> None:
    """On a full day of real shape the rule serves everybody; the naive rule gets stuck in the same day."""
    rng = random.Random(agents)
    binder = day(agents, seed=2)
    assert naive_game(rng, binder.team, list(binder.witness.sessions.values()))
    guarded_game(rng, binder, adversary)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(8))
def test_games_on_issuers_days(seed: int) -> None:
    """The same on days of 200 agents."""
    rng = random.Random(seed)
    guarded_game(rng, day(200, seed), adversary=bool(seed % 2))


@pytest.mark.parametrize("seed", range(60))
def test_early_and_late_customers_break_no_promise(seed: int) -> None:
    """Sessions begun early or late by the rule never leave another without an agent at its own start."""
    rng = random.Random(seed)
    of = random_team(rng, agents=4)
    dispatcher = Dispatcher(sold(rng, of, 16))
    witness = dispatcher.binder.witness
    promised = dict(witness.sessions)
    for number in sorted(promised, key=lambda n: promised[n].begin):
        start = promised[number].start + rng.choice([-2, -1, 1, 2])
        bound = [(witness.sessions[n], a) for n, a in dispatcher.bound.items()]
        rest = [s for n, s in promised.items() if n != number and n not in dispatcher.bound]
        wanted = replace(promised[number], start=start)
        possible = [
            a for a in free_agents(of, bound, wanted) if completion_exists(of, bound, rest, wanted, a)
        ]
        agent = dispatcher.take(number, (), start)
        assert (agent in possible) if possible else agent == NOBODY
        if agent == NOBODY:
            assert witness.sessions[number] == promised[number]
            assert dispatcher.take(number) != NOBODY
    assert len(dispatcher.bound) == len(promised)


def test_a_session_begins_once() -> None:
    """A second call for the same session is refused."""
    dispatcher = Dispatcher(Binder(team(["a"], [(0, 0, 20)])))
    assert dispatcher.binder.add(0, session(0, 0, 4)).answer is Answer.YES
    assert dispatcher.take(0) == 0
    with pytest.raises(KeyError):
        dispatcher.take(0)
