"""Instances of fixed tasks: published ones where they are at hand, else generated with a known optimum."""

from __future__ import annotations

import random
from functools import lru_cache
from itertools import count, pairwise
from pathlib import Path

from data.files import read_smptsp
from data.model import FixedTasks

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "reference" / "smptsp"
"""The published instances lie beside a checkout of the developers; a lone clone generates its own."""


def planted(
    seed: int, workers: int, spare: int, tasks_each: int, skill: float = 0.5, slack: int = 3
) -> tuple[FixedTasks, int]:
    """Tasks cut out of the day of so many workers, with the optimum: all of them are busy at noon.

    `spare` more workers are there to choose from; each worker may also do `skill` of all tasks.
    Up to a part of 1 / `slack` of each task's time is idle.
    """
    rng = random.Random(seed)
    spans: list[tuple[int, int, int]] = []
    for worker in range(workers):
        cuts = sorted(rng.sample([*range(20, 700), *range(740, 1420)], tasks_each - 1))
        edges = [0, *cuts, 1440]
        for start, end in pairwise(edges):
            noon = start <= 720 < end
            gap = 0 if noon else rng.randint(0, (end - start) // slack)
            spans.append((start, end - gap, worker))
    rng.shuffle(spans)
    may = [{task for task, span in enumerate(spans) if span[2] == worker} for worker in range(workers)]
    may += [set() for _ in range(spare)]
    for listed in may:
        listed.update(rng.sample(range(len(spans)), int(skill * len(spans))))
    rng.shuffle(may)
    starts, ends = tuple(s for s, _, _ in spans), tuple(e for _, e, _ in spans)
    return FixedTasks(starts, ends, tuple(map(frozenset, may))), workers


def tiny(seed: int) -> FixedTasks:
    """Up to seven tasks and five workers, not always possible."""
    rng = random.Random(seed)
    size = rng.randint(1, 7)
    starts = [rng.randint(0, 12) for _ in range(size)]
    ends = [start + rng.randint(1, 6) for start in starts]
    workers = rng.randint(1, 5)
    may = [frozenset(t for t in range(size) if rng.random() < 0.6) for _ in range(workers)]
    return FixedTasks(tuple(starts), tuple(ends), tuple(may))


@lru_cache(maxsize=1)
def keb() -> dict[str, tuple[FixedTasks, int]]:
    """The KEB instances by name with their optima, or as many smaller ones that we generate."""
    optima = {"5": 20, "15": 60, "25": 100, "35": 140, "45": 60, "55": 70, "65": 159, "75": 60, "85": 180,
              "95": 170, "105": 150, "115": 177, "125": 130, "135": 179}  # fmt: skip
    if PUBLISHED.is_dir():
        paths = {path.name.split("_")[1]: path for path in sorted(PUBLISHED.glob("*.dat"))}
        return {name: (read_smptsp(paths[name]), optimum) for name, optimum in optima.items()}
    seeds = count(1)
    sizes = {name: max(8, workers // 6) for name, workers in optima.items()}
    return {
        name: planted(next(seeds), workers, workers // 4, tasks_each=6, skill=0.66)
        for name, workers in sizes.items()
    }
