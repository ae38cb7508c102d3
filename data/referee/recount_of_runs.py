"""What each agent's day is like: orders of one holder in a row, even work within pools, the order in runs."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise

import numpy as np

from data.referee.booking_facts import SINGLE
from data.referee.facts import Facts
from data.referee.intervals import NONE


def pairs_in_a_row(facts: Facts) -> list[tuple[int, int]]:
    """Sessions (positions) of one agent of which the second occupation begins when the first ends."""
    sessions = facts.sessions
    listed: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    rows = np.flatnonzero((sessions.agent != NONE) & (sessions.booking != NONE))
    columns = (sessions.agent, sessions.occupied_from, sessions.occupied_until)
    for agent, *taken in zip(*(column[rows].tolist() for column in columns), rows.tolist(), strict=True):
        listed[agent].append((taken[0], taken[1], taken[2]))
    return [
        (first[2], second[2])
        for own in listed.values()
        for first, second in pairwise(sorted(own))
        if first[1] == second[0]
    ]


def back_to_back(facts: Facts, in_a_row: list[tuple[int, int]]) -> int:
    """Pairs in a row whose bookings have one and the same holder, who must attend."""
    bookings, booking = facts.bookings, facts.sessions.booking
    holders: dict[int, set[str]] = defaultdict(set)
    rows = np.flatnonzero(bookings.required & (bookings.people.role == "holder"))
    owners, people = bookings.owner[rows].tolist(), bookings.people.participant_id[rows].tolist()
    for owner, person in zip(owners, people, strict=True):
        holders[owner].add(person)
    of_session = booking.tolist()
    return sum(
        not holders[of_session[first]].isdisjoint(holders[of_session[second]]) for first, second in in_a_row
    )


def order_inversions(facts: Facts, in_a_row: list[tuple[int, int]]) -> int:
    """Pairs in a row of a joint or judicial session, then a single one."""
    kind = facts.sessions.kind
    return sum(kind[first] != SINGLE and kind[second] == SINGLE for first, second in in_a_row)


def unfairness_minutes(facts: Facts) -> int:
    """How far agents are above or below the occupation of their pool, in proportion to their time in service.

    For each pool in whole minutes, rounded down; agents without a pool are one pool.
    """
    sessions, axis = facts.sessions, facts.axis
    occupied: dict[int, int] = defaultdict(int)
    for row in np.flatnonzero((sessions.agent != NONE) & (sessions.booking != NONE)).tolist():
        occupied[int(sessions.agent[row])] += int(sessions.occupied_until[row] - sessions.occupied_from[row])
    served: dict[int, int] = defaultdict(int)
    duty, start, end = facts.roster.segments
    for agent, opens, closes in zip(
        facts.roster.agent[duty].tolist(), start.tolist(), end.tolist(), strict=True
    ):
        opens = max(0, -(-opens // axis.grid_minutes) * axis.grid_minutes)
        closes = min(axis.end, closes // axis.grid_minutes * axis.grid_minutes)
        served[agent] += max(0, closes - opens)
    pools: dict[str, list[int]] = defaultdict(list)
    for agent, pool in enumerate(facts.case.agents.pool.tolist()):
        pools[pool].append(agent)
    total = 0
    for agents in pools.values():
        service = sum(served[agent] for agent in agents)
        if service:
            load = Fraction(sum(occupied[agent] for agent in agents), service)
            total += int(sum(abs(occupied[agent] - load * served[agent]) for agent in agents))
    return total
