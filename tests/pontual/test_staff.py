"""`pontual staff`: what it tells and writes, and how it treats bad input."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.results.staffing import classes_table, fewer_table, verdict
from dashboard.texts import Texts
from pontual.exit_codes import ExitCode


@pytest.fixture(scope="module")
def expecting_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day with bookings expected of one skill, written once; nothing here writes into it."""
    from data.files import write_case
    from tests.requirement.small_days import expecting

    folder = tmp_path_factory.mktemp("staff") / "plan"
    write_case(folder, expecting({"pf": 2.0}, ("pf", "pf")))
    return folder


SHORT = ("--replications", "40", "--workers", "1", "--work", "0.3", "--target", "wait_over_10<=10%")


def test_a_mix_and_a_plan_folder_with_a_checked_roster(
    pontual: Any, expecting_folder: Path, tmp_path: Path
) -> None:
    """One document on standard output and in the folder; the plan has the agents told, and passes the
    check; people read the same in their language."""
    out = tmp_path / "out"
    done = pontual("staff", expecting_folder, *SHORT, "--out", out, "--json")
    assert done.code == ExitCode.OK, done.err
    document = done.document
    written = json.loads((out / "staffing.json").read_text(encoding="utf-8"))
    assert written == {name: value for name, value in document.items() if name != "folder"}
    needed = {(row["contract"], "|".join(row["skills"])): row["needed"] for row in document["classes"]}
    assert sum(needed.values()) == document["agents"] > 0
    for row in document["classes"]:
        assert row["needed"] + row["spare"] == row["present"] + row["hire"]
    with (out / "plan" / "agents.csv").open(encoding="utf-8", newline="") as handle:
        agents = list(csv.DictReader(handle))
    for (contract, skills), count in needed.items():
        assert sum(a["contract_id"] == contract and a["skills"] == skills for a in agents) == count
    assert len((out / "staffing.csv").read_text(encoding="utf-8").splitlines()) == 1 + len(needed)
    checked = pontual("check", out / "plan", "--json")
    assert checked.code == ExitCode.OK, checked.err
    for texts, word in ((Texts("pt-BR"), "a contratar"), (Texts("en"), "to hire")):
        for title, headings, rows in (classes_table(document, texts), fewer_table(document, texts)):
            assert title
            assert all(len(row) == len(headings) for row in rows)
        assert word in classes_table(document, texts)[1]
        assert len(verdict(document, texts)) == 3


def test_a_target_out_of_reach_ends_with_its_own_code(
    pontual: Any, expecting_folder: Path, tmp_path: Path
) -> None:
    """Without a requirement there is a document, and no plan."""
    out = tmp_path / "out"
    done = pontual(
        "staff", expecting_folder, *SHORT[:-1], "on_time_share>=99.9%", "--out", out, "--lang", "en"
    )
    assert done.code == ExitCode.NOT_GOOD_ENOUGH, done.err
    assert "No number of agents" in done.out
    assert (out / "staffing.json").is_file()
    assert not (out / "plan").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (("--target", "waits<=2%"), ExitCode.USAGE, "expected wait_over_MINUTES"),
        (("--scenario", "missing.json"), ExitCode.MISSING_INPUT, "missing.json"),
        (("--out", "{full}"), ExitCode.CANNOT_WRITE, "not empty"),
    ],
)
def test_bad_input_is_told_before_any_search(
    pontual: Any,
    expecting_folder: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    code: ExitCode,
    expected: str,
) -> None:
    """A bad target, a missing scenario and a folder that is in use: each with its code and a clear word."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x", encoding="utf-8")
    given = [argument.format(full=tmp_path / "full") for argument in arguments]
    done = pontual("staff", expecting_folder, *given)
    assert done.code == code
    assert expected in " ".join(done.err.replace("│", " ").split())
