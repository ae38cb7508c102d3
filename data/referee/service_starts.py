"""At which grid points some agent could begin a session of a given skill and length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.model import MISSING
from data.model.columns import BoolArray, IntArray, TextArray, numbered
from data.referee.roster_facts import RosterFacts


@dataclass(frozen=True)
class Pieces:
    """Intervals in which agents could hold sessions (whole segments, or what sessions have left of them)."""

    agent: IntArray
    start: IntArray
    end: IntArray


class ServiceStarts:
    """For combinations of skill, set-up and occupation: at which grid points a session could start.

    A session starting at s occupies [s - set-up, s - set-up + occupation) of one piece, of an agent with the
    skill whose credential is valid on the day of s.
    """

    def __init__(self, roster: RosterFacts, pieces: Pieces) -> None:
        self._roster = roster
        self._pieces = pieces
        self._grid = roster.axis.grid_minutes
        self._points = roster.axis.end // self._grid + 1
        agents, day_starts = roster.agents, roster.axis.day_starts
        first = agents.credential_from[pieces.agent]
        after = agents.credential_until[pieces.agent] + 1
        days = roster.axis.days
        begins = day_starts[np.clip(first, 0, days)]
        ends = day_starts[np.clip(after, 0, days)]
        self._valid_from = np.where(first == MISSING, 0, begins)
        self._valid_until = np.where(after == MISSING + 1, roster.axis.end, ends)

    def _counts(self, skill: str, set_up: int, occupied: int) -> IntArray:
        """Prefix sums over grid points: how many before each at which a session could start."""
        pieces = self._pieces
        skilled = self._roster.holders_of(skill)[pieces.agent]
        first = np.maximum(pieces.start + set_up, self._valid_from)
        last = np.minimum(pieces.end - occupied + set_up, self._valid_until - 1)
        low = np.maximum(-(-first // self._grid), 0)
        high = np.minimum(last // self._grid, self._points - 1)
        rows = np.flatnonzero(skilled & (high >= low))
        change = np.bincount(low[rows], minlength=self._points + 1) - np.bincount(
            high[rows] + 1, minlength=self._points + 1
        )
        possible = np.cumsum(change[: self._points]) > 0
        return np.concatenate([[0], np.cumsum(possible)]).astype(np.int64)

    def any_between(
        self, skill: TextArray, set_up: IntArray, occupied: IntArray, first: IntArray, last: IntArray
    ) -> BoolArray:
        """Whether a session of each combination could start at a grid point from first to last (included)."""
        found = np.zeros(len(first), dtype=np.bool_)
        codes, names = numbered(skill)
        combinations, inverse = np.unique(
            np.stack([codes, set_up, occupied], axis=1),
            axis=0,
            return_inverse=True,
        )
        low = np.clip(-(-first // self._grid), 0, self._points)
        high = np.clip(last // self._grid + 1, 0, self._points)
        for place, (code, before, length) in enumerate(combinations.tolist()):
            here = np.flatnonzero(inverse.reshape(-1) == place)
            counts = self._counts(names[code], before, length)
            found[here] = counts[np.maximum(high[here], low[here])] > counts[low[here]]
        return found
