"""Tuned plans against uniform grids and Bailey-Welch, at equal hours on duty and equal bookings served.

Run with `python -m benchmarks.tuning.rules [--save]`. The bookings are those of the sample week that the
engine places, and evenly thinned shares of them, so that every rule that can serve some of them is seen; the
roster is the same throughout. Rules and tuned plans are made by the real engine and have the same agents
and duties; nobody is on standby and nothing is overbooked. For each rule, tuned plans race for the
least sum of its waits over 10 minutes and its overtime, each in units of the rule's; the winner and the rule
are then played on replications that had no part in the choice.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.provenance import record
from benchmarks.tuning.appointment_rules import bailey_welch, uniform
from data.model import Case, Scenario, Schedule, Sessions
from data.sample import load_sample
from optimizer.allocation import allocate
from optimizer.solve_result import SolveLimits
from optimizer.tuning.capacity import with_pools_of
from optimizer.tuning.plans import CannotServeError, TunedPlan, engine_schedule, finished_plan
from optimizer.tuning.playing import RACING_FROM, VALIDATING_FROM, PlanPlayer, paired
from optimizer.tuning.racing import race
from optimizer.tuning.settings import AS_BOOKED, Minutes, Setting
from optimizer.tuning.workload import Workload
from simulation import Kpi

SHARES = (1.0, 0.85, 0.65)
"""Of the bookings that the engine places."""

LIMITS = SolveLimits(work=20.0, gap=0.0)
RACING, VALIDATING = 64, 200
CRITERIA = ("wait_over_10", "overtime_minutes")
TOLD = (*CRITERIA, "wait_mean", "rebooked_by_issuer", "served", "agent_hours")

MINUTES = (
    (AS_BOOKED, AS_BOOKED),
    (AS_BOOKED, Minutes(change=5)),
    (Minutes(change=5), Minutes(change=5)),
    (Minutes(change=-5), AS_BOOKED),
    (Minutes(change=-5), Minutes(change=-5)),
)
TIMES = ((False, None), (False, 1.0), (False, 4.0), (False, 16.0), (False, 64.0), (True, 16.0))
POOLS = (16, 48)
"""Sizes of pools, besides those of the sample week (8 to 10 agents)."""

COMPARISONS = (
    ("same pools", True, False),
    ("larger pools", True, True),
    ("rule by own lists", False, False),
)
"""Name, whether the rule's agents serve as pools, and whether tuned plans may have larger pools."""


@dataclass(frozen=True, eq=False)
class Week:
    """A workload, the rules that serve it, and the tuned plans: in today's pools, and in larger ones, too."""

    share: float
    workload: Workload
    rules: dict[str, TunedPlan | None]
    notes: dict[str, str]
    tuned: list[PlanPlayer]
    every: list[PlanPlayer]


def main() -> int:
    """Run, print, and keep with --save."""
    run(save="--save" in sys.argv[1:])
    return 0


def run(save: bool) -> dict[str, Any]:
    """All weeks and rules."""
    began = perf_counter()
    case = _planned(load_sample())
    rows: list[dict[str, Any]] = []
    for share in SHARES:
        week = _week(_thinned(case, share), share)
        for name in week.rules:
            for row in _compared(week, name):
                rows.append(row)
                print(_line(row), flush=True)
    won = _rules_won(rows)
    result = {
        "rows": rows,
        "won": won,
        "racing_replications": RACING,
        "validating_replications": VALIDATING,
        "seconds": round(perf_counter() - began, 1),
    }
    print(f"some tuned plan wins against the rule in every week that it serves: {won}")
    if save:
        record("tuning_rules", result)
    return result


def _planned(case: Case) -> Case:
    answer = allocate(case, LIMITS).answer
    if answer is None:
        raise RuntimeError("expected a plan of the sample week")
    return case.with_schedule(answer)


def _thinned(case: Case, share: float) -> Case:
    """An even share of the sessions, by order of booking; confirmed ones all stay."""
    sessions = case.sessions
    rows = np.array([case.bookings.position[name] for name in sessions.booking_id.tolist()])
    pinned = case.bookings.pin[rows] != ""
    count = np.floor(np.cumsum(np.full(len(sessions), share)) + 1e-9)
    kept = pinned | (np.diff(count, prepend=0.0) > 0)
    taken: Sessions = sessions.take(np.flatnonzero(kept))
    return case.with_schedule(Schedule(taken, case.unplaced))


