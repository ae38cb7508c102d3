"""`pontual requirement`: what it tells and writes, and how it treats bad input."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from pontual.exit_codes import ExitCode


@pytest.fixture(scope="module")
def expecting_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day with bookings expected of two skills, written once; nothing here writes into it."""
    from data.files import write_case
    from tests.requirement.small_days import expecting

    folder = tmp_path_factory.mktemp("requirement") / "plan"
    write_case(folder, expecting({"pf": 3.0, "pj": 2.0}, ("pf|pj", "pf|pj", "pf")))
    return folder


SHORT = ("--replications", "20", "--workers", "1")


def test_a_table_a_plot_and_a_plan_that_asks_for_it(
    pontual: Any, expecting_folder: Path, tmp_path: Path
) -> None:
    """One document on standard output and in the folder; the plan's demand is the agents rostered, and prices
    and bookings expected are those of before."""
    out = tmp_path / "out"
    done = pontual(
        "requirement", expecting_folder, *SHORT, "--shrinkage", "0.1", "--out", out, "--seed", "4", "--json"
    )
    assert done.code == ExitCode.OK, done.err
    document = done.document
    written = json.loads((out / "requirement.json").read_text(encoding="utf-8"))
    assert written == {name: value for name, value in document.items() if name != "folder"}
    assert document["present"] == pytest.approx(0.9 * 0.96)
    (day,) = document["days"]
    for interval in day["intervals"]:
        assert interval["agents"] == sum(interval["on_the_floor"].values())
        assert sum(interval["rostered"].values()) * document["present"] >= interval["agents"] - 1e-9
        assert interval["one_more"] is not None
    for period in day["periods"]:
        for share in (*period["served_badly"], *period["with_absences"]):
            assert share["low"] <= share["mean"] <= share["high"]
    assert (out / "requirement.png").read_bytes().startswith(b"\x89PNG")
    with (out / "requirement.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 2 * len(day["intervals"])
    with (out / "plan" / "demand.csv").open(encoding="utf-8", newline="") as handle:
        demand = list(csv.DictReader(handle))
    asked = {(row["starts_at"], row["skill"]): int(row["required"]) for row in demand}
    for interval in day["intervals"]:
        for skill, agents in interval["rostered"].items():
            assert asked[interval["starts_at"], skill] == agents
    assert {(row["under_price"], row["over_price"]) for row in demand} == {("3", "2")}
    assert sum(float(row["expected_bookings"]) for row in demand) == pytest.approx(30.0)


def test_the_roster_takes_the_plan(pontual: Any, tmp_path: Path) -> None:
    """`pontual roster` covers the table of demand that was written."""
    folder, out = tmp_path / "week", tmp_path / "out"
    made = pontual("generate", "--agents", "12", "--days", "1", "--load", "0.5", "--out", folder)
    assert made.code == ExitCode.OK, made.err
    found = pontual("requirement", folder, *SHORT, "--out", out, "--json")
    assert found.code == ExitCode.OK, found.err
    required = sum(
        sum(interval["rostered"].values()) for day in found.document["days"] for interval in day["intervals"]
    )
    rostered = pontual("roster", out / "plan", "--work", "2", "--json")
    assert rostered.code == ExitCode.OK, rostered.err
    assert rostered.document["required"] == required
    assert rostered.document["covered"] > 0


@pytest.mark.parametrize(
    ("language", "words"),
    [("pt-BR", ("nenhum número de agentes", "PF")), ("en", ("no number of agents", "PF"))],
)
def test_a_target_out_of_reach_ends_with_its_own_code(
    pontual: Any, expecting_folder: Path, tmp_path: Path, language: str, words: tuple[str, ...]
) -> None:
    """What even agents in plenty don't keep is told by period; a document is written, and no plan."""
    out = tmp_path / "out"
    done = pontual(
        "requirement",
        expecting_folder,
        *SHORT,
        "--target",
        "on_time_share>=99.9%",
        "--out",
        out,
        "--lang",
        language,
    )
    assert done.code == ExitCode.NOT_GOOD_ENOUGH, done.err
    said = " ".join(done.out.split())
    assert all(word in said for word in words)
    assert (out / "requirement.json").is_file()
    assert not (out / "plan").exists()


@pytest.mark.parametrize("language", ["pt-BR", "en"])
def test_people_read_tables(pontual: Any, expecting_folder: Path, language: str) -> None:
    """Intervals, days and skills, and what was confirmed, in the reader's language."""
    done = pontual("requirement", expecting_folder, *SHORT, "--lang", language)
    assert done.code == ExitCode.OK, done.err
    for word in ("08:00", "Erlang", "30/11" if language == "pt-BR" else "30 Nov"):
        assert word in done.out
    assert ("períodos" if language == "pt-BR" else "periods") in done.out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--target", "waits<=2%", "--target", "idle<=5"), ("waits", "idle")),
        (("--target", "wait_over_5<=5%", "--target", "wait_over_5<=6%"), ("asked for twice",)),
        (("--shrinkage", "0.95"), ("shrinkage",)),
        (("--replications", "1"), ("replications",)),
        (("--from", "history"), ("history",)),
    ],
)
def test_bad_options_are_refused(
    pontual: Any, expecting_folder: Path, arguments: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """All faults of an option are told at once, with what was expected; nothing is searched."""
    done = pontual("requirement", expecting_folder, *arguments)
    assert done.code == ExitCode.USAGE
    said = " ".join(done.err.replace("│", " ").split())
    assert all(word in said for word in expected)


def test_missing_input_and_a_full_folder(pontual: Any, expecting_folder: Path, tmp_path: Path) -> None:
    """Without sessions there is nothing to take from the schedule; a folder with files is not written to."""
    done = pontual("requirement", expecting_folder, "--from", "schedule", *SHORT)
    assert done.code == ExitCode.MISSING_INPUT
    assert "sessions" in done.err
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = pontual("requirement", expecting_folder, "--out", tmp_path)
    assert done.code == ExitCode.CANNOT_WRITE
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
