"""Bookings without a session, counted by reason."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, styled
from dashboard.texts import Texts
from data.model import UNPLACED_REASONS, Case


def unplaced_by_reason_rows(case: Case) -> pd.DataFrame:
    """One row for each reason that occurs: columns `reason` and `bookings`, the most frequent first."""
    counts = pd.Series(case.unplaced.reason.tolist(), dtype=object).value_counts()
    present = [reason for reason in UNPLACED_REASONS if reason in counts.index]
    rows = pd.DataFrame(
        {
            "reason": pd.Series(present, dtype=object),
            "bookings": pd.Series([int(counts[reason]) for reason in present], dtype="int64"),
        }
    )
    return rows.sort_values("bookings", ascending=False, kind="stable", ignore_index=True)


def unplaced_by_reason_chart(case: Case, texts: Texts, colours: Colours = LIGHT) -> alt.LayerChart:
    """Horizontal bars with their counts."""
    rows = unplaced_by_reason_rows(case)
    drawn = rows.assign(
        label=[texts.label("reason", reason) for reason in rows.reason],
        count_text=[texts.integer(count) for count in rows.bookings],
    )
    base = drawn_from(drawn).encode(
        y=alt.Y(
            "label:N",
            sort=drawn.label.tolist(),
            title=None,
            axis=alt.Axis(labelLimit=320, labelFontSize=12, labelColor=colours.ink),
            scale=alt.Scale(paddingInner=0.35),
        ),
        x=alt.X("bookings:Q", title=None, axis=None, scale=alt.Scale(domainMin=0)),
        tooltip=[
            alt.Tooltip("label:N", title=texts.say("column.reason")),
            alt.Tooltip("bookings:Q", title=texts.say("column.bookings"), format=",.0f"),
        ],
    )
    bars = base.mark_bar(color=colours.duty, cornerRadiusEnd=2)
    counts = base.mark_text(align="left", dx=6, color=colours.ink, fontSize=12).encode(text="count_text:N")
    return styled([bars, counts], texts, colours, height=30 * max(len(rows), 1))
