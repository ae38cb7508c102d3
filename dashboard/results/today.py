"""A followed day as people see it: how it goes by pool and by agent, who is at risk, what is proposed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from dashboard.results.summary import Card, short_key
from dashboard.texts import Texts
from data.day import AgentNow, DayState, Decision, SessionNow, Status
from data.identity import masked
from data.model import Case, PlanningAxis
from optimizer.live import anomaly_sentence
from optimizer.planning.following import FollowedDay, LookAhead
from optimizer.repair.documents import LIKELY, sentence
from simulation.prediction import Prediction

WAITING_LONG = 5.0
"""Minutes of waiting from which a pool's longest wait is pointed out."""

Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Proposal:
    """What is proposed, each decision in words.

    Attributes:
        precautions: what spares more customers a late start than it disturbs.
        settled: what must change besides for the plan to hold, and can't wait.
        later: what a plan that knew no more would change, too; most of it will turn out to be unneeded.
        awaited: customers who have not come within the tolerance.
    """

    precautions: tuple[str, ...]
    settled: tuple[str, ...]
    later: tuple[str, ...]
    awaited: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be decided now."""
        return not self.precautions and not self.settled


def headline(day: FollowedDay, ahead: LookAhead | None, case: Case, texts: Texts) -> str:
    """How the day goes, in one sentence."""
    counts = Counter(session.status for session in day.state.sessions.values())
    said = texts.say(
        "today.headline",
        day=texts.short_day(case.axis.date_of(day.day)),
        time=_clock(case.axis, day.state.now),
        held=texts.integer(counts[Status.ENDED]),
        all=texts.integer(len(day.state.sessions)),
        running=texts.integer(counts[Status.RUNNING]),
        waiting=texts.integer(len(waiting(day.state))),
    )
    if ahead is None:
        return said + "."
    risk = texts.count("today.headline_risk", int((ahead.prediction.late >= LIKELY).sum()))
    proposed = texts.count("today.headline_proposed", len(ahead.considered.decisions))
    return f"{said}; {risk}; {proposed}."


def waiting(state: DayState) -> list[tuple[SessionNow, float]]:
    """Customers who are there and not being served, with the minutes beyond their appointment or arrival."""
    there = [
        s for s in state.sessions.values() if s.status is Status.CONNECTED and s.connected_at is not None
    ]
    waits = [(s, max(0.0, state.now - max(float(s.start), s.connected_at or 0.0))) for s in there]
    return sorted(
        ((s, wait) for s, wait in waits if wait > 0.0), key=lambda one: (-one[1], one[0].booking_id)
    )


def cards(day: FollowedDay, ahead: LookAhead | None, texts: Texts) -> list[Card]:
    """The figures to see first."""
    state = day.state
    counts = Counter(session.status for session in state.sessions.values())
    waits = waiting(state)
    on_duty = [agent for agent in state.agents.values() if _is_on_duty(agent, state.now)]
    gone = sum(agent.gone_since is not None for agent in on_duty)
    late = None if ahead is None else float(ahead.prediction.late.sum())
    return [
        Card(
            texts.say("today_card.held"),
            texts.integer(counts[Status.ENDED]),
            texts.say("today_card.held.detail", all=texts.integer(len(state.sessions))),
        ),
        Card(
            texts.say("today_card.waiting"),
            texts.integer(len(waits)),
            texts.say("today_card.waiting.detail", longest=texts.minutes(waits[0][1] if waits else 0.0, 0)),
        ),
        Card(
            texts.say("today_card.late"),
            texts.decimal(late),
            texts.say("today_card.late.detail"),
        ),
        Card(
            texts.say("today_card.lost"),
            texts.integer(counts[Status.TO_REBOOK] + counts[Status.LEFT]),
            texts.say("today_card.lost.detail", left=texts.integer(counts[Status.LEFT])),
        ),
        Card(
            texts.say("today_card.no_shows"),
            texts.integer(counts[Status.NO_SHOW]),
            texts.say("today_card.no_shows.detail", cancelled=texts.integer(counts[Status.CANCELLED])),
        ),
        Card(
            texts.say("today_card.agents"),
            texts.integer(len(on_duty) - gone),
            texts.say("today_card.agents.detail", all=texts.integer(len(on_duty)), gone=texts.integer(gone)),
        ),
    ]


def pool_rows(case: Case, state: DayState, prediction: Prediction | None, texts: Texts) -> Rows:
    """One row a pool: agents there, sessions by status, the longest wait, customers likely to be late."""
    pool_of = dict(zip(case.agents.agent_id.tolist(), case.agents.pool.tolist(), strict=True))
    late = late_of(prediction)
    waits = {session.booking_id: wait for session, wait in waiting(state)}
    names = sorted(
        {pool_of.get(agent.agent_id, "") for agent in state.agents.values() if agent.start is not None}
    )
    rows: Rows = []
    for name in names:
        agents = [a for a in state.agents.values() if pool_of.get(a.agent_id, "") == name]
        on_duty = [a for a in agents if _is_on_duty(a, state.now)]
        sessions = [s for s in state.sessions.values() if pool_of.get(s.agent_id, "") == name]
        counts = Counter(session.status for session in sessions)
        of_pool = [waits[s.booking_id] for s in sessions if s.booking_id in waits]
        rows.append(
            (
                name or texts.say("today.no_pool"),
                f"{sum(a.gone_since is None for a in on_duty)} / {len(on_duty)}",
                texts.integer(counts[Status.EXPECTED]),
                texts.integer(len(of_pool)),
                texts.minutes(max(of_pool), 0) if of_pool else "",
                texts.integer(counts[Status.RUNNING]),
                texts.integer(counts[Status.ENDED]),
                texts.integer(counts[Status.NO_SHOW]),
                texts.integer(counts[Status.LEFT] + counts[Status.TO_REBOOK]),
                ""
                if prediction is None
                else texts.decimal(sum(late.get(s.booking_id, 0.0) for s in sessions)),
            )
        )
    return rows


def agent_rows(case: Case, state: DayState, prediction: Prediction | None, texts: Texts) -> Rows:
    """One row an agent with a duty today: what the agent does now, what is next, how likely that is late."""
    late = late_of(prediction)
    mine: dict[str, list[SessionNow]] = {}
    for session in sorted(state.sessions.values(), key=lambda s: (s.start, s.booking_id)):
        if session.status in (Status.EXPECTED, Status.CONNECTED):
            mine.setdefault(session.agent_id, []).append(session)
    held = Counter(s.agent_id for s in state.sessions.values() if s.status is Status.ENDED)
    rows: Rows = []
    for agent in sorted(state.agents.values(), key=lambda a: a.agent_id):
        if agent.start is None or agent.end is None:
            continue
        listed = mine.get(agent.agent_id, [])
        coming = listed[0] if listed else None
        left = agent.breaks[agent.breaks_taken :]
        rows.append(
            (
                agent.agent_id,
                _doing(case.axis, state, agent, texts),
                "" if coming is None else f"{_clock(case.axis, coming.start)} {short_key(coming.booking_id)}",
                ""
                if coming is None or prediction is None
                else texts.percent(late.get(coming.booking_id, 0.0), 0),
                _clock(case.axis, left[0].start) if left else "",
                _clock(case.axis, agent.end),
                texts.integer(held[agent.agent_id]),
                texts.integer(len(listed)),
            )
        )
    return rows


def risk_rows(case: Case, state: DayState, prediction: Prediction, texts: Texts) -> Rows:
    """Sessions that are likely to begin late or not at all, the most likely first."""
    order = np.lexsort((prediction.start, -prediction.late))
    rows: Rows = []
    for place in order[prediction.late[order] >= LIKELY].tolist():
        session = state.sessions[str(prediction.booking_id[place])]
        span = [prediction.start_p10[place], prediction.start_p90[place]]
        rows.append(
            (
                _clock(case.axis, float(prediction.start[place])),
                short_key(session.booking_id),
                session.agent_id or texts.say("today.nobody"),
                texts.say("today.there" if session.status is Status.CONNECTED else "today.not_there"),
                texts.percent(float(prediction.late[place]), 0),
                "" if np.isnan(span).any() else " .. ".join(_clock(case.axis, one) for one in span),
            )
        )
    return rows


def proposal(axis: PlanningAxis, state: DayState, ahead: LookAhead, texts: Texts) -> Proposal:
    """What is proposed, in words; identifiers masked."""
    considered = ahead.considered
    repair, after = considered.repair, considered.after
    later = [decision for decision in repair.plan.decisions if decision not in considered.settled]

    def words(where: DayState, decision: Decision) -> str:
        return masked(sentence(axis, where, repair.reasons, decision, texts.language))

    return Proposal(
        precautions=tuple(
            texts.say(
                "today.precaution",
                change=words(state, one.decision),
                before=texts.decimal(one.late_before),
                after=texts.decimal(one.late_after),
            )
            for one in considered.foreseen.precautions
        ),
        settled=tuple(words(after, decision) for decision in considered.settled),
        later=tuple(words(after, decision) for decision in later),
        awaited=tuple(short_key(booking) for booking in repair.plan.awaited),
    )


def anomalies(day: FollowedDay, texts: Texts) -> tuple[str, ...]:
    """What did not fit what was known, event by event; identifiers masked."""
    return tuple(anomaly_sentence(odd, texts.language) for odd in day.anomalies)


def contact_rows(contacts: Sequence[Mapping[str, Any]], texts: Texts) -> Rows:
    """Whom to contact, by deadline: customers and agents."""
    return [
        (
            texts.instant(datetime.fromisoformat(one["by"])),
            short_key(one["booking"]) if "contact_id" in one else one["agent"],
            texts.label("contact_channel", one.get("channel", "agent")),
            masked(str(one["sentence"])),
        )
        for one in sorted(contacts, key=lambda one: str(one["by"]))
    ]


def late_of(prediction: Prediction | None) -> dict[str, float]:
    """By booking, the probability of beginning late; nothing before it is known."""
    if prediction is None:
        return {}
    return dict(zip(prediction.booking_id.tolist(), prediction.late.tolist(), strict=True))


def _is_on_duty(agent: AgentNow, now: float) -> bool:
    return agent.start is not None and agent.end is not None and agent.start <= now < agent.end


def _doing(axis: PlanningAxis, state: DayState, agent: AgentNow, texts: Texts) -> str:
    """What an agent does now."""
    running = state.running_with(agent.agent_id)
    if agent.gone_since is not None:
        return texts.say("today_agent.gone", since=_clock(axis, agent.gone_since))
    if running is not None and running.started_at is not None:
        since = state.now - running.started_at
        over = since - running.duration
        key = "today_agent.over" if over > 0.0 else "today_agent.in_session"
        return texts.say(
            key,
            booking=short_key(running.booking_id),
            since=texts.integer(since),
            over=texts.integer(max(over, 0.0)),
        )
    if agent.on_break_since is not None:
        return texts.say("today_agent.on_break", since=_clock(axis, agent.on_break_since))
    if _is_on_duty(agent, state.now):
        return texts.say("today_agent.free")
    before = agent.start is not None and state.now < agent.start
    return texts.say("today_agent.before" if before else "today_agent.after")


def _clock(axis: PlanningAxis, minute: float) -> str:
    return f"{axis.instant_of(int(minute)):%H:%M}"
