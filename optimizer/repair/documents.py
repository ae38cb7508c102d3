"""A repair for programs and for people: its decisions, its levels, and what limited it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from data.day import (
    CallStandby,
    DayState,
    Decision,
    Delay,
    MoveBreak,
    NewTime,
    Rebind,
    Rebook,
)
from data.day.minutes import instant_of
from data.day.repaired import PRIORITIES
from data.model import PlanningAxis
from optimizer.repair.engine import Repair
from optimizer.repair.texts import say
from optimizer.solve_result import Level

SCHEMA = "pontual/repair@1.0"

NAMES = ("rebooked", "new_times", "told_delays", "agents_disturbed", "minutes", "rebound")
"""The levels, the most important first; rebooked sessions are compared class by class, and counted here."""


def levels(repair: Repair) -> tuple[Level, ...]:
    """The levels with their bounds; gaps are fractions of the values."""
    values = (sum(repair.disruption.rebooked), *repair.disruption[1:])
    bounds = (sum(repair.bounds.rebooked), *repair.bounds[1:])
    return tuple(
        Level(name, value, bound, (value - bound) / max(1, value))
        for name, value, bound in zip(NAMES, values, bounds, strict=True)
    )


def limited_by(repair: Repair) -> str:
    """What kept the repair from a proof: clock, work, parts; empty when all levels are proven."""
    if repair.bounds == repair.disruption:
        return ""
    if not repair.reproducible:
        return "clock"
    return "work" if repair.stopped else "parts"


def repair_document(
    axis: PlanningAxis, state: DayState, now: int, repair: Repair, language: str
) -> dict[str, Any]:
    """The repair with instants instead of minutes; `state` is that before the decisions."""
    return {
        "schema": SCHEMA,
        "date": axis.date_of(state.day).isoformat(),
        "now": axis.instant_of(now).isoformat(),
        "decisions": [
            _decision(axis, state, repair, decision, language) for decision in repair.plan.decisions
        ],
        "levels": [
            {"name": level.name, "value": level.objective, "bound": level.bound, "gap": level.gap}
            for level in levels(repair)
        ],
        "rebooked": [
            {
                "customer_is_there": place < PRIORITIES,
                "priority": place % PRIORITIES + 1,
                "count": count,
                "bound": bound,
            }
            for place, (count, bound) in enumerate(
                zip(repair.disruption.rebooked, repair.bounds.rebooked, strict=True)
            )
            if count
        ],
        "pools": list(repair.touched),
        "no_shows_to_declare": list(repair.plan.awaited),
        "seconds": round(repair.seconds, 4),
        "limited_by": limited_by(repair),
        "reproducible": repair.reproducible,
    }


def _decision(
    axis: PlanningAxis, state: DayState, repair: Repair, decision: Decision, language: str
) -> dict[str, Any]:
    document: dict[str, Any] = {
        name: instant_of(axis, value).isoformat() if name in ("start", "end") else value
        for name, value in decision.model_dump().items()
    }
    if isinstance(decision, Rebook):
        document["reason"] = repair.reasons[decision.booking_id]
    return document | {"sentence": sentence(axis, state, repair, decision, language)}


def sentence(axis: PlanningAxis, state: DayState, repair: Repair, decision: Decision, language: str) -> str:
    """A decision in words; `state` is that before it."""

    def clock(minute: int) -> str:
        return f"{axis.instant_of(minute):%H:%M}"

    match decision:
        case CallStandby():
            span = {"start": clock(decision.start), "end": clock(decision.end)}
            return say(language, "call_standby", agent=decision.agent_id, **span)
        case MoveBreak():
            before = state.agents[decision.agent_id].breaks[decision.place].start
            span = {"before": clock(before), "start": clock(decision.start)}
            return say(language, "move_break", agent=decision.agent_id, **span)
        case _:
            session = state.sessions[decision.booking_id]
            booking, told = decision.booking_id, clock(session.start)
            match decision:
                case Rebind():
                    key = "rebind" if session.agent_id else "rebind.nobody"
                    agents = {"agent": decision.agent_id, "before": session.agent_id}
                    return say(language, key, booking=booking, start=told, **agents)
                case Delay() | NewTime():
                    span = {"before": told, "start": clock(decision.start)}
                    return say(language, decision.kind, booking=booking, agent=decision.agent_id, **span)
                case Rebook():
                    reason = say(language, f"reason.{repair.reasons[booking]}")
                    return say(language, "rebook", booking=booking, before=told, reason=reason)


def sentences(axis: PlanningAxis, state: DayState, repair: Repair, language: str) -> Iterator[str]:
    """All decisions in words, and whom nobody waits for any more."""
    for decision in repair.plan.decisions:
        yield sentence(axis, state, repair, decision, language)
    for booking in repair.plan.awaited:
        yield say(language, "awaited", booking=booking)
