"""`pontual export-roster`: what it writes, all at once, and how it treats what can't be exported."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from data.exports import agent_calendars, roster_workbook
from data.files import read_case, write_case
from tests.workbooks.books import eight_days


def pontual(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pontual", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan folder with a roster."""
    write_case(tmp_path / "plan", eight_days())
    return tmp_path / "plan"


def test_the_folder_holds_workbook_calendars_and_plot(folder: Path, tmp_path: Path) -> None:
    """The files are those of the library, in Portuguese; names of agents become names of files."""
    out = tmp_path / "above" / "out"
    done = pontual("export-roster", folder, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["agents"], document["duties"], document["calendars"]) == (4, 6, 3)
    found = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert found == set(document["files"]) == {
        "roster.xlsx", "coverage.svg", "coverage.png",
        "calendars/A1.ics", "calendars/A2.ics", "calendars/%3D1%2B1.ics",
    }  # fmt: skip
    case = read_case(folder)
    assert (out / "roster.xlsx").read_bytes() == roster_workbook(case)
    assert (out / "calendars" / "A1.ics").read_bytes() == agent_calendars(case)["A1"]
    assert (out / "coverage.png").read_bytes().startswith(b"\x89PNG\r\n")
    svg = (out / "coverage.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "Necessidade" in svg


def test_english_and_again(folder: Path, tmp_path: Path) -> None:
    """In English all files are, and a second export has the same bytes."""
    for name in ("one", "two"):
        done = pontual("export-roster", folder, "--out", tmp_path / name, "--lang", "en")
        assert done.returncode == 0, done.stderr
    files = sorted(path for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(files) == 6
    for path in files:
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()
    assert (tmp_path / "one" / "roster.xlsx").read_bytes() == roster_workbook(read_case(folder), "en")
    assert b"SUMMARY:Duty" in (tmp_path / "one" / "calendars" / "A1.ics").read_bytes()
    assert "Required" in (tmp_path / "one" / "coverage.svg").read_text(encoding="utf-8")


def test_without_a_roster(folder: Path, tmp_path: Path) -> None:
    """There is nothing to export: exit 66, what to do, and no folder."""
    for name in ("duties.csv", "breaks.csv"):
        (folder / name).unlink()
    done = pontual("export-roster", folder, "--out", tmp_path / "out")
    assert done.returncode == 66
    assert "pontual roster" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_in_use_is_left_alone(folder: Path, tmp_path: Path) -> None:
    """What is there already is not overwritten, and nothing is added to it: exit 73."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    done = pontual("export-roster", folder, "--out", tmp_path / "out")
    assert done.returncode == 73
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
    shutil.rmtree(tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan"]
