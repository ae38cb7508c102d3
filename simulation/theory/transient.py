"""A day that begins empty, with a rate of arrivals that changes: M(t)/M/c by its forward equations."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray


@dataclass(frozen=True)
class Moment:
    """The queue at one moment.

    Attributes:
        minute: since the start.
        mean_present: customers waiting or served, in the mean.
        all_busy: P(an arriving customer must wait).
        at_capacity: P(nobody more could come): what the cut-off may have changed.
    """

    minute: float
    mean_present: float
    all_busy: float
    at_capacity: float


def moments(
    servers: int,
    arrival_rate: Callable[[float], float],
    service_rate: float,
    at: Sequence[float],
    capacity: int,
    steps_per_event: float = 8.0,
) -> list[Moment]:
    """The number present at the given moments, from an empty start.

    Kolmogorov's forward equations, by the Runge-Kutta method of fourth order with a step that is a part
    of the mean time between two events.

    Args:
        servers: >= 1.
        arrival_rate: customers a minute, by minute since the start; >= 0.
        service_rate: of one busy agent, per minute.
        at: rising minutes >= 0.
        capacity: customers who find so many present are turned away.
        steps_per_event: how many steps in a mean time between events at the highest rate.

    Raises:
        ValueError: when the moments fall.
    """
    if any(later < earlier for earlier, later in zip([0.0, *at], at, strict=False)):
        raise ValueError(f"expected rising minutes from 0, got {list(at)}")
    leaving = service_rate * np.minimum(np.arange(capacity + 1), servers).astype(np.float64)
    present = np.arange(capacity + 1)

    def change(chances: FloatArray, minute: float) -> FloatArray:
        flow = arrival_rate(minute) * chances[:-1] - leaving[1:] * chances[1:]
        grown: FloatArray = np.zeros_like(chances)
        grown[:-1] -= flow
        grown[1:] += flow
        return grown

    chances = np.eye(capacity + 1)[0]
    now, found = 0.0, []
    for until in at:
        busiest = max(arrival_rate(m) for m in np.linspace(now, until, 1001).tolist()) + leaving[-1]
        steps = max(1, math.ceil((until - now) * busiest * steps_per_event))
        step = (until - now) / steps
        for number in range(steps):
            minute = now + number * step
            first = change(chances, minute)
            second = change(chances + 0.5 * step * first, minute + 0.5 * step)
            third = change(chances + 0.5 * step * second, minute + 0.5 * step)
            fourth = change(chances + step * third, minute + step)
            chances = chances + step / 6.0 * (first + 2.0 * second + 2.0 * third + fourth)
        now = until
        found.append(
            Moment(until, float(chances @ present), float(chances[servers:].sum()), float(chances[-1]))
        )
    return found
