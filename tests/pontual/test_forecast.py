"""`pontual forecast`: from past bookings to a plan folder that rosters are made for."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.results.forecast import days_table, models_table, remarks
from dashboard.texts import Texts
from data.files import read_case, table_bytes, write_case
from data.generator import GeneratorSettings, generate
from data.model import Bookings, Case, Participants
from pontual.exit_codes import ExitCode

RECENT = 150
"""Days of the generated history that are kept."""


@pytest.fixture(scope="module")
def case() -> Case:
    made = generate(GeneratorSettings(agents=10, days=6, load=0.8, seed=2)).case
    recent = made.history.take(made.history.starts_at >= -1440 * RECENT)
    return replace(made, history=recent)


@pytest.fixture(scope="module")
def week(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forecast") / "week"
    write_case(folder, case)
    (folder / "demand.csv").unlink()
    return folder


@pytest.fixture(scope="module")
def sessions(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history as one row a session: kinds, and no skills."""
    path = tmp_path_factory.mktemp("sessions") / "past.csv"
    rows = ["booking_id,kind,planned_minutes,appointed,outcome"]
    for hour, skill, count in zip(
        case.history.starts_at.tolist(),
        case.history.skill.tolist(),
        case.history.bookings.tolist(),
        strict=True,
    ):
        kind = skill if skill in ("joint", "judicial") else "single"
        at = case.axis.instant_of(hour).isoformat()
        rows += [f"B{hour}-{skill}-{number},{kind},20,{at},no_show" for number in range(count)]
    rows.append("bad,single,20,soon,no_show")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_history_becomes_a_demand(pontual: Any, week: Path, case: Case, tmp_path: Path) -> None:
    """A whole case whose demand is the forecast's, and a roster is made for it; tables agree."""
    out = tmp_path / "out"
    ended = pontual("forecast", week, "--out", out, "--json")
    assert (ended.code, ended.err) == (ExitCode.OK, "")
    document = ended.document
    read = read_case(out)
    assert len(read.agents) == len(case.agents)
    assert not len(read.duties)
    expected = sum(day["expected"] for day in document["days"])
    assert read.demand.expected_bookings.sum() == pytest.approx(expected, abs=2.0)
    hours = read.demand.required.sum() * read.plan.demand_interval_minutes / 60
    assert hours == pytest.approx(document["required_agent_hours"])
    minutes = document["minutes"]
    work = sum(
        part["expected"] * minutes[part["skill"]] / 60 for day in document["days"] for part in day["series"]
    )
    assert work / document["load"] <= hours + 1.0
    days, slots = rows_of(out / "forecast_days.csv"), rows_of(out / "forecast_intervals.csv")
    assert sum(float(row["expected"]) for row in slots) == pytest.approx(expected, abs=2.0)
    assert sum(float(row["expected"]) for row in days if not row["skill"]) == pytest.approx(expected, abs=0.1)
    assert json.loads((out / "forecast.json").read_text(encoding="utf-8"))["picked"] == document["picked"]
    assert {model["model"] for model in document["models"]} == {
        "seasonal_naive", "steady_growth", "local_level", "combined",
    }  # fmt: skip
    best = min(document["models"], key=lambda model: model["error"])
    assert best["model"] == document["picked"] == document["models"][0]["model"]
    assert pontual("roster", out, "--work", "1", "--json").code == ExitCode.OK
    assert pontual("check", out).code == ExitCode.OK


def test_past_sessions_serve_too(pontual: Any, week: Path, sessions: Path, tmp_path: Path) -> None:
    """Kinds are told apart, skills come from the folder's bookings, and bad rows are counted."""
    out = tmp_path / "out"
    ended = pontual("forecast", week, "--history", sessions, "--out", out, "--json")
    assert ended.code == ExitCode.OK
    document = ended.document
    assert document["history"]["bad_rows"] == 1
    assert {(part["kind"], part["skill"]) for part in document["days"][0]["series"]} == {
        ("joint", ""), ("judicial", ""), ("single", ""),
    }  # fmt: skip
    assert set(read_case(out).demand.skill.tolist()) == {"joint", "judicial", "libras", "pf", "pj"}


