"""The charts carry exactly the data of the case, and draw without a warning."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.charts import (
    DARK,
    LIGHT,
    Colours,
    coverage_chart,
    coverage_rows,
    occupancy_chart,
    occupancy_rows,
    roster_gantt,
    roster_rows,
    sessions_by_day_chart,
    sessions_by_day_rows,
    unplaced_by_reason_chart,
    unplaced_by_reason_rows,
    waiting_chart,
    waiting_rows,
)
from dashboard.charts.roster_gantt import natural_order
from dashboard.charts.time_axis import TimeAxis
from dashboard.texts import LANGUAGES, Language, Texts
from data.coverage import coverage
from data.model import Case, PlanningAxis, Schedule, Sessions, Unplaced
from tests.dashboard.weeks import week
from tests.support import cases

TEXTS = Texts("pt-BR")
WEEK = week()
EMPTY = cases.case(agents=[cases.agent("A1")])
WAITS = np.array([-3.0, 0.0, 0.5, 2.0, 2.1, 9.9, 10.0, 10.1, 40.0, np.nan, np.inf])


def charts_of(case: Case, texts: Texts, colours: Colours = LIGHT) -> dict[str, alt.LayerChart]:
    result = coverage(case)
    return {
        "roster_week": roster_gantt(case, texts, colours),
        "roster_day": roster_gantt(case, texts, colours, day=0),
        "coverage_week": coverage_chart(result, case.axis, texts, colours),
        "coverage_day": coverage_chart(result, case.axis, texts, colours, day=0),
        "occupancy": occupancy_chart(case, texts, colours),
        "sessions": sessions_by_day_chart(case, texts, colours),
        "unplaced": unplaced_by_reason_chart(case, texts, colours),
        "waiting": waiting_chart(WAITS, texts, colours),
    }


def rows_of_layer(chart: alt.LayerChart, place: int) -> list[dict[str, Any]]:
    spec = chart.to_dict()
    data = spec["layer"][place].get("data", spec.get("data"))
    listed: list[dict[str, Any]] = spec["datasets"][data["name"]] if "name" in data else data["values"]
    return listed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", charts_of(WEEK, TEXTS))
@pytest.mark.parametrize("case", [WEEK, EMPTY], ids=["week", "empty"])
def test_charts_draw_without_warnings(
    name: str, language: Language, case: Case, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every chart is a valid specification that is drawn in silence, even with nothing to show."""
    chart = charts_of(case, Texts(language))[name]
    spec = chart.to_dict(validate=True)
    drawn = vl_convert.vegalite_to_svg(spec, vl_version="6.4", show_warnings=True, allowed_base_urls=[])
    assert drawn.startswith("<svg")
    assert "NaN" not in drawn
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_are_distinct(colours: Colours) -> None:
    """Each role has a colour of its own, so that the report can give roles other colours in the dark."""
    named = colours.by_name()
    assert len(set(named.values())) == len(named)
    assert named.keys() == LIGHT.by_name().keys()


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(colours: Colours) -> None:
    """Text reaches 4.5 : 1 on the page (WCAG 2.2); neighbours differ in lightness too."""
    assert contrast(colours.ink, colours.surface) >= 7
    assert contrast(colours.muted, colours.surface) >= 4.5
    assert contrast(colours.accent, colours.surface) >= 4.5
    for break_colour in (colours.meal, colours.pause):
        assert contrast(colours.duty, break_colour) >= 1.5
    assert contrast(colours.covered, colours.missing) >= 1.5
    for place, cell in enumerate(colours.scale):
        text = colours.surface if place >= 4 else colours.ink
        assert contrast(text, cell) >= 4.5


def test_roster_rows_are_the_duties_and_breaks() -> None:
    """One row a duty and one a break, with the very times of the tables."""
    rows = roster_rows(WEEK)
    assert len(rows) == len(WEEK.duties) + len(WEEK.breaks)
    duties = rows[rows.kind == "duty"]
    assert sorted(zip(duties.agent_id, duties.starts_at, duties.ends_at, strict=True)) == sorted(
        zip(WEEK.duties.agent_id, WEEK.duties.starts_at, WEEK.duties.ends_at, strict=True)
    )
    pauses = rows[rows.kind != "duty"]
    assert sorted(zip(pauses.agent_id, pauses.starts_at, pauses.kind, strict=True)) == sorted(
        zip(WEEK.breaks.agent_id, WEEK.breaks.starts_at, WEEK.breaks.kind, strict=True)
    )


def test_roster_of_a_day_is_part_of_the_week() -> None:
    """The rows of the days together are those of the week."""
    days = [roster_rows(WEEK, day) for day in range(WEEK.axis.days)]
    assert sum(len(day) for day in days) == len(roster_rows(WEEK))
    assert all((rows.day == day).all() for day, rows in enumerate(days))


