"""Explanations of rosters on the command line: clashes, what is missing, and the prices of rules."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data.files import PlanFolder, write_case
from data.model import VERDICTS, Case, Understaffing
from pontual.exit_codes import ExitCode
from tests.roster.week import demand, problem
from tests.support.cases import agent

# One test process has them all: what they share is worked out once.
pytestmark = pytest.mark.xdist_group("pontual explain_roster")


def pontual(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pontual", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def short_of_people() -> Case:
    """Two agents, one of them absent, for a requirement of three."""
    away = {"agent_id": "A2", "starts_at": 0, "ends_at": 1440}
    return problem(demand(0, 9, 13, required=3), [agent("A1"), agent("A2")], absences=[away])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan folder with a roster that is understaffed."""
    path = tmp_path_factory.mktemp("explain_roster") / "plan"
    write_case(path, short_of_people())
    refused = pontual("explain", path, "--roster")
    assert refused.returncode == ExitCode.MISSING_INPUT
    assert "pontual roster" in refused.stderr
    done = pontual("roster", path, "--work", "2", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    document = json.loads(done.stdout)
    assert document["understaffing"]["missing"] == document["under"] == 32
    assert document["understaffing"]["missing_by_verdict"] == {"out_of_reach": 32}
    return path


def test_a_run_has_the_table_of_what_is_missing(folder: Path) -> None:
    """understaffing.csv has the declared columns, and each reason of the one run."""
    run = PlanFolder(folder).current_run()
    assert run is not None
    with (run / "understaffing.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert list(rows[0]) == [column.name for column in Understaffing.columns()]
    assert [(row["reason"], row["rules"], row["agents"], row["agent_ids"]) for row in rows] == [
        ("in_service", "", "1", "A1"),
        ("never", "ABSENCE", "1", "A2"),
    ]
    assert {(row["missing"], row["unavoidable"], row["holders"]) for row in rows} == {("2", "2", "2")}
    assert {row["verdict"] for row in rows} <= set(VERDICTS)


def test_the_roster_is_explained(folder: Path) -> None:
    """The same as a document with agents, and in both languages; no new run."""
    before = PlanFolder(folder).current_run()
    done = pontual("explain", folder, "--roster", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    (run,) = json.loads(done.stdout)["runs"]
    assert run["reasons"][1] == {"reason": "never", "rules": ["ABSENCE"], "agents": 1, "agent_ids": ["A2"]}
    english, portuguese = (pontual("explain", folder, "--roster", "--lang", lang) for lang in ("en", "pt-BR"))
    assert (
        "2 missing Monday 2026-11-30 09:00-13:00, skill pf: 2 holder(s): 1 in service, 1 absent (ABSENCE); "
        "at least 2 missing in every roster"
    ) in english.stdout
    assert "faltam 2 em segunda-feira 2026-11-30 09:00-13:00, competência pf" in portuguese.stdout
    assert PlanFolder(folder).current_run() == before


def test_rules_are_priced(folder: Path) -> None:
    """Without absences 16 agent-intervals come back, proven from below and above; told in a table too."""
    done = pontual("explain", folder, "--rules", "--work", "2", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    dearest = json.loads(done.stdout)["rules"][0]
    assert (dearest["rule"], dearest["price"], dearest["at_least"], dearest["at_most"]) == (
        "ABSENCE", 16, 16, 16,
    )  # fmt: skip
    told = pontual("explain", folder, "--rules", "--work", "2", "--lang", "pt-BR")
    assert "16 (provado: 16 a 16)" in told.stdout
    assert "agentes-intervalos" in told.stdout


def test_prices_of_rules_are_told_in_the_unit_of_the_first_level(tmp_path: Path) -> None:
    """Where the plan sets prices, the heading speaks of the cost, and so does the document."""
    built = short_of_people()
    prices = {"under_price": 7, "over_price": 3}
    rows = [row | prices for row in built.demand.rows()]
    priced = replace(built, demand=type(built.demand).from_rows(rows))
    duty = {"agent_id": "A1", "starts_at": 540, "ends_at": 780}
    priced = replace(priced, duties=type(priced.duties).from_rows([duty]))
    write_case(tmp_path / "plan", priced)
    done = pontual("explain", tmp_path / "plan", "--rules", "--work", "1", "--json")
    document = json.loads(done.stdout)
    assert document["level"] == "staffing_cost"
    assert document["all_rules"]["objective"] == 7 * 32
    assert document["rules"][0]["price"] == 7 * 16
    told = pontual("explain", tmp_path / "plan", "--rules", "--work", "1")
    assert "how much less staffing costs" in told.stdout
    assert "agent-intervals" not in told.stdout


def test_one_question_at_a_time(folder: Path) -> None:
    """Bookings and --roster, or --roster and --rules: exit 2."""
    assert pontual("explain", folder, "b-1", "--roster").returncode == ExitCode.USAGE
    assert pontual("explain", folder, "--rules", "--roster").returncode == ExitCode.USAGE


def test_an_illegal_roster_is_not_explained(tmp_path: Path) -> None:
    """A roster that breaks a rule is refused with the rule: exit 65."""
    built = short_of_people()
    duties = [{"agent_id": "A2", "starts_at": 540, "ends_at": 780}]
    write_case(tmp_path / "plan", replace(built, duties=type(built.duties).from_rows(duties)))
    for option in ("--roster", "--rules"):
        done = pontual("explain", tmp_path / "plan", option)
        assert done.returncode == ExitCode.BAD_DATA
        assert "ABSENCE" in done.stderr


def test_an_infeasible_roster_names_its_clashes(tmp_path: Path) -> None:
    """Two agents with pins that cannot be: exit 10, a line each, the items listed, nothing written."""
    third = {"agent_id": "A017", "starts_at": 6 * 1440 + 540, "ends_at": 6 * 1440 + 780, "pinned": True}
    off = {"agent_id": "A2", "starts_at": 540, "ends_at": 900, "pinned": True}
    history = {"sundays_worked_in_a_row": 2, "sunday_off_every_weeks": 3}
    built = problem(demand(0, 9, 13), [agent("A017") | history, agent("A2")], duties=[third, off], days=7)
    write_case(tmp_path / "plan", built)
    done = pontual("roster", tmp_path / "plan", "--json")
    assert done.returncode == ExitCode.INFEASIBLE
    document = json.loads(done.stdout)
    assert [(clash["agent"], clash["rules"]) for clash in document["clashes"]] == [
        ("A017", ["LEI-10101"]),
        ("A2", ["CLT-71"]),
        ("A2", ["STRETCH"]),
    ]
    assert "clash" not in document
    assert all(clash["sentence"].startswith(clash["agent"]) for clash in document["clashes"])
    told = pontual("roster", tmp_path / "plan")
    assert told.returncode == ExitCode.INFEASIBLE
    assert "A017: pinned duty Sunday 2026-12-06 09:00-13:00; 2 Sunday(s)" in told.stderr
    assert PlanFolder(tmp_path / "plan").current_run() is None
