"""Designs of experiments: every combination of levels, or points that fill the space evenly."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from data.model.columns import FloatArray
from optimizer.sweep.levers import Path
from optimizer.sweep.values import Setting, whole

Kind = Literal["factorial", "latin_hypercube"]
KINDS: tuple[Kind, ...] = ("factorial", "latin_hypercube")

TRIES = 20
"""Latin hypercubes of which the one is taken whose closest points are farthest apart."""

COMPARED_POINTS = 2_000
"""With more, one Latin hypercube is taken as it comes."""

_SIGNIFICANT = 6


@dataclass(frozen=True)
class Levels:
    """A lever that is set to one of a few values."""

    values: tuple[Setting, ...]

    def at(self, place: float) -> Setting:
        """The value at a place in [0, 1); every one has an equal share."""
        return self.values[min(int(place * len(self.values)), len(self.values) - 1)]


@dataclass(frozen=True)
class Range:
    """A lever that is set to anything between two values of one kind; to whole numbers if both are."""

    low: Setting
    high: Setting

    def at(self, place: float) -> Setting:
        """The value at a place in [0, 1)."""
        low, high = self.low.value, self.high.value
        if self.is_whole:
            return Setting(self.low.kind, low + int(place * (high - low + 1)))
        value = float(f"{low + place * (high - low):.{_SIGNIFICANT}g}")
        return Setting(self.low.kind, float(min(max(value, low), high)))

    @property
    def is_whole(self) -> bool:
        """Whether both ends are whole numbers."""
        return isinstance(self.low.value, int) and isinstance(self.high.value, int)

    def levels(self, steps: int) -> Levels:
        """So many values at equal distances, both ends among them."""
        low, high = float(self.low.value), float(self.high.value)
        found = [low + (high - low) * step / (steps - 1) for step in range(steps)]
        rounded = [float(f"{value:.{_SIGNIFICANT}g}") for value in found]
        values = [whole(value) if self.low.kind == "exactly" else value for value in rounded]
        return Levels(tuple(Setting(self.low.kind, value) for value in values))


Choices = Levels | Range
Changes = dict[Path, Setting]


def combinations(levers: dict[Path, Choices]) -> int:
    """How many combinations a full factorial design has.

    Raises:
        ValueError: when a lever has no levels.
    """
    if any(isinstance(choices, Range) for choices in levers.values()):
        raise ValueError("a full factorial design needs levels: a list, or from, to and steps")
    return math.prod(len(choices.values) for choices in levers.values() if isinstance(choices, Levels))


def full_factorial(levers: dict[Path, Choices]) -> list[Changes]:
    """Every combination of levels; the last lever changes first.

    Raises:
        ValueError: when a lever has no levels.
    """
    combinations(levers)
    listed = [choices.values for choices in levers.values() if isinstance(choices, Levels)]
    return [dict(zip(levers, values, strict=True)) for values in itertools.product(*listed)]


def latin_hypercube_design(levers: dict[Path, Choices], points: int, seed: int) -> list[Changes]:
    """So many points; each lever's range is cut into as many strata, with one point in each."""
    places = latin_hypercube(points, len(levers), seed)
    return [
        {path: choices.at(place) for (path, choices), place in zip(levers.items(), row, strict=True)}
        for row in places.tolist()
    ]


def latin_hypercube(points: int, dimensions: int, seed: int) -> FloatArray:
    """A Latin hypercube sample of [0, 1) (McKay, Beckman & Conover 1979, Technometrics 21), shape (points,
    dimensions): of TRIES samples that whose closest points are farthest apart (maximin: Johnson, Moore &
    Ylvisaker 1990, J. Stat. Plan. Inference 26)."""
    random = np.random.default_rng(seed)
    best, distance = _sample(points, dimensions, random), -1.0
    if not 2 <= points <= COMPARED_POINTS:
        return best
    for sample in (best, *(_sample(points, dimensions, random) for _ in range(TRIES - 1))):
        closest = _closest(sample)
        if closest > distance:
            best, distance = sample, closest
    return best


def _sample(points: int, dimensions: int, random: np.random.Generator) -> FloatArray:
    strata = np.column_stack([random.permutation(points) for _ in range(dimensions)])
    return np.asarray((strata + random.random((points, dimensions))) / points)


def _closest(sample: FloatArray) -> float:
    """The squared distance of the closest two points."""
    squares = (sample**2).sum(axis=1)
    distances = squares[:, None] + squares[None, :] - 2.0 * sample @ sample.T
    np.fill_diagonal(distances, np.inf)
    return float(distances.min())
