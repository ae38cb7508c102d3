"""What a search for a mix of agents came to, for programs: one document, and its classes as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.files.csv_text import csv_bytes
from optimizer.requirement.roster_service import RosterService
from optimizer.staffing.classes import cost_of
from optimizer.staffing.search import OneFewer, Staffing


def staffing_document(found: Staffing, keep_team: bool) -> dict[str, Any]:
    """The mix, its cost and bound, how it serves, and what one agent fewer of each class does."""
    answer, request = found.answer, found.requirement.request
    mix = (0,) * len(found.classes) if answer is None else answer.attempt.mix
    present = tuple(each.present for each in found.classes)
    return {
        "targets": [
            {"text": str(target), "most_served_badly": target.most_bad} for target in request.targets
        ],
        "source": request.source,
        "shrinkage": request.shrinkage,
        "present": found.requirement.present,
        "seed": request.seed,
        "replications": request.replications,
        "keep_team": keep_team,
        "requirement_reached": found.requirement.is_reached,
        "required_agent_hours": sum(
            float(day.rostered.sum()) * day.frame.length / 60.0 for day in found.requirement.days
        ),
        "mixes_tried": found.tried,
        "weekly_cost_bound": None if found.bound_cents is None else found.bound_cents / 100.0,
        "present_weekly_cost": cost_of(found.classes, present) / 100.0,
        "agents": None if answer is None else sum(mix),
        "weekly_cost": None if answer is None else cost_of(found.classes, mix) / 100.0,
        "missing": None if answer is None else answer.attempt.missing,
        "service": None if answer is None else service_document(answer.service),
        "classes": [
            {
                "contract": each.contract_id,
                "skills": list(each.skills),
                "weekly_cost": each.weekly_cents / 100.0,
                "present": each.present,
                "needed": needed,
                "hire": max(0, needed - each.present),
                "spare": max(0, each.present - needed),
            }
            for each, needed in zip(found.classes, mix, strict=True)
            if answer is not None and (needed or each.present)
        ],
        "one_fewer": [_one_fewer(found, fewer) for fewer in (answer.one_fewer if answer else ())],
    }


def service_document(service: RosterService) -> dict[str, Any]:
    """Periods that keep their targets, and all customers together."""
    return {
        "periods": service.periods,
        "missed": service.missed,
        "surely_missed": service.surely_missed,
        "overall": [figure._asdict() for figure in service.overall],
    }


def _one_fewer(found: Staffing, fewer: OneFewer) -> dict[str, Any]:
    each, attempt = found.classes[fewer.place], fewer.attempt
    return {
        "contract": each.contract_id,
        "skills": list(each.skills),
        "verdict": fewer.verdict,
        "missing": None if attempt is None else attempt.missing,
        "missing_bound": fewer.missing_bound,
        "service": None if fewer.service is None else service_document(fewer.service),
    }


def staffing_csv(document: Mapping[str, Any]) -> bytes:
    """One row for each class."""
    names = ("contract", "skills", "needed", "present", "hire", "spare", "weekly_cost")
    rows = [
        tuple("|".join(row[name]) if name == "skills" else f"{row[name]}" for name in names)
        for row in document["classes"]
    ]
    return csv_bytes(names, list(zip(*rows, strict=True)) if rows else [[] for _ in names])
