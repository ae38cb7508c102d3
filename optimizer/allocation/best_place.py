"""The best of many free places for one session, compiled by Numba."""

from __future__ import annotations

import numpy as np
from numba import njit

from data.model import MISSING

NO_PLACE = -1

MOST_SKILLS = 63
"""Agents with more skills are as valuable as those with so many."""


@njit(cache=True)
def best_place(  # type: ignore[no-untyped-def]
    ahead,
    behind,
    agents,
    starts,
    wish,
    grid,
    step,
    set_up,
    occupied,
    earliest,
    latest,
    waste,
    skills,
    slot_worth,
    closed,
):
    """Where a session leaves least unusable time and is nearest to its wish: agent and start.

    Starts are looked at so many at a time, those nearest to the wish first, and the best of the first that
    have a free place is taken.

    The score of a place is `slot_worth` for each slot that becomes unusable, plus the deviation; ties go to
    the agent with fewest skills, then to the earlier start. `(NO_PLACE, NO_PLACE)` when none is free.

    Args:
        ahead, behind: free runs, as in `FreeTime`.
        agents: who could take it.
        starts: possible starts, in order of time.
        wish: the wished start in minutes, or MISSING.
        grid: minutes of a slot.
        step: starts that are looked at together.
        set_up, occupied: slots before the start, and all slots that it occupies.
        earliest, latest: over agents, the starts that the credential allows.
        waste: over lengths of gaps, the slots of it that no combination of sessions fills.
        skills: over agents, how many skills each has.
        slot_worth: minutes of deviation that an unusable slot is worth.
        closed: over slots, starts at which nobody has the time; those found to be so are noted.
    """
    columns = ahead.shape[1]
    lowest = np.iinfo(np.int64).max
    agent_found, start_found = NO_PLACE, NO_PLACE
    after_wish = np.searchsorted(starts * grid, wish, side="right") if wish != MISSING else 0
    before_wish = after_wish - 1
    for looked in range(len(starts)):
        if looked % step == 0 and agent_found != NO_PLACE:
            break
        before = wish - starts[before_wish] * grid if before_wish >= 0 else -1
        after = starts[after_wish] * grid - wish if after_wish < len(starts) else -1
        if after < 0 or 0 <= before <= after:
            slot, deviation = starts[before_wish], before
            before_wish -= 1
        else:
            slot, deviation = starts[after_wish], after
            after_wish += 1
        if wish == MISSING:
            deviation = 0
        begin = slot - set_up
        # No place wastes less than nothing.
        if begin < 0 or closed[slot] or deviation * (MOST_SKILLS + 1) * columns + begin >= lowest:
            continue
        nobody = True
        for agent in agents:
            free = ahead[agent, begin]
            if free < occupied:
                continue
            nobody = False
            if not earliest[agent] <= slot <= latest[agent]:
                continue
            idle_before = behind[agent, begin]
            idle_after = free - occupied
            wasted = waste[idle_before] + waste[idle_after] - waste[idle_before + free]
            score = slot_worth * wasted + deviation
            key = (score * (MOST_SKILLS + 1) + min(skills[agent], MOST_SKILLS)) * columns + begin
            if key < lowest:
                lowest, agent_found, start_found = key, agent, slot
        closed[slot] = nobody
    return agent_found, start_found
