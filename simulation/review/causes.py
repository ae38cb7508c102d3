"""Why a customer who was there had to wait: one cause each, by stated rules.

The question is what the nominal agent did from the moment at which the customer was ready until
the session began or was given up. The first rule that finds something answers; `RULES` has their order:

1. `broken_off`: the session had begun, and was broken off by the platform or because the agent went.
2. `outage`: the platform was down at some moment of the wait.
3. `no_agent`: nobody was planned, or somebody without a duty then.
4. `absent`: the agent was not there when the customer was ready.
5. `on_break`: the agent was on a break then: that was late, or is where the plan has it.
6. `held`: the agent held another session, or was wrapping it up. What made that one run past its time is the
   cause: that its customer came late, that it was longer than planned, or that it had to wait itself, and
   then the cause of that; the greatest part decides, the first of these where parts are equal. When it had
   come from another agent, the cause is why that one could not hold it. When nothing made it run past its
   time, the plan is too tight.
7. `awaiting`: the agent was waiting for an earlier customer, who came late or not at all.
8. `set_up_late`: what of 4 to 6 held at the moment at which the set-up should have begun.
9. `later`: the first of 4 to 6 that came while the customer waited.

A customer of ours who is late is never the cause of the own wait: waits count from the later of appointment
and arrival.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from simulation.review.facts import AgentFact, BreakFact, DayFacts, SessionFact

CAUSES = (
    "overrun",
    "late_customer",
    "no_show_before",
    "agent_absent",
    "outage",
    "late_break",
    "planned_break",
    "colleague",
    "tight_plan",
    "no_agent",
    "unexplained",
)
"""Names of the causes, in the order of reports."""

MOST_LINKS = 50
"""Sessions in a chain of waits that is followed."""


class Cause(NamedTuple):
    """Why a session had to wait: one of CAUSES, and the session or agent that it lies with."""

    name: str
    by: str = ""


@dataclass
class Day:
    """A day as the rules look at it.

    Attributes:
        set_up, wrap_up: by kind of session, minutes of the agent's work before and after it.
        held: by agent, the sessions that the agent held, in order of their start.
        own: by agent, the sessions that the plan gives to the agent, in order of appointment.
    """

    facts: DayFacts
    set_up: Mapping[str, float]
    wrap_up: Mapping[str, float]
    held: dict[str, list[SessionFact]] = field(default_factory=dict)
    own: dict[str, list[SessionFact]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for session in sorted(self.facts.sessions.values(), key=lambda s: (s.promised, s.booking_id)):
            self.own.setdefault(session.planned_agent, []).append(session)
        began = (s for s in self.facts.sessions.values() if not math.isnan(s.began))
        for session in sorted(began, key=lambda s: (s.began, s.booking_id)):
            self.held.setdefault(session.agent, []).append(session)

    def agent(self, session: SessionFact) -> AgentFact | None:
        """The nominal agent of a session, if on duty on the day."""
        return self.facts.agents.get(session.planned_agent)

    def free_from(self, session: SessionFact) -> float:
        """When the agent of a session that was held has wrapped it up."""
        return session.over + self.wrap_up.get(session.kind, 0.0)


class Wait(NamedTuple):
    """A session that waited: from when, until when, and the sessions whose waits led to the question."""

    session: SessionFact
    since: float
    until: float
    asked: frozenset[str] = frozenset()


Rule = Callable[[Day, Wait], Cause | None]


def broken_off(day: Day, wait: Wait) -> Cause | None:  # noqa: ARG001 - the protocol's arguments
    """It had begun, and was broken off."""
    by = wait.session.broken_by
    if by == "platform_down":
        return Cause("outage")
    return Cause("agent_absent", wait.session.agent) if by else None


def outage(day: Day, wait: Wait) -> Cause | None:
    """The platform was down at some moment of the wait."""
    down = any(since < wait.until and until > wait.since for since, until in day.facts.outages)
    return Cause("outage") if down else None


def no_agent(day: Day, wait: Wait) -> Cause | None:
    """Nobody was planned, or somebody without a duty then."""
    agent = day.agent(wait.session)
    if agent is None or not agent.start <= wait.session.promised < agent.end:
        return Cause("no_agent", wait.session.planned_agent)
    return None


def absent(day: Day, wait: Wait) -> Cause | None:
    """The agent was not there when the customer was ready."""
    agent = day.agent(wait.session)
    gone = agent.gone if agent else ()
    there = not any(since <= wait.since < until for since, until in gone)
    return None if there else Cause("agent_absent", wait.session.planned_agent)


def on_break(day: Day, wait: Wait) -> Cause | None:
    """The agent was on a break when the customer was ready."""
    agent = day.agent(wait.session)
    for one in agent.breaks if agent else ():
        if one.began <= wait.since < _break_end(one):
            late = one.began - one.planned.start
            return Cause("late_break" if late > 0.0 else "planned_break", wait.session.planned_agent)
    return None


def _break_end(one: BreakFact) -> float:
    return one.began + one.planned.end - one.planned.start if math.isnan(one.ended) else one.ended


def held(day: Day, wait: Wait) -> Cause | None:
    """The agent held another session when the customer was ready."""
    for other in day.held.get(wait.session.planned_agent, ()):
        if other.booking_id != wait.session.booking_id and other.began <= wait.since < day.free_from(other):
            return _past_its_time(day, wait, other)
    return None


def _past_its_time(day: Day, wait: Wait, other: SessionFact) -> Cause:
    """Why another session held the agent."""
    if other.planned_agent != wait.session.planned_agent:
        return _again(day, wait, other) or Cause("colleague", other.booking_id)
    customer = max(0.0, other.arrived - other.promised)
    longer = max(0.0, other.over - other.began - other.planned_minutes)
    waited = max(0.0, other.began - max(other.ready, float(other.promised)))
    greatest = max(customer, longer, waited)
    if greatest <= 0.0:
        return Cause("tight_plan", other.booking_id)
    if greatest == customer:
        return Cause("late_customer", other.booking_id)
    if greatest == longer:
        return Cause("overrun", other.booking_id)
    return _again(day, wait, other) or Cause("tight_plan", other.booking_id)


def _again(day: Day, wait: Wait, other: SessionFact) -> Cause | None:
    """The cause of another session's wait, unless that has been asked before, or too many others were."""
    asked = wait.asked | {wait.session.booking_id}
    if other.booking_id in asked or len(asked) > MOST_LINKS or math.isnan(other.ready):
        return None
    found = cause_of(day, other, asked)
    return None if found.name == "unexplained" else found


