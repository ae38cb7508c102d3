"""The look that all charts share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.colours import Colours
from dashboard.texts import Formats

FONT = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
WIDTH = 980
"""Width of a chart in pixels where its surroundings do not stretch it."""


def headroom(values: pd.Series) -> float:
    """Upper end of a scale that leaves room for a label above the highest bar."""
    return 1.12 * float(values.max()) if len(values) and values.max() > 0 else 1.0


def drawn_from(rows: pd.DataFrame) -> alt.Chart:
    """A chart of these rows, carried inside it: Altair's limit of 5,000 rows is for charts in notebooks."""
    records: list[dict[str, Any]] = [
        dict(zip(rows.columns, values, strict=True)) for values in rows.astype(object).to_numpy().tolist()
    ]
    return alt.Chart(alt.InlineData(values=records))


def styled(layers: Sequence[alt.Chart], texts: Formats, colours: Colours, *, height: int) -> alt.LayerChart:
    """The layers as one chart with the common fonts, colours and number signs."""
    chart = alt.LayerChart(layer=list(layers), width=WIDTH, height=height)
    configured: alt.LayerChart = chart.configure(
        background="transparent",
        font=FONT,
        locale=texts.vega_locale(),
        padding={"left": 6, "right": 8, "top": 4, "bottom": 2},
        axis={
            "domain": False,
            "ticks": False,
            "labelColor": colours.muted,
            "labelFontSize": 11,
            "labelPadding": 6,
            "titleColor": colours.muted,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "gridColor": colours.grid,
        },
        legend={
            "orient": "top",
            "direction": "horizontal",
            "title": None,
            "labelColor": colours.ink,
            "labelFontSize": 12,
            "labelLimit": 300,
            "symbolType": "square",
            "symbolSize": 110,
            "symbolStrokeWidth": 0,
            "columnPadding": 18,
            "offset": 8,
        },
        view={"stroke": None},
        text={"color": colours.ink, "fontSize": 11},
    )
    return configured
