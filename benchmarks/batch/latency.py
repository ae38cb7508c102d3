"""How soon a small batch is answered: 50 new bookings into a day of 200 agents, process start included.

`python -m benchmarks.batch.latency [--save]` puts a generated day of 200 agents at load 0.9 with its planted
schedule into a store, takes 50 sessions out, and sends their bookings as new ones through the real command,
again and again on copies of the store. Seconds from the start of the process to its end; asked are a median
of 3 and a 99th percentile of 6. Beside it, a single start held on the same store, and processor seconds,
which tell on a busy machine what the seconds would be on a quiet one.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.provenance import record
from data.files.tables import table_bytes
from data.generator import GeneratorSettings, generate
from data.model import Case
from data.store import Database, Run, Store, create_or_upgrade

AGENTS, LOAD, SEED, NEW = 200, 0.9, 1, 50
RUNS = 100
MEDIAN_ASKED, P99_ASKED = 3.0, 6.0


def day_and_request() -> tuple[Case, dict[str, Any]]:
    """The day without some of its bookings, and the request that brings them."""
    made = generate(GeneratorSettings(agents=AGENTS, days=1, load=LOAD, seed=SEED))
    case = replace(made.case, sessions=made.planted)
    new = random.Random(SEED).sample(case.sessions.booking_id.tolist(), NEW)

    def parted(table: Any) -> tuple[Any, Any]:
        coming = np.isin(table.booking_id, new)
        return table.take(~coming), table.take(coming)

    bookings, new_bookings = parted(case.bookings)
    people, new_people = parted(case.participants)
    request = {
        "schema": "pontual/batch-request@1.0",
        "key": "new",
        "plan": "day",
        "mode": "allocate",
        "now": case.plan.as_of.isoformat(),
        "bookings": json.loads(table_bytes(new_bookings, case.axis, "json")),
        "participants": json.loads(table_bytes(new_people, case.axis, "json")),
    }
    kept = replace(case, bookings=bookings, participants=people, sessions=parted(case.sessions)[0])
    return kept, request


def answered(store: Path, request: dict[str, Any]) -> tuple[dict[str, Any], float, float]:
    """The result of the real command, its seconds, and its processor seconds."""
    content = json.dumps(request).encode()
    command = [sys.executable, "-m", "pontual", "batch", "--store", str(store), "--progress", "none"]
    # As installed: with Python's compiled files, which settings for development leave out.
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, input=content, stdout=subprocess.PIPE, check=True, env=surroundings)
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), seconds, worked


def distribution(seconds: list[float]) -> dict[str, float]:
    """Median, 99th percentile and maximum."""
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, round(0.99 * (len(ordered) - 1)))]
    return {
        "p50": round(statistics.median(ordered), 3),
        "p99": round(p99, 3),
        "max": round(ordered[-1], 3),
        "count": len(ordered),
    }


def run(runs: int = RUNS, save: bool = False) -> dict[str, Any]:
    """Measure and print."""
    case, request = day_and_request()
    brought = ("bookings", "participants")
    without_rows = {name: value for name, value in request.items() if name not in brought}
    item = {"booking": "cart", "skill": "pf", "duration_minutes": 20}
    allocated, worked, held = [], [], []
    placed: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        kept, store = Path(place) / "kept.db", Path(place) / "store.db"
        create_or_upgrade(Database(str(kept)))
        Store(str(kept)).put_case("day", case, Run("benchmark"))
        Database(str(kept)).tidy_after_erasing()
        for number in range(runs + 1):
            for left in Path(place).glob("store.db*"):
                left.unlink()
            shutil.copy(kept, store)
            placed, seconds, processor_seconds = answered(store, request)
            if [change["change"] for change in placed["changes"]] != ["placed"] * NEW:
                raise RuntimeError("new bookings were not placed beside what was there")
            start = placed["changes"][0]["after"]["start"]
            hold = {**without_rows, "key": "hold", "mode": "hold", "items": [{**item, "start": start}]}
            _, seconds_of_hold, _ = answered(store, hold)
            if number:  # the first one compiles, on a machine that has not done so before
                allocated.append(seconds)
                worked.append(processor_seconds)
                held.append(seconds_of_hold)
    found = distribution(allocated)
    result = {
        "agents": AGENTS,
        "sessions": len(case.sessions),
        "new_bookings": NEW,
        "seconds": found,
        "processor_seconds": distribution(worked),
        "seconds_of_a_hold": distribution(held),
        "steps_of_the_last": placed["timings"],
        "levels": placed["search"]["levels"],
        "asked": {"p50": MEDIAN_ASKED, "p99": P99_ASKED},
        "kept": found["p50"] <= MEDIAN_ASKED and found["p99"] <= P99_ASKED,
    }
    shown = ("seconds", "processor_seconds", "seconds_of_a_hold", "steps_of_the_last", "kept")
    print(json.dumps({name: result[name] for name in shown}))
    if save:
        print(record("batch_latency", result))
    return result


if __name__ == "__main__":
    run(save="--save" in sys.argv[1:])
