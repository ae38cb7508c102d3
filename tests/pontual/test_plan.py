"""`pontual plan`: from past bookings to a checked plan in one folder, or nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.results.planning import steps_table
from dashboard.texts import Texts
from data.files import read_case, write_case
from data.generator import GeneratorSettings, generate
from pontual.exit_codes import ExitCode

RECENT = 100
"""Days of the generated history that are kept."""

SHORT = ("--replications", "20", "--work", "1", "--workers", "1")


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of a small team with its history; without a demand."""
    made = generate(GeneratorSettings(agents=10, days=1, load=0.8, seed=2)).case
    recent = made.history.take(made.history.starts_at >= -1440 * RECENT)
    folder = tmp_path_factory.mktemp("plan") / "week"
    write_case(folder, replace(made, history=recent))
    (folder / "demand.csv").unlink()
    return folder


def test_one_call_gives_what_the_single_commands_give(pontual: Any, week: Path, tmp_path: Path) -> None:
    """Forecast, requirement and roster are those of the single commands, one after the other; the folder
    passes the check, and people read what came of it in their language."""
    out = tmp_path / "out"
    done = pontual("plan", week, *SHORT, "--out", out, "--json")
    assert done.code == ExitCode.OK, done.err
    document = done.document
    assert json.loads((out / "result.json").read_text(encoding="utf-8")) == {
        name: value for name, value in document.items() if name != "folder"
    }
    planned = read_case(out)
    assert len(planned.duties) == document["roster"]["duties"] > 0
    assert len(planned.sessions) == document["allocate"]["placed"] > 0
    assert document["simulate"]["replications"] == 20
    assert document["service"]["periods"] >= document["requirement"]["confirmation"]["periods"]
    checked = pontual("check", out, "--json")
    assert checked.code == ExitCode.OK, checked.err

    foreseen = pontual("forecast", week, "--out", tmp_path / "one", "--json").document
    assert {n: v for n, v in foreseen.items() if n != "folder"} == document["forecast"]
    required = pontual(
        "requirement", tmp_path / "one", *SHORT[:2], *SHORT[4:], "--out", tmp_path / "two", "--json"
    ).document
    agents = [[i["rostered"] for i in day["intervals"]] for day in required["days"]]
    assert agents == [[i["rostered"] for i in day["intervals"]] for day in document["requirement"]["days"]]
    rostered = pontual("roster", tmp_path / "two" / "plan", *SHORT[2:4], "--json").document
    assert rostered["levels"] == document["roster"]["levels"]

    for texts, word in ((Texts("pt-BR"), "escala"), (Texts("en"), "roster")):
        _, headings, rows = steps_table(document, texts)
        assert all(len(row) == len(headings) for row in rows)
        assert rows[0][0] == word
        assert rows[-1][1] == str(out)


def test_without_a_requirement_nothing_is_written(pontual: Any, week: Path, tmp_path: Path) -> None:
    """A target that no number of agents keeps: its own exit code, the document, and no folder."""
    out = tmp_path / "out"
    done = pontual("plan", week, *SHORT, "--target", "on_time_share>=99.9%", "--out", out, "--lang", "en")
    assert done.code == ExitCode.NOT_GOOD_ENOUGH, done.err
    assert "no number of agents" in done.out
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (("--target", "waits<=2%"), ExitCode.USAGE, "expected wait_over_MINUTES"),
        (("--history", "missing.csv"), ExitCode.MISSING_INPUT, "missing.csv"),
    ],
)
def test_bad_input_is_told_and_nothing_written(
    pontual: Any, week: Path, tmp_path: Path, arguments: tuple[str, ...], code: ExitCode, expected: str
) -> None:
    """A bad target and a missing history: each with its code and a clear word."""
    out = tmp_path / "out"
    done = pontual("plan", week, *arguments, "--out", out)
    assert done.code == code
    assert expected in " ".join(done.err.replace("│", " ").split())
    assert not out.exists()
