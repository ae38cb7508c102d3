"""A made-up week with a roster, a schedule and results; plausible to look at, not optimised."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dashboard.results import GroupEstimates, ReportContent
from data.model import Case, Schedule, Sessions, Unplaced
from simulation import Kpi
from tests.support import cases

SKILL_SETS = ("pf|pj", "pf", "pf|pj|joint", "libras|pf", "joint|judicial|pf|pj")
REASONS = ("capacity_full", "no_common_window", "no_skilled_agent", "proxy_expires", "not_eligible")
KPIS = {
    "wait_mean": Kpi(1.24, 1.12, 1.36),
    "wait_over_10": Kpi(0.0213, 0.018, 0.0246),
    "occupancy": Kpi(0.781, 0.776, 0.786),
    "cost": Kpi(61_250.5, 61_000.0, 61_500.0),
}
GROUPS = {
    "pj": GroupEstimates(40.0, {"wait_mean": Kpi(2.5, 2.25, 2.75), "wait_over_10": Kpi(0.05, 0.04, 0.06)}),
    "pf": GroupEstimates(60.0, {"wait_mean": Kpi(0.5, float("nan"), float("nan"))}),
}
HOURS = {"09:00": GROUPS["pj"], "10:00": GROUPS["pf"]}
ROSTER = {
    "status": "feasible", "engine": "cp-sat", "seconds": 31.2, "reproducible": True,
    "levels": [{"name": "under", "objective": 41, "bound": 33, "gap": 0.0021},
               {"name": "over", "objective": 512, "bound": 480.5, "gap": 0.0083}],
}  # fmt: skip
ALLOCATION = {
    "status": "optimal", "engine": "cp-sat", "seconds": 12.75, "reproducible": True,
    "levels": [{"name": "placed", "objective": 940, "bound": 940, "gap": 0.0}],
}  # fmt: skip


def week(agents: int = 12, days: int = 3, seed: int = 1) -> Case:
    """Duties of eight hours with a meal and two pauses, sessions back to back in most of the time."""
    chance = np.random.default_rng(seed)
    listed = [cases.agent(f"A{n + 1:02d}", SKILL_SETS[n % 5]) for n in range(agents)]
    duties: list[dict[str, Any]] = []
    breaks: list[dict[str, Any]] = []
    sessions: list[dict[str, Any]] = []
    bookings: list[dict[str, Any]] = []
    for day in range(days):
        for n, agent in enumerate(listed):
            if (n + day) % 7 == 0:
                continue
            start = day * 1440 + 480 + 30 * int(chance.integers(0, 7))
            duties.append({"agent_id": agent["agent_id"], "starts_at": start, "ends_at": start + 525})
            cut = [(120, 130, "pause"), (240, 300, "meal"), (420, 430, "pause")]
            breaks += [
                {"agent_id": agent["agent_id"], "starts_at": start + a, "ends_at": start + b, "kind": kind}
                for a, b, kind in cut
            ]
            for begin, end in ((0, 120), (130, 240), (300, 420), (430, 525)):
                at = begin
                while at + 30 <= end:
                    if chance.random() < 0.82:
                        key = f"b-{len(bookings):06d}"
                        skill = str(chance.choice(agent["skills"].split("|")))
                        bookings.append(cases.booking(key, skill))
                        sessions.append(
                            {"booking_id": key, "agent_id": agent["agent_id"], "starts_at": start + at + 5,
                             "duration_minutes": 20}
                        )  # fmt: skip
                    at += 30
    left_out = []
    for n in range(agents * days):
        key = f"b-x{n:05d}abcdefghijkl"
        reason = REASONS[int(chance.choice(5, p=[0.5, 0.2, 0.1, 0.05, 0.15]))]
        bookings.append(cases.booking(key, "pf"))
        left_out.append(
            {
                "booking_id": key,
                "reason": reason,
                "rules": "R7|R22" if reason == "not_eligible" else "",
                "alternatives": () if reason == "not_eligible" else (600 + 5 * n, 2100 + 5 * n),
            }
        )
    demand = [
        {"starts_at": day * 1440 + at, "skill": skill, "required": int(np.ceil(agents * share * _peak(at)))}
        for day in range(days)
        for at in range(480, 1200, 15)
        for skill, share in (("pf", 0.6), ("pj", 0.25), ("joint", 0.12), ("libras", 0.05))
    ]
    built = cases.case(
        agents=listed,
        bookings=bookings,
        participants=[
            cases.participant(row["booking_id"], f"p-{row['booking_id']}", 0, days * 1440) for row in bookings
        ],
        demand=demand,
        duties=duties,
        breaks=breaks,
        days=days,
    )
    return built.with_schedule(Schedule(Sessions.from_rows(sessions), Unplaced.from_rows(left_out)))


def content(case: Case, **changes: Any) -> ReportContent:
    """The content of a report on a case, with results as the commands give them."""
    waits = np.random.default_rng(5).exponential(2.5, 2000) - 1.5
    whole = ReportContent(
        case=case, roster=ROSTER, allocation=ALLOCATION, kpis=KPIS, by_interval=HOURS,
        by_skill=GROUPS, waits=waits, violations=0,
        replications=100, seed=7, seconds=52.0, versions={"pontual": "0.1.0", "ortools": "9.15"},
    )  # fmt: skip
    return replace(whole, **changes)


def _peak(minute: int) -> float:
    return 0.75 if 660 < minute < 780 else 0.7 if 540 < minute < 1020 else 0.45
