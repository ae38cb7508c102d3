"""Two what-ifs on the same chance: paired differences of the key figures.

Both meet the same random numbers by booking, participant and duty (common random numbers), so that what they
have in common cancels: the variance of a difference is that of the pairs, mostly far below the sum of both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from data.progress import Progress, no_progress
from simulation.kpis import KPIS, Kpi, RunningKpis
from simulation.precision import HalfWidth, ReachedHalfWidth, StoppingRule
from simulation.replications import Player, check_batches


@dataclass(frozen=True)
class Comparison:
    """What two what-ifs differ by.

    Attributes:
        replications: played, of each.
        first, second: their key figures.
        difference: second less first, pair by pair, with the 95 % interval of the mean difference (Student's
            t); replications in which either has no value are left out.
        variance_ratio: of each figure, how many times as many replications independent draws would take for
            the same interval: the sum of both variances over that of the difference. inf where the pairs all
            differ alike, nan where neither varies.
        half_widths: what became of those asked for, of differences.
    """

    replications: int
    first: dict[str, Kpi]
    second: dict[str, Kpi]
    difference: dict[str, Kpi]
    variance_ratio: dict[str, float]
    half_widths: tuple[ReachedHalfWidth, ...]


def compare(
    first: Player,
    second: Player,
    replications: int = 20,
    seed: int = 1,
    half_widths: Sequence[HalfWidth] = (),
    progress: Progress = no_progress,
) -> Comparison:
    """Play both on the same chance, pair by pair; memory does not grow with the replications.

    Args:
        first, second: what-ifs; they may differ in scenario, policy, roster and schedule.
        replications: pairs to play; with `half_widths` the most.
        seed: of all random numbers.
        half_widths: of differences; the run ends once all are reached.
        progress: told after each pair.

    Raises:
        ValueError: when there are fewer than two pairs to play, or a batch is not whole, or one is
            stratified and the other not.
    """
    if replications < 2:
        raise ValueError(f"expected two replications or more, got {replications}")
    batch = first.batch
    if second.batch != batch:
        raise ValueError("expected both to be stratified or neither: their chance must be alike")
    check_batches(replications, batch)
    one, other, difference = (RunningKpis(batch) for _ in range(3))
    rule = StoppingRule(half_widths)
    for replication in range(replications):
        before, after = (player.kpis(player.play(seed, replication)) for player in (first, second))
        one.add(before)
        other.add(after)
        difference.add({name: after[name] - before[name] for name in KPIS})
        played = replication + 1
        if half_widths and played % batch == 0 and rule.is_met(difference):
            break
        progress(played / replications, f"pair {played} of {replications}")
    return Comparison(
        replications=played,
        first=one.summary(),
        second=other.summary(),
        difference=difference.summary(),
        variance_ratio={
            name: _ratio(one.variance(name) + other.variance(name), difference.variance(name))
            for name in KPIS
        },
        half_widths=rule.outcome(difference),
    )


def _ratio(apart: float, paired: float) -> float:
    if math.isnan(apart) or math.isnan(paired) or apart == paired == 0.0:
        return math.nan
    return apart / paired if paired > 0 else math.inf
