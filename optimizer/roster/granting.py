"""Granting wishes where coverage does not suffer.

Agents may swap the duties of some days in a row: with the same skills, coverage stays as it is. And an agent
with a wish left may choose first, while others make up for what is lost by it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from optimizer.roster.search import Tour, Working
from optimizer.roster.team import Pattern
from optimizer.roster.wishes import not_met

ROUNDS = 3
"""How often every agent with a wish left tries."""

MOST_SWAPPERS = 60
"""With how many others an agent tries to swap, at most."""

WORK_OF_A_SWAP = 2e-4
"""Deterministic work of looking for a swap with one other; about seconds."""

PARTNERS = (0, 1, 1, 2, 2, 3, 3, 4)
"""How many others choose anew after the agent, in turn."""

INSISTENCE = 2.0**12
"""What an agent's wishes together are about worth, in agent-intervals, when the agent insists on them."""


def grant_wishes(working: Working, checkpoint: Callable[[], None]) -> None:
    """Meet more wishes without losing coverage.

    `checkpoint` is called before each try, and may raise to end this early; the roster is whole then.
    """
    skill_sets = working.team.requirement.class_of_agent
    for _ in range(ROUNDS):
        asking = [agent for agent in range(len(working.tours)) if working.not_met(agent)]
        for agent in working.shuffled(asking):
            same = skill_sets == skill_sets[agent]
            others = [int(other) for other in np.flatnonzero(same) if other != agent]
            skilled = working.shuffled(np.flatnonzero(~same & (skill_sets > 0)).tolist())
            for other in [*working.shuffled(others), *skilled][:MOST_SWAPPERS]:
                if working.not_met(agent):
                    checkpoint()
                    working.count_work(WORK_OF_A_SWAP)
                    _swap(working, agent, other)
            for partners in PARTNERS if others else (0,):
                if working.not_met(agent):
                    checkpoint()
                    _choose_first(working, agent, working.some(others, partners) if partners else [])


def _swap(working: Working, agent: int, other: int) -> None:
    """Swap the duties of those days in a row by which most wishes are met, if coverage allows it."""
    team, own, theirs = working.team, working.tours[agent], working.tours[other]
    one, two = team.patterns[agent], team.patterns[other]
    lost = working.not_met(agent)
    most, both = lost + working.not_met(other), None
    for first in range(team.days):
        for last in range(first, team.days):
            if not may_swap(one, two, last):
                break
            if own[last] == theirs[last]:
                continue
            mine = own[:first] + theirs[first : last + 1] + own[last + 1 :]
            left = not_met(team.wishes[agent], one.spans(mine))
            if left >= lost:
                continue
            yours = theirs[:first] + own[first : last + 1] + theirs[last + 1 :]
            left += not_met(team.wishes[other], two.spans(yours))
            if left < most and one.allows(mine) and two.allows(yours):
                most, both = left, (mine, yours)
    if both is not None:
        cover = working.objective()
        working.put(agent, both[0])
        working.put(other, both[1])
        if working.objective() > cover:
            working.put(agent, own)
            working.put(other, theirs)


def may_swap(one: Pattern, two: Pattern, day: int) -> bool:
    """Whether both choose from the same duties on a day."""
    mine, yours = one.choices[day], two.choices[day]
    return mine.menu is yours.menu and mine.pinned is None and yours.pinned is None


def _choose_first(working: Working, agent: int, partners: Sequence[int]) -> None:
    """The agent chooses as if nothing but the wishes counted, then the partners their best tours.

    Without partners, the agent chooses among tours that cover equally well. What loses neither coverage nor
    wishes is kept.
    """
    before = {one: working.tours[one] for one in (agent, *partners)}
    cover, lost = working.objective(), _lost(working, before)
    for one in before:
        working.take(one)
        insistence = INSISTENCE * working.team.usual_price if one == agent and partners else 1.0
        working.put(one, working.best_tour(one, insistence=insistence))
    now = working.objective(), _lost(working, before)
    if now[0] > cover or now[1] > lost:
        for one, tour in before.items():
            working.put(one, tour)


def _lost(working: Working, agents: dict[int, Tour]) -> int:
    return sum(working.not_met(agent) for agent in agents)
