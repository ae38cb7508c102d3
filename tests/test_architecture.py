"""The direction of imports, the names that would shadow a package, and what the repository may say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("pontual", "dashboard", "optimizer", "simulation", "data")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the tree in a folder."""
    program = Path(sys.executable).with_name("lint-imports")
    environment = dict(os.environ, PYTHONPATH=str(folder))
    return subprocess.run(
        [str(program), "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def tracked_files() -> list[Path]:
    """Files that git tracks, or every file outside hidden folders where there is no repository."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        return [p for p in ROOT.rglob("*") if p.is_file() and not any(q.startswith(".") for q in p.parts)]
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_imports_point_one_way() -> None:
    """Every contract of pyproject.toml on the direction of imports is kept."""
    outcome = lint_imports(ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("data/planted.py", "import optimizer.solve_result", "Imports point one way"),
        ("optimizer/planted.py", "import dashboard", "Imports point one way"),
        ("optimizer/planted.py", "import streamlit", "Nothing below the dashboard"),
        ("simulation/planted.py", "import ortools", "Neither the contract nor the simulation"),
        ("data/referee/planted.py", "import data.eligibility", "The referee shares nothing"),
        ("data/model/planted.py", "import data.files", "The domain model imports no other room"),
        ("data/files/planted.py", "import sqlalchemy", "Only the store knows a database"),
    ],
)
def test_a_wrong_import_is_caught(tmp_path: Path, module: str, line: str, contract: str) -> None:
    """A planted import in the wrong direction breaks the contract that forbids it."""
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "*.csv", "*.parquet")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / module).write_text(f'"""Planted."""\n\n{line}\n', encoding="utf-8")
    outcome = lint_imports(tmp_path)
    assert outcome.returncode != 0
    broken = [row for row in outcome.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(row.startswith(contract) for row in broken), outcome.stdout


def test_no_module_of_the_dashboard_shadows_a_package() -> None:
    """`streamlit run` puts dashboard/ first on the path, so no file there may bear a package's name."""
    for package in PACKAGES:
        assert not (ROOT / "dashboard" / f"{package}.py").exists()
        assert package == "dashboard" or not (ROOT / "dashboard" / package).exists()


def test_every_top_level_folder_is_known() -> None:
    """A newcomer finds the rooms by name: no folder beside the agreed ones."""
    known = {*PACKAGES, "tests", "benchmarks", "notebooks", "docs", ".ci", ".streamlit"}
    found = {path.relative_to(ROOT).parts[0] for path in tracked_files() if path.parent != ROOT}
    assert found <= known


def test_modules_stay_readable() -> None:
    """No module of the packages is longer than 500 lines."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked_files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in PACKAGES
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert not long


def test_the_repository_names_no_machine() -> None:
    """No tracked text holds an absolute path of a developer's machine or a package registry's host."""
    wanted = re.compile(r"/(?:home|root|work)/\w|\bpypi\.org\b|\bregistry\.npmjs\b|\bdeb\.debian\b")
    found = []
    for path in tracked_files():
        if path == Path(__file__) or path.suffix in {".png", ".parquet"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in wanted.finditer(text)]
    assert not found
