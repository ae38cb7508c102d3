"""Public instances of employee shift scheduling as planning cases.

Curtois & Qu 2014, *Computational results on new staff scheduling benchmark instances*; the instances are
those of schedulingbenchmarks.org. They say how long shifts are, not when they start: each type gets a start
of its own early in the day. Days off become absences, requests become wishes for a shift type at the price 1.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from data.model import (
    Absences,
    Agents,
    Bookings,
    Case,
    Contracts,
    Demand,
    LabourRegime,
    Participants,
    Plan,
    ShiftDemand,
    ShiftLimits,
    ShiftTypes,
    Wishes,
    default_as_of,
)
from data.policies import default_service_policies

A_MONDAY = date(2026, 11, 30)
DAY = 1440
FIRST_START = 360
"""Minute of the day at which duties of the first type start; those of the next ones start 5 minutes later."""

FREE = LabourRegime(
    regime="TASK",
    effective_from=date(2000, 1, 1),
    daily_max_minutes=DAY,
    weekly_max_minutes=7 * DAY,
    rest_between_duties_minutes=0,
    max_days_in_a_row=62,
    max_days_a_week=7,
    sunday_rule=False,
    night_rule=False,
    holiday_rule=False,
    max_stretch_minutes=DAY,
)
"""No labour law holds: the instances carry all their rules in contracts."""


def read_instance(path: Path) -> Case:
    """The planning case of an instance.

    Raises:
        ValueError: when the file is not an instance.
    """
    sections = _sections(path)
    days = int(sections["SECTION_HORIZON"][0][0])
    shifts, staff = sections["SECTION_SHIFTS"], sections["SECTION_STAFF"]
    contracts, limits = [], []
    for name, counts, most, least, in_a_row, at_least, off, weekends in staff:
        contracts.append(
            {
                "contract_id": name,
                "regime": FREE.regime,
                "daily_minutes": 720,
                "weekly_minutes": 7 * DAY,
                "hourly_cost": 0.0,
                "min_horizon_minutes": int(least),
                "max_horizon_minutes": int(most),
                "max_days_in_a_row": int(in_a_row),
                "min_days_in_a_row": int(at_least),
                "min_days_off_in_a_row": int(off),
                "max_weekends": int(weekends),
            }
        )
        for shift, count in (entry.split("=") for entry in counts.split("|")):
            limits.append({"contract_id": name, "shift_type": shift, "most": int(count)})
    wishes: list[dict[str, Any]] = []
    for kind, section in (("work", "SECTION_SHIFT_ON_REQUESTS"), ("off", "SECTION_SHIFT_OFF_REQUESTS")):
        for name, day, shift, weight in sections[section]:
            wishes.append(
                {
                    "agent_id": name,
                    **_whole_day(int(day)),
                    "kind": kind,
                    "weight": int(weight),
                    "shift_type": shift,
                }
            )
    return Case(
        plan=Plan(
            schema="pontual/plan@1.0",
            name=path.stem,
            first_day=A_MONDAY,
            days=days,
            as_of=default_as_of(A_MONDAY),
            service=default_service_policies(),
            labour=(FREE,),
            wish_price=1,
        ),
        agents=Agents.from_rows(
            {"agent_id": row[0], "contract_id": row[0], "skills": "pf", "state": "SP"} for row in staff
        ),
        contracts=Contracts.from_rows(contracts),
        bookings=Bookings.empty(),
        participants=Participants.empty(),
        demand=Demand.empty(),
        absences=Absences.from_rows(
            {"agent_id": name, **_whole_day(int(day))}
            for name, *listed in sections["SECTION_DAYS_OFF"]
            for day in listed
        ),
        wishes=Wishes.from_rows(wishes),
        shift_types=ShiftTypes.from_rows(
            {
                "shift_type": name,
                "starts": FIRST_START + 5 * place,
                "minutes": int(minutes),
                "not_followed_by": after,
            }
            for place, (name, minutes, after) in enumerate(shifts)
        ),
        shift_limits=ShiftLimits.from_rows(limits),
        shift_demand=ShiftDemand.from_rows(
            {
                "date": int(day),
                "shift_type": shift,
                "required": int(required),
                "under_price": int(under),
                "over_price": int(over),
            }
            for day, shift, required, under, over in sections["SECTION_COVER"]
        ),
    )


def _whole_day(day: int) -> dict[str, int]:
    return {"starts_at": DAY * day, "ends_at": DAY * (day + 1)}


def _sections(path: Path) -> dict[str, list[list[str]]]:
    sections: dict[str, list[list[str]]] = {}
    current: list[list[str]] | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text.startswith("SECTION_"):
            current = sections.setdefault(text, [])
        elif text and not text.startswith("#"):
            if current is None:
                raise ValueError(f"{path}: expected a section before {text!r}")
            current.append(text.split(","))
    missing = {"SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF", "SECTION_COVER"} - set(sections)
    if missing:
        raise ValueError(f"{path}: expected the sections {', '.join(sorted(missing))}")
    return sections
