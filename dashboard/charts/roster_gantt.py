"""The roster as a Gantt chart: who is on duty when, and with which breaks."""

from __future__ import annotations

import re

import altair as alt
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, styled
from dashboard.charts.time_axis import HOUR, TimeAxis
from dashboard.texts import Texts, skill_order
from data.model import Case, tokens

_COLUMNS = ["agent_id", "skills", "kind", "day", "starts_at", "ends_at"]


def natural_order(name: str) -> list[tuple[int, str]]:
    """Sorts A2 before A10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def roster_rows(case: Case, day: int | None = None) -> pd.DataFrame:
    """One row for each duty and each break, duties first.

    Args:
        case: the case with its roster.
        day: only duties that start on this day of the horizon; None: all.

    Returns:
        Columns `agent_id`, `skills` (with | between them), `kind` (duty, meal or pause), `day` (of the duty's
        start), and `starts_at` and `ends_at` in minutes on the planning axis.
    """
    skills = dict(zip(case.agents.agent_id.tolist(), case.agents.skills.tolist(), strict=True))
    duties, breaks = [], []
    for duty in case.roster.duties:
        on = case.axis.day_of(duty.start)
        if day is not None and on != day:
            continue
        held = skills.get(duty.agent_id, "")
        duties.append((duty.agent_id, held, "duty", on, duty.start, duty.end))
        breaks += [(duty.agent_id, held, b.kind, on, b.start, b.end) for b in duty.breaks]
    return pd.DataFrame(duties + breaks, columns=_COLUMNS)


def roster_gantt(
    case: Case,
    texts: Texts,
    colours: Colours = LIGHT,
    *,
    day: int | None = None,
    most_agents: int | None = None,
) -> alt.LayerChart:
    """Duties and breaks by agent, on one day or over the whole horizon.

    On a single day the agents stand in the order in which they begin, with their skills at the end of the
    line; over the horizon they stand by name. With `most_agents`, only the first so many are drawn.
    """
    rows = roster_rows(case, day)
    shown = _agents_in_order(rows, by_start=day is not None)[:most_agents]
    rows = rows[rows.agent_id.isin(shown)].reset_index(drop=True)
    days = tuple(range(case.axis.days)) if day is None else (day,)
    axis = TimeAxis.around(case.axis, days, zip(rows.day, rows.starts_at, rows.ends_at, strict=True))
    rows = rows[rows.day.isin(days)]
    labels = {kind: texts.say(f"roster.{kind}") for kind in ("duty", "meal", "pause")}
    drawn = rows.assign(
        x=[axis.place(start, on) for start, on in zip(rows.starts_at, rows.day, strict=True)],
        x2=[axis.place(end, on) for end, on in zip(rows.ends_at, rows.day, strict=True)],
        what=[labels[kind] for kind in rows.kind],
        when=[
            f"{texts.short_day(case.axis.date_of(on))} "
            f"{texts.clock(axis.wall_clock(start, on))}\u2013{texts.clock(axis.wall_clock(end, on))}"
            for on, start, end in zip(rows.day, rows.starts_at, rows.ends_at, strict=True)
        ],
        minutes=rows.ends_at - rows.starts_at,
        skill_names=[_skill_names(cell, texts) for cell in rows.skills],
    )
    scale = axis.scale(2 * HOUR if day is not None else 0)
    y = alt.Y(
        "agent_id:N",
        sort=shown,
        title=None,
        axis=alt.Axis(labelLimit=140, labelOverlap=False),
        scale=alt.Scale(paddingInner=0.28, paddingOuter=0.2),
    )
    bars = (
        drawn_from(drawn)
        .mark_bar(cornerRadius=1.5)
        .encode(
            y=y,
            x=alt.X("x:Q", scale=scale, axis=axis.x_axis(texts)),
            x2="x2:Q",
            color=alt.Color(
                "what:N",
                sort=list(labels.values()),
                scale=alt.Scale(
                    domain=list(labels.values()), range=[colours.duty, colours.meal, colours.pause]
                ),
            ),
            tooltip=[
                alt.Tooltip("agent_id:N", title=texts.say("column.agent_id")),
                alt.Tooltip("what:N", title=texts.say("column.kind")),
                alt.Tooltip("when:N", title=texts.say("column.when")),
                alt.Tooltip("minutes:Q", title=texts.say("column.minutes")),
                alt.Tooltip("skill_names:N", title=texts.say("column.skills")),
            ],
        )
    )
    layers = [bars]
    if day is None:
        layers.insert(0, _separators(axis, scale, colours))
    else:
        layers.append(
            drawn_from(drawn[drawn.kind == "duty"])
            .mark_text(align="left", dx=6, color=colours.muted, fontSize=10)
            .encode(y=y, x="x2:Q", text="skill_names:N")
        )
    step = 15 if len(shown) <= 60 else 12
    return styled(layers, texts, colours, height=step * max(len(shown), 1))


def _separators(axis: TimeAxis, scale: alt.Scale, colours: Colours) -> alt.Chart:
    places = pd.DataFrame({"x": pd.Series(axis.separators(), dtype="int64")})
    lines: alt.Chart = drawn_from(places).mark_rule(color=colours.grid).encode(x=alt.X("x:Q", scale=scale))
    return lines


def _skill_names(cell: str, texts: Texts) -> str:
    return " · ".join(texts.label("skill", name) for name in skill_order(tokens(cell)))


def _agents_in_order(rows: pd.DataFrame, *, by_start: bool) -> list[str]:
    duties = rows[rows.kind == "duty"]
    if by_start:
        duties = duties.sort_values(["starts_at", "ends_at", "agent_id"], kind="stable")
        return list(dict.fromkeys(duties.agent_id))
    return sorted(set(duties.agent_id), key=natural_order)