def _week(case: Case, share: float) -> Week:
    workload = Workload.of(case, Scenario(), seed=11)
    rules: dict[str, TunedPlan | None] = {}
    notes: dict[str, str] = {}
    for minutes in (20, 25, 30):
        name = f"uniform {minutes}"
        try:
            setting = uniform(minutes)
            rules[name] = finished_plan(workload, setting, engine_schedule(workload, setting, LIMITS))
        except CannotServeError as error:
            rules[name], notes[name] = None, _why(error, workload)
    try:
        rules["Bailey-Welch"], whole = bailey_welch(workload, LIMITS)
        notes["Bailey-Welch"] = f"{whole:.0%} of runs follow it to the end; windows hold the others"
    except CannotServeError as error:
        rules["Bailey-Welch"], notes["Bailey-Welch"] = None, _why(error, workload)
    tuned = []
    for single, joint in MINUTES:
        start = Setting(single=single, joint=joint, judicial=joint)
        try:
            schedule = engine_schedule(workload, start, LIMITS)
        except CannotServeError:
            continue
        for single_first, price in TIMES:
            setting = replace(start, single_first=single_first, overtime_price=price)
            try:
                tuned.append(finished_plan(workload, setting, schedule))
            except CannotServeError:
                break
    larger = [
        replace(plan, setting=replace(plan.setting, pool_size=size), case=with_pools_of(plan.case, size))
        for plan in tuned
        for size in POOLS
    ]
    players = [PlanPlayer(workload, plan) for plan in tuned]
    return Week(
        share, workload, rules, notes, players, [*players, *(PlanPlayer(workload, plan) for plan in larger)]
    )


def _why(error: CannotServeError, workload: Workload) -> str:
    missing = (
        "no plan" if error.missing is None else f"{error.missing:,} of {len(workload):,} without a place"
    )
    return f"cannot serve: {missing}"


def _compared(week: Week, name: str) -> list[dict[str, Any]]:
    """The rule against the best tuned plan, in each comparison."""
    plan = week.rules[name]
    base = {
        "share": week.share,
        "bookings": len(week.workload),
        "rule": name,
        "note": week.notes.get(name, ""),
    }
    if plan is None:
        return [base | {"serves": False}]
    rows = []
    for what, pooled, larger in COMPARISONS:
        rule = PlanPlayer(week.workload, plan, pooled)
        best = _best_against(rule, week.every if larger else week.tuned)
        validating = range(VALIDATING_FROM, VALIDATING_FROM + VALIDATING)
        figures = {figure: paired(rule, best, figure, validating) for figure in TOLD}
        verdicts = {figure: _verdict(figures[figure].difference) for figure in CRITERIA}
        rows.append(
            base
            | {
                "serves": True,
                "comparison": what,
                "tuned": str(_told(best.plan.setting)),
                "wins": "worse" not in verdicts.values() and "better" in verdicts.values(),
                "verdicts": verdicts,
                "wish_deviation": [round(plan.deviation, 1), round(best.plan.deviation, 1)],
                "figures": {
                    figure: {
                        part: [round(value, 5) for value in getattr(found, part)]
                        for part in ("first", "second", "difference")
                    }
                    for figure, found in figures.items()
                },
            }
        )
    return rows


def _best_against(rule: PlanPlayer, tuned: list[PlanPlayer]) -> PlanPlayer:
    """Raced for the least sum of both criteria in units of the rule's; what is worse counts ten times."""
    racing = range(RACING_FROM, RACING_FROM + RACING)
    scale = {figure: max(float(rule.values(figure, racing).mean()), 1e-6) for figure in CRITERIA}

    def score(player: PlanPlayer, replications: range) -> Any:
        total = np.zeros(len(replications))
        for figure in CRITERIA:
            change = (player.values(figure, replications) - rule.values(figure, replications)) / scale[figure]
            total += change * (10.0 if change.mean() > 0.0 else 1.0)
        return total

    return race(tuned, score, RACING_FROM, most=RACING).ranking[0]


def _verdict(difference: Kpi) -> str:
    """By the paired 95 % interval of tuned less rule."""
    if difference.high < 0.0:
        return "better"
    return "worse" if difference.low > 0.0 else "no worse shown"


def _told(setting: Setting) -> dict[str, Any]:
    return {
        "single": str(setting.single),
        "joint": str(setting.joint),
        "single_first": setting.single_first,
        "overtime_price": setting.overtime_price,
        "pool_size": setting.pool_size,
    }


def _rules_won(rows: list[dict[str, Any]]) -> dict[str, bool]:
    """By rule, whether in every week that it serves some tuned plan wins against it as pools serve."""
    weeks: dict[tuple[str, float], bool] = {}
    for row in rows:
        if row["serves"] and row["comparison"] != COMPARISONS[-1][0]:
            key = (row["rule"], row["share"])
            weeks[key] = weeks.get(key, False) or row["wins"]
    return {rule: all(won for (name, _), won in weeks.items() if name == rule) for rule, _ in weeks}


def _line(row: dict[str, Any]) -> str:
    head = f"{row['share']:4.0%} {row['bookings']:5,} {row['rule']:12}"
    if not row["serves"]:
        return f"{head} {row['note']}"
    wait, over = (row["figures"][figure] for figure in CRITERIA)
    return (
        f"{head} {row['comparison']:17} wait>10 {wait['first'][0]:7.3%} -> {wait['second'][0]:7.3%} "
        f"[{wait['difference'][1]:+.3%}, {wait['difference'][2]:+.3%}] "
        f"overtime {over['first'][0]:6.1f} -> {over['second'][0]:6.1f} "
        f"[{over['difference'][1]:+.1f}, {over['difference'][2]:+.1f}] wins {row['wins']} {row['tuned']} "
        f"{row['note']}"
    )


if __name__ == "__main__":
    sys.exit(main())
