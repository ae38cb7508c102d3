"""`pontual sweep`: what it tells and writes, how it treats bad input, and that kills lose nothing."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pontual.exit_codes import ExitCode

ROOT = Path(__file__).resolve().parents[2]

SCENARIOS = """
design: factorial
levers:
  late_tolerance: [5, 15]
  pool_size: [own_list, 4]
scenarios:
  - {name: down, outage: {from: "10:00", minutes: 45}}
"""
SWEEP = (sys.executable, "-m", "pontual", "sweep")
LONG = ("--replications", "2000", "--workers", "1")
SHORT = ("--replications", "5", "--workers", "1")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated day with a plan, written once; nothing here writes into it."""
    from data.files import write_case
    from tests.tuning.weeks import planned_day

    folder = tmp_path_factory.mktemp("sweep") / "plan"
    write_case(folder, planned_day())
    return folder


def scenarios(folder: Path, text: str = SCENARIOS) -> Path:
    """A file of scenarios."""
    path = folder / "scenarios.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_document_and_files_that_say_the_same(pontual: Any, planned: Path, tmp_path: Path) -> None:
    """The table of everything, the document, ranks and effects as tables, and the plot."""
    out = tmp_path / "out"
    done = pontual("sweep", planned, "--scenarios", scenarios(tmp_path), "--out", out, *SHORT, "--json")
    assert done.code == ExitCode.OK, done.err
    document = done.document
    written = json.loads((out / "sweep.json").read_text(encoding="utf-8"))
    assert written == {name: value for name, value in document.items() if name != "folder"}
    rows = pq.read_table(out / "results.parquet").to_pandas()
    assert set(rows.name) == {row["name"] for row in document["rows"]}
    with (out / "ranking.csv").open(encoding="utf-8", newline="") as handle:
        ranking = list(csv.DictReader(handle))
    assert [float(row["wait_over_10_mean"]) for row in ranking] == sorted(
        row["figures"]["wait_over_10"]["mean"] for row in document["rows"]
    )
    with (out / "effects.csv").open(encoding="utf-8", newline="") as handle:
        effects = list(csv.DictReader(handle))
    assert {row["lever"] for row in effects} == {"late_tolerance", "pool_size"}
    assert (out / "frontier.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("language", "word"), [("pt-BR", "cenário"), ("en", "scenario")])
def test_tables_in_both_languages(
    pontual: Any, planned: Path, tmp_path: Path, language: str, word: str
) -> None:
    """Ranks, effects, frontier and the best, in the language asked for."""
    out = tmp_path / "out"
    arguments = ("--scenarios", scenarios(tmp_path), "--out", out, *SHORT, "--lang", language)
    done = pontual("sweep", planned, *arguments)
    assert done.code == ExitCode.OK, done.err
    assert word in done.out
    assert ("hoje" if language == "pt-BR" else "today") in done.out
    assert "pool_size" in done.out


def test_a_killed_sweep_goes_on_to_the_same_bytes(planned: Path, tmp_path: Path) -> None:
    """`kill -9` at two moments while it plays; the same command ends it, as if nothing had been."""
    text = SCENARIOS.replace("[5, 15]", "{from: 1, to: 12, steps: 12}")
    file = scenarios(tmp_path, text)

    def command(out: str) -> subprocess.Popen[bytes]:
        arguments = ["sweep", planned, "--scenarios", file, "--out", tmp_path / out, "--workers", "1"]
        return subprocess.Popen(
            [sys.executable, "-m", "pontual", *map(str, arguments), "--replications", "20"],
            env=dict(os.environ, PYTHONPATH=str(ROOT)),
            stdout=subprocess.DEVNULL,
        )

    assert command("alone").wait() == ExitCode.OK
    kept = []
    for wanted in (3, 10):
        process = command("killed")
        parts = tmp_path / "killed" / "parts"
        while process.poll() is None and (not parts.is_dir() or len(list(parts.iterdir())) < wanted):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        kept.append(len(list(parts.glob("0*"))))
    assert 0 < kept[0] < kept[1]
    assert command("killed").wait() == ExitCode.OK
    for name in ("results.parquet", "sweep.json", "ranking.csv", "effects.csv", "frontier.svg"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "alone" / name).read_bytes(), name


def test_a_signal_keeps_what_was_played(planned: Path, tmp_path: Path) -> None:
    """SIGTERM ends it within seconds with its own code, and tells that the same command goes on."""
    file = scenarios(tmp_path, SCENARIOS.replace("[5, 15]", "{from: 1, to: 20, steps: 20}"))
    out = tmp_path / "out"
    process = subprocess.Popen(
        [*SWEEP, str(planned), "--scenarios", str(file), "--out", str(out), "--lang", "en", *LONG],
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        stderr=subprocess.PIPE,
    )
    while process.poll() is None and not list((out / "parts").glob("0*")):
        time.sleep(0.01)
    process.terminate()
    _, told = process.communicate(timeout=30)
    assert process.returncode == ExitCode.TERMINATED
    assert b"the same command goes on from there" in told
    assert list((out / "parts").glob("0*"))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--kpi", "waits"), "no key figure is called waits"),
        (("--indifference", "0"), "expected a difference above 0"),
        (("--replications", "1"), "replications"),
        (("--workers", "2", "--dask", "tcp://127.0.0.1:1"), "the cluster has workers of its own"),
    ],
)
def test_bad_options_are_refused(
    pontual: Any, planned: Path, tmp_path: Path, arguments: tuple[str, ...], expected: str
) -> None:
    """Nothing is played, and nothing written."""
    out = tmp_path / "out"
    done = pontual("sweep", planned, "--scenarios", scenarios(tmp_path), "--out", out, *arguments)
    assert done.code == ExitCode.USAGE
    assert expected in " ".join(done.err.replace("│", " ").split())
    assert not out.exists()


