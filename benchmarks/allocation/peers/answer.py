"""What a peer's process is told, and what it hands back; standard library only."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.allocation.peers.instance import Placement


@dataclass(frozen=True)
class Request:
    """What a peer's process is told.

    Attributes:
        folder: holds the instance (`instance.json`) and the case (`case.pickle`).
        deadline: when the answer must be there, in seconds since the epoch. The clock started before the
            interpreter did, so imports and model building are inside.
    """

    folder: Path
    answer: Path
    deadline: float
    threads: int
    seed: int

    def seconds_left(self, margin: float = 0.0) -> float:
        """Seconds until the deadline, less a margin for reading the answer out."""
        return max(0.05, self.deadline - margin - time.time())


@dataclass
class Answer:
    """What a peer hands back.

    Attributes:
        placements: sessions.
        built_at: when the search began, in seconds since the epoch: all before is start and model building.
        bound: number of bookings that the peer proves that no plan exceeds, if it proves one.
        note: what ended the search, or what it reports of itself.
    """

    placements: list[Placement] = field(default_factory=list)
    built_at: float = 0.0
    bound: int | None = None
    note: str = ""


def serve(solve: Callable[[Request], Answer]) -> None:
    """Read the request from the command line, solve, and write the answer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--answer", type=Path, required=True)
    parser.add_argument("--deadline", type=float, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    request = Request(**vars(parser.parse_args()))
    answer = solve(request)
    text = {
        "placements": [list(map(int, row)) for row in answer.placements],
        "built_at": answer.built_at,
        "bound": answer.bound,
        "note": answer.note,
    }
    request.answer.write_text(json.dumps(text), encoding="utf-8")


def read_answer(path: Path) -> Answer:
    """Read what :func:`serve` wrote."""
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Answer(
        placements=[(booking, slot, agent) for booking, slot, agent in raw["placements"]],
        built_at=raw["built_at"],
        bound=raw["bound"],
        note=raw["note"],
    )
