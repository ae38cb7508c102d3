"""Breaks of a hidden duty, drawn from all that the law allows on the grid of five minutes."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from data.model import Break, BreakRule, LabourRegime

GRID: Final = 5
TRIES: Final = 10_000
USUAL_MEAL: Final = 0.6
"""How often the meal is as short as the law allows; else it has any length."""


def draw_breaks(rng: np.random.Generator, regime: LabourRegime, work: int) -> tuple[tuple[Break, ...], int]:
    """Breaks, in minutes from the start of the duty, and how long the duty lasts with them.

    Every legal placement is as likely as every other: places are drawn at random, and drawn again while they
    overlap, lie at an edge, or leave too long a stretch.
    """
    rule = regime.break_rule(work)
    if rule is None:
        return (), work
    meal = _meal(rng, rule)
    presence = work + meal
    for _ in range(TRIES):
        breaks = []
        if meal:
            breaks.append(_placed(rng, 0, presence - meal, meal, "meal"))
        for _pause in range(rule.pauses):
            latest = presence - rule.edge_minutes - rule.pause_minutes
            breaks.append(_placed(rng, rule.edge_minutes, latest, rule.pause_minutes, "pause"))
        breaks.sort(key=lambda pause: pause.start)
        if _in_order(breaks, presence, regime.max_stretch_minutes):
            return tuple(breaks), presence
    raise RuntimeError(f"no legal breaks found for {work} minutes of {regime.regime}")


def _meal(rng: np.random.Generator, rule: BreakRule) -> int:
    if rng.random() < USUAL_MEAL:
        return rule.meal_minutes_min
    return GRID * int(rng.integers(rule.meal_minutes_min // GRID, rule.meal_minutes_max // GRID + 1))


def _placed(rng: np.random.Generator, earliest: int, latest: int, minutes: int, kind: str) -> Break:
    start = GRID * int(rng.integers(earliest // GRID, latest // GRID + 1))
    return Break(start, start + minutes, kind)


def _in_order(breaks: list[Break], presence: int, stretch: int) -> bool:
    """Whether there is service before, between and after the breaks, and none of it lasts too long."""
    edges = [0, *(edge for pause in breaks for edge in (pause.start, pause.end)), presence]
    served = [second - first for first, second in list(pairwise(edges))[::2]]
    return all(0 < minutes <= stretch for minutes in served)
