"""A repair for programs and for people: its decisions, its levels, and what limited it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from optimizer.repair.foresight import TOLERANCE, Foreseen
from optimizer.repair.texts import say
from optimizer.solve_result import Level

SCHEMA = "pontual/repair@1.0"

LIKELY = 0.2
"""Probability of being served late from which a session is listed."""

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


def foreseen_document(
    axis: PlanningAxis, state: DayState, foreseen: Foreseen, language: str
) -> dict[str, Any]:
    """What is likely to go wrong, and the precautions; `state` is that which was looked ahead from."""
    return {
        "until": instant_of(axis, foreseen.until).isoformat(),
        "tolerance_minutes": TOLERANCE,
        "late_customers": round(foreseen.late_before, 3),
        "late_customers_with_precautions": round(sum(foreseen.late.values()), 3),
        "precautions": [
            _times(axis, precaution.decision)
            | {
                "late_before": round(precaution.late_before, 3),
                "late_after": round(precaution.late_after, 3),
                "sentence": sentence(axis, state, {}, precaution.decision, language),
            }
            for precaution in foreseen.precautions
        ],
        "likely_late": [
            {"booking_id": booking, "probability": round(probability, 3)}
            for booking, probability in _likely(foreseen)
        ],
    }


def _likely(foreseen: Foreseen) -> list[tuple[str, float]]:
    """Who is likely to be served late, the most likely first."""
    listed = [(booking, p) for booking, p in foreseen.late.items() if p >= LIKELY]
    return sorted(listed, key=lambda one: (-one[1], one[0]))


def foreseen_sentences(
    axis: PlanningAxis, state: DayState, foreseen: Foreseen, language: str
) -> Iterator[str]:
    """The same in words."""
    until = f"{axis.instant_of(int(foreseen.until)):%H:%M}"
    number = {"late": _number(foreseen.late_before, language), "minutes": f"{TOLERANCE:g}"}
    yield say(language, "foreseen", until=until, **number)
    for precaution in foreseen.precautions:
        change = sentence(axis, state, {}, precaution.decision, language)
        before, after = (_number(x, language) for x in (precaution.late_before, precaution.late_after))
        yield "  " + say(language, "precaution", change=change, before=before, after=after)
    for booking, probability in _likely(foreseen):
        told = f"{axis.instant_of(state.sessions[booking].start):%H:%M}"
        yield "  " + say(language, "likely_late", booking=booking, start=told, percent=f"{probability:.0%}")


def _number(value: float, language: str) -> str:
    text = f"{value:.1f}"
    return text.replace(".", ",") if language == "pt-BR" else text


def _times(axis: PlanningAxis, decision: Decision) -> dict[str, Any]:
    """A decision with instants instead of minutes."""
    return {
        name: instant_of(axis, value).isoformat() if name in ("start", "end") else value
        for name, value in decision.model_dump().items()
    }


def _decision(
    axis: PlanningAxis, state: DayState, repair: Repair, decision: Decision, language: str
) -> dict[str, Any]:
    document = _times(axis, decision)
    if isinstance(decision, Rebook):
        document["reason"] = repair.reasons[decision.booking_id]
    return document | {"sentence": sentence(axis, state, repair.reasons, decision, language)}


def sentence(
    axis: PlanningAxis,
    state: DayState,
    reasons: Mapping[str, str],
    decision: Decision,
    language: str,
) -> str:
    """A decision in words; `state` is that before it, `reasons` says why bookings are rebooked."""

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
                    reason = say(language, f"reason.{reasons[booking]}")
                    return say(language, "rebook", booking=booking, before=told, reason=reason)


def sentences(axis: PlanningAxis, state: DayState, repair: Repair, language: str) -> Iterator[str]:
    """All decisions in words, and whom nobody waits for any more."""
    for decision in repair.plan.decisions:
        yield sentence(axis, state, repair.reasons, decision, language)
    for booking in repair.plan.awaited:
        yield say(language, "awaited", booking=booking)
