"""`pontual import-roster`: a roster taken over, judged and written as a run, or not at all."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import time
from pathlib import Path

import pytest
from openpyxl import load_workbook

from data.files import PlanFolder, read_case, write_case
from data.generator import GeneratorSettings, generate
from data.referee import judge_roster
from data.workbooks import roster_workbook


def pontual(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pontual", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan folder without a roster; the one that it was generated with is in roster.xlsx beside it."""
    case = generate(GeneratorSettings(agents=10, days=2, load=0.7, seed=5)).case
    assert not judge_roster(case)
    write_case(tmp_path / "plan", case)
    (tmp_path / "roster.xlsx").write_bytes(roster_workbook(read_case(tmp_path / "plan")))
    return tmp_path / "plan"


def edit(path: Path, cell: str, value: object) -> None:
    """Change a cell of the table of duties."""
    book = load_workbook(io.BytesIO(path.read_bytes()))
    book["Jornadas"][cell] = value
    book.save(path)


def test_a_roster_comes_back(folder: Path, tmp_path: Path) -> None:
    """Export, take the roster away, import: the same duties, in a run that the referee accepts."""
    roster = read_case(folder).roster
    for name in ("duties.csv", "breaks.csv"):
        (folder / name).unlink()
    done = pontual("import-roster", folder, tmp_path / "roster.xlsx", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["violations"] == []
    assert document["duties"] == len(roster.duties)
    assert document["required"] == document["covered"] + document["under"]
    run = PlanFolder(folder).current_run()
    assert run == Path(document["run"])
    assert read_case(run).roster == PlanFolder(folder).read().roster == roster
    assert "import-roster" in json.loads((run / "result.json").read_text(encoding="utf-8"))
    assert pontual("check", folder).returncode == 0


def test_violations_are_shown(folder: Path, tmp_path: Path) -> None:
    """A duty stretched beyond the law is taken over and told as `check` tells it; both exit 1."""
    edit(tmp_path / "roster.xlsx", "C2", time(6))
    edit(tmp_path / "roster.xlsx", "D2", time(21))
    done = pontual("import-roster", folder, tmp_path / "roster.xlsx")
    assert done.returncode == 1, done.stderr
    checked = pontual("check", folder)
    assert checked.returncode == 1
    told = [line for line in checked.stdout.splitlines() if "CLT-58" in line]
    assert told
    assert set(told) <= set(done.stdout.splitlines())


def test_bad_data_is_told_and_nothing_written(folder: Path, tmp_path: Path) -> None:
    """All faults with sheet, row, column, value and what was expected; exit 65, no run."""
    edit(tmp_path / "roster.xlsx", "A2", "Nobody")
    edit(tmp_path / "roster.xlsx", "C4", "noon")
    done = pontual("import-roster", folder, tmp_path / "roster.xlsx")
    assert done.returncode == 65
    assert done.stdout == ""
    assert "2 problems in roster.xlsx, sheet Jornadas" in done.stderr
    assert "roster.xlsx, sheet Jornadas, row 2, Agente: 'Nobody'; expected an agent" in done.stderr
    assert "row 4, Início: 'noon'; expected a time" in done.stderr
    assert "Traceback" not in done.stderr
    assert PlanFolder(folder).current_run() is None
    done = pontual("import-roster", folder, tmp_path / "nowhere.xlsx")
    assert done.returncode == 66
    assert "nowhere.xlsx" in done.stderr


def test_what_follows_carries_the_import_on(folder: Path, tmp_path: Path) -> None:
    """Allocation and simulation on an imported roster keep what its run says about it."""
    assert pontual("import-roster", folder, tmp_path / "roster.xlsx", "--json").returncode == 0
    assert pontual("allocate", folder, "--work", "1", "--json").returncode == 0
    assert pontual("simulate", folder, "--replications", "2", "--json").returncode == 0
    run = PlanFolder(folder).current_run()
    assert run is not None
    results = json.loads((run / "result.json").read_text(encoding="utf-8"))
    assert set(results) == {"import-roster", "allocate", "simulate"}
