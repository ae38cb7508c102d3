"""Our own engine, asked as the peers are: in a process of its own, imports and model building counted."""

from __future__ import annotations

import pickle
import time

from benchmarks.allocation.peers.answer import Answer, Request, serve
from benchmarks.allocation.peers.instance import Instance
from benchmarks.allocation.peers.sessions import placements_of
from data.model import Case
from optimizer.allocation import allocate
from optimizer.solve_result import SolveLimits

UNLIMITED_WORK = 1e9
"""The clock alone ends the search."""

MARGIN = 0.3
"""Seconds kept for writing the answer."""


def solve(request: Request) -> Answer:
    """Allocate within the seconds that are left."""
    case: Case = pickle.loads((request.folder / "case.pickle").read_bytes())
    instance = Instance.read(request.folder / "instance.json")
    built_at = time.time()
    limits = SolveLimits(
        seconds=request.seconds_left(MARGIN), work=UNLIMITED_WORK, threads=request.threads, seed=request.seed
    )
    result = allocate(case, limits)
    if result.answer is None:
        return Answer(built_at=built_at, note=f"{result.status}: {result.limited_by}")
    bound = next((int(level.bound) for level in result.levels if level.name == "placed"), None)
    placements = placements_of(case, instance, result.answer.sessions)
    return Answer(placements, built_at, bound, f"{result.status}, {result.limited_by or 'complete'}")


if __name__ == "__main__":
    serve(solve)
