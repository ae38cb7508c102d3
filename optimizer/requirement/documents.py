"""What a requirement came to, for programs: one document, and its intervals as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from data.model import Case, PlanningAxis
from optimizer.requirement.requirement import DayRequirement, Requirement, misses
from simulation import Kpi


def requirement_document(found: Requirement, case: Case) -> dict[str, Any]:
    """Everything, by day and interval."""
    request = found.request
    targets = request.targets
    return {
        "targets": [{"text": str(target), "most_served_badly": target.most_bad} for target in targets],
        "source": request.source,
        "shrinkage": request.shrinkage,
        "present": found.present,
        "interval_minutes": case.plan.demand_interval_minutes,
        "seed": request.seed,
        "replications": request.replications,
        "replications_played": sum(day.played for day in found.days),
        "confirmation": _confirmation(found),
        "skills_that_miss": _skills_that_miss(found),
        "days": [_day(day, case.axis) for day in found.days],
    }


def _confirmation(found: Requirement) -> dict[str, int]:
    limits = [target.most_bad for target in found.request.targets]
    counted = [misses(day.served_badly, limits) for day in found.days]
    absent = [misses(day.with_absences, limits) for day in found.days]
    return {
        "periods": sum(count.periods for count in counted),
        "missed": sum(count.missed for count in counted),
        "surely_missed": sum(count.surely for count in counted),
        "missed_with_absences": sum(count.missed for count in absent),
    }


def _skills_that_miss(found: Requirement) -> list[dict[str, Any]]:
    """Skills whose customers are surely served worse than a target allows, over the worst day."""
    worst: dict[tuple[str, int], float] = {}
    for day in found.days:
        for place, shares in enumerate(day.by_skill):
            for skill, share in zip(day.frame.skills, shares, strict=True):
                if share.low > found.request.targets[place].most_bad:
                    worst[skill, place] = max(worst.get((skill, place), 0.0), share.mean)
    return [
        {
            "skill": skill,
            "target": str(found.request.targets[place]),
            "share": share,
            "limit": found.request.targets[place].most_bad,
        }
        for (skill, place), share in sorted(worst.items())
    ]


def _day(day: DayRequirement, axis: PlanningAxis) -> dict[str, Any]:
    frame = day.frame
    starts = frame.starts.tolist()
    first_of = np.unique(day.periods.number, return_index=True)[1].tolist()
    return {
        "date": axis.date_of(axis.day_of(frame.first)).isoformat(),
        "skills": list(frame.skills),
        "out_of_reach": [
            {
                "target": target,
                "starts_at": axis.instant_of(starts[first_of[period]]).isoformat(),
                "share": share,
            }
            for target, period, share in day.out_of_reach
        ],
        "by_skill": {
            skill: [_share(shares[place]) for shares in day.by_skill]
            for place, skill in enumerate(frame.skills)
            if day.by_skill
        },
        "periods": [
            {
                "starts_at": axis.instant_of(starts[first_of[period]]).isoformat(),
                "served_badly": [_share(shares[period]) for shares in day.served_badly],
                "with_absences": [_share(shares[period]) for shares in day.with_absences],
            }
            for period in range(day.periods.count)
        ],
        "intervals": [_interval(day, place, minute, axis) for place, minute in enumerate(starts)],
    }


def _interval(day: DayRequirement, place: int, minute: int, axis: PlanningAxis) -> dict[str, Any]:
    worth = day.worth
    skills = day.frame.skills
    return {
        "starts_at": axis.instant_of(minute).isoformat(),
        "minute": minute,
        "period": int(day.periods.number[place]),
        "expected": dict(zip(skills, day.expected[place].tolist(), strict=True)),
        "load": round(float(day.load.busy[place].sum()), 3),
        "agents": int(day.staffing[place]),
        "on_the_floor": dict(zip(skills, day.on_the_floor[place].tolist(), strict=True)),
        "rostered": dict(zip(skills, day.rostered[place].tolist(), strict=True)),
        "erlang_c": int(day.formulas.erlang_c[place]),
        "erlang_a": int(day.formulas.erlang_a[place]),
        "square_root": int(day.formulas.square_root[place]),
        "one_more": None if worth is None else _number(worth.one_more[place]),
        "one_fewer": None if worth is None else _number(worth.one_fewer[place]),
        "one_fewer_breaks": None if worth is None else bool(worth.breaks[place]),
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)


def _share(figure: Kpi) -> dict[str, float]:
    return figure._asdict()


def requirement_csv(document: Mapping[str, Any]) -> bytes:
    """One row for each interval and skill; what is known of the whole interval stands in each of its rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    formulas = ("erlang_c", "erlang_a", "square_root")
    of_interval = ("load", "agents", *formulas, "one_more", "one_fewer", "one_fewer_breaks")
    of_skill = ("expected", "on_the_floor", "rostered")
    shares = [f"{target['text']}:{end}" for target in document["targets"] for end in ("mean", "low", "high")]
    writer.writerow(["starts_at", "skill", *of_skill, *of_interval, *shares])
    for day in document["days"]:
        for interval in day["intervals"]:
            period = day["periods"][interval["period"]]["served_badly"]
            ends = [share[end] for share in period for end in ("mean", "low", "high")]
            for skill in day["skills"]:
                writer.writerow(
                    [
                        interval["starts_at"],
                        skill,
                        *(interval[name][skill] for name in of_skill),
                        *(interval[name] for name in of_interval),
                        *(ends or [None] * len(shares)),
                    ]
                )
    return text.getvalue().encode("utf-8")
