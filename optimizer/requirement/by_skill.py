"""From agents on the floor to what the table of demand asks for: agents by skill, and agents rostered."""

from __future__ import annotations

import numpy as np

from data.model.columns import FloatArray, IntArray
from optimizer.requirement.frame import Frame


def counted_by_skill(staffing: IntArray, load: FloatArray, frame: Frame) -> IntArray:
    """For which skill each agent of a staffing counts; shape (intervals, skills).

    The first few, who have all skills between them, count for the skills for which they were chosen. The
    others count for the skills that bring most work among those that they have; whoever can do least is
    asked first.

    Args:
        staffing: shape (intervals,).
        load: agents busy with each skill; shape (intervals, skills).
        frame: of the day.
    """
    team = frame.team
    covering = [skill for skill, _ in team.covering()]
    order = team.first(int(staffing.max(initial=0)))
    widths = team.sets.sum(axis=1)
    found = np.zeros(frame.shape, dtype=np.int64)
    for interval, agents in enumerate(staffing.tolist()):
        for skill in covering[:agents]:
            found[interval, skill] += 1
        wanted = agents * load[interval] / max(float(load[interval].sum()), 1e-12)
        free = order[len(covering) : agents].tolist()
        for chosen in sorted(free, key=lambda each: (int(widths[each]), each)):
            lacking = np.where(team.sets[chosen], wanted - found[interval], -np.inf)
            found[interval, int(np.argmax(lacking))] += 1
    return found


def rostered(staffing: IntArray, present: float) -> IntArray:
    """Agents on the roster so that in the mean those of a staffing are there; shape (intervals,).

    Args:
        staffing: agents who must be there.
        present: share of the rostered time that an agent is in service: (1 - shrinkage) (1 - absence).

    Raises:
        ValueError: when nobody is ever present.
    """
    if not 0.0 < present <= 1.0:
        raise ValueError(f"expected a share of time in service above 0 and up to 1, got {present:g}")
    return np.asarray(np.ceil(staffing / present - 1e-9), dtype=np.int64)
