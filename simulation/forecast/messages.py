"""What goes to the process that fits, and what comes back: arrays, in NumPy's own format without pickles."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from data.model.columns import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Message:
    """A record of arrays."""

    def to_bytes(self) -> bytes:
        """The record as bytes."""
        held: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        return packed(held)

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """The record of `to_bytes`.

        Raises:
            ValueError: when the bytes hold something else.
        """
        return cls(**unpacked(content))


@dataclass(frozen=True, eq=False)
class Task(Message):
    """What is to be forecast. Days are consecutive; the first `past` ones are past.

    Attributes:
        past: number of past days.
        weekday: of each day.
        effects, names, season: of the calendar; see `DayEffects`.
        count: bookings of each past day: days x series; nan where unknown or closed.
        asked: positions of the days that are asked for; the service is open on them.
        profile: share of each interval of the history in the bookings of a day: asked x intervals x series.
        profile_spread: squared relative noise of an interval beyond a multinomial split; by series.
        opens, closes: minutes of each asked day between which sessions may start.
        slot_minutes: length of an interval of the forecast.
        factor: of the what-if; the bookings of the past would have been so many times as many.
    """

    past: IntArray
    weekday: IntArray
    effects: FloatArray
    names: Any
    season: FloatArray
    count: FloatArray
    asked: IntArray
    profile: FloatArray
    profile_spread: FloatArray
    opens: IntArray
    closes: IntArray
    slot_minutes: IntArray
    factor: FloatArray


@dataclass(frozen=True, eq=False)
class Answer(Message):
    """What was found; low and high are the ends of 90 % intervals of counts.

    Attributes:
        models: names of the models; the errors and coverages are in their order.
        picked: name of the model that predicts.
        origins: past days at each origin of the back-test.
        errors: absolute error over bookings: origins x models.
        coverages: share of held-back days inside 90 % intervals: origins x models.
        width_factor: by how much the back-test widened the picked model's intervals.
        total: mean, low, high of all bookings: asked x 3.
        days: the same by series: asked x series x 3.
        slots: the same by interval: asked x intervals x series x 3.
        effects: names of the effects that could be estimated.
        effect_values: logarithm of each, and its standard error: effects x 2.
        shifts: past days before each sudden shift of the level.
        has_echo: whether last year's level took part.
    """

    models: Any
    picked: Any
    origins: IntArray
    errors: FloatArray
    coverages: FloatArray
    width_factor: FloatArray
    total: FloatArray
    days: FloatArray
    slots: FloatArray
    effects: Any
    effect_values: FloatArray
    shifts: IntArray
    has_echo: BoolArray


def packed(values: Mapping[str, Any]) -> bytes:
    """Arrays by name as bytes; texts become arrays of fixed width."""
    content = io.BytesIO()
    arrays: dict[str, Any] = {name: np.asarray(value) for name, value in values.items()}
    np.savez(content, **arrays)
    return content.getvalue()


def unpacked(content: bytes) -> dict[str, Any]:
    """The arrays of `packed`."""
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        return {name: held[name] for name in held.files}
