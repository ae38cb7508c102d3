"""A review in pictures: what happened in the range that was expected, and why customers waited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, styled
from dashboard.texts import Texts

HARMS = ("rebooked", "left", "waited")


def expected_share_rows(document: Mapping[str, Any]) -> pd.DataFrame:
    """Shares of a review that were held against the simulation.

    Returns:
        Columns `name`, `happened`, `low`, `expected`, `high` (between 0 and 1) and `is_usual`.
    """
    names = ("name", "happened", "low", "expected", "high", "is_usual")
    rows = [
        {name: row[name] for name in names}
        for row in document["figures"]
        if row["unit"] == "share" and row["is_usual"] is not None and row["happened"] is not None
    ]
    return pd.DataFrame(rows, columns=list(names))


def expected_shares_chart(
    document: Mapping[str, Any], texts: Texts, colours: Colours = LIGHT
) -> alt.LayerChart:
    """Each share as a dot on the range in which 95 % of simulated days lie."""
    rows = expected_share_rows(document)
    usual, unusual = texts.say("review_chart.usual"), texts.say("review_chart.unusual")
    expected = texts.say("review_chart.range")
    drawn = rows.assign(
        label=[texts.label("review_figure", name) for name in rows.name],
        range_is=expected,
        dot_is=[usual if is_usual else unusual for is_usual in rows.is_usual],
        happened_text=[texts.percent(share) for share in rows.happened],
        range_text=[
            f"{texts.percent(low)} {texts.say('calibration.to')} {texts.percent(high)}"
            for low, high in zip(rows.low, rows.high, strict=True)
        ],
    )
    shown = alt.Scale(
        domain=[expected, usual, unusual], range=[colours.covered, colours.duty, colours.missing]
    )
    base = drawn_from(drawn).encode(
        y=alt.Y(
            "label:N",
            sort=drawn.label.tolist(),
            title=None,
            axis=alt.Axis(labelLimit=320, labelFontSize=12, labelColor=colours.ink),
        ),
        tooltip=[
            alt.Tooltip("label:N", title=texts.say("review_column.figure")),
            alt.Tooltip("happened_text:N", title=texts.say("review_column.happened")),
            alt.Tooltip("range_text:N", title=texts.say("review_column.range")),
        ],
    )
    axis = alt.Axis(format="%", tickCount=6)
    ranges = base.mark_bar(height=12, cornerRadius=3).encode(
        x=alt.X("low:Q", title=None, axis=axis, scale=alt.Scale(domainMin=0, nice=True)),
        x2="high:Q",
        color=alt.Color("range_is:N", scale=shown),
    )
    dots = base.mark_point(filled=True, size=110, opacity=1.0).encode(
        x="happened:Q",
        color=alt.Color("dot_is:N", scale=shown),
        shape=alt.Shape(
            "dot_is:N",
            scale=alt.Scale(domain=[usual, unusual], range=["circle", "diamond"]),
            legend=None,
        ),
    )
    return styled([ranges, dots], texts, colours, height=26 * max(len(rows), 1))


def cause_rows(document: Mapping[str, Any]) -> pd.DataFrame:
    """One row for each cause and what it led to: columns `cause`, `harm` and `customers`; the most frequent
    cause first."""
    ordered = sorted(document["causes"], key=lambda row: -sum(row[harm] for harm in HARMS))
    rows = [
        {"cause": row["cause"], "harm": harm, "customers": row[harm]} for row in ordered for harm in HARMS
    ]
    return pd.DataFrame(rows, columns=["cause", "harm", "customers"])


def causes_chart(document: Mapping[str, Any], texts: Texts, colours: Colours = LIGHT) -> alt.LayerChart:
    """Bars of customers by cause, parted by what it led to."""
    rows = cause_rows(document)
    harms = [texts.label("harm", harm) for harm in HARMS]
    drawn = rows.assign(
        label=[texts.label("cause", cause) for cause in rows.cause],
        harm_is=[texts.label("harm", harm) for harm in rows.harm],
        place=[HARMS.index(harm) for harm in rows.harm],
    )
    bars = (
        drawn_from(drawn)
        .mark_bar(stroke=colours.surface, strokeWidth=0.5)
        .encode(
            y=alt.Y(
                "label:N",
                sort=drawn.label.unique().tolist(),
                title=None,
                axis=alt.Axis(labelLimit=360, labelFontSize=12, labelColor=colours.ink),
                scale=alt.Scale(paddingInner=0.35),
            ),
            x=alt.X(
                "customers:Q",
                title=texts.say("review_chart.customers"),
                axis=alt.Axis(tickMinStep=1, tickCount=6),
            ),
            color=alt.Color(
                "harm_is:N",
                scale=alt.Scale(domain=harms, range=[colours.missing, colours.meal, colours.covered]),
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("label:N", title=texts.say("review_column.cause")),
                alt.Tooltip("harm_is:N", title=texts.say("review_column.harm")),
                alt.Tooltip("customers:Q", title=texts.say("review_chart.customers"), format=",.0f"),
            ],
        )
    )
    return styled([bars], texts, colours, height=34 * max(rows.cause.nunique(), 1))
