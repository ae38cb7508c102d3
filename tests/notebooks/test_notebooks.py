"""Every notebook runs from beginning to end."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.py"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(notebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It runs without an error or a warning, and says something."""
    runpy.run_path(str(notebook))
    assert "0 violations" in capsys.readouterr().out.splitlines()
