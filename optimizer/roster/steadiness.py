"""Steady starts: agents begin at about the same time of day all week, wherever coverage does not suffer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.model import Case, Roster
from data.model.columns import IntArray
from optimizer.roster.fairness import Tally
from optimizer.roster.search import Tour, Working
from optimizer.roster.team import Pattern
from optimizer.roster.tours import OFF

ROUNDS = 2
"""How often every agent chooses again."""


def steady(working: Working, tally: Tally, checkpoint: Callable[[], None]) -> None:
    """Bring the starts of duties closer to each agent's usual start, where nothing is lost by it.

    Each agent in turn takes the best tour anew; among tours that cover equally well, one that meets the
    wishes and whose starts differ least from the median of the present ones. It is kept unless wishes or fair
    shares suffer. `checkpoint` is called before each turn, and may raise to end this early.
    """
    for _ in range(ROUNDS):
        for agent, pattern in enumerate(working.team.patterns):
            near = usual_start(pattern, working.tours[agent])
            if near is not None:
                checkpoint()
                cover = working.objective()
                wishes, unfair = working.not_met(agent), tally.unfairness
                before = working.take(agent)
                working.put(agent, working.best_tour(agent, near=near, insistence=1.0))
                tally.refresh((agent,))
                worse = working.objective() > cover  # only where the budget rules the best tours out
                if worse or working.not_met(agent) > wishes or tally.unfairness > unfair:
                    working.put(agent, before)
                    tally.refresh((agent,))


def usual_start(pattern: Pattern, tour: Tour) -> float | None:
    """The median time of day, in minutes, at which the duties of a tour start; None for fewer than two."""
    starts = [
        float(choice.menu.start_of_day[duty])
        for choice, duty in zip(pattern.choices, tour, strict=True)
        if duty != OFF and choice.menu is not None
    ]
    return float(np.median(starts)) if len(starts) > 1 else None


def unsteadiness(case: Case, roster: Roster) -> int:
    """Minutes by which starts differ from the agent's median start of day, summed over duties."""
    total = 0.0
    for duties in roster.by_agent.values():
        times: IntArray = np.array([case.axis.minute_of_day(duty.start) for duty in duties], dtype=np.int64)
        total += float(np.abs(times - np.median(times)).sum())
    return round(total)
