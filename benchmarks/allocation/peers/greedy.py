"""First come, first served: how bookings are placed where nobody plans."""

from __future__ import annotations

import pickle
import time

from benchmarks.allocation.peers.answer import Answer, Request, serve
from benchmarks.allocation.peers.instance import Instance
from benchmarks.allocation.peers.sessions import placements_of
from data.generator import first_come_first_served
from data.model import Case


def solve(request: Request) -> Answer:
    """Place the bookings in the order in which they were booked; it ends long before the deadline."""
    case: Case = pickle.loads((request.folder / "case.pickle").read_bytes())
    instance = Instance.read(request.folder / "instance.json")
    built_at = time.time()
    sessions = first_come_first_served(case)
    return Answer(placements_of(case, instance, sessions), built_at, note="complete")


if __name__ == "__main__":
    serve(solve)
