"""A review for programs: one document with instants, null for what is not known."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from data.day.minutes import instant_of
from data.identity import masked
from data.model import PlanningAxis
from simulation.review.causes import CAUSES
from simulation.review.demand_error import DemandError, merged, summed
from simulation.review.facts import DayFacts
from simulation.review.figures import FIGURES
from simulation.review.recalibration import Recalibration
from simulation.review.review import HARMS, Figure, Harm, Review

SCHEMA = "pontual/review@1.0"
DECIMALS = 6


def review_document(axis: PlanningAxis, found: Review) -> dict[str, Any]:
    """All that was found."""
    return {
        "schema": SCHEMA,
        "replications": found.replications,
        "days": [
            {**_day(day), "figures": _figures(figures.items())}
            for day, figures in zip(found.days, found.by_day, strict=True)
        ],
        "figures": _figures(found.figures.items()),
        "causes": [
            {"cause": name, **{harm: found.count(name, harm) for harm in HARMS}}
            for name in CAUSES
            if any(found.count(name, harm) for harm in HARMS)
        ],
        "harmed": [_harm(axis, one) for one in found.harms],
        "demand": _demand(axis, found),
        "agents": [
            {**{n: _number(v) for n, v in one._asdict().items()}, "presence": _number(one.presence)}
            for one in found.agents
        ],
        "recalibration": recalibration_document(found.proposal),
    }


def recalibration_document(proposal: Recalibration) -> dict[str, Any]:
    """What is proposed, and why."""
    return {
        "sessions": proposal.sessions,
        "why_not": proposal.why_not or None,
        "ends_told": proposal.ends_told,
        "interruptions_told": proposal.interruptions_told,
        "leads_told": proposal.leads_told,
        "changes": [
            {
                **asdict(one.estimate),
                "base": one.base,
                "p_value": _number(one.p_value),
                "differs": one.differs,
                "proposed": one.proposed,
            }
            for one in proposal.changes
        ],
        "kept": [{"parameter": kept.parameter, "reason": kept.reason} for kept in proposal.kept],
        "parameters": proposal.parameters(),
    }


def _day(day: DayFacts) -> dict[str, Any]:
    return {
        "day": day.on.isoformat(),
        "events": day.events,
        "complete": day.complete,
        "open_sessions": sum(session.outcome == "open" for session in day.sessions.values()),
        "missing_events": [list(gap) for gap in day.gaps],
        "conflicting_events": list(day.conflicts),
        "anomalies": [
            {
                "event": odd.number,
                "subject": masked(odd.subject),
                "what": odd.what.value,
                "status": None if odd.status is None else odd.status.value,
            }
            for odd in day.anomalies
        ],
    }


def _figures(figures: Iterable[tuple[str, Figure]]) -> list[dict[str, Any]]:
    rows = []
    for name, figure in figures:
        expected = figure.expected
        rows.append(
            {
                "name": name,
                "unit": FIGURES[name][0],
                "happened": _number(figure.happened),
                "expected": None if expected is None else _number(expected.mean),
                "low": None if expected is None else _number(expected.low),
                "high": None if expected is None else _number(expected.high),
                "is_usual": None if expected is None else figure.is_usual,
            }
        )
    return rows


def _harm(axis: PlanningAxis, one: Harm) -> dict[str, Any]:
    session = one.session
    return {
        "booking_id": session.booking_id,
        "agent_id": session.planned_agent,
        "appointed": instant_of(axis, float(session.promised)).isoformat(),
        "harm": one.harm,
        "waited_minutes": _number(session.wait),
        "cause": one.cause.name,
        "by": one.cause.by or None,
    }


def _demand(axis: PlanningAxis, found: Review) -> dict[str, Any]:
    """Errors by interval, by day and skill, and by day; each summed without the finer ones."""

    def row(one: DemandError) -> dict[str, Any]:
        return {
            "day": axis.date_of(one.day).isoformat(),
            "starts_at": instant_of(axis, float(one.starts_at)).isoformat(),
            "skill": one.skill,
            "expected": _number(one.expected),
            "appointed": one.appointed,
        }

    def summary(rows: list[DemandError]) -> dict[str, Any]:
        return {name: _number(value) for name, value in summed(rows)._asdict().items()}

    by_skill, by_day = merged(found.demand, by_skill=True), merged(found.demand, by_skill=False)
    return {
        "by_interval": summary(list(found.demand)),
        "by_day_and_skill": summary(by_skill),
        "by_day": summary(by_day),
        "intervals": [row(one) for one in found.demand],
    }


def _number(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS) if math.isfinite(value) else None
    return value