def test_the_summary_for_people(pontual: Any, week: Path, tmp_path: Path) -> None:
    """Days with intervals, errors of the models, what was picked and supposed, in both languages."""
    out = tmp_path / "out"
    ended = pontual("forecast", week, "--out", out, "--video-share", "0.5", "--automated-share", "0.1")
    assert ended.code == ExitCode.OK
    for words in (
        "Pedidos previstos",
        "Escolhido:",
        "E se: 0,450",
        "como o mesmo dia da semana",
        "seg 30/11",
    ):
        assert words in ended.out
    document = json.loads((out / "forecast.json").read_text(encoding="utf-8")) | {"folder": "out"}
    english = Texts("en")
    title, _, rows = models_table(document, english)
    assert "held back" in title
    assert "as the same weekday before" in [row[0] for row in rows]
    assert days_table(document, english)[2][0][0] == "Mon 30 Nov"
    assert any("What if: 0.450" in sentence for sentence in remarks(document, english))


def test_a_short_history_is_told_politely(pontual: Any, week: Path, case: Case, tmp_path: Path) -> None:
    """What there is and what it takes; exit code 65, as a document with --json; nothing is written."""
    short = tmp_path / "short.csv"
    recent = case.history.take(case.history.starts_at >= -1440 * 40)
    short.write_bytes(table_bytes(recent, case.axis, "csv"))
    out = tmp_path / "out"
    ended = pontual("forecast", week, "--history", short, "--out", out)
    assert ended.code == ExitCode.BAD_DATA
    assert "short.csv" in ended.err
    assert "expected 84 or more for a forecast" in ended.err
    assert "Traceback" not in ended.err
    told = pontual("forecast", week, "--history", short, "--out", out, "--json")
    assert told.document["error"]["exit_code"] == ExitCode.BAD_DATA
    assert not out.exists()


def test_wrong_use(pontual: Any, week: Path, tmp_path: Path) -> None:
    """A share out of range, a place that is taken, a file that is not there: each its exit code."""
    out = tmp_path / "out"
    assert pontual("forecast", week, "--out", out, "--video-share", "1.5").code == ExitCode.USAGE
    assert pontual("forecast", week, "--out", week).code == ExitCode.CANNOT_WRITE
    missing = pontual("forecast", week, "--out", out, "--history", tmp_path / "none.csv")
    assert missing.code == ExitCode.MISSING_INPUT
    assert pontual("forecast", tmp_path / "nowhere", "--out", out).code == ExitCode.MISSING_INPUT
    assert not out.exists()


def test_what_the_case_does_not_say(pontual: Any, case: Case, sessions: Path, tmp_path: Path) -> None:
    """Without bookings, minutes are the policy's and said to be; kinds without a skill are refused."""
    empty = tmp_path / "empty"
    write_case(
        empty,
        replace(case, bookings=Bookings.empty(), participants=Participants.empty()).with_roster(case.roster),
    )
    ended = pontual("forecast", empty, "--out", tmp_path / "out", "--json")
    assert ended.code == ExitCode.OK
    assert ended.document["assumed_minutes"] == ["joint", "judicial", "libras", "pf", "pj"]
    refused = pontual("forecast", empty, "--history", sessions, "--out", tmp_path / "other")
    assert refused.code == ExitCode.BAD_DATA
    assert "expected a column skill in the history" in refused.err


def test_a_closed_horizon(pontual: Any, week: Path, tmp_path: Path) -> None:
    """A horizon without an open day is a fault of the plan, and told as one."""
    closed = tmp_path / "closed"
    shutil.copytree(week, closed)
    plan = json.loads((closed / "plan.json").read_text(encoding="utf-8"))
    plan["calendar"]["opening_hours"] = []
    (closed / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    ended = pontual("forecast", closed, "--out", tmp_path / "out")
    assert ended.code == ExitCode.BAD_DATA
    assert "plan.json" in ended.err
    assert "closed on every day of the horizon" in ended.err


def test_nothing_recorded(pontual: Any, week: Path, tmp_path: Path) -> None:
    """A folder without a history, and no file: bad data, and it is said what was expected."""
    bare = tmp_path / "bare"
    shutil.copytree(week, bare)
    (bare / "history.csv").unlink()
    ended = pontual("forecast", bare, "--out", tmp_path / "out")
    assert ended.code == ExitCode.BAD_DATA
    assert "expected bookings before" in ended.err
    assert not (tmp_path / "out").exists()
