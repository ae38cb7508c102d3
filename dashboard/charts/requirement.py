"""Agents needed over the day: by simulation, rostered, and by the formulas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, styled
from dashboard.charts.time_axis import TimeAxis
from dashboard.texts import Texts
from data.model import PlanningAxis

CURVES = ("floor", "rostered", "erlang_c", "erlang_a")


def requirement_rows(document: Mapping[str, Any]) -> pd.DataFrame:
    """One row for each interval, teams that share no skill added up.

    Args:
        document: of `pontual requirement`.

    Returns:
        Columns `starts` and `ends` (minutes on the planning axis), and the agents of each of CURVES.
    """
    rows = [
        {
            "starts": interval["minute"],
            "ends": interval["minute"] + document["interval_minutes"],
            "floor": interval["agents"],
            "rostered": sum(interval["rostered"].values()),
            "erlang_c": interval["erlang_c"],
            "erlang_a": interval["erlang_a"],
        }
        for day in document["days"]
        for interval in day["intervals"]
    ]
    table = pd.DataFrame(rows, columns=["starts", "ends", *CURVES])
    return table.groupby(["starts", "ends"], as_index=False).sum()


def requirement_chart(
    document: Mapping[str, Any], axis: PlanningAxis, texts: Texts, colours: Colours = LIGHT
) -> alt.LayerChart:
    """Steps over the days of the horizon.

    Args:
        document: of `pontual requirement`.
        axis: the planning axis of the case.
        texts: of the reader's language.
        colours: of the page.
    """
    table = requirement_rows(document)
    days = [axis.day_of(int(start)) for start in table["starts"]]
    spans = [(day, int(s), int(e)) for day, s, e in zip(days, table["starts"], table["ends"], strict=True)]
    time = TimeAxis.around(axis, tuple(sorted(set(days))), spans)
    names = {curve: texts.say(f"requirement.{curve}") for curve in CURVES}
    rows = pd.DataFrame(
        [
            {"x": time.place(minute, day), "day": day, "agents": int(value), "curve": names[str(curve)]}
            for (day, start, end), values in zip(spans, table[list(CURVES)].to_dict("records"), strict=True)
            for curve, value in values.items()
            for minute in (start, end)
        ],
        columns=["x", "day", "agents", "curve"],
    )
    colour = alt.Color(
        "curve:N",
        sort=list(names.values()),
        scale=alt.Scale(
            domain=list(names.values()), range=[colours.duty, colours.meal, colours.muted, colours.ink]
        ),
        legend=alt.Legend(symbolType="stroke", symbolStrokeWidth=3.0),
    )
    dash = alt.StrokeDash(
        "curve:N",
        sort=list(names.values()),
        scale=alt.Scale(domain=list(names.values()), range=[[1, 0], [1, 0], [6, 3], [2, 3]]),
    )
    line = drawn_from(rows).mark_line(strokeWidth=1.8)
    return styled(
        [
            line.encode(
                x=alt.X("x:Q", axis=time.x_axis(texts), scale=time.scale()),
                y=alt.Y("agents:Q", title=texts.say("requirement.agents")),
                color=colour,
                strokeDash=dash,
                detail="day:N",
            )
        ],
        texts,
        colours,
        height=320,
    )