def awaiting(day: Day, wait: Wait) -> Cause | None:
    """The agent was waiting for an earlier customer of the own list when this one was ready."""
    for other in day.own.get(wait.session.planned_agent, ()):
        if other.booking_id == wait.session.booking_id or other.promised > wait.session.promised:
            continue
        if not other.promised <= wait.since:
            continue
        if other.outcome == "no_show" and wait.since < other.given_up:
            return Cause("no_show_before", other.booking_id)
        if wait.since < other.arrived and not math.isnan(other.began):
            return Cause("late_customer", other.booking_id)
    return None


def set_up_late(day: Day, wait: Wait) -> Cause | None:
    """What kept the agent from beginning the set-up in time."""
    due = wait.since - day.set_up.get(wait.session.kind, 0.0)
    return _engaged(day, wait._replace(since=due))


def later(day: Day, wait: Wait) -> Cause | None:
    """The first thing that took the agent while the customer waited."""
    moments = sorted(set(_moments(day, wait)))
    found = (_engaged(day, wait._replace(since=moment)) for moment in moments)
    return next((cause for cause in found if cause is not None), None)


def _engaged(day: Day, wait: Wait) -> Cause | None:
    """Why the agent could not work on the session at a moment."""
    return absent(day, wait) or on_break(day, wait) or held(day, wait)


def _moments(day: Day, wait: Wait) -> Iterator[float]:
    """When something began for the agent while the customer waited."""
    agent = day.agent(wait.session)
    begins = [since for since, _ in agent.gone] if agent else []
    begins += [one.began for one in agent.breaks] if agent else []
    begins += [other.began for other in day.held.get(wait.session.planned_agent, ())]
    yield from (moment for moment in begins if wait.since < moment < wait.until)


RULES: tuple[Rule, ...] = (broken_off, outage, no_agent, absent, on_break, held, awaiting, set_up_late, later)
"""The first that finds something answers."""


def cause_of(day: Day, session: SessionFact, asked: frozenset[str] = frozenset()) -> Cause:
    """Why a session whose customer was there had to wait.

    Args:
        asked: sessions whose waits led to this question.
    """
    since = session.ready if not math.isnan(session.ready) else float(session.promised)
    until = session.began if not math.isnan(session.began) else session.given_up
    wait = Wait(session, since, since if math.isnan(until) else until, asked)
    found = next((cause for rule in RULES if (cause := rule(day, wait)) is not None), None)
    return found or Cause("unexplained")