def test_every_problem_of_a_file_is_told(pontual: Any, planned: Path, tmp_path: Path) -> None:
    """With its place, what was found, and what was expected; for programs too."""
    text = "scenarios:\n  - {name: a, late_tolerance: -1, nothing: 2}\n  - {name: a, no_show: 2}"
    file, out = scenarios(tmp_path, text), tmp_path / "out"
    done = pontual("sweep", planned, "--scenarios", file, "--out", out, "--json")
    assert done.code == ExitCode.BAD_DATA
    problems = {problem["column"]: problem for problem in done.document["error"]["problems"]}
    assert set(problems) == {
        "scenarios[1].late_tolerance",
        "scenarios[1].nothing",
        "scenarios[2].name",
        "scenarios[2].no_show",
    }
    assert all(problem["expected"] for problem in problems.values())
    assert not out.exists()


def test_levers_of_the_day_need_a_plan_to_play(pontual: Any, tmp_path: Path) -> None:
    """Without sessions the command that makes them is named."""
    from data.files import write_case
    from tests.tuning.weeks import workload

    folder = tmp_path / "plan"
    write_case(folder, workload().without_schedule())
    done = pontual("sweep", folder, "--scenarios", scenarios(tmp_path), "--out", tmp_path / "out")
    assert done.code == ExitCode.MISSING_INPUT
    assert "pontual allocate" in done.err


def test_no_scheduler_is_told(planned: Path, tmp_path: Path) -> None:
    """With its address, and the code that says: try again. (A process of its own: Dask leaves a thread.)"""
    file, out = scenarios(tmp_path), tmp_path / "out"
    done = subprocess.run(
        [*SWEEP, str(planned), "--scenarios", str(file), "--out", str(out), "--dask", "127.0.0.1:9"],
        env=dict(os.environ, PYTHONPATH=str(ROOT), DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT="2s"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.TRY_AGAIN, done.stderr
    assert "no Dask scheduler answers at 127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
