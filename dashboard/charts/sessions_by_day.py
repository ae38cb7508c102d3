"""Sessions of each day, by skill."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.style import drawn_from, headroom, styled
from dashboard.texts import Texts, skill_order
from data.model import Case


def sessions_by_day_rows(case: Case) -> pd.DataFrame:
    """One row for each day of the horizon and skill that has sessions: columns `day`, `skill`, `sessions`."""
    position = case.bookings.position
    booked = np.array([position[key] for key in case.sessions.booking_id.tolist()], dtype=np.int64)
    listed = pd.DataFrame(
        {"day": case.axis.days_of(case.sessions.starts_at), "skill": case.bookings.skill[booked]}
    )
    return listed.groupby(["day", "skill"], sort=True).size().reset_index(name="sessions")


def sessions_by_day_chart(case: Case, texts: Texts, colours: Colours = LIGHT) -> alt.LayerChart:
    """Stacked bars of the sessions of each day; the total stands above. Rare skills are put together."""
    rows = sessions_by_day_rows(case)
    names = skill_order(rows.skill)
    own = names if len(names) <= len(colours.series) else names[: len(colours.series) - 1]
    labels = [texts.label("skill", name) for name in own]
    if len(own) < len(names):
        labels.append(texts.say("skill_other"))
    days = [texts.short_day(case.axis.date_of(day)) for day in range(case.axis.days)]
    known = [name if name in own else None for name in rows.skill]
    drawn = rows.assign(
        day_text=[days[day] if 0 <= day < len(days) else "" for day in rows.day],
        skill_name=[labels[-1] if name is None else texts.label("skill", name) for name in known],
        order=[len(own) if name is None else own.index(name) for name in known],
    )
    totals: pd.DataFrame = drawn.groupby("day_text", sort=False)[["sessions"]].sum().reset_index()
    totals["total_text"] = [texts.integer(count) for count in totals["sessions"]]
    x = alt.X("day_text:N", sort=days, title=None, axis=alt.Axis(labelAngle=0), scale=alt.Scale(domain=days))
    y_axis = alt.Axis(tickCount=4, format=",.0f")
    bars = (
        drawn_from(drawn)
        .mark_bar(size=46)
        .encode(
            x=x,
            y=alt.Y(
                "sum(sessions):Q",
                title=texts.say("column.sessions"),
                axis=y_axis,
                scale=alt.Scale(domain=[0, headroom(totals["sessions"])], nice=False),
            ),
            color=alt.Color(
                "skill_name:N",
                sort=labels,
                scale=alt.Scale(domain=labels, range=list(colours.series[: len(labels)])),
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("day_text:N", title=texts.say("column.day")),
                alt.Tooltip("skill_name:N", title=texts.say("column.skill")),
                alt.Tooltip("sum(sessions):Q", title=texts.say("column.sessions"), format=",.0f"),
            ],
        )
    )
    sums = (
        drawn_from(totals)
        .mark_text(dy=-8, color=colours.ink, fontSize=12)
        .encode(x=x, y="sessions:Q", text="total_text:N")
    )
    return styled([bars, sums], texts, colours, height=240)
