"""What each level of a pool's repair comes to at least."""

from __future__ import annotations

from optimizer.repair.draft import Draft
from optimizer.repair.model import LEVELS, MINUTES, NEW_TIMES, REBOUND, flat
from optimizer.repair.options import delays, new_times
from optimizer.repair.problem import PoolProblem


def least(problem: PoolProblem, draft: Draft) -> tuple[int, ...]:
    """What each level comes to at least, in plans as good as this at the levels before.

    Each session is looked at alone: one that nobody can hold is rebooked, one that nobody can hold within its
    limit has a new time or is rebooked, and so on.
    """
    found = [0] * LEVELS
    late = [number for number in range(len(problem.sessions)) if not delays(problem, number)]
    for number in late:
        if not new_times(problem, number):
            found[problem.sessions[number].rebooking_class] += 1
    value = flat(draft.disruption())
    if value[:NEW_TIMES] == tuple(found[:NEW_TIMES]):
        found[NEW_TIMES] = len(late) - sum(found[:NEW_TIMES])
    if not any(value[: NEW_TIMES + 1]):
        for number, session in enumerate(problem.sessions):
            ways = delays(problem, number)
            found[MINUTES] += min(way.start - session.ready for way in ways)
            found[REBOUND] += all(way.agent != session.nominal for way in ways)
    return tuple(found)
