"""The sessions of reviewed days as past sessions, for calibrations from more days."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from data.day.minutes import instant_of
from data.model import PlanningAxis
from data.model.past_sessions import PAST_OUTCOMES, PastSessions
from simulation.review.facts import HELD, DayFacts, SessionFact


def past_sessions(axis: PlanningAxis, days: Iterable[DayFacts]) -> PastSessions:
    """Those of which it was told how they ended, and which nothing broke off."""
    facts = (fact for day in days for fact in day.sessions.values())
    kept = (fact for fact in facts if fact.outcome in PAST_OUTCOMES and not fact.broken_by)
    return PastSessions.from_rows(_row(axis, fact) for fact in kept)


def _row(axis: PlanningAxis, fact: SessionFact) -> dict[str, Any]:
    def instant(minutes: float) -> str:
        return "" if math.isnan(minutes) else instant_of(axis, minutes).isoformat()

    return {
        "booking_id": fact.booking_id,
        "kind": fact.kind,
        "planned_minutes": fact.planned_minutes,
        "participants": fact.participants,
        "booked_at": instant(fact.booked_at),
        "appointed": instant(fact.promised),
        "arrived": instant(fact.arrived),
        "started": instant(fact.began) if fact.outcome in HELD else "",
        "ended": instant(fact.ended if fact.outcome in HELD else fact.given_up),
        "outcome": fact.outcome,
        "interrupted_minutes": fact.interrupted_minutes or math.nan,
        "skill": fact.skill,
    }
