"""The demonstration: the whole week, its documents, and a second run beside the first."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from icalendar import Calendar

from data.files import PlanFolder, read_case, write_case
from data.referee import judge
from pontual.cli import main
from pontual.commands import demo
from pontual.exit_codes import ExitCode
from tests.support.cases import tiny_case


def run_demo(monkeypatch: pytest.MonkeyPatch, out: Path) -> int:
    """Run the command with little work; returns its exit code."""
    monkeypatch.setattr(demo, "DEMO_WORK", 3.0)
    monkeypatch.setattr(sys, "argv", ["pontual", "demo", "--out", str(out), "--replications", "2", "--json"])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


def test_the_whole_week(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One call leaves a legal plan, a report in both languages, calendars and key figures."""
    out = tmp_path / "demo"
    assert run_demo(monkeypatch, out) == ExitCode.OK
    document = json.loads(capfd.readouterr().out)
    run = Path(document["run"])
    assert PlanFolder(out).current_run() == run
    case = read_case(run)
    assert judge(case) == []
    assert document["check"]["violations"] == []
    assert document["allocate"]["placed"] == len(case.sessions) > 2_800
    assert document["roster"]["under"] < 0.02 * document["roster"]["required"]
    for name, word in (("report.html", "Escala"), ("report.en.html", "Roster")):
        report = (run / name).read_text(encoding="utf-8")
        assert word in report
        assert "<svg" in report
        assert "http://" not in report.replace("http://www.w3.org", "")
    calendars = list((run / "calendars").iterdir())
    events = sum(len(Calendar.from_ical(path.read_bytes()).walk("VEVENT")) for path in calendars)
    assert events == len(case.duties) + len(case.breaks) + len(case.sessions)
    assert set(json.loads((run / "result.json").read_text())) == {"roster", "allocate", "check", "simulate"}
    figures = json.loads((run / "kpis.json").read_text())
    assert figures["kpis"]["wait_mean"]["low"] <= figures["kpis"]["wait_mean"]["high"]
    assert figures["waits"]

    assert run_demo(monkeypatch, out) == ExitCode.OK
    again = json.loads(capfd.readouterr().out)
    assert again["run"] != document["run"]
    assert Path(again["run"], "sessions.csv").read_bytes() == (run / "sessions.csv").read_bytes()
    assert Path(again["run"], "duties.csv").read_bytes() == (run / "duties.csv").read_bytes()


def test_a_folder_with_other_things_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The demonstration writes into no folder that holds something else."""
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    assert run_demo(monkeypatch, tmp_path) == ExitCode.CANNOT_WRITE
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert "Traceback" not in capfd.readouterr().err


def test_another_planning_case_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The demonstration does not plan somebody's own case."""
    out = tmp_path / "mine"
    write_case(out, tiny_case())
    assert run_demo(monkeypatch, out) == ExitCode.CANNOT_WRITE
    assert "another planning case" in capfd.readouterr().err
    assert PlanFolder(out).current_run() is None
