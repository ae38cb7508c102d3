"""How fast offers are answered on an issuer's day: single checks at the pipe of `--follow`, and the table.

`python -m benchmarks.allocation.offers [--save]` starts `pontual offers --follow` on a generated day of 200
agents at load 0.9 whose planted schedule is sold, and sends it checks of random kinds and starts in between
holds, confirmations, cancellations and changes. The day is looked at three times: with its 0.9 sold, with a
change after every tenth check, and when nearly everything is sold. Times are milliseconds from writing the
request to having read the answer. Then the table and the checks are measured in the process for three sizes.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.provenance import record
from data.files import write_case
from data.generator import GeneratorSettings, generate
from data.model import Case
from data.referee import judge
from optimizer.binding import Answer
from optimizer.offers import offer_table, open_desk

AGENTS, LOAD, SEED = 200, 0.9, 1
SIZES = (50, 200, 800)
CHECKS = 3_000
CHANGES = 400
SKILLS = ("pf", "pj", "joint", "judicial", "libras")
WEIGHTS = (40, 40, 12, 5, 3)
DURATIONS = (15, 20, 25, 30)


def sold_day(agents: int) -> Case:
    """A generated day with its planted schedule."""
    made = generate(GeneratorSettings(agents=agents, days=1, load=LOAD, seed=SEED))
    return replace(made.case, sessions=made.planted)


class Pipe:
    """A running `--follow`, and how long its answers take."""

    def __init__(self, folder: Path, case: Case) -> None:
        self.origin = case.axis.origin
        command = [sys.executable, "-m", "pontual", "offers", str(folder), "--follow"]
        self.process = subprocess.Popen(
            [*command, "--now", case.plan.as_of.isoformat()], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, op: str, **fields: Any) -> tuple[dict[str, Any], float]:
        """Send a request; returns the answer and milliseconds."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        line = json.dumps({"op": op, **fields}).encode() + b"\n"
        begun = time.perf_counter()
        self.process.stdin.write(line)
        self.process.stdin.flush()
        raw = self.process.stdout.readline()
        taken = 1000 * (time.perf_counter() - begun)
        return json.loads(raw), taken


def some_request(rng: random.Random, case: Case) -> dict[str, Any]:
    """A kind and start, as customers ask for them."""
    skill = rng.choices(SKILLS, WEIGHTS)[0]
    start = case.axis.instant_of(5 * rng.randint(96, 236)).isoformat()
    kind: dict[str, Any] = {"skill": skill, "duration_minutes": rng.choice(DURATIONS), "start": start}
    return {**kind, "participants": 2} if skill == "joint" else kind


def distribution(milliseconds: list[float]) -> dict[str, float]:
    """Median, 99th percentile and maximum."""
    ordered = sorted(milliseconds)
    return {
        "p50": round(statistics.median(ordered), 3),
        "p99": round(ordered[int(0.99 * (len(ordered) - 1))], 3),
        "max": round(ordered[-1], 3),
        "count": len(ordered),
    }


def checks(pipe: Pipe, rng: random.Random, case: Case, change_every: int = 0) -> dict[str, Any]:
    """Many single checks, with a change after every so many (0: none)."""
    taken, answers = [], Counter[str]()
    for number in range(1, CHECKS + 1):
        if change_every and number % change_every == 0:
            changes(pipe, rng, case, 1, sell=0.6)
        answer, milliseconds = pipe.ask("check", **some_request(rng, case))
        taken.append(milliseconds)
        answers[answer["answer"] if answer["answer"] != "no" else f"no: {answer['reason']}"] += 1
    return {"milliseconds": distribution(taken), "answers": dict(answers.most_common())}


def changes(pipe: Pipe, rng: random.Random, case: Case, count: int, sell: float) -> dict[str, Any]:
    """Holds that are confirmed, cancellations and changes of the day; `sell` is the share of the first."""
    taken: dict[str, list[float]] = {}
    names = case.sessions.booking_id.tolist()
    for _ in range(count):
        request = some_request(rng, case)
        if rng.random() < sell:
            name = f"N{rng.getrandbits(40)}"
            answer, milliseconds = pipe.ask("hold", key=name, booking=name, **request)
            taken.setdefault("hold", []).append(milliseconds)
            if answer["ok"]:
                taken.setdefault("confirm", []).append(pipe.ask("confirm", booking=name)[1])
        elif rng.random() < 0.5:
            taken.setdefault("cancel", []).append(pipe.ask("cancel", booking=rng.choice(names))[1])
        else:
            moved = {"booking": rng.choice(names), "start": request["start"]}
            taken.setdefault("reschedule", []).append(pipe.ask("reschedule", **moved)[1])
    return {name: distribution(values) for name, values in sorted(taken.items())}


