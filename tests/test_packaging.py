"""The wheel: what it carries, and that it works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"pontual", "dashboard", "optimizer", "simulation", "data"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_packages_sample_and_policies_and_nothing_else(wheel: Path) -> None:
    """Only the five packages are in it, with the sample week, the policies and the type marker."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == PACKAGES
    for wanted in (
        "data/sample/week/plan.json",
        "data/sample/week/bookings.csv",
        "data/policies/labour_regimes.json",
        "data/policies/holiday_overrides.csv",
        "data/py.typed",
        "dashboard/app.py",
        "dashboard/.streamlit/config.toml",
        "dashboard/report/report.css",
        "dashboard/icon.svg",
    ):
        assert wanted in names
    endings = {Path(name).suffix for name in names if ".dist-info" not in name}
    assert endings <= {".py", ".typed", ".csv", ".json", ".css", ".toml", ".svg"}
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_works_in_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, with only the dependencies at hand, it checks its own sample week."""
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    located = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    zipfile.ZipFile(wheel).extractall(located.stdout.strip())
    # A folder on PYTHONPATH does not run .pth files, so the editable checkout stays out of reach.
    dependencies = {"PYTHONPATH": sysconfig.get_path("purelib"), "PATH": os.environ["PATH"]}
    sample = tmp_path / "week"
    script = (
        "import data, pathlib, data.sample, data.files; "
        "print(data.__file__); "
        f"data.files.write_case(pathlib.Path({str(sample)!r}), data.sample.load_sample())"
    )
    written = subprocess.run(
        [str(python), "-c", script],
        cwd=tmp_path,
        env=dependencies,
        check=True,
        capture_output=True,
        text=True,
    )
    assert str(environment) in written.stdout
    checked = subprocess.run(
        [str(python), "-m", "pontual", "check", str(sample)],
        cwd=tmp_path, env=dependencies, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.soak
def test_the_wheel_installs_into_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """`pip install` of the wheel brings every dependency; the console script answers."""
    environment = tmp_path / "empty"
    venv.create(environment, with_pip=True)
    subprocess.run([str(environment / "bin" / "pip"), "install", "-q", str(wheel)], check=True)
    out = tmp_path / "week"
    for arguments in (
        ["generate", "--agents", "10", "--out", str(out)],
        ["allocate", str(out)],
        ["check", str(out)],
    ):
        subprocess.run([str(environment / "bin" / "pontual"), *arguments], cwd=tmp_path, check=True)
