"""A played day as the stream of events that a booking system would have sent."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from data.day import EVENT, DayState, Event, planned_day
from data.day.happenings import happen
from data.day.minutes import instant_of
from data.day.snapshots import snapshot_of
from data.model import Case
from simulation.outcome_log import OutcomeLog
from simulation.records import Outcome
from simulation.week import Week

ESTIMATE_MINUTES = 5.0
"""What agents say when a session is not over at its planned end, and again when that is not enough."""

_ORDER = (
    "session_ended",
    "break_ended",
    "agent_back",
    "customer_connected",
    "customer_left",
    "no_show",
    "booking_cancelled",
    "agent_gone",
    "session_started",
    "break_started",
    "session_overrunning",
)
"""Of what happens at one moment, what comes first."""

_GIVEN_UP = {
    Outcome.NO_SHOW: "no_show",
    Outcome.LEFT: "customer_left",
    Outcome.REBOOKED_BY_ISSUER: "customer_left",
    Outcome.CANCELLED: "booking_cancelled",
}

_Told = tuple[float, str, dict[str, Any]]
"""Minute, kind, and what else the event says."""


def recorded_day(
    case: Case, week: Week, log: OutcomeLog, day: int, snapshot_minutes: float | None = None
) -> list[Event]:
    """The events of one day of a replication that was played with activities, numbered from 1.

    Walk-ups, and customers who come back the same day, are not in it: they have no appointment. With
    `snapshot_minutes`, a snapshot of the day follows whenever so many minutes have gone by.
    """
    axis = case.axis
    state = planned_day(case, day)
    told = [*_of_sessions(week, log, state), *_of_agents(week, log, state)]
    told.sort(key=lambda one: (round(one[0] * 60_000), _ORDER.index(one[1]), sorted(one[2].items())))
    events: list[Event] = []
    due = math.inf if snapshot_minutes is None else (told[0][0] if told else 0.0) + snapshot_minutes
    for minute, kind, rest in told:
        if minute >= due and snapshot_minutes is not None:
            events.append(snapshot_of(axis, state, len(events) + 1))
            happen(axis, state, events[-1])
            due += snapshot_minutes * math.ceil((minute - due + 1e-9) / snapshot_minutes)
        event = {"number": len(events) + 1, "at": instant_of(axis, minute), "kind": kind, **rest}
        events.append(EVENT.validate_python(event))
        happen(axis, state, events[-1])
    return events


def _of_sessions(week: Week, log: OutcomeLog, state: DayState) -> Iterator[_Told]:
    for session, booking in enumerate(week.booking_id.tolist()):
        if booking not in state.sessions:
            continue
        subject = {"booking_id": booking}
        arrived, begun, ended = log.arrived[session], log.begun[session], log.ended[session]
        if arrived <= ended:
            yield arrived, "customer_connected", subject
        outcome = Outcome(log.outcome[session])
        if not math.isnan(log.rebooked_at[session]):
            yield log.rebooked_at[session], "customer_left", subject | {"by_issuer": True}
            continue
        if math.isnan(begun):
            by_issuer = {"by_issuer": True} if outcome is Outcome.REBOOKED_BY_ISSUER else {}
            yield ended, _GIVEN_UP[outcome], subject | by_issuer
            continue
        agent = week.duties[log.agent[session]].agent_id
        yield begun, "session_started", subject | {"agent_id": agent}
        expected = begun + float(week.planned[session])
        while expected < ended:
            yield expected, "session_overrunning", subject | {"remaining_minutes": ESTIMATE_MINUTES}
            expected += ESTIMATE_MINUTES
        yield ended, "session_ended", subject | {"outcome": outcome.label}


def _of_agents(week: Week, log: OutcomeLog, state: DayState) -> Iterator[_Told]:
    for number, duty in enumerate(week.duties):
        agent = state.agents.get(duty.agent_id)
        if agent is None or duty.on_call or agent.start != duty.start:
            continue
        subject = {"agent_id": duty.agent_id}
        if not log.came_at[number] <= duty.start:
            yield duty.start, "agent_gone", subject
            if log.came_at[number] > duty.start:
                yield log.came_at[number], "agent_back", subject
    noted = log.activities()
    for number, begins, ends, session in zip(
        noted.duty.tolist(), noted.begins.tolist(), noted.ends.tolist(), noted.session.tolist(), strict=True
    ):
        duty = week.duties[number]
        if session < 0 and duty.agent_id in state.agents and state.agents[duty.agent_id].start == duty.start:
            yield begins, "break_started", {"agent_id": duty.agent_id}
            yield ends, "break_ended", {"agent_id": duty.agent_id}