def at_the_pipe(folder: Path, case: Case) -> dict[str, Any]:
    """The three looks at a running process."""
    rng = random.Random(SEED)
    pipe = Pipe(folder, case)
    begun = time.perf_counter()
    pipe.ask("tick")
    result: dict[str, Any] = {"seconds_to_the_first_answer": round(time.perf_counter() - begun, 2)}
    result["as_sold"] = checks(pipe, rng, case)
    result["changes"] = changes(pipe, rng, case, CHANGES, sell=0.5)
    result["among_changes"] = checks(pipe, rng, case, change_every=10)
    result["selling_out"] = changes(pipe, rng, case, 3 * CHANGES, sell=1.0)
    result["nearly_sold_out"] = checks(pipe, rng, case)
    assert pipe.process.stdin is not None
    pipe.process.stdin.close()
    if pipe.process.wait() != 0:
        raise RuntimeError("the process did not end well")
    return result


def in_the_process(agents: int) -> dict[str, Any]:
    """The table and the checks without a pipe, for one size."""
    case = sold_day(agents)
    begun = time.perf_counter()
    desk = open_desk(case, [], case.plan.as_of)
    prepared = time.perf_counter() - begun
    state, kinds = desk.state, desk.state.known.kinds
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        table = offer_table(state, kinds, priority=5)
        seconds.append(time.perf_counter() - begun)
    rng, taken = random.Random(SEED), []
    tried = Counter[Answer]()
    occupied = [state.session_of(placed.wanted, placed.start) for placed in state.placed.values()]
    for _ in range(CHECKS):
        session = replace(rng.choice(occupied), start=rng.randint(97, 236))
        begun = time.perf_counter()
        tried[state.binder.check(session).answer] += 1
        taken.append(1000 * (time.perf_counter() - begun))
    return {
        "agents": agents,
        "sessions": len(case.sessions),
        "seconds_to_prepare": round(prepared, 3),
        "table_seconds": round(seconds[0], 3),
        "table_seconds_once_more": round(min(seconds), 3),
        "kinds": len(kinds),
        "cells_offered": sum(len(row.offers.counts) for row in table),
        "cells_undecided": sum(len(row.offers.undecided) for row in table),
        "check_milliseconds": distribution(taken),
        "check_answers": {answer.value: count for answer, count in tried.items()},
    }


def run(save: bool = False) -> dict[str, Any]:
    """Measure and print the tables."""
    case = sold_day(AGENTS)
    broken = [found for found in judge(case) if found.rule != "BOOKING-LOST"]
    if broken:
        raise RuntimeError(f"the planted schedule is not legal: {broken[0]}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "plan"
        write_case(folder, case)
        piped = at_the_pipe(folder, case)
    result = {"sessions": len(case.sessions), "pipe": piped, "sizes": [in_the_process(n) for n in SIZES]}
    print(f"{'at the pipe, ms':>24}{'p50':>9}{'p99':>9}{'max':>9}{'count':>8}")
    for name in ("as_sold", "among_changes", "nearly_sold_out"):
        _row(f"check, {name}", piped[name]["milliseconds"])
        print(f"{'':>24}{piped[name]['answers']}")
    for name, times in piped["changes"].items():
        _row(name, times)
    print(f"{'agents':>10}{'sessions':>10}{'prepare s':>11}{'table s':>9}{'check p50':>11}{'p99 ms':>9}")
    for row in result["sizes"]:
        times = row["check_milliseconds"]
        print(
            f"{row['agents']:>10}{row['sessions']:>10,}{row['seconds_to_prepare']:>11.2f}"
            f"{row['table_seconds']:>9.2f}{times['p50']:>11.3f}{times['p99']:>9.2f}"
        )
    if save:
        print(record("allocation_offers", result))
    return result


def _row(name: str, times: dict[str, float]) -> None:
    print(f"{name:>24}{times['p50']:>9.2f}{times['p99']:>9.2f}{times['max']:>9.2f}{times['count']:>8}")


if __name__ == "__main__":
    run(save="--save" in sys.argv[1:])
