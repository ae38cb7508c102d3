"""Playing a reference case: how many days it takes is found with another seed, then the days are played."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.simulation.controlled_mean import ControlledMean, Estimate
from benchmarks.simulation.played_cases import PLAYED_CASES, Figure, PlayedCase
from benchmarks.simulation.played_week import Player, TextbookDay
from benchmarks.simulation.reference_cases import ReferenceCase
from simulation import Engine

SEED, SECOND_SEED = 20_261, 20_262
"""Of the benchmark and the tests, and of the soak run: set before any run with them was looked at."""

PILOT_SEED = 7
"""Its days tell how many are needed, and nothing else."""

PILOT_OBSERVATIONS = 1000
FAMILY_RISK = 0.01
"""That any interval of all the cases misses."""

RISK = FAMILY_RISK / 58
"""That one interval misses (Bonferroni); a test counts the figures."""

SPARE = 1.15
"""So many more days than the pilot asks for, in proportion: the pilot has an error, too."""


@dataclass(frozen=True)
class PlayedFigure:
    """A number of a case by the engine.

    Attributes:
        half_width: of the interval around `ours` with the family-wise risk.
        allowed: the widest that counts as a reproduction at full count.
        agrees: whether the reference value is in the interval, or, if it has an error of its own, within its
            tolerance of ours.
        days, sessions: played for it.
    """

    case: str
    label: str
    value: float
    ours: float
    half_width: float
    allowed: float
    agrees: bool
    days: int
    sessions: int

    @property
    def reproduced(self) -> bool:
        """Whether it agrees and the interval is narrow enough."""
        return self.agrees and self.half_width <= self.allowed

    def as_row(self) -> dict[str, Any]:
        """For the file of results."""
        return {**asdict(self), "reproduced": self.reproduced}


def play_case(
    case: ReferenceCase,
    engine: Engine,
    seed: int,
    most_days: int | None = None,
    most_sessions: int | None = None,
) -> list[PlayedFigure]:
    """Play a case and compare.

    Args:
        case: one of `PLAYED_CASES`.
        engine: that plays the days.
        seed: of all random numbers but the pilot's.
        most_days: play so many days, and no pilot; None: as many as the intervals need.
        most_sessions: but not more than about so many sessions.
    """
    played = PLAYED_CASES[case.id](case)
    split = len(played.figures) // len(played.days)
    found: list[PlayedFigure] = []
    for number, day in enumerate(played.days):
        figures = played.figures[number * split : (number + 1) * split]
        player = Player(day, engine)
        if all(figure.half_width == 0.0 for figure in figures):
            observed = played.observe(player.play(seed, 0))
            estimates = [
                Estimate(float(np.mean(values)), 0.0, 0.0, len(values), len(values)) for values in observed
            ]
            replications = 1
        else:
            if most_days is None:
                replications = _needed(player, played, figures, most_sessions)
            else:
                replications = max(2, most_days // day.copies)
            if most_sessions is not None:
                replications = max(2, min(replications, most_sessions // len(player.week)))
            estimates = _estimates(player, played, figures, seed, replications)
        found += [
            _compared(case.id, day, figure, estimate, replications)
            for figure, estimate in zip(figures, estimates, strict=True)
        ]
    return found


def _estimates(
    player: Player, played: PlayedCase, figures: tuple[Figure, ...], seed: int, replications: int
) -> list[Estimate]:
    means: list[ControlledMean] = []
    for replication in range(replications):
        one = player.play(seed, replication)
        observed = played.observe(one)
        controls = player.controls(one) if played.controlled else np.zeros((len(observed[0]), 0))
        if not means:
            means = [ControlledMean(controls.shape[1]) for _ in figures]
        for mean, values in zip(means, observed, strict=True):
            mean.add(values, controls)
    return [mean.estimate() for mean in means]


def _needed(
    player: Player, played: PlayedCase, figures: tuple[Figure, ...], most_sessions: int | None
) -> int:
    """Replications for intervals as narrow as they must be; a limit on sessions limits the pilot, too."""
    per_replication = player.day.copies if played.controlled else 1
    pilot = math.ceil((PILOT_OBSERVATIONS if played.controlled else 30) / per_replication)
    if most_sessions is not None:
        pilot = max(2, min(pilot, most_sessions // (4 * len(player.week))))
    needed = 2
    for figure, estimate in zip(figures, _estimates(player, played, figures, PILOT_SEED, pilot), strict=True):
        wanted = (
            figure.half_width * estimate.error / estimate.half_width(RISK) if estimate.error else math.inf
        )
        share = SPARE * (estimate.error / wanted) ** 2
        needed = max(needed, math.ceil(share * pilot))
    return needed


def _compared(
    name: str, day: TextbookDay, figure: Figure, estimate: Estimate, replications: int
) -> PlayedFigure:
    half_width = estimate.half_width(RISK)
    # Event times are whole quanta of 2^-20: exact results differ by no more than a few of them.
    slack = max(figure.tolerance, half_width) + 1e-5
    return PlayedFigure(
        case=name,
        label=figure.label,
        value=figure.value,
        ours=estimate.mean,
        half_width=half_width,
        allowed=figure.half_width,
        agrees=abs(estimate.mean - figure.value) <= slack,
        days=replications * day.copies,
        sessions=replications * day.copies * len(day.times),
    )
