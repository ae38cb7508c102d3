"""Waits against hours on duty: what more capacity buys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, styled
from dashboard.texts import Texts


@dataclass(frozen=True)
class FrontierPoint:
    """One plan in the plot.

    Attributes:
        hours: on duty.
        share: of customers who wait long, with its 95 % interval `low` to `high`; from 0 to 1.
        capacity: share of the duties; None: the plan of today.
        is_chosen: whether the plan is the one proposed.
    """

    hours: float
    share: float
    low: float
    high: float
    capacity: float | None
    is_chosen: bool


def frontier_rows(points: Sequence[FrontierPoint], texts: Texts) -> pd.DataFrame:
    """One row for each plan: hours, share with interval, what it is and what is written beside it."""
    return pd.DataFrame(
        {
            "hours": [point.hours for point in points],
            "share": [point.share for point in points],
            "low": [max(point.low, 0.0) for point in points],
            "high": [point.high for point in points],
            "what": [texts.say(_kind(point)) for point in points],
            "label": [
                texts.say("frontier.today") if point.capacity is None else texts.percent(point.capacity, 0)
                for point in points
            ],
        }
    )


def frontier_chart(
    points: Sequence[FrontierPoint], target: float | None, texts: Texts, colours: Colours = LIGHT
) -> alt.LayerChart:
    """Points with intervals, a line through the tuned plans, and the target as a horizontal line.

    Args:
        points: plans.
        target: largest share wanted; None: no line.
        texts: of the reader's language.
        colours: of the page.
    """
    rows = frontier_rows(points, texts)
    kinds = [texts.say(key) for key in ("frontier.today", "frontier.tuned", "frontier.chosen")]
    x = alt.X("hours:Q", title=texts.say("frontier.hours"), scale=alt.Scale(zero=False, padding=30))
    y = alt.Y("share:Q", title=texts.say("frontier.share"), axis=alt.Axis(format=".1%"))
    tuned = drawn_from(rows[rows.what != kinds[0]]).encode(x=x, y=y)
    every = drawn_from(rows).encode(x=x)
    colour = alt.Color(
        "what:N", sort=kinds, scale=alt.Scale(domain=kinds, range=[colours.muted, colours.duty, colours.meal])
    )
    layers: list[alt.Chart] = [
        tuned.mark_line(color=colours.covered),
        every.mark_rule(strokeWidth=2).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), color=colour),
        every.mark_point(filled=True, size=90, opacity=1.0).encode(y=y, color=colour),
        every.mark_text(dx=10, align="left", color=colours.ink, fontSize=12).encode(y=y, text="label:N"),
    ]
    if target is not None:
        limit = drawn_from(pd.DataFrame({"share": [target]}))
        layers.insert(0, limit.mark_rule(color=colours.missing, strokeDash=[6, 4]).encode(y=y))
    return styled(layers, texts, colours, height=320)


def _kind(point: FrontierPoint) -> str:
    if point.is_chosen:
        return "frontier.chosen"
    return "frontier.today" if point.capacity is None else "frontier.tuned"
