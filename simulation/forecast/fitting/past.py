"""What a model is fitted to, and what it predicts: daily counts of one series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.model.columns import BoolArray, FloatArray, IntArray

LEAST_SUPPORT = 4
"""Known days on which an effect must show; with fewer it is left out rather than guessed."""

LEAST_BOOKINGS = 5
"""Bookings on these days together; the logarithm of a day without any has no bound."""


@dataclass(frozen=True, eq=False)
class Past:
    """A series of days and what is known of each of them, the days to predict included.

    Attributes:
        weekday: 0 is Monday.
        count: bookings of each day; nan where nothing is recorded, the service is closed, or it is yet to
            come.
        effects: what the calendar says of each day: days x effects.
        names: of the effects.
        season: slow effects of the calendar, which go with the level: days x slow effects.
        end: how many days are past; the others are yet to come.
    """

    weekday: IntArray
    count: FloatArray
    effects: FloatArray
    names: tuple[str, ...]
    season: FloatArray
    end: int

    @property
    def known(self) -> BoolArray:
        """Whether each past day is known."""
        known: BoolArray = np.isfinite(self.count[: self.end])
        return known

    def until(self, end: int) -> Past:
        """The same at an earlier moment: what came later is forgotten."""
        count = self.count.copy()
        count[end:] = np.nan
        return Past(self.weekday, count, self.effects, self.names, self.season, end)

    def of(self, count: FloatArray) -> Past:
        """The same days with another series."""
        return Past(self.weekday, count, self.effects, self.names, self.season, self.end)


@dataclass(frozen=True, eq=False)
class Prediction:
    """Bookings of the days to come, as negative binomial counts.

    The variance of a day is mean + spread * mean ** 2.

    Attributes:
        mean: by day to come, as if the service were open on all of them.
        spread: squared relative error of the mean, and of the day's own ups and downs.
    """

    mean: FloatArray
    spread: FloatArray

    def wider(self, factor: float) -> Prediction:
        """The same with relative errors so many times as large."""
        return Prediction(self.mean, self.spread * factor**2)

    @property
    def deviation(self) -> FloatArray:
        """Standard deviation of each day's count."""
        deviation: FloatArray = np.sqrt(self.mean + self.spread * self.mean**2)
        return deviation
