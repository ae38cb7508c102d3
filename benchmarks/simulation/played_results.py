"""Playing a reference case, day after day until the intervals are narrow enough."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from benchmarks.simulation.controlled_mean import ControlledMean, Estimate
from benchmarks.simulation.played_cases import PLAYED_CASES, Figure, PlayedCase
from benchmarks.simulation.played_week import Player, TextbookDay
from benchmarks.simulation.reference_cases import ReferenceCase
from simulation import Engine, SimpyEngine, TwinEngine

SEED, SECOND_SEED = 20_261, 20_262
"""Of the benchmark and the tests, and of the soak run: set before any run with them was looked at."""

FIRST_OBSERVATIONS, FIRST_DAYS = 1000, 30
"""So many at first, of independent days or of whole days of forty agents; then more until it is enough."""

MOST_GROWTH, STEP_BEYOND = 4.0, 1.02
"""By how much a series grows at most at a time, and how far beyond what seems to be enough."""

FAMILY_RISK = 0.01
"""That any interval of all the cases misses."""

RISK = FAMILY_RISK / 58
"""That one interval misses (Bonferroni); a test counts the figures."""

COMPARED = 2
"""Replications, of a hundred days each in most cases, that both engines play."""


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
        seed: of all random numbers.
        most_days: play so many days; None: until the intervals are narrow enough.
        most_sessions: but not more than about so many sessions.
    """
    played = PLAYED_CASES[case.id](case)
    split = len(played.figures) // len(played.days)
    found: list[PlayedFigure] = []
    for number, day in enumerate(played.days):
        figures = played.figures[number * split : (number + 1) * split]
        series = _Series(Player(day, engine), played, len(figures), seed)
        every_outcome = all(figure.half_width == 0.0 for figure in figures)
        if every_outcome:
            series.play(1)
        elif most_days is not None:
            series.play(_within(max(2, most_days // day.copies), series, most_sessions))
        else:
            _play_until_narrow(series, figures, most_sessions)
        found += [
            _compared(
                case.id,
                day,
                figure,
                replace(estimate, error=0.0) if every_outcome else estimate,
                series.replications,
            )
            for figure, estimate in zip(figures, series.estimates(), strict=True)
        ]
    return found


def engines_differ(case: ReferenceCase, seed: int) -> bool:
    """Whether SimPy and the twin disagree, in the last bit of anything, on the first days of a case."""
    for day in PLAYED_CASES[case.id](case).days:
        ours, theirs = Player(day, TwinEngine()), Player(day, SimpyEngine())
        for replication in range(COMPARED):
            one, other = vars(ours.play(seed, replication)), vars(theirs.play(seed, replication))
            if any(not np.array_equal(one[name], other[name], equal_nan=True) for name in one):
                return True
    return False


class _Series:
    """Replications one after the other, and what they show of each figure."""

    def __init__(self, player: Player, played: PlayedCase, figures: int, seed: int) -> None:
        self.player, self.played, self.seed, self.replications = player, played, seed, 0
        self._figures = figures
        self._means: list[ControlledMean] = []

    def play(self, replications: int) -> None:
        """Go on until there are so many."""
        for replication in range(self.replications, replications):
            one = self.player.play(self.seed, replication)
            observed = self.played.observe(one)
            controls = np.zeros((len(observed[0]), 0))
            if self.played.controlled:
                controls = self.player.controls(one)
            if not self._means:
                self._means = [ControlledMean(controls.shape[1]) for _ in range(self._figures)]
            for mean, values in zip(self._means, observed, strict=True):
                mean.add(values, controls)
        self.replications = replications

    def estimates(self) -> list[Estimate]:
        """Of each figure."""
        return [mean.estimate() for mean in self._means]


def _play_until_narrow(series: _Series, figures: tuple[Figure, ...], most_sessions: int | None) -> None:
    """Sequential intervals of fixed width (Chow & Robbins 1965): their widths alone say when to stop."""
    per_replication = series.player.day.copies if series.played.controlled else 1
    first = FIRST_OBSERVATIONS if series.played.controlled else FIRST_DAYS
    wanted = math.ceil(first / per_replication)
    while True:
        most = _within(wanted, series, most_sessions)
        series.play(most)
        ratio = max(
            estimate.half_width(RISK) / figure.half_width
            for figure, estimate in zip(figures, series.estimates(), strict=True)
        )
        if ratio <= 1.0 or most < wanted:
            return
        wanted = math.ceil(most * min(MOST_GROWTH, STEP_BEYOND * ratio**2))


def _within(replications: int, series: _Series, most_sessions: int | None) -> int:
    if most_sessions is None:
        return replications
    return max(2, min(replications, most_sessions // len(series.player.week)))


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
