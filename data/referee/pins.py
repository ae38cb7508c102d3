"""Confirmed sessions that must stay."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.model import MISSING
from data.referee.facts import Facts
from data.referee.registry import Finding, rule


@rule("PIN", "A booking with a fixed pin has its session at the pinned start.", "schedule")
def fixed_starts_kept(facts: Facts) -> Iterator[Finding]:
    """A fixed pin binds, unless the booking has ceased to be eligible."""
    table, sessions = facts.case.bookings, facts.sessions
    fixed = np.asarray(table.pin == "fixed", dtype=np.bool_)
    placed = np.zeros(len(table), dtype=np.bool_)
    placed[sessions.booking[sessions.known]] = True
    for booking in np.flatnonzero(fixed & ~placed & facts.eligible).tolist():
        yield (
            f"booking {table.booking_id[booking]}",
            (f"no session, expected the pinned start {facts.clock.moment(table.pinned_start[booking])}"),
        )
    for row in sessions.rows_of_bookings(fixed & (table.pinned_start != MISSING)):
        pinned = table.pinned_start[sessions.booking[row]]
        if sessions.start[row] != pinned:
            yield sessions.where(row), f"expected the pinned start {facts.clock.moment(pinned)}"


@rule("PIN-AGENT", "A booking with a fixed pin keeps the pinned agent, where one is named.", "schedule")
def fixed_agents_kept(facts: Facts) -> Iterator[Finding]:
    """The agent of a fixed pin is the session's agent."""
    table, sessions = facts.case.bookings, facts.sessions
    named = np.asarray((table.pin == "fixed") & (table.pinned_agent != ""), dtype=np.bool_)
    for row in sessions.rows_of_bookings(named):
        agent = table.pinned_agent[sessions.booking[row]]
        if sessions.table.agent_id[row] != agent:
            yield sessions.where(row), f"expected the pinned agent {agent}"
