"""pyworkforce's shift and roster solvers beside Pontual on the same weeks: time, understaffing, rules broken.

`python -m benchmarks.roster.pyworkforce_week [--sizes 20 50 100] [--seconds 20] [--save]`

Both get the same agents, contracts, absences and requirement, the same processor cores and the same time, and
the same referee judges both. pyworkforce gets what it can express: for each contract, types of shift that
start on every quarter of an hour (or on every hour), with breaks that obey the law, as arrays of the periods
in service; bans for holidays and absences; and, in one of its lines, forbidden successions for the rest
between duties. Its answer becomes duties with the breaks of their types. As its shift solver knows nothing of
who is there to work a shift, each contract's agents are planned by themselves, for their share of the
requirement. Its roster solver must fill all counts of shifts or finds nothing: then they are lowered step by
step.

It cannot express: skills; duties past midnight; most minutes or days of a week; most days in a row; the
Sunday off; days off in a row; history; the rest of a 12x36 on the day after next.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.allocation.peers.environments import NotAvailableError, python_with
from benchmarks.provenance import record
from benchmarks.roster.hidden_week import (
    DAY,
    DAYS,
    KINDS,
    QUARTER,
    SKILL_SET_OF_ALL,
    HiddenWeek,
    Kind,
    hidden_week,
)
from benchmarks.roster.shift_types import ShiftType, shift_types
from data.calendars import holiday_name
from data.coverage import coverage, required_per_interval
from data.generator.team import SKILL_SETS
from data.model import Case, Duty, LabourRegime, Roster, regime_on
from data.referee import judge_roster
from optimizer.roster import solve_roster
from optimizer.solve_result import SolveLimits

SIZES: Final = (20, 50, 100)
SECONDS: Final = 20.0
GOLDEN: Final = 0.618
"""Shifts the rounding of shares from day to day, so that no contract gains by its place in the order."""

OVERTIME: Final = 60.0
"""Seconds after the limit when a peer that does not answer is ended: it builds its model without a clock."""

PYWORKFORCE: Final = ("pyworkforce==0.5.1", "ortools>=9.15,<9.16")
PEER: Final = Path(__file__).with_name("pyworkforce_peer.py")

WEEKS: Final[dict[str, tuple[Sequence[Kind], Any]]] = {
    "one regime, one skill": (KINDS[1:2], SKILL_SET_OF_ALL),
    "all regimes, skills": (KINDS, SKILL_SETS),
}
"""A week that pyworkforce can express but for its rules, and the planted week of the other benchmark."""

LINES: Final = (
    ("MinAbsDifference", "quarters", False),
    ("MinAbsDifference", "hours", False),
    ("MinRequiredResources", "quarters", False),
    ("MinRequiredResources", "hours", False),
    ("MinRequiredResources", "hours", True),
)
"""Its shift solver, the menu of types, and whether the rest is given as forbidden successions."""


def request(
    case: Case, solver: str, menu: str, rest: bool, seconds: float, threads: int
) -> tuple[dict[str, Any], dict[str, ShiftType]]:
    """What pyworkforce is asked, and its types of shift by name.

    Agents of a contract are a group, planned by themselves for a share of the requirement.
    """
    required = required_per_interval(case, sorted(set(case.demand.skill.tolist()))).sum(axis=1)
    of_agent = case.agents.contract_id.tolist()
    minutes = [of_agent.count(row["contract_id"]) * row["weekly_minutes"] for row in case.contracts.rows()]
    upto = np.concatenate([[0.0], np.cumsum(minutes) / sum(minutes)])
    offset = np.arange(DAYS)[:, None] * GOLDEN % 1.0
    parts = np.floor(upto[:, None, None] * required.reshape(DAYS, DAY // QUARTER) + offset).astype(np.int64)
    groups, every = [], {}
    for place, contract in enumerate(case.contracts.rows()):
        name, regime = contract["contract_id"], _regime(case, contract["regime"])
        listed = shift_types(regime, contract["daily_minutes"], contract["weekly_minutes"], menu)
        types = {f"{name}/{number}": shift for number, shift in enumerate(listed)}
        serves = {name: shift.serves(DAY // QUARTER) for name, shift in types.items()}
        reached = np.array(list(serves.values())).any(axis=0)
        agents = [row for row in case.agents.rows() if row["contract_id"] == name]
        every.update(types)
        groups.append(
            {
                "agents": [row["agent_id"] for row in agents],
                "shifts": {key: {"serves": serves[key], "minutes": types[key].work} for key in types},
                "required": ((parts[place + 1] - parts[place]) * reached).tolist(),
                "barred": _barred(case, agents, regime, types),
                "no_rest": _successions(regime, types) if rest else [],
            }
        )
    document = {"solver": solver, "days": DAYS, "threads": threads, "seconds": seconds, "groups": groups}
    return document, every


def _regime(case: Case, name: str) -> LabourRegime:
    return regime_on(case.plan.labour, name, case.plan.first_day)


def _barred(
    case: Case, agents: Sequence[dict[str, Any]], regime: LabourRegime, types: dict[str, ShiftType]
) -> list[tuple[str, str, int]]:
    """Agent, type and day of what an agent may not do: on holidays, and during absences."""
    away: dict[str, list[tuple[int, int]]] = {}
    for row in case.absences.rows():
        away.setdefault(row["agent_id"], []).append((row["starts_at"], row["ends_at"]))
    barred = []
    for agent in agents:
        place, name = (agent["state"], agent["city"]), agent["agent_id"]
        for day in range(DAYS):
            holiday = regime.holiday_rule and holiday_name(case.axis.date_of(day), *place, ()) is not None
            for key, shift in types.items():
                start, end = DAY * day + shift.start, DAY * day + shift.end
                if holiday or any(first < end and start < last for first, last in away.get(name, ())):
                    barred.append((name, key, day))
    return barred


def _successions(regime: LabourRegime, types: dict[str, ShiftType]) -> list[tuple[str, str]]:
    """Pairs of types with too little rest in between, from one day to the next."""
    return [
        (first, second)
        for first, one in types.items()
        for second, two in types.items()
        if two.start + DAY - one.end < regime.rest_between_duties_minutes
    ]


def roster_from(rows: Sequence[Sequence[Any]], types: dict[str, ShiftType]) -> Roster:
    """Its answer as duties; breaks are those of the type."""
    duties = []
    for agent, day, name in rows:
        shift, at = types[name], DAY * day
        breaks = tuple(replace(b, start=at + b.start, end=at + b.end) for b in shift.breaks)
        duties.append(Duty(agent, at + shift.start, at + shift.end, breaks))
    return Roster.of(duties)


def judged(case: Case, roster: Roster) -> dict[str, Any]:
    """What the referee and the coverage say of a roster."""
    full = case.with_roster(roster)
    counted, broken = coverage(full), Counter(violation.rule for violation in judge_roster(full))
    return {
        "required": counted.required,
        "under": counted.under,
        "over": counted.over,
        "under_share": round(counted.under / counted.required, 4),
        "duties": len(roster.duties),
        "violations": sum(broken.values()),
        "violations_by_code": dict(sorted(broken.items())),
    }


def run_peer(
    case: Case, solver: str, menu: str, rest: bool, seconds: float, threads: int, interpreter: Path
) -> dict[str, Any]:
    """One line of pyworkforce, in a process of its own."""
    document, types = request(case, solver, menu, rest, seconds, threads)
    line: dict[str, Any] = {
        "tool": "pyworkforce",
        "solver": solver,
        "menu": menu,
        "rest_given": rest,
        "types": len(types),
    }
    began = time.perf_counter()
    try:
        done = subprocess.run(
            [str(interpreter), str(PEER)],
            input=json.dumps(document),
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + OVERTIME,
        )
    except subprocess.TimeoutExpired:
        note = f"no answer {OVERTIME:g} s after the limit"
        return line | {"seconds": round(seconds + OVERTIME, 1), "note": note} | judged(case, Roster(()))
    elapsed = round(time.perf_counter() - began, 2)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:]
        return line | {"seconds": elapsed, "note": f"failed: {said}"} | judged(case, Roster(()))
    groups = json.loads(done.stdout)
    rows = [row for group in groups for row in group["rows"]]
    found = [group for group in groups if group["rows"]]
    note = (
        f"{len(found)} of {len(groups)} groups, at {min((g['share'] for g in found), default=0):.0%} or more"
    )
    detail = {"groups": [{key: cell for key, cell in group.items() if key != "rows"} for group in groups]}
    return line | {"seconds": elapsed, "note": note} | detail | judged(case, roster_from(rows, types))


def run_ours(case: Case, seconds: float, threads: int) -> dict[str, Any]:
    """Pontual's line, in this process."""
    began = time.perf_counter()
    result = solve_roster(case, SolveLimits(seconds=seconds, work=1e9, threads=threads))
    elapsed = round(time.perf_counter() - began, 2)
    if result.answer is None:
        raise RuntimeError(f"no roster: {result.status}")
    note = f"{result.status.value}, bound {result.levels[0].bound:g}, {result.limited_by}"
    return {"tool": "pontual", "seconds": elapsed, "note": note} | judged(case, result.answer)


