"""Runs the peers one after the other on each instance, judges, counts and prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from benchmarks.allocation.peers.derive import instance_of, reasons_of
from benchmarks.allocation.peers.run import OURS, PEERS, Outcome, prepare, run_peer, write_instance
from benchmarks.allocation.peers.verdict import HEADER, Figures, figures_of, row_of, verdict
from benchmarks.provenance import record
from data.generator import GeneratorSettings, generate
from optimizer.allocation import build_problem

AGENTS = {
    (500, 0.8): 50,
    (1000, 0.8): 99,
    (2000, 0.8): 199,
    (2700, 0.8): 270,
    (500, 0.9): 44,
    (1000, 0.9): 88,
    (2000, 0.9): 177,
    (2700, 0.9): 238,
}
"""Agents of the generated day for so many eligible bookings, within 2 %, at so much load."""

SEED = 1


ENOUGH = 0.9
"""Part of one processor that a search should have had; with less the figures say little."""


def is_starved(line: Figures, seconds: float) -> bool:
    """Whether a peer that used its time got too little of the processor."""
    return line.total_seconds > 0.7 * seconds and line.cpu_seconds < ENOUGH * line.total_seconds


def measure(size: int, load: float, peers: list[str], seconds: float, threads: int) -> dict[str, Any]:
    """One instance: run the peers one after the other, judge, count and print."""
    made = generate(GeneratorSettings(agents=AGENTS[size, load], days=1, load=load, seed=SEED))
    problem = build_problem(made.case)
    instance = instance_of(f"{size}-at-{load:g}", problem)
    write_instance(instance, made.case)
    eligible, placeable = int(problem.eligible.sum()), len(instance.bookings)
    print(f"\n{eligible:,} eligible bookings at load {load:g}, {AGENTS[size, load]} agents, {seconds:g} s")
    print(HEADER, flush=True)
    reasons = reasons_of(problem)
    outcomes: dict[str, Outcome] = {}
    lines: dict[str, Figures] = {}
    ours = None
    for name in sorted(peers, key=lambda each: each != OURS):  # ours first: the others are compared with it
        missing = prepare(name)
        outcome = (
            Outcome(None, failure=missing)
            if missing
            else run_peer(name, instance.name, seconds, threads, SEED)
        )
        outcomes[name] = outcome
        if outcome.answer is None:
            print(f"{name:<16}not run: {outcome.failure}", flush=True)
            continue
        if name == OURS:
            ours = outcome.answer.placements
        lines[name] = figures_of(name, outcome, problem, instance, reasons, ours)
        print(row_of(lines[name]), flush=True)
    decided = verdict(lines, placeable)
    print(decided["text"], flush=True)
    starved = [line.peer for line in lines.values() if is_starved(line, seconds)]
    if starved:
        print(f"the machine was busy: {', '.join(starved)} had less than {ENOUGH:.0%} of a processor")
    return {
        "size": size,
        "load": load,
        "eligible": eligible,
        "placeable": placeable,
        "peers": [asdict(line) for line in lines.values()],
        "not_run": {name: o.failure for name, o in outcomes.items() if o.answer is None},
        "starved": starved,
        "verdict": decided,
    }


def run(
    seconds: float = 30.0,
    threads: int = 1,
    sizes: list[int] | None = None,
    loads: list[float] | None = None,
    peers: list[str] | None = None,
    save: bool = False,
) -> dict[str, Any]:
    """Measure every instance that is asked for."""
    chosen = [
        (size, load)
        for size, load in AGENTS
        if (sizes is None or size in sizes) and (loads is None or load in loads)
    ]
    rows = [measure(size, load, peers or list(PEERS), seconds, threads) for size, load in chosen]
    result = {"seconds": seconds, "threads": threads, "instances": rows}
    if save:
        print(record("allocation_peers", result))
    return result
