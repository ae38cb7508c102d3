"""Replanning a published week of 200 agents after three absences: time, changes, and their proven minimum.

`python -m benchmarks.roster.replanning [--save]`

The week is made by the engine and published; making it is not part of the time. Then three agents who have a
duty on a day drawn by lot are absent, on that day or until the end of the week, and the week is replanned at
noon of the eve. The time is that of `pontual roster --replan --json`, a process of its own that starts, reads
the plan folder, replans, has the result judged and writes the run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.provenance import record
from data.files import PlanFolder, read_case, write_case
from data.generator import GeneratorSettings, generate
from data.model import Absences, Case
from data.referee import judge_roster, recount, recount_changes, recount_moved_breaks
from optimizer.planning.judged_rosters import judged_roster
from optimizer.solve_result import SolveLimits

AGENTS = 200
DAYS = 6
ABSENT = 3
DRAWS = 10
WORK = 30.0
"""Limit of work for making the week that is published."""

HALF_A_DAY = 720


def run(save: bool = False, draws: int = DRAWS) -> dict[str, Any]:
    """Publish a week, and replan it after each draw of absences."""
    load = os.getloadavg()[0]
    case = generate(GeneratorSettings(agents=AGENTS, days=DAYS, load=0.85, seed=1)).case
    published, made = judged_roster(case, SolveLimits(work=WORK))
    if made.answer is None:
        raise RuntimeError(f"no roster to publish: {made.status}")
    before = recount(published)
    print(f"published: under + over {before.under + before.over} of {before.required}, load {load:.1f}")
    print(
        f"{'draw':>4} {'absent':<12} {'s':>5} {'changes':>7} {'breaks':>6} {'proven':>6} {'ratio':>5}   u+o"
    )
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for draw in range(draws):
            for until_the_end in (False, True):
                folder = Path(scratch) / f"{draw}-{until_the_end}"
                absent, now = _absent(published, draw, until_the_end=until_the_end)
                write_case(folder, absent)
                rows.append({"draw": draw, "until_the_end": until_the_end} | _replanned(folder, now))
                _print(rows[-1])
    result = {
        "agents": AGENTS,
        "days": DAYS,
        "absent": ABSENT,
        "load_average": round(load, 1),
        "published": {"required": before.required, "under": before.under, "over": before.over},
        "worst": {
            "seconds": max(row["seconds"] for row in rows),
            "ratio": max(row["ratio"] for row in rows),
        },
        "median": {
            "seconds": median(row["seconds"] for row in rows),
            "ratio": median(row["ratio"] for row in rows),
        },
        "rows": rows,
    }
    print(f"worst: {result['worst']}, median: {result['median']}, load now {os.getloadavg()[0]:.1f}")
    if save:
        print(record("roster_replanning", result))
    return result


def _absent(published: Case, draw: int, *, until_the_end: bool) -> tuple[Case, str]:
    """The published week with three more absences, and noon of the eve."""
    axis = published.axis
    chance = np.random.default_rng(draw)
    day = int(chance.integers(0, DAYS))
    on_duty = {d.agent_id for d in published.roster.duties if axis.day_of(d.start) == day}
    names = chance.choice(np.array(sorted(on_duty), dtype=object), ABSENT, replace=False).tolist()
    start, end = axis.midnight(day), axis.end if until_the_end else axis.midnight(day + 1)
    known = [
        row
        for row in published.absences.rows()
        if (row["agent_id"], row["starts_at"]) not in {(name, start) for name in names}
    ]
    more = [{"agent_id": name, "starts_at": start, "ends_at": end} for name in names]
    now = axis.instant_of(start - HALF_A_DAY).isoformat()
    return replace(published, absences=Absences.from_rows([*known, *more])), now


def _replanned(folder: Path, now: str) -> dict[str, Any]:
    """Replan a folder with the command, and count anew what came out."""
    command = [sys.executable, "-m", "pontual", "roster", str(folder), "--replan", "--now", now, "--json"]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"exit code {done.returncode}: {done.stderr}")
    document = json.loads(done.stdout)
    published, planned = read_case(folder), PlanFolder(folder).read()
    if judge_roster(planned):
        raise RuntimeError("the new roster breaks a rule")
    level = next(level for level in document["levels"] if level["name"] == "changes")
    changes = recount_changes(published, planned)
    lost = _without_lost_duties(published)
    counted, unmended = recount(planned), recount(lost)
    return {
        "seconds": round(seconds, 2),
        "solver_seconds": document["seconds"],
        "lost_duties": len(published.duties) - len(lost.duties),
        "changes": changes,
        "of_them_breaks_only": recount_moved_breaks(published, planned),
        "proven_minimum": level["bound"],
        "ratio": round(changes / max(level["bound"], 1), 3),
        "unmended": {"under": unmended.under, "over": unmended.over},
        "replanned": {"under": counted.under, "over": counted.over},
        "bound_under_plus_over": document["bound"],
        "to_tell": len(document["changes"]["to_tell"]),
    }


def _without_lost_duties(case: Case) -> Case:
    """The case without the duties that touch an absence of their agent."""
    absences = case.absences.rows()
    away: dict[str, list[tuple[int, int]]] = {}
    for row in absences:
        away.setdefault(row["agent_id"], []).append((row["starts_at"], row["ends_at"]))
    kept = [
        duty
        for duty in case.roster.duties
        if not any(start < duty.end and duty.start < end for start, end in away.get(duty.agent_id, ()))
    ]
    return case.with_roster(type(case.roster).of(kept))


def _print(row: dict[str, Any]) -> None:
    length = "to the end" if row["until_the_end"] else "one day"
    breaks = row["of_them_breaks_only"]
    unmended, mended = (row[name]["under"] + row[name]["over"] for name in ("unmended", "replanned"))
    print(
        f"{row['draw']:>4} {length:<12} {row['seconds']:5.1f} {row['changes']:7} {breaks:6} "
        f"{row['proven_minimum']:6.0f} {row['ratio']:5.2f}   {unmended} -> {mended}",
        flush=True,
    )


if __name__ == "__main__":
    run(save="--save" in sys.argv[1:])
