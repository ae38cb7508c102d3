"""Customers who come without an appointment, as chance brings them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from data.model.columns import FloatArray, IntArray
from simulation.distributions import exponential_at
from simulation.random_streams import KeyArray, uniform_at

_STEP = np.uint64(0x9E3779B97F4A7C15)
"""Between the keys of an hour's walk-ups: odd, so that no two of them are the same."""


@dataclass(frozen=True, eq=False)
class WalkUps:
    """The walk-ups of one replication, in order of arrival; arrays of equal length, times in minutes.

    Attributes:
        like: a session of the week that each resembles: in skill, kind, planned minutes, set-up and wrap-up.
        arrival: when the customer logs in.
        patience: how long the customer waits.
        service: how long the session holds agent and customer once it has started.
        result: how the session ends once it has started (values of `Outcome`).
    """

    like: IntArray
    arrival: FloatArray
    patience: FloatArray
    service: FloatArray
    result: np.ndarray[tuple[int], np.dtype[np.int8]]

    @classmethod
    def none(cls) -> WalkUps:
        """Nobody comes."""
        nothing = np.zeros(0)
        return cls(nothing.astype(np.int64), nothing, nothing, nothing, nothing.astype(np.int8))

    def __len__(self) -> int:
        return len(self.like)


@njit(cache=True)
def walk_up_arrivals(
    stream: KeyArray, keys: KeyArray, starts: FloatArray, minutes: FloatArray, hourly_rates: FloatArray
) -> Any:
    """A Poisson process with a rate of its own in each open hour: exponential gaps from its start.

    Args:
        stream: row of the cause, for `uniform_at`.
        keys, starts, minutes, hourly_rates: of the open hours.

    Returns:
        The hour, the key and the moment of each walk-up, in order.
    """
    count = 0
    for hour in range(len(keys)):
        count += _arrivals_of_hour(stream, keys[hour], minutes[hour], hourly_rates[hour])
    hours = np.empty(count, np.int64)
    customer, moment = np.empty(count, np.uint64), np.empty(count)
    filled = 0
    for hour in range(len(keys)):
        key, passed = keys[hour], 0.0
        for _ in range(_arrivals_of_hour(stream, key, minutes[hour], hourly_rates[hour])):
            passed += exponential_at(uniform_at(stream, key), 60.0 / hourly_rates[hour])
            hours[filled], customer[filled], moment[filled] = hour, key, starts[hour] + passed
            key += _STEP
            filled += 1
    return hours, customer, moment


@njit(cache=True)
def _arrivals_of_hour(stream: KeyArray, key: np.uint64, minutes: float, hourly_rate: float) -> Any:
    if hourly_rate <= 0.0:
        return 0
    count, passed = 0, exponential_at(uniform_at(stream, key), 60.0 / hourly_rate)
    while passed < minutes:
        count += 1
        key += _STEP
        passed += exponential_at(uniform_at(stream, key), 60.0 / hourly_rate)
    return count