HEADER: Final = (
    f"{'week':<24}{'agents':>6}  {'tool':<34}{'s':>7}{'required':>9}{'under':>7}{'over':>7}{'rules':>7}  note"
)


def row_of(line: dict[str, Any]) -> str:
    """One line of the printed table."""
    tool = "pontual"
    if line["tool"] != tool:
        tool = f"{line['solver']}, {line['menu']}{', rest' if line['rest_given'] else ''}"
    codes = ", ".join(f"{code} {count}" for code, count in line["violations_by_code"].items())
    return (
        f"{line['week']:<24}{line['agents']:>6}  {tool:<34}{line['seconds']:>7.1f}{line['required']:>9,}"
        f"{line['under']:>7,}{line['over']:>7,}{line['violations']:>7}  {line['note']}"
        f"{'; ' if codes else ''}{codes}"
    )


def run(
    sizes: Sequence[int] = SIZES, seconds: float = SECONDS, threads: int = 2, *, save: bool = False
) -> dict[str, Any]:
    """All weeks and sizes, side by side; prints the table, and keeps it if asked to.

    Raises:
        NotAvailableError: when pyworkforce cannot be installed.
    """
    interpreter = python_with("pyworkforce", PYWORKFORCE)
    print(HEADER, flush=True)
    lines: list[dict[str, Any]] = []
    for name, (kinds, skill_sets) in WEEKS.items():
        for agents in sizes:
            week: HiddenWeek = hidden_week(agents, 1, kinds, skill_sets)
            makers = [lambda case=week.case: run_ours(case, seconds, threads)]
            makers += [
                lambda case=week.case, line=line: run_peer(case, *line, seconds, threads, interpreter)
                for line in LINES
            ]
            for maker in makers:
                found = {
                    "week": name,
                    "agents": agents,
                    "load_before": round(os.getloadavg()[0], 2),
                } | maker()
                lines.append(found)
                print(row_of(found), flush=True)
    result = {
        "seconds_allowed": seconds,
        "threads": threads,
        "cannot_express": [
            "skills",
            "duties past midnight",
            "most minutes and days of a week",
            "most days in a row",
            "the Sunday off",
            "days off in a row",
            "history",
            "rest beyond the next day (12x36)",
        ],
        "lines": lines,
    }
    if save:
        print(record("roster_pyworkforce", result))
    return result


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    try:
        run(given.sizes, given.seconds, given.threads, save=given.save)
    except NotAvailableError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
