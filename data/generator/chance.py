"""Random choices: one stream for each topic, so that a change in one does not shift the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np

from data.model import MISSING
from data.model.columns import FloatArray, IntArray, TextArray

_BASE_32: Final = np.array(list("abcdefghijklmnopqrstuvwxyz234567"))
_SURROGATE_CHARACTERS: Final = 20


@dataclass(frozen=True)
class Streams:
    """Independent random streams of one seed, by topic."""

    seed: int

    def of(self, topic: str) -> np.random.Generator:
        """A fresh generator for a topic; the same one each time."""
        return np.random.Generator(np.random.PCG64([self.seed, crc32(topic.encode())]))


def pick(rng: np.random.Generator, count: int, weights: Sequence[float] | FloatArray) -> IntArray:
    """`count` positions drawn with these weights."""
    cumulative = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(cumulative, rng.random(count) * cumulative[-1], side="right")
    chosen: IntArray = np.minimum(drawn, len(cumulative) - 1).astype(np.int64)
    return chosen


def between(rng: np.random.Generator, low: IntArray, high: IntArray) -> IntArray:
    """Whole numbers from `low` to `high`, both included, one for each pair."""
    return low + np.floor(rng.random(len(low)) * (high - low + 1)).astype(np.int64)


def quotas(shares: Sequence[float], count: int) -> IntArray:
    """How many of `count` each share gets: at least one each while there are enough, the rest in proportion.

    Whole parts first, then the largest remainders (the first of equals).
    """
    weights = np.asarray(shares, dtype=np.float64) / np.sum(shares)
    given = np.minimum(1, np.maximum(0, count - np.arange(len(weights)))).astype(np.int64)
    wanted = np.maximum(weights * count - given, 0)
    rest = count - int(given.sum())
    if rest and wanted.sum() > 0:
        exact = wanted / wanted.sum() * rest
        given += np.floor(exact).astype(np.int64)
        order = np.argsort(-(exact - np.floor(exact)), kind="stable")
        given[order[: count - int(given.sum())]] += 1
    return given


def dealt(rng: np.random.Generator, shares: Sequence[float], count: int) -> IntArray:
    """A class for each of `count` in random order, the classes in proportion to their shares."""
    return rng.permutation(np.repeat(np.arange(len(shares)), quotas(shares, count))).astype(np.int64)


def surrogates(rng: np.random.Generator, prefix: str, count: int) -> TextArray:
    """Random keys in the form of the surrogates of `data.identity`; there are no documents behind them."""
    letters = _BASE_32[rng.integers(0, len(_BASE_32), size=(count, _SURROGATE_CHARACTERS))]
    words = np.ascontiguousarray(letters).view(f"<U{_SURROGATE_CHARACTERS}").reshape(count)
    return np.char.add(prefix, words).astype(object)


def blanked(rng: np.random.Generator, values: IntArray, share: float) -> IntArray:
    """The values with a share of them missing."""
    return np.where(rng.random(len(values)) < share, MISSING, values).astype(np.int64)
