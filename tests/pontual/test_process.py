"""The command line as a process: start-up, signals, and silence on a pipe."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from optimizer.solve_result import Level, SolveResult, SolveStatus
from pontual.commands.runs import exit_code
from pontual.exit_codes import ExitCode


def test_help_imports_no_solver() -> None:
    """`pontual --help` is quick: neither a solver nor pandas is loaded for it."""
    script = (
        "import sys; sys.argv=['pontual','--help']\n"
        "from pontual.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy={'ortools','pandas','numpy','streamlit','simpy','altair'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    for name in ("demo", "generate", "roster", "allocate", "check", "simulate", "dashboard"):
        assert name in done.stdout


def start_roster(tmp_path: Path) -> tuple[subprocess.Popen[str], Path]:
    """Start a roster that would search for minutes."""
    from data.files import write_case
    from data.generator import GeneratorSettings, generate

    folder = tmp_path / "plan"
    write_case(folder, generate(GeneratorSettings(agents=40, days=6, load=0.5, seed=3)).case)
    command = [sys.executable, "-m", "pontual", "roster", str(folder), "--json", "--work", "600"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return process, folder


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_keeps_the_best_plan(tmp_path: Path, number: int, code: int) -> None:
    """SIGTERM and Ctrl-C end the search within seconds; what was found is judged and written."""
    process, folder = start_roster(tmp_path)
    time.sleep(10)
    assert process.poll() is None, process.communicate()
    os.kill(process.pid, number)
    sent = time.monotonic()
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert time.monotonic() - sent < 20  # generous: the promise is five seconds on a quiet machine
    document = json.loads(out)
    assert document["status"] in ("interrupted", "feasible", "no_solution_in_time")
    assert document["reproducible"] is False
    assert ("run" in document) == (folder / "current").exists()


@pytest.mark.parametrize(
    ("status", "gap", "wanted", "signal_number", "code"),
    [
        (SolveStatus.OPTIMAL, 0.0, None, None, ExitCode.OK),
        (SolveStatus.FEASIBLE, 0.02, None, None, ExitCode.OK),
        (SolveStatus.FEASIBLE, 0.02, 0.05, None, ExitCode.OK),
        (SolveStatus.FEASIBLE, 0.02, 0.01, None, ExitCode.NOT_GOOD_ENOUGH),
        (SolveStatus.NO_SOLUTION_IN_TIME, None, None, None, ExitCode.NOT_GOOD_ENOUGH),
        (SolveStatus.INFEASIBLE, None, None, None, ExitCode.INFEASIBLE),
        (SolveStatus.INTERRUPTED, 0.02, None, signal.SIGINT, ExitCode.INTERRUPTED),
        (SolveStatus.INTERRUPTED, 0.02, 0.01, signal.SIGTERM, ExitCode.TERMINATED),
    ],
)
def test_exit_code_of_a_solve(
    status: SolveStatus, gap: float | None, wanted: float | None, signal_number: int | None, code: ExitCode
) -> None:
    """Each way a solve can end has its exit code."""
    levels = () if gap is None else (Level("placed", 98, 100, gap, "maximise"),)
    answer = None if gap is None else "a plan"
    result = SolveResult(status, answer, levels, "test", 1.0, reproducible=True)
    assert exit_code(result, wanted, signal_number) is code
