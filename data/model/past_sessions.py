"""What an issuer's records say about past sessions; the raw material of a calibration."""

from __future__ import annotations

from dataclasses import dataclass

from data.model.columns import Choice, FloatArray, IntArray, Integer, Number, Table, Text, TextArray, column
from data.model.service_policy import SESSION_KINDS

PAST_OUTCOMES = (
    "fulfilled",
    "no_show",
    "left",
    "rebooked_by_issuer",
    "failed_technical",
    "failed_documents",
)
"""How a past session ended: the words of the simulation's own records."""


@dataclass(frozen=True, eq=False)
class PastSessions(Table):
    """One row a past session. Instants are texts here, because their seconds count."""

    TABLE = "past_sessions"

    booking_id: TextArray = column(Text(), "booking; no personal data", key=True)
    kind: TextArray = column(Choice(SESSION_KINDS), "kind of session")
    planned_minutes: FloatArray = column(Number(1.0, 480.0), "minutes that were planned")
    participants: IntArray = column(
        Integer(1, 20), "participants who had to attend", optional=True, default=1
    )
    booked_at: TextArray = column(Text(), "when the booking was made", optional=True)
    appointed: TextArray = column(Text(), "start that the customer was told", key=True)
    arrived: TextArray = column(Text(), "when the last participant logged in", optional=True)
    started: TextArray = column(Text(), "when the session began", optional=True)
    ended: TextArray = column(Text(), "when it ended, was cut off, or was given up", optional=True)
    outcome: TextArray = column(Choice(PAST_OUTCOMES), "how it ended")
    interrupted_minutes: FloatArray = column(
        Number(0.0, 480.0),
        "minutes of it lost to a technical failure that was overcome; empty: none was recorded",
        optional=True,
    )
    skill: TextArray = column(Text(), "skill that the session needed", optional=True)
