"""Rows that stand for bookings of which only the kind is known, so that their time is taken for everybody."""

from __future__ import annotations

from typing import Any

from data.model import Case
from optimizer.offers.wanted import Wanted

_FIRST_ROLE = {"single": "holder", "joint": "holder", "judicial": "court_representative"}
_FURTHER_ROLE = {"single": "holder", "joint": "co_representative", "judicial": "court_representative"}


def booking_row(wanted: Wanted) -> dict[str, Any]:
    """A row of bookings of this kind that breaks no rule of eligibility."""
    kind = wanted.kind
    row: dict[str, Any] = {
        "booking_id": wanted.booking,
        "order_status": "paid",
        "holder_type": "company" if kind.session == "joint" else "person",
        "skill": kind.skill,
        "duration_minutes": kind.duration_minutes,
        "booked_at": -(2**30),
        "priority": wanted.priority,
    }
    if kind.session == "joint":
        row["joint_clause"] = True
    if kind.session == "judicial":
        row |= {"holder_is_deceased": True, "documents": "court_decision|executor_certificate"}
    return row


def participant_rows(wanted: Wanted, case: Case) -> list[dict[str, Any]]:
    """Rows of participants who can come at any time; those who are not known have names of their own."""
    kind = wanted.kind
    names = [*wanted.people, *(f"{wanted.booking} {n}" for n in range(kind.participants))]
    return [
        {
            "booking_id": wanted.booking,
            "participant_id": name,
            "role": (_FURTHER_ROLE if place else _FIRST_ROLE)[kind.session],
            "has_cnh": True,
            "cnh_issued_on": 0,
            "has_biometrics": True,
            "window_start": -1440,
            "window_end": case.axis.end + 1440,
            "daily_from": 0,
            "daily_until": 1440,
        }
        for place, name in enumerate(names[: max(kind.participants, len(wanted.people))])
    ]
