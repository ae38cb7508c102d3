"""pyworkforce's shift solver, then its roster solver; run by an interpreter that has it, and nothing of ours.

Reads a JSON document from the standard input and writes one to the standard output. The shift solver says how
many agents each type of shift needs on each day; the roster solver then names them. Where it finds nobody, as
its counts are hard and know nothing of the team, all counts are lowered a step and it tries again.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from pyworkforce.rostering.binary_programming import MinHoursRoster
from pyworkforce.scheduling import MinAbsDifference, MinRequiredResources

STEPS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.35, 0.2)
"""Shares of the counts that are tried, one after the other."""

SHARE_OF_SHIFTS = 0.3
"""Share of the time limit for the shift solver."""


def counts_of_shifts(asked: dict[str, Any], seconds: float) -> tuple[str, dict[str, list[int]]]:
    """How many agents each type of shift is to have on each day; types that nobody needs are left out."""
    most = len(asked["agents"])
    common = {
        "num_days": asked["days"],
        "periods": len(asked["required"][0]),
        "shifts_coverage": {name: shift["serves"] for name, shift in asked["shifts"].items()},
        "required_resources": asked["required"],
        "max_period_concurrency": most,
        "max_shift_concurrency": most,
        "max_search_time": seconds,
        "num_search_workers": asked["threads"],
    }
    solver = (
        MinAbsDifference(**common)
        if asked["solver"] == "MinAbsDifference"
        else MinRequiredResources(**common)
    )
    found = solver.solve()
    counts: dict[str, list[int]] = {}
    if found["status"] in {"OPTIMAL", "FEASIBLE"}:
        for row in found["resources_shifts"]:
            counts.setdefault(row["shift"], [0] * asked["days"])[row["day"]] = row["resources"]
    return found["status"], {name: listed for name, listed in counts.items() if any(listed)}


def lowered_to(share: float, counts: dict[str, list[int]], days: int) -> dict[str, list[int]]:
    """The same share of every day's shifts, spread over the types in their order."""
    lowered: dict[str, list[int]] = {name: [] for name in counts}
    for day in range(days):
        before = 0
        for name, listed in counts.items():
            after = before + listed[day]
            lowered[name].append(int(share * after) - int(share * before))
            before = after
    return lowered


def named(asked: dict[str, Any], counts: dict[str, list[int]], seconds: float) -> tuple[str, list[Any]]:
    """Who works which shift on which day."""
    names = list(counts)
    known = set(names)
    solver = MinHoursRoster(
        num_days=asked["days"],
        resources=asked["agents"],
        shifts=names,
        shifts_hours=[asked["shifts"][name]["minutes"] for name in names],
        min_working_hours=0,
        banned_shifts=[
            {"resource": agent, "shift": shift, "day": day}
            for agent, shift, day in asked["barred"]
            if shift in known
        ],
        max_resting=asked["days"],
        required_resources=counts,
        non_sequential_shifts=[
            {"origin": first, "destination": second}
            for first, second in asked["no_rest"]
            if first in known and second in known
        ],
        max_search_time=seconds,
        num_search_workers=asked["threads"],
    )
    found = solver.solve()
    if found["status"] not in {"OPTIMAL", "FEASIBLE"}:
        return found["status"], []
    return found["status"], [[row["resource"], row["day"], row["shift"]] for row in found["resource_shifts"]]


def answered(asked: dict[str, Any]) -> dict[str, Any]:
    """Shifts and roster of one group of agents."""
    began = time.monotonic()
    status, counts = counts_of_shifts(asked, SHARE_OF_SHIFTS * asked["seconds"])
    rows, reached = [], 0.0
    tried = []
    for share in STEPS if counts else ():
        left = asked["seconds"] - (time.monotonic() - began)
        if left <= 0.0:
            break
        roster_status, rows = named(asked, lowered_to(share, counts, asked["days"]), max(left / 2, 0.5))
        tried.append([share, roster_status])
        if rows:
            reached = share
            break
    return {"rows": rows, "shift_status": status, "share": reached, "tried": tried, "types": len(counts)}


def main() -> None:
    """Answer one request, group by group."""
    asked = json.load(sys.stdin)
    common = {key: asked[key] for key in ("solver", "days", "threads")}
    seconds = asked["seconds"] / len(asked["groups"])
    json.dump([answered({**common, **group, "seconds": seconds}) for group in asked["groups"]], sys.stdout)


if __name__ == "__main__":
    main()
