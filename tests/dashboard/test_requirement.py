"""The plot of a requirement, and its tables."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.charts import requirement_chart, requirement_rows
from dashboard.report.image_files import png_file
from dashboard.results.requirement import days_table, interval_tables, verdict
from dashboard.texts import Texts
from data.model import PlanningAxis
from tests.support.cases import MONDAY

SHARE = {"mean": 0.01, "low": 0.005, "high": 0.015}


def team(skill: str, agents: int) -> dict[str, Any]:
    """A day of one team, of two intervals."""
    return {
        "date": MONDAY.isoformat(),
        "skills": [skill],
        "out_of_reach": [],
        "by_skill": {skill: [SHARE]},
        "periods": [{"starts_at": "2026-11-30T08:00:00-03:00", "served_badly": [SHARE], "with_absences": []}],
        "intervals": [
            {
                "starts_at": f"2026-11-30T08:{minute:02}:00-03:00",
                "minute": 480 + minute,
                "period": 0,
                "expected": {skill: 2.5},
                "load": 2.0,
                "agents": agents,
                "on_the_floor": {skill: agents},
                "rostered": {skill: agents + 1},
                "erlang_c": agents + 2,
                "erlang_a": agents - 1,
                "square_root": agents,
                "one_more": 0.25,
                "one_fewer": None,
            }
            for minute in (0, 15)
        ],
    }


DOCUMENT: dict[str, Any] = {
    "targets": [{"text": "wait_over_10<=0.02", "most_served_badly": 0.02}],
    "interval_minutes": 15,
    "replications": 300,
    "confirmation": {"periods": 2, "missed": 1, "surely_missed": 0, "missed_with_absences": 0},
    "skills_that_miss": [{"skill": "pj", "target": "wait_over_10<=0.02", "share": 0.05, "limit": 0.02}],
    "days": [team("pf", 3), team("pj", 4)],
}


def test_teams_of_a_day_are_added_up_in_the_plot() -> None:
    """One row for each interval; the curves are sums over the teams that share no skill."""
    rows = requirement_rows(DOCUMENT)
    assert rows["starts"].tolist() == [480, 495]
    assert rows[["floor", "rostered", "erlang_c", "erlang_a"]].iloc[0].tolist() == [7, 9, 11, 5]
    assert png_file(requirement_chart(DOCUMENT, PlanningAxis(MONDAY, 1), Texts("en"))).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("1.8", "1 of 2", "5.0% served badly")), ("pt-BR", ("1,8", "1 de 2", "5,0% mal atendidos"))],
)
def test_tables_and_sentences(language: str, words: tuple[str, ...]) -> None:
    """Hours are those of the intervals; what is missed is said with the skill that misses."""
    texts = Texts(language)  # type: ignore[arg-type]
    _, headings, rows = days_table(DOCUMENT, texts)
    assert all(len(row) == len(headings) for row in rows)
    title, *_ = next(iter(interval_tables(DOCUMENT, texts)))
    assert title
    said = " ".join([*rows[0], *(cell for row in rows for cell in row), *verdict(DOCUMENT, texts)])
    assert "1.5" in said or "1,5" in said
    for word in words[1:]:
        assert word in said
