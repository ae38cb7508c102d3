"""What a forecast says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.model.columns import FloatArray
from simulation.forecast.counts import Series

MEAN, LOW, HIGH = range(3)
"""Positions in the last axis of a forecast's arrays."""


@dataclass(frozen=True)
class ModelError:
    """How a model did in the back-test.

    Attributes:
        error: absolute errors of the days over their bookings, mean of all origins.
        coverage: share of held-back days inside 90 % intervals, as widened.
    """

    model: str
    error: float
    coverage: float


@dataclass(frozen=True)
class Effect:
    """By what an effect of the calendar multiplies a day's bookings, with a 95 % interval."""

    name: str
    factor: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Forecast:
    """Bookings to expect on the open days of a horizon, with 90 % intervals of the counts.

    Attributes:
        series: what is told apart.
        dates: open dates of the horizon.
        numbers: their day numbers on the planning axis.
        slot_minutes: length of an interval of the day.
        total: expected, low and high of all bookings: dates x 3.
        days: the same by series: dates x series x 3.
        slots: the same by interval: dates x intervals of the day x series x 3.
        history: first and last recorded date.
        recorded_days: open past days of which something is recorded.
        missing_days: open past days of which nothing is.
        closed_days: past days that were left out, with bookings although today's calendar says closed.
        later_rows: rows left out because they are not past.
        models: how each model did, the picked one first.
        held_back: days that each origin of the back-test held back.
        origins: number of origins.
        width_factor: by how much the back-test widened the intervals.
        effects: of the calendar.
        shifts: first dates after sudden shifts of the level.
        has_echo: whether the level of a year ago takes part.
        factor: of the what-if.
    """

    series: tuple[Series, ...]
    dates: tuple[date, ...]
    numbers: tuple[int, ...]
    slot_minutes: int
    total: FloatArray
    days: FloatArray
    slots: FloatArray
    history: tuple[date, date]
    recorded_days: int
    missing_days: int
    closed_days: int
    later_rows: int
    models: tuple[ModelError, ...]
    held_back: int
    origins: int
    width_factor: float
    effects: tuple[Effect, ...]
    shifts: tuple[date, ...]
    has_echo: bool
    factor: float

    @property
    def picked(self) -> str:
        """The model that the back-test picked."""
        return self.models[0].model
