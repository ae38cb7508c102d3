"""The best of many free places for one session, compiled by Numba."""

from __future__ import annotations

import numpy as np
from numba import njit

NO_PLACE = -1

MOST_SKILLS = 63
"""Agents with more skills are as valuable as those with so many."""


@njit(cache=True)
def best_place(  # type: ignore[no-untyped-def]
    ahead, behind, agents, begins, deviations, step, first, occupied, waste, skills, slot_worth, barred
):
    """Where a session leaves least unusable time and is nearest to its wish: positions of agent and start.

    Starts are looked at so many at a time, and the best of the first that have a free place is taken.

    The score of a place is `slot_worth` for each slot that becomes unusable, plus the deviation; ties go to
    the agent with fewest skills, then to the earlier start. `(NO_PLACE, NO_PLACE)` when none is free.

    Args:
        ahead, behind: free runs, as in `FreeTime`.
        agents: who could take it.
        begins: first occupied slots, each with its deviation in minutes in `deviations`; the negative ones
            are none.
        step: starts that are looked at together.
        first: position of the start to begin with.
        occupied: slots that it occupies.
        waste: over lengths of gaps, the slots of it that no combination of sessions fills.
        skills: over agents, how many skills each has.
        slot_worth: minutes of deviation that an unusable slot is worth.
        barred: agent * columns of `ahead` + slot, of places that are not to be taken.
    """
    columns = ahead.shape[1]
    lowest = np.iinfo(np.int64).max
    best_row, best_column = NO_PLACE, NO_PLACE
    for low in range(first, len(begins), step):
        for column in range(low, min(low + step, len(begins))):
            begin = begins[column]
            if begin < 0:
                continue
            for row in range(len(agents)):
                agent = agents[row]
                free = ahead[agent, begin]
                if free < occupied:
                    continue
                before = behind[agent, begin]
                after = free - occupied
                wasted = waste[before] + waste[after] - waste[before + free]
                score = slot_worth * wasted + deviations[column]
                key = (score * (MOST_SKILLS + 1) + min(skills[agent], MOST_SKILLS)) * columns + begin
                if key < lowest and not np.any(barred == agent * columns + begin):
                    lowest, best_row, best_column = key, row, column
        if best_row != NO_PLACE:
            break
    return best_row, best_column
