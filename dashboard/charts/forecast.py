"""Bookings to expect: day by day, and over a day, with 90 % intervals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, headroom, styled
from dashboard.texts import Texts
from simulation.forecast import Forecast


def forecast_days_rows(document: Mapping[str, Any], texts: Texts) -> pd.DataFrame:
    """One row for each day: what people call it, and bookings expected with the ends of the interval.

    Args:
        document: of `pontual forecast`.
        texts: of the reader's language.
    """
    return pd.DataFrame(
        [
            {
                "day": texts.short_day(date.fromisoformat(day["day"])),
                **{name: day[name] for name in ("expected", "low", "high")},
            }
            for day in document["days"]
        ],
        columns=["day", "expected", "low", "high"],
    )


def forecast_days_chart(
    document: Mapping[str, Any], texts: Texts, colours: Colours = LIGHT
) -> alt.LayerChart:
    """A bar for each day, and its interval as a line with ends."""
    rows = forecast_days_rows(document, texts)
    rows["written"] = [texts.integer(value) for value in rows.expected]
    rows["reach"] = [
        texts.say("capacity.between", low=texts.integer(low), high=texts.integer(high))
        for low, high in zip(rows.low, rows.high, strict=True)
    ]
    base = drawn_from(rows).encode(
        x=alt.X("day:N", sort=None, axis=alt.Axis(title=None, labelAngle=0, labelFontSize=12)),
        tooltip=[
            alt.Tooltip("day:N", title=texts.label("forecast_column", "day")),
            alt.Tooltip("written:N", title=texts.label("forecast_column", "expected")),
            alt.Tooltip("reach:N", title=texts.label("forecast_column", "interval")),
        ],
    )
    scale = alt.Scale(domain=[0, headroom(rows.high)], nice=False)
    bars = base.mark_bar(color=colours.covered, size=46).encode(
        y=alt.Y("expected:Q", title=texts.say("capacity.bookings"), scale=scale)
    )
    reach = base.mark_rule(color=colours.ink, strokeWidth=1.4).encode(
        y=alt.Y("low:Q", title=texts.say("capacity.bookings"), scale=scale), y2="high:Q"
    )
    ends = [
        base.mark_tick(color=colours.ink, size=14, thickness=1.4).encode(y=alt.Y(f"{end}:Q", scale=scale))
        for end in ("low", "high")
    ]
    written = base.mark_text(dy=-8, fontSize=12, color=colours.ink).encode(
        y=alt.Y("high:Q", scale=scale), text="written:N"
    )
    return styled([bars, reach, *ends, written], texts, colours, height=250)


def forecast_hours_rows(forecast: Forecast, place: int, series: int) -> pd.DataFrame:
    """One row for each interval of a day in which somebody may come.

    Args:
        forecast: of a horizon.
        place: of the day among its dates.
        series: of the kind and skill among its series.

    Returns:
        Columns `minute` (of the day), and `expected`, `low` and `high` (bookings).
    """
    values = forecast.slots[place, :, series]
    open_slots = [slot for slot in range(len(values)) if forecast.slots[place, slot].any()]
    return pd.DataFrame(
        [[slot * forecast.slot_minutes, *values[slot].tolist()] for slot in open_slots],
        columns=["minute", "expected", "low", "high"],
    )


def forecast_hours_chart(
    forecast: Forecast, place: int, series: int, texts: Texts, colours: Colours = LIGHT
) -> alt.LayerChart:
    """The expected bookings of one kind and skill over a day, in a band that 90 % of the counts stay in."""
    rows = forecast_hours_rows(forecast, place, series)
    rows["clock"] = [texts.clock(int(minute)) for minute in rows.minute]
    hours = [minute for minute in rows.minute if minute % 60 == 0]
    label = "datum.value / 60 < 10 ? '0' + datum.value / 60 : '' + datum.value / 60"
    suffix = "h" if texts.language == "pt-BR" else ":00"
    x = alt.X(
        "minute:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(values=hours, labelExpr=f"({label}) + '{suffix}'", grid=False),
    )
    title = texts.say("capacity.bookings_interval", n=texts.integer(forecast.slot_minutes))
    tooltip = [
        alt.Tooltip("clock:N", title=texts.label("requirement_column", "starts")),
        alt.Tooltip("expected:Q", title=texts.label("forecast_column", "expected"), format=",.1f"),
        alt.Tooltip("low:Q", title=texts.label("column", "low"), format=",.0f"),
        alt.Tooltip("high:Q", title=texts.label("column", "high"), format=",.0f"),
    ]
    base = drawn_from(pd.concat([rows, _end(rows, forecast.slot_minutes)], ignore_index=True))
    band = base.mark_area(color=colours.pause, interpolate="step-after").encode(
        x=x, y=alt.Y("low:Q", title=title), y2="high:Q", tooltip=tooltip
    )
    line = base.mark_line(color=colours.duty, interpolate="step-after", strokeWidth=2).encode(
        x=x, y=alt.Y("expected:Q", title=title), tooltip=tooltip
    )
    return styled([band, line], texts, colours, height=230)


def _end(rows: pd.DataFrame, minutes: int) -> pd.DataFrame:
    """The last interval once more, where it ends: there the steps end, too."""
    return rows.tail(1).assign(minute=lambda last: last.minute + minutes)
