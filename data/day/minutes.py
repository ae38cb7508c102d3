"""Instants of events, which have seconds, on the planning axis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from data.model import PlanningAxis


def minutes_of(axis: PlanningAxis, instant: datetime) -> float:
    """An aware instant in minutes on the planning axis, with its seconds."""
    return (instant - axis.origin.astimezone(UTC)).total_seconds() / 60.0


def instant_of(axis: PlanningAxis, minutes: float) -> datetime:
    """The instant of a moment on the planning axis, to the millisecond, in the zone of the service."""
    exact = axis.origin.astimezone(UTC) + timedelta(milliseconds=round(minutes * 60_000))
    return exact.astimezone(axis.zone)
