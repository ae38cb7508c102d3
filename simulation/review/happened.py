"""From the events of a day to what became of its sessions and agents."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from data.day import DayState, SessionNow, Status, planned_day
from data.eligibility import evaluate
from data.files.added_bookings import with_added
from data.model import Case
from simulation.review.events_of_day import EventsOfDay
from simulation.review.facts import AgentFact, BreakFact, DayFacts, SessionFact
from simulation.review.watching import Seen, SeenAgent, Watch

_EXACT = 1e-4
"""Minutes within which instants of events, which have milliseconds, are the same."""


def day_facts(case: Case, told: EventsOfDay, rebooking_after: float) -> DayFacts:
    """What became of a day.

    Args:
        case: with roster and schedule.
        told: its events.
        rebooking_after: minutes; a customer who goes after having waited so long was not served in time, and
            is rebooked by the issuer's cause, whether the events say so or not (R15).
    """
    planned = planned_day(case, told.day)
    watch = Watch(case.axis, planned)
    for event in told.events:
        watch.take(event)
        for decision in told.decided.get(event.number, ()):
            watch.decide(decision)
    watch.finish()
    sessions = {
        fact.booking_id: fact
        for fact in _sessions(with_added(case, watch.state), planned, watch, rebooking_after)
    }
    return DayFacts(
        day=told.day,
        on=case.axis.date_of(told.day),
        sessions=sessions,
        agents={agent.agent_id: agent for agent in _agents(watch)},
        outages=tuple(watch.outages),
        told_until=watch.state.now,
        events=len(told.events),
        gaps=told.gaps,
        conflicts=told.conflicts,
        anomalies=tuple(watch.anomalies),
    )


def _sessions(case: Case, planned: DayState, watch: Watch, limit: float) -> Iterator[SessionFact]:
    """Those of the plan that the day still has, and those added; in the order of the appointments."""
    rows = case.bookings.position
    kinds, skills = evaluate(case).kind, case.bookings.skill
    made = case.bookings.booked_at
    listed = sorted(watch.state.sessions.values(), key=lambda s: (s.planned_start, s.booking_id))
    held = _holding(listed, watch)
    for session in listed:
        before = planned.sessions.get(session.booking_id)
        seen = watch.sessions.get(session.booking_id, Seen())
        row = rows[session.booking_id]
        promised = session.planned_start if seen.promised is None else seen.promised
        arrived = math.nan if session.connected_at is None else session.connected_at
        fact = SessionFact(
            booking_id=session.booking_id,
            skill=str(skills[row]),
            kind=str(kinds[row]),
            participants=len(session.participants),
            booked_at=float(made[row]),
            planned_start=session.planned_start,
            promised=promised,
            planned_minutes=session.duration,
            planned_agent=_nominal(before, seen),
            agent=session.agent_id,
            arrived=arrived,
            ready=_ready(session, promised, arrived, held),
            began=seen.began if session.started_at is None else min(_known(seen.began), session.started_at),
            ended=math.nan if session.ended_at is None else session.ended_at,
            given_up=seen.given_up,
            outcome="open",
            broken_by=seen.broken_by,
            interrupted_minutes=seen.interrupted_minutes,
            added=before is None,
        )
        yield replace(fact, outcome=_outcome(session, seen, fact, limit))


def _nominal(before: SessionNow | None, seen: Seen) -> str:
    if seen.nominal is not None:
        return seen.nominal
    return "" if before is None else before.agent_id


def _known(moment: float) -> float:
    return math.inf if math.isnan(moment) else moment


_Holding = dict[str, list[tuple[float, float, str]]]
"""By participant, when sessions held the person, and which."""


def _holding(sessions: list[SessionNow], watch: Watch) -> _Holding:
    held: _Holding = {}
    for session in sessions:
        began = watch.sessions.get(session.booking_id, Seen()).began
        if not math.isnan(began):
            until = math.inf if session.ended_at is None else session.ended_at
            for person in session.participants:
                held.setdefault(person, []).append((began, until, session.booking_id))
    return held


def _ready(session: SessionNow, promised: int, arrived: float, held: _Holding) -> float:
    """From when the customer waited; whom another session of ours holds waits from its end on."""
    ends = [
        until
        for person in session.participants
        for began, until, booking in held.get(person, ())
        if booking != session.booking_id and began <= arrived < until < math.inf
    ]
    return max([float(promised), arrived, *ends]) if not math.isnan(arrived) else math.nan


def _outcome(session: SessionNow, seen: Seen, fact: SessionFact, limit: float) -> str:
    match session.status:
        case Status.ENDED:
            return seen.outcome or "ended"
        case Status.NO_SHOW:
            return "no_show"
        case Status.CANCELLED:
            return "cancelled"
        case Status.TO_REBOOK:
            return "rebooked_by_issuer"
        case Status.LEFT:
            return "rebooked_by_issuer" if _was_sent_away(seen, fact, limit) else "left"
        case Status.ELSEWHERE:
            return "rebooked_by_issuer" if seen.there or fact.broken_by else "moved"
        case _:
            return "open"


def _was_sent_away(seen: Seen, fact: SessionFact, limit: float) -> bool:
    """Whether a customer who went had waited as long as the issuer may let wait, or was broken off."""
    return seen.by_issuer or bool(fact.broken_by) or fact.given_up - fact.ready >= limit - _EXACT


def _agents(watch: Watch) -> Iterator[AgentFact]:
    for agent in watch.state.agents.values():
        if agent.start is None or agent.end is None:
            continue
        start, end = agent.start, agent.end
        seen = watch.agents.get(agent.agent_id, SeenAgent())
        gone = tuple(
            (max(since, start), min(until, end))
            for since, until in seen.gone
            if since < end and until > start
        )
        taken = seen.taken
        yield AgentFact(
            agent_id=agent.agent_id,
            start=start,
            end=end,
            called=agent.called,
            breaks=tuple(
                BreakFact(planned, *taken.get(place, (math.nan, math.nan)))
                for place, planned in enumerate(agent.breaks)
            ),
            gone=gone,
            came=not any(since <= start and until >= end for since, until in gone),
        )