def test_gantt_draws_what_the_rows_say() -> None:
    """The bars of the chart are the rows, and a limit keeps whole agents."""
    bars = rows_of_layer(roster_gantt(WEEK, TEXTS), 1)
    assert len(bars) == len(roster_rows(WEEK))
    few = rows_of_layer(roster_gantt(WEEK, TEXTS, most_agents=3), 1)
    kept = {bar["agent_id"] for bar in few}
    assert kept == {"A01", "A02", "A03"}
    assert len(few) == roster_rows(WEEK).agent_id.isin(kept).sum()


def test_gantt_has_no_limit_of_rows() -> None:
    """A month of many agents is drawn whole, beyond the 5,000 rows at which Altair stops by default."""
    agents = [cases.agent(f"A{n}") for n in range(60)]
    duties = [
        {"agent_id": agent["agent_id"], "starts_at": 1440 * day + 540, "ends_at": 1440 * day + 900}
        for agent in agents
        for day in range(60)
    ]
    breaks = [
        row | {"starts_at": row["starts_at"] + 120, "ends_at": row["starts_at"] + 130, "kind": "pause"}
        for row in duties
    ]
    large = cases.case(agents=agents, duties=duties, breaks=breaks, days=60)
    assert len(roster_rows(large)) > 5000
    assert len(rows_of_layer(roster_gantt(large, TEXTS), 1)) == len(roster_rows(large))


def test_gantt_shows_wall_clock_times_and_skills() -> None:
    """A tooltip says day and time in Brasília, and the skills by their names."""
    case = cases.case(
        agents=[cases.agent("A1", "libras|pf")],
        duties=[{"agent_id": "A1", "starts_at": 540, "ends_at": 900}],
    )
    (bar,) = rows_of_layer(roster_gantt(case, TEXTS, day=0), 1)
    assert bar["when"] == "seg 30/11 09:00\u201315:00"
    assert bar["skill_names"] == "PF · Libras"
    assert bar["x2"] - bar["x"] == 360


def test_agents_in_natural_order() -> None:
    """A2 comes before A10."""
    assert sorted(["A10", "A2", "B1", "A1"], key=natural_order) == ["A1", "A2", "A10", "B1"]


def test_night_duties_stay_on_their_day() -> None:
    """A duty over midnight is drawn in one piece on the day on which it starts."""
    case = cases.case(
        agents=[cases.agent("A1")],
        duties=[{"agent_id": "A1", "starts_at": 1140, "ends_at": 1860}],
        breaks=[{"agent_id": "A1", "starts_at": 1500, "ends_at": 1560, "kind": "meal"}],
        days=2,
    )
    bars = rows_of_layer(roster_gantt(case, TEXTS), 1)
    assert [(bar["x2"] - bar["x"], bar["kind"]) for bar in bars] == [(720, "duty"), (60, "meal")]
    assert bars[1]["x"] - bars[0]["x"] == 360


def test_wall_clock_where_clocks_change() -> None:
    """On the day on which daylight saving time began in 2018, 9:00 is drawn at 9:00 as on other days."""
    axis = PlanningAxis(date(2018, 11, 3), 3)
    days = TimeAxis(axis, (0, 1, 2), 480, 1200)
    places = [days.place(axis.at(day, 540), day) for day in range(3)]
    assert places == [60, 60 + days.day_width, 60 + 2 * days.day_width]


def test_coverage_rows_add_up() -> None:
    """Totals are those of the coverage itself, and missing plus covered is required."""
    result = coverage(WEEK)
    rows = coverage_rows(result, WEEK.axis)
    assert rows.required.sum() == result.required > 0
    assert rows.covered.sum() == result.covered > 0
    assert rows.missing.sum() == result.under > 0
    assert rows.spare.sum() == result.over > 0
    by_skill = [coverage_rows(result, WEEK.axis, skill) for skill in result.skills]
    assert sum(part.covered.sum() for part in by_skill) == result.covered
    with pytest.raises(ValueError, match="not in"):
        coverage_rows(result, WEEK.axis, "no such skill")


def test_coverage_areas_have_the_size_of_the_numbers() -> None:
    """The area under the steps is the number of agent-minutes, gaps between days left out."""
    result = coverage(WEEK)
    rows = rows_of_layer(coverage_chart(result, WEEK.axis, TEXTS), 0)
    area: dict[str, int] = {}
    for first, second in pairwise(rows):
        if (first["what"], first["run"]) == (second["what"], second["run"]):
            size = (first["high"] - first["low"]) * (second["x"] - first["x"])
            area[first["what"]] = area.get(first["what"], 0) + size
    minutes = result.interval_minutes
    assert area == {
        "Coberto": result.covered * minutes,
        "Falta": result.under * minutes,
        "Sobra": result.over * minutes,
    }


