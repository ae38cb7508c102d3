"""The command line as a process: start-up, signals, and silence on a pipe."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from data.files import PlanFolder, write_case
from data.generator import GeneratorSettings, generate
from data.referee import judge
from optimizer.solve_result import Level, SolveResult, SolveStatus
from pontual.cli import main
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
    for name in ("demo", "generate", "roster", "allocate", "offers", "check", "simulate", "dashboard"):
        assert name in done.stdout


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated week of 40 agents."""
    folder = tmp_path_factory.mktemp("case") / "plan"
    write_case(folder, generate(GeneratorSettings(agents=40, days=6, load=0.9, seed=3)).case)
    return folder


def stopped(arguments: list[str], number: int, after: float) -> subprocess.CompletedProcess[str]:
    """Start a command that would go on for many minutes, and send it a signal after some seconds."""
    command = [sys.executable, "-m", "pontual", *arguments, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(after)
    assert process.poll() is None, process.communicate()
    os.kill(process.pid, number)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), pytest.param(signal.SIGINT, 130, marks=pytest.mark.soak)]
)
def test_a_signal_keeps_the_best_plan(generated: Path, tmp_path: Path, number: int, code: int) -> None:
    """SIGTERM and Ctrl-C end a long search; what was found is judged and written."""
    folder = tmp_path / "plan"
    shutil.copytree(generated, folder)
    done = stopped(["allocate", str(folder), "--work", "3600"], number, after=7)
    assert done.returncode == code, done.stderr
    document = json.loads(done.stdout)
    assert document["status"] == "interrupted"
    assert document["reproducible"] is False
    assert document["placed"] > 0.9 * document["eligible"]
    case = PlanFolder(folder).read()
    assert len(case.sessions) == document["placed"]
    assert judge(case) == []


def test_a_signal_during_a_simulation(generated: Path, tmp_path: Path) -> None:
    """A simulation that is stopped has nothing to show: exit 143, and no run is written."""
    folder = tmp_path / "plan"
    made = generate(GeneratorSettings(agents=40, days=6, load=0.9, seed=3))
    write_case(folder, replace(made.case, sessions=made.planted))
    done = stopped(["simulate", str(folder), "--replications", "100000"], signal.SIGTERM, after=6)
    assert done.returncode == 143, done.stderr
    assert "SIGTERM" in done.stderr
    assert "Traceback" not in done.stderr
    assert PlanFolder(folder).current_run() is None


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


def test_threads_that_are_no_solvers_do_not_cut_the_process_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a solver that was left to itself makes the command end its process at once."""
    done = threading.Event()
    threading.Thread(target=done.wait, daemon=True).start()
    monkeypatch.setattr(sys, "argv", ["pontual", "no-such-command"])
    with pytest.raises(SystemExit) as stopped:
        main()
    done.set()
    assert stopped.value.code == 2
