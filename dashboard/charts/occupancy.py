"""How much of the agents' time in service the sessions occupy, hour by hour."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, styled
from dashboard.charts.time_axis import HOUR
from dashboard.texts import Texts
from data.eligibility import evaluate, occupations
from data.model import Case
from data.model.columns import FloatArray, IntArray

STRONG_FROM = 2 / 3
"""From this share on, the cells' colour is so strong that their text takes the colour of the page."""


def occupancy_rows(case: Case) -> pd.DataFrame:
    """One row for each hour of a day in which somebody is in service.

    Returns:
        Columns `day`, `hour` (0 to 23), `service_minutes` of all agents, `occupied_minutes` (set-up, session
        and wrap-up, rounded up to the grid), and `occupancy`, their quotient.
    """
    position = case.bookings.position
    booked = np.array([position[key] for key in case.sessions.booking_id.tolist()], dtype=np.int64)
    times = occupations(case, evaluate(case))
    begun = case.sessions.starts_at - times.set_up[booked]
    ended = begun + times.occupied[booked]
    segments = [segment for duty in case.roster.duties for segment in duty.segments]
    service = np.array(segments, dtype=np.int64).reshape(-1, 2)
    hours = [
        (day, hour, case.axis.at(day, hour * HOUR), case.axis.at(day, (hour + 1) * HOUR))
        for day in range(case.axis.days)
        for hour in range(24)
    ]
    edges = np.array([(start, end) for _, _, start, end in hours], dtype=np.int64).reshape(-1, 2)
    in_service = _minutes_before(edges[:, 1], service[:, 0], service[:, 1])
    in_service -= _minutes_before(edges[:, 0], service[:, 0], service[:, 1])
    occupied = _minutes_before(edges[:, 1], begun, ended) - _minutes_before(edges[:, 0], begun, ended)
    rows = pd.DataFrame(
        {
            "day": [day for day, *_ in hours],
            "hour": [hour for _, hour, *_ in hours],
            "service_minutes": in_service,
            "occupied_minutes": occupied,
        }
    )
    rows = rows[rows.service_minutes > 0].reset_index(drop=True)
    return rows.assign(occupancy=rows.occupied_minutes / rows.service_minutes)


def occupancy_chart(case: Case, texts: Texts, colours: Colours = LIGHT) -> alt.LayerChart:
    """A table of days and hours, each cell shaded by its occupancy and with the value in it."""
    rows = occupancy_rows(case)
    days = [texts.short_day(case.axis.date_of(day)) for day in sorted(set(rows.day))]
    hours = [texts.hour(hour * HOUR) for hour in sorted(set(rows.hour))]
    drawn = rows.assign(
        day_text=[texts.short_day(case.axis.date_of(day)) for day in rows.day],
        hour_text=[texts.hour(hour * HOUR) for hour in rows.hour],
        value_text=[texts.percent(value, 0) for value in rows.occupancy],
        strong=rows.occupancy >= STRONG_FROM,
    )
    base = drawn_from(drawn).encode(
        x=alt.X("hour_text:N", sort=hours, title=None, axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y("day_text:N", sort=days, title=None),
    )
    cells = base.mark_rect(cornerRadius=2, stroke=colours.surface, strokeWidth=2).encode(
        color=alt.Color(
            "occupancy:Q",
            scale=alt.Scale(type="quantize", domain=[0, 1], range=list(colours.scale)),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("day_text:N", title=texts.say("column.day")),
            alt.Tooltip("hour_text:N", title=texts.say("column.hour")),
            alt.Tooltip("value_text:N", title=texts.say("occupancy.value")),
        ],
    )
    values = base.mark_text(fontSize=11).encode(
        text="value_text:N",
        color=alt.condition("datum.strong", alt.value(colours.surface), alt.value(colours.ink)),
    )
    return styled([cells, values], texts, colours, height=30 * max(len(days), 1))


def _minutes_before(at: IntArray, starts: IntArray, ends: IntArray) -> FloatArray:
    """Minutes of all intervals together that lie before each of the times `at`.

    Sum of max(0, t - start) - max(0, t - end), each from a sorted array and its running sum.
    """
    return _sum_of_excess(at, starts) - _sum_of_excess(at, ends)


def _sum_of_excess(at: IntArray, points: IntArray) -> FloatArray:
    ordered = np.sort(points)
    running = np.concatenate([[0], np.cumsum(ordered)])
    below = np.searchsorted(ordered, at, side="right")
    return np.asarray(below * at - running[below], dtype=np.float64)
