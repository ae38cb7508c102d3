"""Whether each session's agent can hold it: known, skilled, on duty, not in a break, not taken twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.referee.facts import Facts
from data.referee.intervals import NONE
from data.referee.registry import Finding, rule


@rule("AGENT-UNKNOWN", "Every session has an agent of the case.", "schedule")
def known_agents(facts: Facts) -> Iterator[Finding]:
    """The agent of a session is in agents."""
    for row in np.flatnonzero(facts.sessions.agent == NONE).tolist():
        yield facts.sessions.where(row), "no such agent in agents"


@rule("SKILL", "The agent has the skill that the booking needs.", "schedule")
def skilled_agents(facts: Facts) -> Iterator[Finding]:
    """The booking's skill is one of the agent's."""
    sessions, needed = facts.sessions, facts.case.bookings.skill
    rows = sessions.known[sessions.agent[sessions.known] != NONE]
    if not len(rows):
        return
    has = facts.roster.has_skill(sessions.agent[rows], needed[sessions.booking[rows]])
    for row in rows[~has].tolist():
        yield sessions.where(row), f"the agent lacks the skill {needed[sessions.booking[row]]}"


@rule("DUTY", "Set-up, session and wrap-up lie within one duty of the agent.", "schedule")
def within_a_duty(facts: Facts) -> Iterator[Finding]:
    """The whole occupation is inside a duty; breaks are judged apart."""
    sessions = facts.sessions
    held = facts.roster.spans.containing(sessions.agent, sessions.occupied_from, sessions.occupied_until)
    for row in np.flatnonzero((held == NONE) & (sessions.agent != NONE)).tolist():
        taken = facts.clock.span(sessions.occupied_from[row], sessions.occupied_until[row])
        yield sessions.where(row), f"the agent is occupied {taken}, which lies in no duty of the agent"


@rule("BREAK-CROSSED", "No session occupies its agent during a break.", "schedule")
def not_in_breaks(facts: Facts) -> Iterator[Finding]:
    """The occupation shares no minute with a break of the agent."""
    sessions, breaks = facts.sessions, facts.case.breaks
    found = facts.breaks.touching(sessions.agent, sessions.occupied_from, sessions.occupied_until)
    for row in np.flatnonzero(found != NONE).tolist():
        taken = facts.clock.span(sessions.occupied_from[row], sessions.occupied_until[row])
        pause = facts.clock.span(breaks.starts_at[found[row]], breaks.ends_at[found[row]])
        yield (
            sessions.where(row),
            (f"the agent is occupied {taken}, across the {breaks.kind[found[row]]} {pause}"),
        )


@rule("AGENT-OVERLAP", "An agent holds one session at a time, set-up and wrap-up included.", "schedule")
def agents_not_taken_twice(facts: Facts) -> Iterator[Finding]:
    """No occupation of an agent begins before an earlier one has ended."""
    sessions = facts.sessions
    for row, other in zip(*(rows.tolist() for rows in sessions.occupations.clashes()), strict=True):
        yield (
            sessions.where(row),
            (
                f"the agent is occupied by {sessions.name(other)} until "
                f"{facts.clock.moment(sessions.occupied_until[other])}"
            ),
        )


@rule("CAR-SESSION", "The agent's credential is valid on the day of the session.", "schedule")
def credential_at_session(facts: Facts) -> Iterator[Finding]:
    """The register of agents (CAR) counts on the session's own day, whenever the duty began."""
    sessions = facts.sessions
    rows = np.flatnonzero(sessions.agent != NONE)
    valid = facts.roster.credential_valid(sessions.agent[rows], sessions.day[rows])
    for row in rows[~valid].tolist():
        yield sessions.where(row), "the agent's credential (CAR) is not valid on that day"
