"""A forecast as the table `demand` that a roster is made for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from data.model import Demand, Plan
from data.model.columns import FloatArray, IntArray
from simulation.forecast.predicted import MEAN, Forecast

DECIMALS: Final = 3

Minutes = Mapping[str, float]
"""By skill: minutes for which a session occupies its agent, on average."""


def demand_of(
    plan: Plan,
    forecast: Forecast,
    skills_of: Mapping[str, Mapping[str, float]],
    minutes: Minutes,
    load: float,
) -> Demand:
    """Expected bookings by interval and skill, and the agents whom their work keeps busy.

    The work in an interval is that of the sessions that start in it and of those that still run: sessions
    of m minutes that start evenly over an interval. Agents required are the work of all skills over
    `load`, rounded up; skills share them by their work (largest remainders), as an agent counts for one.

    Args:
        plan: the plan.
        forecast: of its horizon.
        skills_of: share of each skill in the bookings of a kind, for series whose skill is unknown.
        minutes: by skill.
        load: share of the time in service that sessions are to take, above 0 and at most 1.
    """
    expected = _by_skill(forecast, skills_of)
    skills = sorted(expected)
    bookings = np.stack([expected[skill] for skill in skills], axis=-1)
    length = forecast.slot_minutes
    work = np.stack(
        [busy(bookings[:, :, place], minutes[skill], length) for place, skill in enumerate(skills)], axis=-1
    )
    required = shared_out(work / load)
    day, slot = np.nonzero((bookings.sum(axis=-1) > 0) | (required.sum(axis=-1) > 0))
    starts = np.array(
        [
            plan.axis.at(forecast.numbers[number], length * int(place))
            for number, place in zip(day.tolist(), slot.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
    rows = len(starts) * len(skills)
    return Demand.from_columns(
        {
            "starts_at": np.repeat(starts, len(skills)),
            "skill": np.tile(np.array(skills, dtype=object), len(starts)),
            "required": required[day, slot].ravel(),
            "expected_bookings": np.round(bookings[day, slot], DECIMALS).ravel(),
        },
        rows=rows,
    )


def _by_skill(forecast: Forecast, skills_of: Mapping[str, Mapping[str, float]]) -> dict[str, FloatArray]:
    """Expected bookings of each skill: dates x intervals."""
    found: dict[str, FloatArray] = {}
    for place, series in enumerate(forecast.series):
        mean = forecast.slots[:, :, place, MEAN]
        for skill, share in ({series.skill: 1.0} if series.skill else skills_of[series.kind]).items():
            found[skill] = found.get(skill, np.zeros_like(mean)) + share * mean
    return found


def busy(bookings: FloatArray, minutes: float, length: int) -> FloatArray:
    """Agents busy on average in each interval: days x intervals, as `bookings` that start in it.

    Sessions start evenly over their interval, so of one that began k intervals ago, as much falls into this
    interval as a trapezium says; work beyond the last interval of the day falls away.
    """
    reach = int(np.ceil(minutes / length)) + 1
    work = np.zeros_like(bookings)
    for back in range(reach):
        share = _overlap(back * length, minutes, length) / length
        work[:, back:] += share * bookings[:, : bookings.shape[1] - back]
    return work


def _overlap(offset: float, minutes: float, length: float) -> float:
    """Mean minutes in [offset, offset + length) of a session that starts evenly in [0, length)."""

    def ended_before(at: float) -> float:
        """Mean minutes of the session before `at`: of min(max(at - start, 0), minutes) over all starts."""
        return (_half_square(at) - _half_square(at - length) - _half_square(at - minutes)
                + _half_square(at - minutes - length)) / length  # fmt: skip

    return ended_before(offset + length) - ended_before(offset)


def _half_square(value: float) -> float:
    return 0.5 * max(value, 0.0) ** 2


def shared_out(need: FloatArray) -> IntArray:
    """Whole agents by skill (last axis) that add up to the total need, rounded up."""
    total = np.ceil(np.round(need.sum(axis=-1), 6)).astype(np.int64)
    whole = np.floor(np.round(need, 6)).astype(np.int64)
    left = total - whole.sum(axis=-1)
    order = np.argsort(-(need - whole), axis=-1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(need.shape[-1]), order.shape), axis=-1)
    required: IntArray = whole + (rank < left[..., None])
    return required
