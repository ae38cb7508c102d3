"""The sections of the report; each returns nothing but HTML made from the content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import altair as alt

from dashboard.charts import (
    coverage_chart,
    occupancy_chart,
    roster_gantt,
    sessions_by_day_chart,
    unplaced_by_reason_chart,
    waiting_chart,
)
from dashboard.report.drawing import inline_svg
from dashboard.report.markup import Markup, element, table, together
from dashboard.results import (
    IN_GROUPS,
    Card,
    ReportContent,
    cards,
    duty_rows,
    group_columns,
    group_rows,
    kpi_rows,
    level_rows,
    provenance_rows,
    unplaced_rows,
)
from dashboard.texts import Texts

MOST_AGENTS = 60
"""Lines of a Gantt chart in the report; a table has the duties of all agents."""

MOST_DAYS = 14
"""Days that get a Gantt chart of their own, and that fit side by side on a chart of the whole horizon."""


def cards_section(content: ReportContent, texts: Texts) -> Markup:
    """The figures to see first."""
    return cards_markup(cards(content, texts))


def cards_markup(shown: Sequence[Card]) -> Markup:
    """Figures side by side."""
    return element(
        "div",
        *(
            element(
                "div",
                element("div", card.label, class_="label"),
                element("div", card.value, class_="value"),
                element("div", card.detail, class_="detail"),
                class_="card",
            )
            for card in shown
        ),
        class_="cards",
        style=f"--count: {len(shown)}",
    )


def coverage_section(content: ReportContent, texts: Texts) -> Markup:
    """The roster against the requirement: all skills together, and each skill on its own."""
    result, axis = content.coverage, content.case.axis
    if not len(result.starts):
        return _section("coverage", texts, _empty("coverage", texts))
    parts = [_figure(coverage_chart(result, axis, texts), texts.say("read.coverage"))]
    for skill in result.skills if len(result.skills) > 1 else ():
        chart = coverage_chart(result, axis, texts, skill=skill).properties(height=140)
        name = texts.label("skill", skill)
        parts.append(_fold(texts.say("coverage.of_skill", skill=name), _figure(chart, name)))
    return _section("coverage", texts, *parts)


def roster_section(content: ReportContent, texts: Texts) -> Markup:
    """The Gantt chart of the horizon, one of each day, and all duties in a table."""
    case = content.case
    if not len(case.duties):
        return _section("roster", texts, _empty("roster", texts))
    reading = texts.say("read.roster")
    parts = [_figure(roster_gantt(case, texts, most_agents=MOST_AGENTS), reading)]
    agents = len(case.roster.by_agent)
    if agents > MOST_AGENTS:
        parts.append(
            element(
                "p",
                texts.say(
                    "report.partial_agents", shown=texts.integer(MOST_AGENTS), all=texts.integer(agents)
                ),
                class_="note",
            )
        )
    days = sorted({case.axis.day_of(duty.start) for duty in case.roster.duties})
    for day in days[:MOST_DAYS]:
        on = case.axis.date_of(day)
        name = f"{texts.weekday(on)}, {texts.day(on)}"
        chart = roster_gantt(case, texts, day=day, most_agents=MOST_AGENTS)
        parts.append(_fold(name[0].upper() + name[1:], _figure(chart, f"{name}. {reading}")))
    headings = ("column.agent_id", "column.day", "column.start", "column.end", "column.breaks")
    parts.append(
        _fold(
            texts.count("report.all_duties", len(case.duties)),
            table(_said(headings, texts), duty_rows(content, texts)),
        )
    )
    return _section("roster", texts, *parts)


def sessions_section(content: ReportContent, texts: Texts) -> Markup:
    """Sessions of each day."""
    if not len(content.case.sessions):
        return _section("sessions", texts, _empty("sessions", texts))
    chart = sessions_by_day_chart(content.case, texts)
    return _section("sessions", texts, _figure(chart, texts.say("read.sessions")))


def occupancy_section(content: ReportContent, texts: Texts) -> Markup:
    """Occupancy of the agents by day and hour; nothing without a roster and a schedule."""
    if not len(content.case.duties) or not len(content.case.sessions):
        return Markup("")
    chart = occupancy_chart(content.case, texts)
    return _section("occupancy", texts, _figure(chart, texts.say("read.occupancy")))


def unplaced_section(content: ReportContent, texts: Texts) -> Markup:
    """Bookings without a session, by reason, each with its alternatives."""
    rows = unplaced_rows(content, texts)
    if not rows:
        return _section("unplaced", texts, _empty("unplaced", texts))
    parts = [_figure(unplaced_by_reason_chart(content.case, texts), texts.say("read.unplaced"))]
    headings = ("column.booking", "column.skill", "column.rules", "column.alternatives")
    for reason, listed in groupby(rows, key=lambda row: row[2]):
        lines = [
            (element("span", key, class_="key"), skill, rules, others)
            for key, skill, _, rules, others in listed
        ]
        name = f"{reason} ({texts.integer(len(lines))})"
        parts.append(_fold(name, table(_said(headings, texts), lines)))
    return _section("unplaced", texts, *parts)


def waiting_section(content: ReportContent, texts: Texts) -> Markup:
    """How long simulated customers wait."""
    if not len(content.waits):
        return _section("waiting", texts, _empty("waiting", texts))
    chart = waiting_chart(content.waits, texts)
    return _section("waiting", texts, _figure(chart, texts.say("read.waiting")))


def kpi_section(content: ReportContent, texts: Texts) -> Markup:
    """All simulated indicators with their intervals; nothing without a simulation."""
    rows = kpi_rows(content, texts)
    if not rows:
        return Markup("")
    headings = ("column.kpi", "column.mean", "column.low", "column.high")
    parts = [table(_said(headings, texts), rows, numbers=(1, 2, 3))]
    if content.by_skill:
        skills, lines = group_columns(content.by_skill, texts)
        folded = table([texts.say("column.kpi"), *skills], lines, numbers=range(1, len(skills) + 1))
        parts.append(_fold(texts.say("kpi_group.by_skill"), folded))
    if content.by_interval:
        names = [texts.label("kpi", name) for name in IN_GROUPS]
        columns = [*_said(("column.starts_at", "column.sessions"), texts), *names]
        folded = table(columns, group_rows(content.by_interval, texts), numbers=range(1, len(columns)))
        parts.append(_fold(texts.say("kpi_group.by_interval"), folded))
    return _section("kpis", texts, *parts)


def levels_section(content: ReportContent, texts: Texts) -> Markup:
    """The levels of the objectives, with what is proven about them."""
    rows = level_rows(content, texts)
    if not rows:
        return _section("levels", texts, _empty("levels", texts))
    headings = ("column.step", "column.level", "column.objective", "column.bound", "column.gap")
    return _section("levels", texts, table(_said(headings, texts), rows, numbers=(2, 3, 4)))


def provenance_section(content: ReportContent, texts: Texts) -> Markup:
    """Where the result comes from."""
    pairs = (
        together(element("dt", name), element("dd", value)) for name, value in provenance_rows(content, texts)
    )
    return element(
        "section",
        element("h2", texts.say("section.provenance")),
        element("dl", *pairs),
    )


def _section(name: str, texts: Texts, *content: Markup) -> Markup:
    return element(
        "section",
        element("h2", texts.say(f"section.{name}")),
        element("p", texts.say(f"read.{name}"), class_="reading"),
        *content,
        id=name,
    )


def _empty(name: str, texts: Texts) -> Markup:
    return element("p", texts.say(f"empty.{name}"), class_="note")


def _figure(chart: alt.LayerChart, description: str) -> Markup:
    return element("figure", inline_svg(chart, description))


def _fold(title: str, content: Markup) -> Markup:
    return element("details", element("summary", title), content)


def _said(keys: Iterable[str], texts: Texts) -> list[str]:
    return [texts.say(key) for key in keys]
