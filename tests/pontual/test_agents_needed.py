"""`pontual agents-needed`: both kinds of input, its document, and how it treats bad input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.files import PlanFolder, write_case
from data.generator import GeneratorSettings, generate
from data.model import FixedTasks, TaskAssignment
from data.referee import judge_assignment
from tests.agents_needed.instances import planted


def pontual(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pontual", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def write(path: Path, tasks: FixedTasks) -> Path:
    """A file of the published format."""
    lines = ["Type = 1", f"Jobs = {tasks.tasks}"]
    lines += [f"{start} {end}" for start, end in zip(tasks.starts, tasks.ends, strict=True)]
    lines += [f"Qualifications = {tasks.workers}"]
    lines += [f"{len(may)}: {' '.join(map(str, sorted(may)))}" for may in tasks.may_do]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_file_of_tasks(tmp_path: Path) -> None:
    """The document carries objective, bound and an assignment that the referee accepts."""
    tasks, optimum = planted(1, workers=10, spare=2, tasks_each=5)
    done = pontual("agents-needed", write(tmp_path / "tasks.dat", tasks), "--work", "20", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["objective"] == document["bound"] == document["workers_needed"] == optimum
    assert document["status"] == "optimal"
    assert judge_assignment(tasks, TaskAssignment(tuple(document["assignment"])), optimum) == []
    told = pontual("agents-needed", tmp_path / "tasks.dat", "--work", "20")
    assert f"{optimum} (bound {optimum}, gap 0.00%)" in told.stdout


def test_bad_and_missing_files(tmp_path: Path) -> None:
    """All faults with their lines and exit 65; a missing file exits 66; what can't be done exits 10."""
    tasks, _ = planted(1, workers=3, spare=0, tasks_each=3)
    path = write(tmp_path / "tasks.dat", tasks)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Type = 1", "Type = 3").replace("Jobs = 9", "Jobs = 8"), encoding="utf-8")
    done = pontual("agents-needed", path)
    assert done.returncode == 65
    assert "row 1" in done.stderr
    assert "row 2" in done.stderr
    assert "Traceback" not in done.stderr
    assert pontual("agents-needed", tmp_path / "nowhere.dat").returncode == 66
    clash = FixedTasks((0, 1, 9), (5, 6, 12), (frozenset({0, 1, 2}),))
    done = pontual("agents-needed", write(tmp_path / "clash.dat", clash), "--json")
    assert done.returncode == 10
    assert json.loads(done.stdout)["clashes"] == [{"sentence": "task 0"}, {"sentence": "task 1"}]


def test_a_plan_folder(tmp_path: Path) -> None:
    """Each day has its figures; nothing is written, and without sessions it says what to do."""
    made = generate(GeneratorSettings(agents=12, days=2, load=0.4, seed=2))
    folder = tmp_path / "plan"
    write_case(folder, made.case)
    done = pontual("agents-needed", folder)
    assert done.returncode == 66
    assert "pontual allocate" in done.stderr
    run = PlanFolder(folder)
    assert pontual("allocate", folder, "--work", "3").returncode == 0
    before = run.current_run()
    done = pontual("agents-needed", folder, "--work", "3", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["agent_days"] == sum(day["agents_needed"] for day in document["days"])
    assert document["agent_days"] <= document["agent_days_now"]
    for day in document["days"]:
        assert day["bound"] <= day["agents_needed"] <= day["agents_now"] <= day["rostered"]
    assert len(document["assignment"]) == document["sessions"]
    assert run.current_run() == before
    assert "agents for" in pontual("agents-needed", folder, "--work", "1").stdout


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), pytest.param(signal.SIGINT, 130, marks=pytest.mark.soak)]
)
def test_a_signal_gives_the_best_so_far(tmp_path: Path, number: int, code: int) -> None:
    """A search that would go on for long hands over its best assignment with the gap."""
    tasks, _ = planted(5, workers=60, spare=12, tasks_each=12, skill=0.2, slack=30)
    path = write(tmp_path / "tasks.dat", tasks)
    command = [sys.executable, "-m", "pontual", "agents-needed", str(path), "--work", "3600", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(8)
    assert process.poll() is None, process.communicate()
    os.kill(process.pid, number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    document = json.loads(out)
    assert document["status"] == "interrupted"
    assert document["assignment"] is None or document["bound"] <= document["objective"]
