"""Service against cost: all scenarios of a sweep, and those that nothing else is preferable to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, styled
from dashboard.texts import Texts

MOST_NAMES = 12
"""Names written beside points of the frontier; with more, only that of today is."""


@dataclass(frozen=True)
class SweepPoint:
    """One scenario in the plot.

    Attributes:
        cost, service: means.
        is_dominated: whether another is surely preferable.
    """

    name: str
    cost: float
    service: float
    is_today: bool
    on_frontier: bool
    is_dominated: bool


def sweep_rows(points: Sequence[SweepPoint], texts: Texts) -> pd.DataFrame:
    """One row for each scenario: cost, service, what it is and what is written beside it."""
    named = sum(point.on_frontier for point in points) <= MOST_NAMES
    return pd.DataFrame(
        {
            "cost": [point.cost for point in points],
            "service": [point.service for point in points],
            "what": [texts.say(f"sweep_point.{_kind(point)}") for point in points],
            "on_frontier": [point.on_frontier for point in points],
            "label": [_label(point, named, texts) for point in points],
        }
    )


def sweep_frontier_chart(
    points: Sequence[SweepPoint],
    service: str,
    cost: str,
    as_share: bool,
    texts: Texts,
    colours: Colours = LIGHT,
) -> alt.LayerChart:
    """Points, and a line through the frontier.

    Args:
        points: scenarios with figures.
        service, cost: what people call the figures.
        as_share: whether the service is a share.
        texts: of the reader's language.
        colours: of the page.
    """
    rows = sweep_rows(points, texts)
    kinds = [texts.say(f"sweep_point.{kind}") for kind in ("today", "frontier", "other", "dominated")]
    scale = alt.Scale(zero=False, padding=20)
    x = alt.X("cost:Q", title=cost, scale=scale)
    y = alt.Y("service:Q", title=service, scale=scale, axis=alt.Axis(format=".1%" if as_share else "~r"))
    palette = [colours.meal, colours.duty, colours.covered, colours.muted]
    colour = alt.Color("what:N", sort=kinds, scale=alt.Scale(domain=kinds, range=palette))
    every = drawn_from(rows).encode(x=x, y=y)
    frontier = drawn_from(rows[rows.on_frontier]).encode(x=x, y=y)
    layers: list[alt.Chart] = [
        frontier.mark_line(color=colours.duty, interpolate="step-after"),
        every.mark_point(filled=True, size=60, opacity=0.8).encode(color=colour),
        every.mark_text(dx=8, align="left", color=colours.ink, fontSize=11).encode(text="label:N"),
    ]
    return styled(layers, texts, colours, height=360)


def _kind(point: SweepPoint) -> str:
    if point.is_today:
        return "today"
    if point.on_frontier:
        return "frontier"
    return "dominated" if point.is_dominated else "other"


def _label(point: SweepPoint, named: bool, texts: Texts) -> str:
    if point.is_today:
        return texts.say("sweep_point.today")
    return point.name if named and point.on_frontier else ""
