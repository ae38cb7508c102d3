"""`pontual calibrate`: from a file of past sessions to a scenario that `simulate` takes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from data.files import read_scenario_file
from data.files.past_sessions import FAULTS
from data.model import Scenario
from data.model.past_sessions import PAST_OUTCOMES, PastSessions
from pontual.exit_codes import ExitCode
from tests.simulation.calibration.histories import TRUTH, history_csv, played_history


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """5,000 good rows to the second, and three bad ones."""
    path = tmp_path_factory.mktemp("past") / "past.csv"
    text = history_csv(played_history(TRUTH, 5000, 21))
    rows = text.splitlines()
    bad = [rows[1], "B9998,single,25,1,,,,,,fulfilled,", "B9999"]
    path.write_text(text + "\n".join(bad) + "\n", encoding="utf-8")
    return path


def test_a_history_becomes_a_scenario(pontual: Any, export: Path, tmp_path: Path) -> None:
    """Seconds, CSV and bad rows between: the scenario file is near the truth, and read as simulate does."""
    out = tmp_path / "calibrated.json"
    code, printed, said = pontual("calibrate", export, "--out", out, "--json")
    assert (code, said) == (ExitCode.OK, "")
    document = json.loads(printed)
    assert (document["rows"], document["good"]) == (5003, 5000)
    assert document["bad"] == {"unreadable": 2, "duplicate": 1}
    assert [row["row"] for row in document["bad_rows"]] == [5002, 5003, 5004]
    scenario = read_scenario_file(out, Scenario())
    for row in document["estimates"]:
        truth, half = getattr(TRUTH, row["parameter"]), (row["high"] - row["low"]) / 2
        assert row["value"] == getattr(scenario, row["parameter"])
        assert abs(row["value"] - truth) <= 2 * half + 0.01, row
    assert len(document["estimates"]) == 19
    assert scenario.agent_absence == Scenario().agent_absence
    assert json.loads(out.read_text(encoding="utf-8"))["origin"]["good"] == 5000


def test_the_report_for_people(pontual: Any, export: Path, tmp_path: Path) -> None:
    """Counts of bad rows, each parameter with its interval, kinds and tests stand on the screen."""
    code, printed, _ = pontual("calibrate", export, "--out", tmp_path / "calibrated.json")
    assert code == ExitCode.OK
    for words in ("Left out: duplicate", "Row 5002", "late_probability", "documents_check", "judicial",
                  "no-shows by hour of the day", "best shape lognormal"):  # fmt: skip
        assert words in printed


def test_the_report_with_pictures(pontual: Any, export: Path, tmp_path: Path) -> None:
    """A page with a picture of each distribution, in Portuguese unless English is asked for."""
    for extra, language, words in (
        ([], "pt-BR", "Espera até desistir"),
        (["--lang", "en"], "en", "Wait until"),
    ):
        page = tmp_path / f"{language}.html"
        arguments = ["--out", tmp_path / "out.json", "--report", page, *extra, "--json"]
        code, printed, _ = pontual("calibrate", export, *arguments)
        assert code == ExitCode.OK
        assert json.loads(printed)["report"] == str(page)
        html = page.read_text(encoding="utf-8")
        assert f'lang="{language}"' in html
        assert words in html
        assert html.count("<svg") == 6
    code, printed, _ = pontual("calibrate", export, "--out", tmp_path / "out.json", "--report", page)
    assert (code, "Report" in printed) == (ExitCode.OK, True)


def test_both_files_or_none(pontual: Any, export: Path, tmp_path: Path) -> None:
    """Where the report can't be written, the scenario file stays as it was; and each has its own name."""
    out, folder = tmp_path / "out.json", tmp_path / "folder"
    folder.mkdir()
    out.write_text("before")
    for report, words in (
        (folder, "cannot write"),
        (out / "report.html", "cannot write"),
        (out, "is the scenario file itself"),
        (export, "is the history itself"),
    ):
        code, printed, said = pontual("calibrate", export, "--out", out, "--report", report)
        assert (code, printed) == (ExitCode.CANNOT_WRITE, "")
        assert words in said
        assert out.read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} == {"out.json", "folder"}


def test_the_base_says_the_rest(pontual: Any, export: Path, tmp_path: Path) -> None:
    """References of planned minutes come from the base: at 50 minutes a session has twice the mean."""
    base = tmp_path / "base.json"
    parameters = {"duration_reference": 50, "joint_reference": 70, "judicial_reference": 80}
    base.write_text(json.dumps({"format": "pontual-scenario", "version": 1, "parameters": parameters}))
    found = []
    for extra in ([], ["--base", base]):
        code, printed, _ = pontual("calibrate", export, "--out", tmp_path / "out.json", *extra, "--json")
        assert code == ExitCode.OK
        found.append({row["parameter"]: row["value"] for row in json.loads(printed)["estimates"]})
    assert found[1]["duration_mean"] == pytest.approx(2 * found[0]["duration_mean"], rel=1e-6)
    assert found[1]["joint_factor"] == pytest.approx(found[0]["joint_factor"], rel=1e-6)
    assert read_scenario_file(tmp_path / "out.json", Scenario()).duration_reference == 50


def test_the_documents_list_the_columns() -> None:
    """`docs/calibration.md` names each column of a history, in order, each outcome and each fault."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "calibration.md").read_text(encoding="utf-8")
    table = text.split("## The history")[1].split("## ")[0]
    listed = re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    assert listed == [column.name for column in PastSessions.columns()]
    assert all(f"`{word}`" in table for word in (*PAST_OUTCOMES, *FAULTS))


def test_refusals(pontual: Any, export: Path, tmp_path: Path) -> None:
    """Too short, missing, unwritable or its own target: an exit code, one clear message, nothing written."""
    short = tmp_path / "short.csv"
    short.write_text("".join(export.read_text(encoding="utf-8").splitlines(keepends=True)[:151]))
    out, folder = tmp_path / "out.json", tmp_path / "folder"
    folder.mkdir()
    for arguments, expected, words in (
        ([short, "--out", out], ExitCode.BAD_DATA, "short.csv: expected at least 200 good rows, found 150"),
        ([tmp_path / "none.csv", "--out", out], ExitCode.MISSING_INPUT, "none.csv"),
        ([export, "--out", folder], ExitCode.CANNOT_WRITE, "cannot write"),
        ([short, "--out", short], ExitCode.CANNOT_WRITE, "is the history itself"),
    ):
        code, printed, said = pontual("calibrate", *arguments)
        assert (code, printed) == (expected, "")
        assert words in said
        assert "Traceback" not in said
    assert {path.name for path in tmp_path.iterdir()} == {"short.csv", "folder"}
    assert not list(folder.iterdir())
