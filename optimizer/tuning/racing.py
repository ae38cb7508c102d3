"""Racing: many candidates on the same chance, and those that are surely worse drop out early.

Successive rejection with paired differences (Hoeffding races, Maron & Moore 1997, Artif. Intell. Rev. 11,
with Student's t in place of Hoeffding's bound, as F-Race of Birattari et al. 2002): after each round a
candidate is rejected if the interval of its paired difference from the best lies above 0, at a level shared
out over the candidates (Bonferroni); then the replications are doubled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from data.model.columns import FloatArray
from optimizer.tuning.playing import mean_with_interval

Candidate = TypeVar("Candidate")

CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Race(Generic[Candidate]):
    """How a race went.

    Attributes:
        ranking: all candidates, the best first: those left at the end by their mean, then the others, those
            rejected later first.
        left: how many were never rejected.
        replications: of those.
        scores: by place in the ranking: the mean when the candidate last played.
        played: replications in all.
    """

    ranking: tuple[Candidate, ...]
    left: int
    replications: int
    scores: tuple[float, ...]
    played: int


def race(
    candidates: Sequence[Candidate],
    score: Callable[[Candidate, range], FloatArray],
    begin: int,
    first: int = 8,
    most: int = 64,
    watch: Callable[[], None] = lambda: None,
) -> Race[Candidate]:
    """Race candidates until one is left, or the replications are used up.

    Args:
        candidates: one or more.
        score: of a candidate in each of some replications; less is better.
        begin: number of the first replication.
        first: replications of the first round, >= 2.
        most: replications of a candidate at most.
        watch: called after each candidate of a round; may raise to stop.

    Raises:
        ValueError: when there is no candidate, or fewer than two replications.
    """
    if not candidates or first < 2 or most < first:
        raise ValueError("expected a candidate or more and two replications or more")
    alive = list(range(len(candidates)))
    out: list[tuple[int, float]] = []
    played, count, means = 0, first, {}
    while True:
        replications = range(begin, begin + count)
        values = {}
        for number in alive:
            values[number] = score(candidates[number], replications)
            watch()
        means = {number: float(np.mean(values[number])) for number in alive}
        order = sorted(alive, key=lambda number: (means[number], number))
        best = order[0]
        level = 1.0 - (1.0 - CONFIDENCE) / max(1, len(alive) - 1)
        kept = [
            number
            for number in order
            if number == best or not mean_with_interval(values[number] - values[best], level).low > 0.0
        ]
        rejected = [number for number in order if number not in kept]
        played += count * len(rejected)
        out = [(number, means[number]) for number in rejected] + out
        alive = kept
        if len(alive) == 1 or count >= most:
            break
        count = min(2 * count, most)
    played += count * len(alive)
    ranked = [(number, means[number]) for number in alive] + out
    return Race(
        ranking=tuple(candidates[number] for number, _ in ranked),
        left=len(alive),
        replications=count,
        scores=tuple(mean for _, mean in ranked),
        played=played,
    )
