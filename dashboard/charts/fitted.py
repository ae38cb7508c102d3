"""A fitted distribution beside what was observed."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, headroom, styled
from dashboard.texts import Texts
from simulation.calibration import Picture

WIDTH, HEIGHT = 420, 170


def fitted_rows(picture: Picture) -> pd.DataFrame:
    """One row a class.

    Returns:
        Columns `above`, `up_to` (minutes), `observed` and `model` (shares between 0 and 1).
    """
    return pd.DataFrame(
        {
            "above": picture.edges[:-1],
            "up_to": picture.edges[1:],
            "observed": picture.observed,
            "model": picture.model,
        }
    )


def fitted_chart(picture: Picture, texts: Texts, colours: Colours = LIGHT) -> alt.LayerChart:
    """Bars of what was observed, and the fitted distribution as a line through the middles of the classes."""
    observed, model = texts.say("fitted.observed"), texts.say("fitted.model")
    rows = fitted_rows(picture)
    drawn = rows.assign(
        middle=(rows.above + rows.up_to) / 2.0,
        nought=0.0,
        observed_is=observed,
        model_is=model,
        observed_text=[texts.percent(share) for share in rows.observed],
        model_text=[texts.percent(share) for share in rows.model],
    )
    across = alt.Scale(domain=[float(picture.edges[0]), float(picture.edges[-1])], nice=False)
    top = headroom(rows[["observed", "model"]].max(axis=1))
    share = alt.Y(
        "observed:Q",
        title=texts.say("fitted.share"),
        axis=alt.Axis(format="%", tickCount=4),
        scale=alt.Scale(domain=[0, top], nice=False),
    )
    shown = alt.Scale(domain=[observed, model], range=[colours.covered, colours.missing])
    tooltip = [
        alt.Tooltip("above:Q", title=texts.say("fitted.above")),
        alt.Tooltip("up_to:Q", title=texts.say("fitted.up_to")),
        alt.Tooltip("observed_text:N", title=observed),
        alt.Tooltip("model_text:N", title=model),
    ]
    base = drawn_from(drawn)
    bars = base.mark_bar(stroke=colours.surface, strokeWidth=0.5).encode(
        x=alt.X("above:Q", title=texts.say("fitted.minutes"), scale=across, axis=alt.Axis(tickCount=8)),
        x2="up_to:Q",
        y=share,
        y2="nought:Q",
        color=alt.Color("observed_is:N", scale=shown, sort=[observed, model]),
        tooltip=tooltip,
    )
    line = base.mark_line(strokeWidth=2).encode(
        x=alt.X("middle:Q", scale=across),
        y="model:Q",
        color=alt.Color("model_is:N", scale=shown, sort=[observed, model]),
        tooltip=tooltip,
    )
    return styled([bars, line], texts, colours, height=HEIGHT).properties(width=WIDTH)
