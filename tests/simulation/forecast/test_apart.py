"""OR-Tools and the statistics, which load another HiGHS, never share a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation.forecast.apart import FittingFailedError, fit_apart
from simulation.forecast.messages import Task
from tests.simulation.forecast.small import small_task

ROOT = Path(__file__).resolve().parents[3]
CLASHING = ("scipy.optimize", "scipy.stats", "statsmodels", "highspy")


def run_python(text: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh process."""
    return subprocess.run(
        [sys.executable, "-c", text],
        cwd=ROOT,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_forecast_beside_or_tools_loads_no_second_highs() -> None:
    """A process that has solved with OR-Tools forecasts, and scipy's optimizer is not in it afterwards."""
    done = run_python(
        "import sys\n"
        "from ortools.sat.python import cp_model\n"
        "from ortools.math_opt.python import mathopt\n"
        "from simulation.forecast.apart import fit_apart\n"
        "from tests.simulation.forecast.small import small_task\n"
        "assert cp_model.CpSolver().solve(cp_model.CpModel()) == cp_model.OPTIMAL\n"
        "answer = fit_apart(small_task())\n"
        "assert answer.total.shape == (6, 3) and answer.total[:, 0].min() > 0\n"
        f"print([name for name in {CLASHING!r} if name in sys.modules])\n"
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_the_statistics_refuse_a_process_with_or_tools() -> None:
    """Importing them there is an error, before their library is loaded."""
    done = run_python(
        "import sys, ortools\n"
        "try:\n"
        "    import simulation.forecast.fitting.answering\n"
        "except RuntimeError as error:\n"
        f"    print(error, [name for name in {CLASHING!r} if name in sys.modules])\n"
    )
    assert "without OR-Tools []" in done.stdout, done.stdout + done.stderr


def test_no_module_of_ours_loads_a_second_highs() -> None:
    """All modules together leave scipy's optimizer out, but those of the statistics, and Alembic's script,
    which only Alembic can run."""
    done = run_python(
        "import importlib, pkgutil, sys\n"
        "for package in ('data', 'simulation', 'optimizer', 'pontual'):\n"
        "    root = importlib.import_module(package)\n"
        "    for found in pkgutil.walk_packages(root.__path__, package + '.',\n"
        "                                       onerror=lambda name: None):\n"
        "        if not found.name.endswith(('__main__', 'migrations.env')):\n"
        "            if 'forecast.fitting' not in found.name:\n"
        "                importlib.import_module(found.name)\n"
        "assert 'ortools' in sys.modules\n"
        f"print([name for name in {CLASHING!r} if name in sys.modules])\n"
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stdout + done.stderr


def test_a_message_comes_back_as_it_was() -> None:
    """Arrays and words survive the way to the other process, bit for bit."""
    task = small_task()
    again = Task.from_bytes(task.to_bytes())
    for name in Task.__dataclass_fields__:
        sent, got = np.asarray(getattr(task, name)), getattr(again, name)
        assert np.array_equal(sent, got, equal_nan=sent.dtype.kind == "f"), name


def test_a_failure_is_told() -> None:
    """When the statistics fail, the error says why, in one line."""
    broken = replace(small_task(), weekday=np.zeros(3, dtype=np.int64))
    with pytest.raises(FittingFailedError, match=r"ended with code 1: \w+Error"):
        fit_apart(broken)


def test_an_interrupt_ends_the_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the progress report stops the work, however early, nothing goes on computing."""
    started: list[subprocess.Popen[bytes]] = []

    def popen(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        started.append(ordinary(*arguments, **options))
        return started[-1]

    def stop(_fraction: float, _what: str) -> None:
        raise KeyboardInterrupt

    ordinary = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", popen)
    with pytest.raises(KeyboardInterrupt):
        fit_apart(small_task(), stop)
    assert [child.returncode for child in started] == [-signal.SIGKILL]
