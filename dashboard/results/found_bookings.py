"""Bookings that a reader asks for, and what the plan has for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.results.summary import rules_in_order, short_key
from dashboard.texts import Texts
from data.eligibility import evaluate
from data.model import Case
from optimizer.planning.offers_left import OffersLeft

SHORTEST_PREFIX = 5
"""Characters of a surrogate that a reader must give."""

SHOWN_STARTS = 8


@dataclass(frozen=True)
class FoundBooking:
    """One booking.

    Attributes:
        session: its row of sessions; None when it has none.
        unplaced: its row of unplaced bookings; None when it has a session.
    """

    booking_id: str
    row: int
    session: Mapping[str, Any] | None
    unplaced: Mapping[str, Any] | None


def bookings_named(case: Case, name: str) -> list[str]:
    """Ids that begin with what the reader has typed; nothing for too little of it."""
    wanted = name.strip().rstrip("\u2026").lower()
    if len(wanted) < SHORTEST_PREFIX:
        return []
    return [known for known in case.bookings.booking_id.tolist() if known.lower().startswith(wanted)]


def found_booking(case: Case, booking_id: str) -> FoundBooking:
    """What the plan has for a booking.

    Raises:
        KeyError: when the case does not have it.
    """
    row = case.bookings.position[booking_id]
    session = next((r for r in case.sessions.rows() if r["booking_id"] == booking_id), None)
    unplaced = next((r for r in case.unplaced.rows() if r["booking_id"] == booking_id), None)
    return FoundBooking(booking_id, row, session, unplaced)


def booking_words(case: Case, found: FoundBooking, texts: Texts) -> str:
    """Where the booking is, or why it is nowhere, in a sentence."""
    key, skill = short_key(found.booking_id), texts.label("skill", case.bookings.skill[found.row])
    minutes = texts.integer(case.bookings.duration_minutes[found.row])
    about = texts.say("schedule.about", booking=key, skill=skill, minutes=minutes)
    if found.session is not None:
        start = texts.instant(case.axis.instant_of(found.session["starts_at"]))
        where = texts.say("schedule.placed", start=start, agent=found.session["agent_id"])
    elif found.unplaced is not None:
        reason = texts.label("reason", found.unplaced["reason"])
        where = texts.say("schedule.unplaced", reason=reason[0].lower() + reason[1:])
        if found.unplaced["rules"]:
            where += f" ({rules_in_order(found.unplaced['rules'])})"
    else:
        where = texts.say("schedule.not_yet")
    return f"{about}: {where}."


def joint_rows(case: Case, texts: Texts) -> list[tuple[str, ...]]:
    """Sessions with several people or for a court's representative, in order of time."""
    kinds = evaluate(case).kind
    people = np.bincount(
        [case.bookings.position[name] for name in case.participants.booking_id.tolist()],
        minlength=len(case.bookings),
    )
    rows: list[tuple[str, ...]] = []
    for session in sorted(case.sessions.rows(), key=lambda row: (row["starts_at"], row["agent_id"])):
        booking = case.bookings.position[session["booking_id"]]
        if kinds[booking] != "single":
            rows.append(
                (
                    texts.instant(case.axis.instant_of(session["starts_at"])),
                    texts.minutes(session["duration_minutes"], 0),
                    texts.label("kind", kinds[booking]),
                    texts.integer(people[booking]),
                    session["agent_id"],
                    short_key(session["booking_id"]),
                )
            )
    return rows


def offer_rows(offers: tuple[OffersLeft, ...], case: Case, texts: Texts) -> list[tuple[str, ...]]:
    """Kinds of booking: skill, minutes, people, how many starts are left, and the first of them."""
    return [
        (
            texts.label("skill", row.kind.skill),
            texts.integer(row.kind.duration_minutes),
            texts.integer(row.kind.participants),
            texts.integer(len(row.starts)),
            ", ".join(
                texts.instant(case.axis.instant_of(start)) for start in sorted(row.starts)[:SHOWN_STARTS]
            ),
        )
        for row in offers
    ]