def test_waiting_classes() -> None:
    """Each wait falls in one class: the upper edge belongs to it; early is no wait; unknown is left out."""
    rows = waiting_rows(WAITS)
    assert rows.sessions.tolist() == [2, 2, 1, 2, 1, 0, 1]
    assert rows.share.sum() == pytest.approx(1)
    assert waiting_rows(np.empty(0)).share.tolist() == [0.0] * 7


@settings(deadline=None, derandomize=True)
@given(st.lists(st.floats(-60, 600), min_size=1))
def test_waiting_classes_agree_with_counting(waits: list[float]) -> None:
    """Classes hold what a plain count of each interval finds, and nothing twice."""
    rows = waiting_rows(np.array(waits))
    for place, row in enumerate(rows.itertuples()):
        if place == 0:
            expected = sum(wait <= 0 for wait in waits)
        else:
            expected = sum(row.above < wait <= row.up_to for wait in waits)
        assert row.sessions == expected
    assert rows.sessions.sum() == len(waits)


def test_long_waits_stand_out() -> None:
    """The bars over 10 minutes, and no other, have the colour of long waits."""
    bars = rows_of_layer(waiting_chart(WAITS, TEXTS), 0)
    assert [bar["what"] for bar in bars] == ["até 10 minutos"] * 4 + ["mais de 10 minutos"] * 3


def test_unplaced_reasons_are_counted() -> None:
    """Every reason that occurs, with its count, the most frequent first."""
    rows = unplaced_by_reason_rows(WEEK)
    assert rows.bookings.sum() == len(WEEK.unplaced)
    assert rows.bookings.is_monotonic_decreasing
    assert dict(zip(rows.reason, rows.bookings, strict=True)) == {
        reason: int((WEEK.unplaced.reason == reason).sum()) for reason in set(WEEK.unplaced.reason)
    }


def test_sessions_by_day() -> None:
    """Sessions are counted on their day in Brasília, by the skill of their booking."""
    rows = sessions_by_day_rows(WEEK)
    assert rows.sessions.sum() == len(WEEK.sessions)
    assert rows[rows.day == 1].sessions.sum() == ((WEEK.sessions.starts_at // 1440) == 1).sum()


def test_many_skills_share_a_colour() -> None:
    """With more skills than colours, the last ones are drawn together, and none is lost."""
    names = [f"skill{n}" for n in range(9)]
    case = cases.case(
        agents=[cases.agent("A1", "|".join(names))],
        bookings=[cases.booking(f"B{n}", name) for n, name in enumerate(names)],
    )
    sessions = [
        {"booking_id": f"B{n}", "agent_id": "A1", "starts_at": 540 + 30 * n, "duration_minutes": 20}
        for n in range(9)
    ]
    case = case.with_schedule(Schedule(Sessions.from_rows(sessions), Unplaced.empty()))
    bars = rows_of_layer(sessions_by_day_chart(case, TEXTS), 0)
    assert sum(bar["sessions"] for bar in bars) == 9
    assert len({bar["skill_name"] for bar in bars}) == len(LIGHT.series)


def test_occupancy_against_a_minute_by_minute_count() -> None:
    """Occupancy of each hour is what counting every minute of every agent gives."""
    rows = occupancy_rows(WEEK)
    service = np.zeros(WEEK.axis.end + 1440, dtype=np.int64)
    occupied = np.zeros_like(service)
    for duty in WEEK.roster.duties:
        for start, end in duty.segments:
            service[start:end] += 1
    for start in WEEK.sessions.starts_at.tolist():
        occupied[start - 5 : start + 25] += 1
    assert rows.service_minutes.sum() == service.sum()
    assert rows.occupied_minutes.sum() == occupied.sum()
    for row in rows.itertuples():
        begin = row.day * 1440 + row.hour * 60
        assert row.service_minutes == service[begin : begin + 60].sum()
        assert row.occupied_minutes == occupied[begin : begin + 60].sum()
        assert row.occupancy == row.occupied_minutes / row.service_minutes


def test_numbers_in_charts_follow_the_language() -> None:
    """Axes of the Brazilian chart write points between thousands, those of the English one commas."""
    many = replace(WEEK, sessions=WEEK.sessions)
    charts = {language: sessions_by_day_chart(many, Texts(language)).to_dict() for language in LANGUAGES}
    assert charts["pt-BR"]["config"]["locale"]["number"]["decimal"] == ","
    assert charts["en"]["config"]["locale"]["number"]["decimal"] == "."
    brazilian = vl_convert.vegalite_to_svg(waiting_chart(WAITS, TEXTS).to_dict(), vl_version="6.4")
    assert "22,2%" in brazilian
