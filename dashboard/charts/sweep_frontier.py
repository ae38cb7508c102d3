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

NAME_WIDTH = 150
"""Pixels; a longer name is cut."""

_LOOKS = {
    "recommended": ("missing", "diamond"),
    "today": ("meal", "square"),
    "frontier": ("duty", "circle"),
    "other": ("covered", "circle"),
    "dominated": ("muted", "cross"),
}
"""Colour and shape of each kind of point, in the order of the legend."""


@dataclass(frozen=True)
class SweepPoint:
    """One scenario in the plot.

    Attributes:
        cost, service: means.
        is_dominated: whether another is surely preferable.
        is_recommended: whether it is the one to take.
    """

    name: str
    cost: float
    service: float
    is_today: bool
    on_frontier: bool
    is_dominated: bool
    is_recommended: bool = False


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
    shown = [kind for kind in _LOOKS if any(_kind(point) == kind for point in points)]
    kinds = [texts.say(f"sweep_point.{kind}") for kind in shown]
    scale = alt.Scale(zero=False, padding=20)
    x = alt.X("cost:Q", title=cost, scale=scale)
    y = alt.Y("service:Q", title=service, scale=scale, axis=alt.Axis(format=".1%" if as_share else "~r"))
    palette = [getattr(colours, _LOOKS[kind][0]) for kind in shown]
    shapes = [_LOOKS[kind][1] for kind in shown]
    colour = alt.Color("what:N", sort=kinds, scale=alt.Scale(domain=kinds, range=palette))
    shape = alt.Shape("what:N", sort=kinds, scale=alt.Scale(domain=kinds, range=shapes))
    every = drawn_from(rows).encode(x=x, y=y)
    frontier = drawn_from(rows[rows.on_frontier]).encode(x=x, y=y)
    layers: list[alt.Chart] = [
        frontier.mark_line(color=colours.duty, interpolate="step-after"),
        every.mark_point(filled=True, size=80, opacity=0.9).encode(color=colour, shape=shape),
        every.mark_text(dx=8, dy=-9, align="left", color=colours.ink, fontSize=11, limit=NAME_WIDTH).encode(
            text="label:N"
        ),
    ]
    return styled(layers, texts, colours, height=360)


def _kind(point: SweepPoint) -> str:
    if point.is_recommended:
        return "recommended"
    if point.is_today:
        return "today"
    if point.on_frontier:
        return "frontier"
    return "dominated" if point.is_dominated else "other"


def _label(point: SweepPoint, named: bool, texts: Texts) -> str:
    if point.is_today:
        return texts.say("sweep_point.today")
    return point.name if point.is_recommended or (named and point.on_frontier) else ""
