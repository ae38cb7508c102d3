"""How long customers wait beyond their appointment."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, headroom, styled
from dashboard.texts import Texts
from data.model.columns import FloatArray

EDGES = (0.0, 2.0, 5.0, 10.0, 15.0, 30.0)
"""Class edges in minutes: no wait; then (0, 2], (2, 5], ...; and longer than the last."""

LONG_WAIT = 10.0
"""A wait longer than this counts as long, in minutes."""


def waiting_rows(waits: FloatArray) -> pd.DataFrame:
    """The share of sessions in each class of waiting.

    Args:
        waits: minutes from the appointed time to the start; early starts count as no wait. Values that are
            not finite are left out.

    Returns:
        Columns `above` and `up_to` (minutes; class = above < wait <= up_to; the first is 0 to 0, the last
        ends at infinity), `sessions`, and `share` of all, between 0 and 1 (0 when there is none).
    """
    known = np.asarray(waits, dtype=np.float64)
    known = np.maximum(known[np.isfinite(known)], 0.0)
    upper = np.array([*EDGES, np.inf])
    counts = np.bincount(np.searchsorted(upper, known, side="left"), minlength=len(upper))
    return pd.DataFrame(
        {
            "above": [0.0, *EDGES],
            "up_to": upper,
            "sessions": counts,
            "share": counts / max(len(known), 1),
        }
    )


def waiting_chart(waits: FloatArray, texts: Texts, colours: Colours = LIGHT) -> alt.LayerChart:
    """Bars of the share of sessions in each class of waiting; long waits stand out."""
    rows = waiting_rows(waits)
    labels = [_class_label(low, high, texts) for low, high in zip(rows.above, rows.up_to, strict=True)]
    ordinary, long = texts.say("waiting.ordinary"), texts.say("waiting.long")
    drawn = rows.drop(columns=["above", "up_to"]).assign(
        label=labels,
        share_text=[texts.percent(share) for share in rows.share],
        what=[long if low >= LONG_WAIT else ordinary for low in rows.above],
    )
    base = drawn_from(drawn).encode(
        x=alt.X("label:N", sort=labels, title=texts.say("waiting.axis"), axis=alt.Axis(labelAngle=0)),
        y=alt.Y(
            "share:Q",
            title=texts.say("waiting.share"),
            axis=alt.Axis(format="%", tickCount=4),
            scale=alt.Scale(domain=[0, headroom(drawn["share"])], nice=False),
        ),
    )
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        color=alt.Color(
            "what:N",
            sort=[ordinary, long],
            scale=alt.Scale(domain=[ordinary, long], range=[colours.duty, colours.missing]),
        ),
        tooltip=[
            alt.Tooltip("label:N", title=texts.say("waiting.axis")),
            alt.Tooltip("sessions:Q", title=texts.say("column.sessions"), format=",.0f"),
            alt.Tooltip("share_text:N", title=texts.say("waiting.share")),
        ],
    )
    values = base.mark_text(dy=-7, color=colours.ink, fontSize=12).encode(text="share_text:N")
    return styled([bars, values], texts, colours, height=230)


def _class_label(above: float, up_to: float, texts: Texts) -> str:
    if up_to == 0:
        return texts.say("waiting.none")
    if not np.isfinite(up_to):
        return texts.say("waiting.over", minutes=texts.integer(above))
    return texts.say("waiting.between", low=texts.integer(above), high=texts.integer(up_to))
