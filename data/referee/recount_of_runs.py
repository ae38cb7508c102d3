"""What each agent's day is like: orders of one holder in a row, even work within pools, the order in runs."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import numpy as np

from data.referee.booking_facts import SINGLE
from data.referee.facts import Facts
from data.referee.intervals import NONE


def pairs_in_a_row(facts: Facts) -> list[tuple[int, int]]:
    """Sessions (positions) of one agent of which the second occupation begins when the first ends."""
    sessions = facts.sessions
    rows = np.flatnonzero((sessions.agent != NONE) & (sessions.booking != NONE))
    agent, start, end = (
        column[rows] for column in (sessions.agent, sessions.occupied_from, sessions.occupied_until)
    )
    order = np.lexsort((rows, end, start, agent))
    rows, agent, start, end = rows[order], agent[order], start[order], end[order]
    follows = np.flatnonzero((agent[:-1] == agent[1:]) & (end[:-1] == start[1:]))
    return list(zip(rows[follows].tolist(), rows[follows + 1].tolist(), strict=True))


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
    kind = facts.sessions.kind.tolist()
    return sum(kind[first] != SINGLE and kind[second] == SINGLE for first, second in in_a_row)


def unfairness_minutes(facts: Facts) -> int:
    """How far agents are above or below the occupation of their pool, in proportion to their time in service.

    For each pool in whole minutes, rounded down; agents without a pool are one pool.
    """
    sessions, axis = facts.sessions, facts.axis
    minutes = np.zeros(len(facts.case.agents), dtype=np.int64)
    rows = np.flatnonzero((sessions.agent != NONE) & (sessions.booking != NONE))
    np.add.at(minutes, sessions.agent[rows], sessions.occupied_until[rows] - sessions.occupied_from[rows])
    occupied = minutes.tolist()
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
