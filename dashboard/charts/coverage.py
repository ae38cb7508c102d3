"""The roster against the requirement, interval by interval."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, styled
from dashboard.charts.time_axis import TimeAxis
from dashboard.texts import Texts
from data.coverage import Coverage
from data.model import PlanningAxis


def coverage_rows(result: Coverage, axis: PlanningAxis, skill: str | None = None) -> pd.DataFrame:
    """One row for each interval with demand or agents in service.

    Args:
        result: the coverage of a case.
        axis: the planning axis of that case.
        skill: only this skill's requirement; None: all together.

    Returns:
        Columns `day`, `starts_at` and `ends_at` (minutes on the planning axis), and in agents:
        `required`, `covered`, `missing`, and `spare` (in service beyond the requirement; 0 for a single
        skill, as an agent may have several).

    Raises:
        ValueError: when no requirement names the skill.
    """
    if skill is None:
        required = result.required_by_skill.sum(axis=1)
        covered = result.covered_by_skill.sum(axis=1)
        spare = result.over_per_interval
    else:
        place = result.skills.index(skill)
        required, covered = result.required_by_skill[:, place], result.covered_by_skill[:, place]
        spare = np.zeros(len(result.starts), dtype=np.int64)
    return pd.DataFrame(
        {
            "day": axis.days_of(result.starts),
            "starts_at": result.starts,
            "ends_at": result.starts + result.interval_minutes,
            "required": required,
            "covered": covered,
            "missing": required - covered,
            "spare": spare,
        }
    )


def coverage_chart(
    result: Coverage,
    axis: PlanningAxis,
    texts: Texts,
    colours: Colours = LIGHT,
    *,
    day: int | None = None,
    skill: str | None = None,
) -> alt.LayerChart:
    """Stepped areas of what is covered, missing and spare, under the line of what is required.

    With `day`, only that day of the horizon is shown, else all days side by side.
    """
    rows = coverage_rows(result, axis, skill)
    days = tuple(range(axis.days)) if day is None else (day,)
    rows = rows[rows.day.isin(days)].reset_index(drop=True)
    times = TimeAxis.around(axis, days, zip(rows.day, rows.starts_at, rows.ends_at, strict=True))
    names = {what: texts.say(f"coverage.{what}") for what in ("required", "covered", "missing", "spare")}
    if skill is not None:
        del names["spare"]
    tones = {
        "required": colours.ink,
        "covered": colours.covered,
        "missing": colours.missing,
        "spare": colours.spare,
    }
    steps = _steps(rows, times)
    areas = [
        _area(steps, names["covered"], 0, steps.covered),
        _area(steps, names["missing"], steps.covered, steps.required),
    ]
    if "spare" in names:
        areas.append(_area(steps, names["spare"], steps.required, steps.required + steps.spare))
    colour = alt.Color(
        "what:N",
        sort=list(names.values()),
        scale=alt.Scale(domain=list(names.values()), range=[tones[what] for what in names]),
    )
    x = alt.X("x:Q", scale=times.scale(), axis=times.x_axis(texts))
    title = texts.say("coverage.axis")
    y_axis = alt.Axis(tickCount=5, tickMinStep=1, format=",.0f")
    filled = (
        drawn_from(pd.concat(areas, ignore_index=True))
        .mark_area(interpolate="step-after", line=False)
        .encode(
            x=x,
            y=alt.Y("high:Q", title=title, axis=y_axis, scale=alt.Scale(domainMin=0), stack=None),
            y2="low:Q",
            color=colour,
            detail="run:N",
        )
    )
    line = (
        drawn_from(steps.assign(what=names["required"])[["x", "run", "required", "what"]])
        .mark_line(interpolate="step-after", strokeWidth=1.6)
        .encode(x=x, y=alt.Y("required:Q", title=title, axis=y_axis), color=colour, detail="run:N")
    )
    return styled([filled, line, _readings(rows, times, texts, colours, names)], texts, colours, height=210)


def _steps(rows: pd.DataFrame, times: TimeAxis) -> pd.DataFrame:
    """Corner points of the steps: the start of every interval, and the end of each unbroken run."""
    points: list[tuple[int, int, int, int, int]] = []
    run, until = 0, -1
    listed = rows[["day", "starts_at", "ends_at", "required", "covered", "spare"]].itertuples(index=False)
    for day, start, end, required, covered, spare in listed:
        at = times.place(start, day)
        if at != until:
            run += 1
        elif points and points[-1][0] == run:
            points.pop()
        until = times.place(end, day)
        points.append((run, at, required, covered, spare))
        points.append((run, until, required, covered, spare))
    return pd.DataFrame(points, columns=["run", "x", "required", "covered", "spare"], dtype="int64")


def _area(steps: pd.DataFrame, what: str, low: pd.Series | int, high: pd.Series) -> pd.DataFrame:
    return steps[["run", "x"]].assign(what=what, low=low, high=high)


def _readings(
    rows: pd.DataFrame, times: TimeAxis, texts: Texts, colours: Colours, names: dict[str, str]
) -> alt.Chart:
    """Invisible bars that carry the numbers of each interval as tooltips."""
    drawn = rows.assign(
        x=[times.place(start, day) for start, day in zip(rows.starts_at, rows.day, strict=True)],
        x2=[times.place(end, day) for end, day in zip(rows.ends_at, rows.day, strict=True)],
        top=rows.required + rows.spare,
        when=[
            f"{texts.short_day(times.axis.date_of(day))} {texts.clock(times.wall_clock(start, day))}"
            for start, day in zip(rows.starts_at, rows.day, strict=True)
        ],
    )
    bars: alt.Chart = (
        drawn_from(drawn)
        .mark_bar(opacity=0, color=colours.surface)
        .encode(
            x="x:Q",
            x2="x2:Q",
            y=alt.Y("top:Q", stack=None),
            tooltip=[
                alt.Tooltip("when:N", title=texts.say("column.when")),
                *(alt.Tooltip(f"{what}:Q", title=name, format=",.0f") for what, name in names.items()),
            ],
        )
    )
    return bars
