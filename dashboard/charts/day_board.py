"""A followed day by agent: what was, what runs, what is to come, and where it is at risk."""

from __future__ import annotations

import math
from collections.abc import Mapping

import altair as alt
import pandas as pd

from dashboard.charts.colours import LIGHT, Colours
from dashboard.charts.roster_gantt import natural_order
from dashboard.charts.style import drawn_from, styled
from dashboard.charts.time_axis import TimeAxis
from dashboard.texts import Texts
from data.day import OPEN, AgentNow, DayState, SessionNow, Status
from data.model import PlanningAxis

KINDS = ("held", "running", "to_come", "at_risk", "break", "gone")
"""What a piece of an agent's line is, in the order of the legend."""

LINE = 15
"""Pixels of an agent."""


def day_board_rows(state: DayState, late: Mapping[str, float], at_risk: float) -> pd.DataFrame:
    """One row for each piece of an agent's day, of agents with a duty.

    Args:
        late: by booking, the probability of beginning late.
        at_risk: probability from which a session to come is at risk.

    Returns:
        Columns `agent_id`, `kind` (one of KINDS), `starts_at` and `ends_at` (minutes on the planning axis),
        `subject` (the booking; empty for breaks and absences) and `late` (nan where it is not known).
    """
    on_duty = {agent.agent_id for agent in state.agents.values() if agent.start is not None}
    rows = [
        (agent.agent_id, "gone", *_away(agent), "", float("nan"))
        for agent in state.agents.values()
        if agent.agent_id in on_duty and agent.gone_since is not None
    ]
    for session in state.sessions.values():
        piece = _piece(session, state.now)
        if piece is None or session.agent_id not in on_duty:
            continue
        kind, start, end = piece
        probability = late.get(session.booking_id, float("nan"))
        if kind == "to_come" and probability >= at_risk:
            kind = "at_risk"
        rows.append((session.agent_id, kind, start, end, session.booking_id, probability))
    for agent in state.agents.values():
        if agent.start is None or agent.end is None:
            continue
        rows += [
            (agent.agent_id, "break", float(one.start), float(one.end), "", float("nan"))
            for one in agent.breaks[agent.breaks_taken :]
        ]
        if agent.on_break_since is not None:
            rows.append((agent.agent_id, "break", agent.on_break_since, state.now, "", float("nan")))
    return pd.DataFrame(rows, columns=["agent_id", "kind", "starts_at", "ends_at", "subject", "late"])


def _away(agent: AgentNow) -> tuple[float, float]:
    """Within the duty, from when until when an agent is gone as far as is known."""
    start, end = float(agent.start or 0), float(agent.end or 0)
    since = max(start, end if agent.gone_since is None else agent.gone_since)
    return since, max(since, min(end, end if agent.gone_until is None else agent.gone_until))


def _piece(session: SessionNow, now: float) -> tuple[str, float, float] | None:
    """What a session is on its agent's line, and from when to when; None: nothing any more."""
    if session.status is Status.ENDED and session.started_at is not None and session.ended_at is not None:
        return "held", session.started_at, session.ended_at
    if session.status is Status.RUNNING and session.started_at is not None:
        expected = session.expected_end or session.started_at + session.duration
        return "running", session.started_at, max(expected, now)
    if session.status in OPEN:
        start = max(float(session.start), now)
        return "to_come", start, start + session.duration
    return None


def day_board_chart(
    axis: PlanningAxis,
    state: DayState,
    late: Mapping[str, float],
    at_risk: float,
    texts: Texts,
    colours: Colours = LIGHT,
) -> alt.LayerChart:
    """A line for each agent with a duty, by name, and a rule at the present moment."""
    rows = day_board_rows(state, late, at_risk)
    shown = sorted(
        (agent.agent_id for agent in state.agents.values() if agent.start is not None), key=natural_order
    )
    duties = [(state.day, a.start, a.end) for a in state.agents.values() if a.start is not None and a.end]
    place = TimeAxis.around(axis, (state.day,), duties)
    labels = {kind: texts.say(f"day_board.{kind}") for kind in KINDS}
    drawn = rows.assign(
        x=[place.place(int(start), state.day) for start in rows.starts_at],
        x2=[place.place(int(end), state.day) for end in rows.ends_at],
        what=[labels[kind] for kind in rows.kind],
        when=[
            f"{axis.instant_of(int(start)):%H:%M}–{axis.instant_of(int(end)):%H:%M}"
            for start, end in zip(rows.starts_at, rows.ends_at, strict=True)
        ],
        late_text=["" if math.isnan(share) else texts.percent(share, 0) for share in rows.late],
    )
    palette = [
        colours.covered, colours.duty, colours.pause, colours.missing, colours.meal, colours.spare,
    ]  # fmt: skip
    y = alt.Y(
        "agent_id:N",
        sort=shown,
        title=None,
        axis=alt.Axis(labelLimit=140, labelOverlap=False),
        scale=alt.Scale(domain=shown, paddingInner=0.28, paddingOuter=0.2),
    )
    bars = (
        drawn_from(drawn)
        .mark_bar(cornerRadius=1.5)
        .encode(
            y=y,
            x=alt.X("x:Q", scale=place.scale(), axis=place.x_axis(texts)),
            x2="x2:Q",
            color=alt.Color(
                "what:N",
                sort=list(labels.values()),
                scale=alt.Scale(domain=list(labels.values()), range=palette),
            ),
            tooltip=[
                alt.Tooltip("agent_id:N", title=texts.say("column.agent_id")),
                alt.Tooltip("what:N", title=texts.say("column.kind")),
                alt.Tooltip("when:N", title=texts.say("column.when")),
                alt.Tooltip("subject:N", title=texts.say("column.booking")),
                alt.Tooltip("late_text:N", title=texts.say("today_column.probability")),
            ],
        )
    )
    now = drawn_from(pd.DataFrame({"x": [place.place(int(state.now), state.day)]}))
    rule = now.mark_rule(color=colours.ink, strokeWidth=1.5, strokeDash=[4, 3]).encode(
        x=alt.X("x:Q", scale=place.scale())
    )
    return styled([bars, rule], texts, colours, height=LINE * max(len(shown), 1))
