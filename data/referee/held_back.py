"""Whether capacity held back for priority 1 is left free by everybody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from data.model.columns import IntArray
from data.referee.facts import Facts
from data.referee.intervals import NONE
from data.referee.registry import Finding, rule

HOUR = 60
TOLERANCE = 1e-3
"""Minutes; for rounding, since all times are whole minutes."""

Minutes = dict[tuple[int, int], float]
"""By hour, and by skill or set of skills."""


@rule(
    "HELD-BACK",
    "Each hour, bookings of priority 2 to 9 leave the share held back of the time in service free.",
    "schedule",
)
def share_held_back(facts: Facts) -> Iterator[Finding]:
    """Their minutes can be spread over agents with the skill within what the share leaves of each skill set.

    What fixed pins alone take beyond that cannot be helped; nothing else may add to it.
    """
    share = facts.plan.policy.held_back_share
    if share <= 0:
        return
    sold, pinned = _sold(facts)
    limit = {key: (1 - share) * minutes for key, minutes in _in_service(facts).items()}
    for hour in sorted({hour for hour, _ in sold}):
        sets = {skills: minutes for (when, skills), minutes in limit.items() if when == hour}
        beyond = _beyond(_at(sold, hour), sets) - _beyond(_at(pinned, hour), sets)
        if beyond > TOLERANCE:
            when = facts.clock.span(hour * HOUR, (hour + 1) * HOUR)
            yield (
                f"all agents, {when}",
                f"bookings of priority 2 to 9 take {beyond:.1f} minutes of the {share:.0%} held back",
            )


def _sold(facts: Facts) -> tuple[Minutes, Minutes]:
    """Minutes that sessions of priority 2 to 9 occupy, by hour and skill; and those of fixed pins only."""
    sessions, bookings = facts.sessions, facts.case.bookings
    numbers, _ = facts.roster.skills
    sold: Minutes = defaultdict(float)
    pinned: Minutes = defaultdict(float)
    for row in sessions.known.tolist():
        booking = sessions.booking[row]
        skill = numbers.get(bookings.skill[booking], NONE)
        if bookings.priority[booking] == 1 or skill == NONE or sessions.agent[row] == NONE:
            continue
        for hour, minutes in _by_hour(int(sessions.occupied_from[row]), int(sessions.occupied_until[row])):
            sold[hour, skill] += minutes
            if bookings.pin[booking] == "fixed":
                pinned[hour, skill] += minutes
    return sold, pinned


def _in_service(facts: Facts) -> Minutes:
    """Minutes in service by hour and set of skills; a set is the sum of 2 to the power of its skills."""
    _, has = facts.roster.skills
    pattern = [sum(1 << int(skill) for skill in np.flatnonzero(row)) for row in has]
    service: Minutes = defaultdict(float)
    duty, start, end = facts.roster.segments
    agents: IntArray = facts.roster.agent[duty]
    for agent, opens, closes in zip(agents.tolist(), start.tolist(), end.tolist(), strict=True):
        if agent != NONE:
            for hour, minutes in _by_hour(opens, min(closes, facts.axis.end)):
                service[hour, pattern[agent]] += minutes
    return service


def _by_hour(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The hours that an interval touches, and its minutes in each."""
    for hour in range(start // HOUR, -(-end // HOUR)):
        yield hour, min(end, (hour + 1) * HOUR) - max(start, hour * HOUR)


def _at(minutes: Minutes, hour: int) -> dict[int, float]:
    return {key: value for (when, key), value in minutes.items() if when == hour}


def _beyond(sold: dict[int, float], limit: dict[int, float]) -> float:
    """Minutes sold that find no place within the limits of the sets of skills, at the best spreading.

    The deficiency form of Hall's theorem: the most that any choice of skills lacks. It is enough to choose by
    the sets of agents reached, and to take all skills that reach no others.
    """
    reach = {skill: frozenset(s for s in limit if s >> skill & 1) for skill in sold}
    unions = {frozenset[int]()}
    for reached in set(reach.values()):
        unions |= {union | reached for union in unions}
    return max(
        sum(minutes for skill, minutes in sold.items() if reach[skill] <= union)
        - sum(limit[skills] for skills in union)
        for union in unions
    )
