"""Replications a second of the twin beside SimPy and Ciw, on a day of 40 agents and 1,200 sessions.

`python -m benchmarks.simulation.speed [--seconds 5] [--rounds 3] [--save]`

- All features on: the twin and our SimPy engine play the same replications, draws included; their logs are
  compared first. `simulate` is the twin with everything that a simulation reports.
- The plain queue (`plain_queue`): the smallest SimPy model and Ciw play the same customers, with draws made
  beforehand; both must give the waits of the exact recursion. A SimPy loop of time-outs shows what SimPy can
  do at best: events a second.
- Two processes: the twin in two processes at once, beside two copies of a plain Python loop.
- Compile time in a new process without a cache, and with one; the most memory of processes that play few and
  many replications.
- Growth: milliseconds of a replication with more agents, in pools of 20.

The contestants take turns, round by round; each figure is the median of the rounds.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median
from typing import Any, Final
from unittest.mock import patch

import numpy as np
import simpy

from benchmarks.allocation.peers.environments import NotAvailableError, python_with
from benchmarks.provenance import record
from benchmarks.simulation.busy_day import ALL_FEATURES, busy_day
from benchmarks.simulation.plain_queue import (
    PlainDay,
    plain_day,
    timeout_loop,
    waits_by_recursion,
    waits_by_simpy,
)
from simulation import Player, SimpyEngine, TwinEngine, draw, simulate

SECONDS: Final = 5.0
ROUNDS: Final = 3
TIMEOUTS: Final = 100_000
DAYS_OF_PLAIN_QUEUE: Final = 10
GROWTH: Final = (20, 40, 80, 160, 320)
AGENTS_OF_A_POOL: Final = 20
FEW, MANY = 200, 4000
CIW: Final = ("ciw==3.2.7",)
CIW_PEER: Final = Path(__file__).with_name("ciw_peer.py")

Turn = Callable[[int], None]
"""Plays one replication, given its number."""


def run(seconds: float = SECONDS, rounds: int = ROUNDS, save: bool = False) -> dict[str, Any]:
    """Measure, print and, if asked to, keep the figures."""
    result = {
        "seconds": seconds,
        "rounds": rounds,
        "one_process": _one_process(seconds, rounds),
        "two_processes": _two_processes(seconds, rounds),
        "compiling": _compiling(),
        "memory": _memory(),
        "growth": _growth(seconds),
    }
    _print(result)
    if save:
        record("simulation_speed", result)
    return result


def _player(engine: TwinEngine | SimpyEngine, agents: int = 40, pools: int = 1) -> Player:
    return Player(busy_day(agents, pools), ALL_FEATURES, engine=engine)


def _rate(turn: Turn, seconds: float) -> float:
    """Turns a second."""
    done, started = 0, time.perf_counter()
    while (spent := time.perf_counter() - started) < seconds or not done:
        turn(done)
        done += 1
    return done / spent


def _one_process(seconds: float, rounds: int) -> dict[str, Any]:
    twin, reference = _player(TwinEngine()), _player(SimpyEngine())
    _check_same(twin, reference)
    plain = [
        plain_day(twin.week, draw(twin.week, ALL_FEATURES, 1, number), ALL_FEATURES.late_tolerance)
        for number in range(DAYS_OF_PLAIN_QUEUE)
    ]
    _check_waits("the SimPy model of the plain queue", waits_by_simpy(plain[0]), plain[0])
    case = busy_day()
    simulate(case, ALL_FEATURES, replications=2)
    turns: dict[str, Turn] = {
        "twin": lambda number: _ignore(twin.play(1, number)),
        "simulate": lambda number: _ignore(simulate(case, ALL_FEATURES, replications=50, seed=number)),
        "simpy": lambda number: _ignore(reference.play(1, number)),
        "plain_simpy": lambda number: _ignore(waits_by_simpy(plain[number % len(plain)])),
        "timeouts": lambda _number: timeout_loop(TIMEOUTS),
    }
    per_turn = {"simulate": 50, "timeouts": TIMEOUTS}
    found: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(rounds):
        for name, turn in turns.items():
            found[name].append(_rate(turn, seconds) * per_turn.get(name, 1))
        try:
            found.setdefault("ciw", []).append(_ciw(plain, seconds))
        except NotAvailableError as why:
            found.pop("ciw")
            print(f"Ciw is left out: {why}")
    rates = {name: median(listed) for name, listed in found.items() if listed}
    events = {
        "simpy": _events(lambda: reference.play(1, 0)),
        "plain_simpy": _events(lambda: waits_by_simpy(plain[0])),
    }
    return {
        "sessions": len(case.sessions),
        "per_second": rates,
        "twin_over_simpy": median(t / s for t, s in zip(found["twin"], found["simpy"], strict=True)),
        "events_of_a_replication": events,
        "share_of_timeout_loop": {
            name: rates[name] * count / rates["timeouts"] for name, count in events.items()
        },
    }


def _ignore(_: object) -> None:
    """What was played is not looked at."""


def _check_same(twin: Player, reference: Player) -> None:
    """The twin must do what it is compared with: every time of a replication to the last bit."""
    one, other = twin.play(1, 0), reference.play(1, 0)
    for name in ("begun", "ended", "wait", "busy", "left_at"):
        np.testing.assert_array_equal(np.array(getattr(one, name)), np.array(getattr(other, name)))


def _check_waits(who: str, waits: Any, day: PlainDay) -> None:
    if not np.allclose(waits, waits_by_recursion(day), rtol=0.0, atol=1e-9):
        raise RuntimeError(f"{who} plays another queue")


def _events(play: Callable[[], object]) -> int:
    """How many events SimPy schedules."""
    scheduled = 0

    class Counting(simpy.Environment):
        def schedule(self, *arguments: Any, **named: Any) -> None:
            nonlocal scheduled
            scheduled += 1
            super().schedule(*arguments, **named)

    with patch("simpy.Environment", Counting):
        play()
    return scheduled


def _ciw(days: list[PlainDay], seconds: float) -> float:
    """Replications a second of Ciw in an environment of its own.

    Raises:
        NotAvailableError: when it can't be installed or run.
    """
    told = {
        "seconds": seconds,
        "days": [
            {"ready": day.ready.tolist(), "service": day.service.tolist(), "agents": day.agents}
            for day in days
        ],
    }
    python = python_with("ciw", CIW)
    done = subprocess.run(
        [str(python), str(CIW_PEER)], input=json.dumps(told), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotAvailableError((done.stderr.strip().splitlines() or ["it ended with an error"])[-1])
    answer = json.loads(done.stdout)
    _check_waits("Ciw", np.array(answer["waits"]), days[0])
    return float(answer["replications"] / answer["seconds"])


def _plain_loop(_number: int) -> None:
    total = 0
    for number in range(200_000):
        total += number & 3


def _spin(what: str, seconds: float, ready: Barrier, results: Any) -> None:
    """What one process does: make itself ready, begin with the others, and tell its rate."""
    turn: Turn = _plain_loop
    if what == "twin":
        player = _player(TwinEngine())
        turn = lambda number: _ignore(player.play(1, number))  # noqa: E731
    turn(0)
    ready.wait()
    results.put(_rate(turn, seconds))


def _at_once(what: str, processes: int, seconds: float) -> float:
    """Turns a second of all processes together."""
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(processes), context.Queue()
    started = [context.Process(target=_spin, args=(what, seconds, ready, results)) for _ in range(processes)]
    for process in started:
        process.start()
    total = float(sum(results.get(timeout=600) for _ in started))
    for process in started:
        process.join()
    return total


def _two_processes(seconds: float, rounds: int) -> dict[str, float]:
    """How much more two processes do than one; the plain loop shows what the machine gives."""
    gains: dict[str, list[float]] = {"twin": [], "loop": []}
    for _ in range(rounds):
        for what, listed in gains.items():
            listed.append(_at_once(what, 2, seconds) / _at_once(what, 1, seconds))
    twin, loop = median(gains["twin"]), median(gains["loop"])
    return {"twin": twin, "loop": loop, "twin_over_loop": twin / loop}


_FIRST_RUN: Final = """
import json, time
begun = time.perf_counter()
from benchmarks.simulation.speed import TwinEngine, _player
imported = time.perf_counter()
player = _player(TwinEngine())
made = time.perf_counter()
player.play(1, 0)
first = time.perf_counter()
player.play(1, 1)
second = time.perf_counter()
print(json.dumps({"import": imported - begun, "first": first - made, "second": second - first}))
"""

_MANY_RUNS: Final = """
import json, resource, sys
from benchmarks.simulation.busy_day import ALL_FEATURES, busy_day
from simulation import simulate
simulate(busy_day(), ALL_FEATURES, replications=int(sys.argv[1]))
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
"""


def _in_new_process(code: str, *arguments: str, cache: str | None = None) -> Any:
    environment = os.environ | ({} if cache is None else {"NUMBA_CACHE_DIR": cache})
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def _compiling() -> dict[str, Any]:
    """Seconds until a new process has played its first replication."""
    with tempfile.TemporaryDirectory() as cache:
        return {name: _in_new_process(_FIRST_RUN, cache=cache) for name in ("without_cache", "with_cache")}


def _memory() -> dict[str, float]:
    """Most resident memory in MiB, by number of replications."""
    return {str(count): _in_new_process(_MANY_RUNS, str(count)) for count in (FEW, MANY)}


def _growth(seconds: float) -> dict[str, Any]:
    """Milliseconds of a replication by sessions, and the exponent of the power law through them."""
    rows = []
    for agents in GROWTH:
        player = _player(TwinEngine(), agents, max(1, agents // AGENTS_OF_A_POOL))
        player.play(1, 0)
        rate = _rate(lambda number, player=player: _ignore(player.play(1, number)), seconds / 2)
        rows.append({"agents": agents, "sessions": len(player.week), "milliseconds": 1e3 / rate})
    slope, _ = np.polyfit(np.log([r["sessions"] for r in rows]), np.log([r["milliseconds"] for r in rows]), 1)
    return {"rows": rows, "exponent": float(slope)}


def _print(result: dict[str, Any]) -> None:
    one, two = result["one_process"], result["two_processes"]
    rates = one["per_second"]
    print(f"A day of 40 agents and {one['sessions']:,} sessions, one process")
    names = {
        "twin": "twin, draws included",
        "simulate": "simulate(): twin and all figures",
        "simpy": "SimPy engine, draws included",
        "plain_simpy": "plain queue: smallest SimPy model",
        "ciw": "plain queue: Ciw",
    }
    for name, said in names.items():
        told = f"{rates[name]:>12,.1f} replications/s" if name in rates else f"{'-':>12}"
        print(f"  {said:<36}{told}")
    print(f"  twin over SimPy engine: {one['twin_over_simpy']:.0f} times")
    print(f"  SimPy loop of time-outs: {rates['timeouts']:,.0f} events/s; share of it reached:")
    for name, share in one["share_of_timeout_loop"].items():
        events = one["events_of_a_replication"][name]
        print(f"    {names[name]:<34}{share:>8.0%} with {events:,} events")
    print(
        f"Two processes: twin {two['twin']:.2f} times one, plain loop {two['loop']:.2f}; "
        f"{two['twin_over_loop']:.2f} of it"
    )
    for name, told in result["compiling"].items():
        how = name.replace("_", " ")
        print(f"First replication {how}: {told['first']:.1f} s (imports {told['import']:.1f} s)")
    print("Memory: " + ", ".join(f"{int(n):,}: {mib:.0f} MiB" for n, mib in result["memory"].items()))
    for row in result["growth"]["rows"]:
        print(f"  {row['sessions']:>7,} sessions {row['milliseconds']:>9.2f} ms")
    print(f"Cost grows as sessions to the power {result['growth']['exponent']:.2f}")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    run(asked.seconds, asked.rounds, asked.save)
    return 0


if __name__ == "__main__":
    sys.exit(main())
