"""`pontual tune`: what it tells and writes, and how it treats bad input."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from pontual.exit_codes import ExitCode


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated day with a plan, written once; nothing here writes into it."""
    from data.files import write_case
    from tests.tuning.weeks import planned_day

    folder = tmp_path_factory.mktemp("tune") / "plan"
    write_case(folder, planned_day())
    return folder


SHORT = ("--replications", "10", "--work", "1", "--capacity", "0.8", "--largest-pool", "4")


def test_frontier_files_and_a_plan_that_holds(pontual: Any, planned: Path, tmp_path: Path) -> None:
    """One document on standard output, the same in the folder, a plot, a table, and a legal plan."""
    out = tmp_path / "out"
    done = pontual(
        "tune", planned, *SHORT, "--capacity", "1", "--target", "wait_over_10<=30%", "--out", out, "--json"
    )
    assert done.code == ExitCode.OK, done.err
    document = done.document
    assert document["chosen"] == min(row["setting"]["capacity"] for row in document["frontier"])
    assert [row["setting"]["capacity"] for row in document["frontier"]] == [1.0, 0.8]
    assert document["targets"][0]["text"] == "wait_over_10<=0.3"
    for row in (document["today"], *document["frontier"]):
        for figure in row["figures"].values():
            assert figure["low"] <= figure["mean"] <= figure["high"]
    written = json.loads((out / "tuning.json").read_text(encoding="utf-8"))
    assert written == {name: value for name, value in document.items() if name != "folder"}
    assert (out / "frontier.png").read_bytes().startswith(b"\x89PNG")
    with (out / "frontier.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["plan"] for row in rows] == ["today", "tuned", "tuned"]
    assert float(rows[1]["wait_over_10_mean"]) == document["frontier"][0]["figures"]["wait_over_10"]["mean"]
    checked = pontual("check", out / "plan", "--json")
    chosen = next(row for row in document["frontier"] if row["setting"]["capacity"] == document["chosen"])
    rules = {found["rule"] for found in checked.document["violations"]}
    assert rules <= ({"AGENT-OVERLAP"} if chosen["beyond_plan"] else set())


@pytest.mark.parametrize(("language", "word"), [("pt-BR", "Nenhum plano atinge"), ("en", "No plan meets")])
def test_a_missed_target_ends_with_its_own_code(
    pontual: Any, planned: Path, language: str, word: str
) -> None:
    """The frontier is told in the language asked for; the exit code says that no plan meets the target."""
    done = pontual("tune", planned, *SHORT, "--target", "occupancy>=99.9%", "--lang", language)
    assert done.code == ExitCode.NOT_GOOD_ENOUGH
    assert word in done.out
    assert ("hoje" if language == "pt-BR" else "today") in done.out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--target", "waits<=2%", "--target", "wait_mean<=5%"), ("waits", "expected minutes")),
        (("--target", "wait_mean<=5", "--target", "wait_mean<=6"), ("wait_mean is asked for twice",)),
        (("--target", "wait_over_10"), ("expected KPI<=VALUE",)),
        (("--capacity", "0", "--capacity", "1.5"), ("expected shares above 0 and at most 1", "1.5")),
        (("--replications", "1"), ("replications",)),
    ],
)
def test_bad_options_are_refused(
    pontual: Any, planned: Path, arguments: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """All faults of an option are told at once, with what was expected; nothing is searched."""
    done = pontual("tune", planned, *arguments)
    assert done.code == ExitCode.USAGE
    for words in expected:
        assert words in " ".join(done.err.replace("│", " ").split())


def test_a_folder_without_a_plan(pontual: Any, planned: Path, tmp_path: Path) -> None:
    """Without sessions there is nothing to tune; the command that makes them is named."""
    from data.files import write_case
    from tests.tuning.weeks import workload

    folder = tmp_path / "plan"
    write_case(folder, workload().without_schedule())
    done = pontual("tune", folder)
    assert done.code == ExitCode.MISSING_INPUT
    assert "pontual allocate" in done.err


def test_a_folder_that_is_there_is_not_written_to(pontual: Any, planned: Path, tmp_path: Path) -> None:
    """It is refused before the search begins."""
    (tmp_path / "file").write_text("mine")
    done = pontual("tune", planned, "--out", tmp_path)
    assert done.code == ExitCode.CANNOT_WRITE
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
