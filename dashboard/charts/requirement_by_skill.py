"""Agents needed over one day, by the skill for which they are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, styled
from dashboard.charts.time_axis import TimeAxis
from dashboard.texts import Texts, skill_order
from data.model import PlanningAxis


def requirement_by_skill_rows(document: Mapping[str, Any], date: str) -> pd.DataFrame:
    """One row for each interval of the day and skill, teams that share no skill side by side.

    Args:
        document: of `pontual requirement`.
        date: of the day, as the document writes it.

    Returns:
        Columns `starts`, `ends` (minutes on the planning axis), `skill` and `agents`.
    """
    return pd.DataFrame(
        [
            {
                "starts": interval["minute"],
                "ends": interval["minute"] + document["interval_minutes"],
                "skill": skill,
                "agents": agents,
            }
            for day in document["days"]
            if day["date"] == date
            for interval in day["intervals"]
            for skill, agents in interval["on_the_floor"].items()
        ],
        columns=["starts", "ends", "skill", "agents"],
    )


def requirement_by_skill_chart(
    document: Mapping[str, Any], date: str, axis: PlanningAxis, texts: Texts, colours: Colours = LIGHT
) -> alt.LayerChart:
    """Bars of the intervals, one colour for each skill."""
    rows = requirement_by_skill_rows(document, date)
    day = axis.day_of(int(rows.starts.min()))
    spans = [(day, int(start), int(end)) for start, end in zip(rows.starts, rows.ends, strict=True)]
    time = TimeAxis.around(axis, (day,), spans)
    skills = skill_order(rows.skill.tolist())
    names = [texts.label("skill", skill) for skill in skills]
    drawn = rows.assign(
        x=[time.place(start, day) for _, start, _ in spans],
        x2=[time.place(end, day) for _, _, end in spans],
        name=[texts.label("skill", skill) for skill in rows.skill],
        order=[skills.index(skill) for skill in rows.skill],
        clock=[texts.clock(time.wall_clock(start, day)) for _, start, _ in spans],
    )
    drawn = drawn.sort_values(["starts", "order"])
    drawn["top"] = drawn.groupby("starts").agents.cumsum()
    drawn["bottom"] = drawn.top - drawn.agents
    palette = [colours.series[place % len(colours.series)] for place in range(len(skills))]
    bars = (
        drawn_from(drawn)
        .mark_bar(stroke=colours.surface, strokeWidth=0.4)
        .encode(
            x=alt.X("x:Q", axis=time.x_axis(texts), scale=time.scale()),
            x2="x2:Q",
            y=alt.Y("bottom:Q", title=texts.say("requirement.agents"), scale=alt.Scale(zero=True)),
            y2="top:Q",
            color=alt.Color("name:N", sort=names, scale=alt.Scale(domain=names, range=palette)),
            tooltip=[
                alt.Tooltip("clock:N", title=texts.label("requirement_column", "starts")),
                alt.Tooltip("name:N", title=texts.label("column", "skill")),
                alt.Tooltip("agents:Q", title=texts.say("requirement.agents")),
            ],
        )
    )
    return styled([bars], texts, colours, height=250)
