"""Agents for sessions with given starts, each where it leaves least idle and unusable time, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.allocation.free_time import take
from optimizer.allocation.problem import NOBODY

GAP, WASTE, SNUG, SKILL, SLACK = 1_000, 2_000, -500, 200, 1
"""What weighs: a slot left idle before the session, an unusable slot after it, an exact fit, each skill of
the agent, each free slot after it. Of seven sets of weights, tried on days of 2,260 and of 22,748 bookings,
this one left fewest bookings without an agent."""


@njit(cache=True)
def snuggest(  # type: ignore[no-untyped-def]
    ahead, behind, agents, slot, set_up, occupied, earliest, latest, waste, skills
):
    """The best of the agents who are free for the session at this start, the first of several, or NOBODY.

    Args:
        ahead, behind: free runs, as in `FreeTime`.
        agents: who could take it.
        slot: its start.
        set_up, occupied: slots before the start, and all slots that it occupies.
        earliest, latest: over agents, the starts that the credential allows.
        waste: over lengths of gaps, the slots of it that no combination of sessions fills.
        skills: over agents, how many skills each has.
    """
    begin = slot - set_up
    best, lowest = NOBODY, np.iinfo(np.int64).max
    for agent in agents:
        after = np.int64(ahead[agent, begin]) - occupied
        if after < 0 or not earliest[agent] <= slot <= latest[agent]:
            continue
        score = GAP * behind[agent, begin] + WASTE * waste[after] + SKILL * skills[agent] + SLACK * after
        if after == 0:
            score += SNUG
        if score < lowest:
            best, lowest = agent, score
    return best


@njit(cache=True)
def bind(  # type: ignore[no-untyped-def]
    ahead, behind, bookings, starts, at, facts, agents_of_skill, agents, waste, skills, agent_of
):
    """Take an agent's time for each booking in turn, as far as one is free; the last argument says whom.

    Args:
        ahead, behind: free runs, as in `FreeTime`; changed.
        bookings, starts: the sessions in their order, none with a fixed pin.
        at: over all bookings, the start of the session, or NOBODY; changed.
        facts: `BindingFacts`.
        agents_of_skill, agents: agents with each skill (compressed rows).
        waste, skills: as above.
        agent_of: over `bookings`, the agent found, or NOBODY; written.
    """
    for place in range(len(bookings)):
        booking, slot = bookings[place], starts[place]
        agent_of[place] = NOBODY
        if _attended(booking, slot, at, facts.held, facts.rival_offsets, facts.rivals):
            continue
        set_up, occupied, skill = facts.set_up[booking], facts.occupied[booking], facts.skill[booking]
        begin = slot - set_up
        able = agents[agents_of_skill[skill] : agents_of_skill[skill + 1]]
        wanted = facts.movable_agent[booking]
        if wanted >= 0 and facts.agent_skills[wanted, skill] and ahead[wanted, begin] >= occupied:
            able = np.full(1, wanted)
        agent = snuggest(
            ahead, behind, able, slot, set_up, occupied, facts.earliest, facts.latest, waste, skills
        )
        if agent != NOBODY:
            take(ahead, behind, agent, begin, occupied)
            at[booking], agent_of[place] = slot, agent


@njit(cache=True)
def _attended(booking, slot, at, held, rival_offsets, rivals):  # type: ignore[no-untyped-def]
    """Whether somebody who must attend the booking is in another session during it."""
    for place in range(rival_offsets[booking], rival_offsets[booking + 1]):
        other = rivals[place]
        if at[other] != NOBODY and slot < at[other] + held[other] and at[other] < slot + held[booking]:
            return True
    return False
