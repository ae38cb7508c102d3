"""A forecast for programs: one document, and its days and intervals as tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from data.files.csv_text import csv_bytes
from data.files.instants import format_instant
from data.model import Case, Plan
from simulation.forecast.predicted import Forecast
from simulation.forecast.shares import Shares
from simulation.forecast.workload import Workload

DECIMALS = 3


def forecast_document(
    found: Forecast, case: Case, work: Workload, shares: Shares, load: float, bad_rows: int
) -> dict[str, Any]:
    """All but the intervals of the day, which are in a table."""
    held = {skill for skills in case.agents.skills.tolist() for skill in skills.split("|")}
    return {
        "picked": found.picked,
        "models": [asdict(model) for model in found.models],
        "origins": found.origins,
        "held_back_days": found.held_back,
        "width_factor": found.width_factor,
        "history": {
            "first": found.history[0].isoformat(),
            "last": found.history[1].isoformat(),
            "recorded_days": found.recorded_days,
            "missing_days": found.missing_days,
            "closed_days": found.closed_days,
            "later_rows": found.later_rows,
            "bad_rows": bad_rows,
        },
        "what_if": {**asdict(shares), "factor": shares.factor},
        "days": [
            {
                "day": day.isoformat(),
                **_figures(found.total[place]),
                "series": [
                    {"kind": series.kind, "skill": series.skill, **_figures(found.days[place, number])}
                    for number, series in enumerate(found.series)
                ],
            }
            for place, day in enumerate(found.dates)
        ],
        "effects": [asdict(effect) for effect in found.effects],
        "shifts": [day.isoformat() for day in found.shifts],
        "has_echo": found.has_echo,
        "load": load,
        "minutes": dict(work.minutes),
        "assumed_minutes": list(work.assumed),
        "skills_without_agents": sorted(set(work.minutes) - held),
        "required_agent_hours": float(case.demand.required.sum()) * found.slot_minutes / 60.0,
    }


def _figures(row: Any) -> dict[str, float]:
    mean, low, high = row.tolist()
    return {"expected": round(mean, DECIMALS), "low": low, "high": high}


def forecast_files(found: Forecast, plan: Plan, document: Mapping[str, Any]) -> dict[str, bytes]:
    """The forecast by day and by interval as tables, and its document."""
    return {
        "forecast.json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(),
        "forecast_days.csv": days_csv(document),
        "forecast_intervals.csv": _intervals_csv(found, plan),
    }


def days_csv(document: Mapping[str, Any]) -> bytes:
    """A row for each day, kind and skill, and one for the day in all."""
    rows: list[tuple[str, ...]] = []
    for day in document["days"]:
        rows.extend((day["day"], part["kind"], part["skill"], *_cells(part)) for part in day["series"])
        rows.append((day["day"], "", "", *_cells(day)))
    return csv_bytes(("day", "kind", "skill", "expected", "low", "high"), list(zip(*rows, strict=True)))


def _cells(part: Mapping[str, Any]) -> tuple[str, str, str]:
    return f"{part['expected']:.{DECIMALS}f}", f"{part['low']:.0f}", f"{part['high']:.0f}"


def _intervals_csv(found: Forecast, plan: Plan) -> bytes:
    rows: list[tuple[str, ...]] = []
    for place, number in enumerate(found.numbers):
        for slot in range(found.slots.shape[1]):
            if not found.slots[place, slot].any():
                continue
            start = format_instant(plan.axis.at(number, slot * found.slot_minutes), plan.axis)
            rows.extend(
                (start, series.kind, series.skill, *_cells(_figures(found.slots[place, slot, each])))
                for each, series in enumerate(found.series)
            )
    header = ("starts_at", "kind", "skill", "expected", "low", "high")
    return csv_bytes(header, list(zip(*rows, strict=True)) if rows else [[] for _ in header])
