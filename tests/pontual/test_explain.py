"""`pontual explain`: its documents, its languages, and how it treats bad input."""

from __future__ import annotations

import csv
import json
import string
import subprocess
import sys
from pathlib import Path

import pytest

from data.files import PlanFolder, write_case
from data.generator import GeneratorSettings, generate
from optimizer.explanations.texts import CATALOGUES
from pontual.exit_codes import ExitCode

# One test process has them all: what they share is worked out once.
pytestmark = pytest.mark.xdist_group("pontual explain")


def pontual(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pontual", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crowded case of 10 agents with its schedule."""
    path = tmp_path_factory.mktemp("explain") / "plan"
    write_case(path, generate(GeneratorSettings(agents=10, days=1, load=0.9, seed=4)).case)
    assert pontual("explain", path).returncode == ExitCode.MISSING_INPUT
    assert pontual("allocate", path, "--work", "2").returncode == ExitCode.OK
    return path


def test_the_table_counts_every_booking(folder: Path) -> None:
    """Placed and unplaced make up all bookings, every one with one cause; nothing is written."""
    before = PlanFolder(folder).current_run()
    done = pontual("explain", folder, "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    document = json.loads(done.stdout)
    off = sum(document["off_the_wish"].values())
    assert document["placed"] == document["at_the_wish"] + document["without_a_wish"] + off
    assert document["bookings"] == document["placed"] + sum(document["unplaced"].values())
    assert 0 < len(document["worst"]) <= 20
    told = pontual("explain", folder, "--lang", "pt-BR")
    assert "No horário preferido" in told.stdout
    assert PlanFolder(folder).current_run() == before


def test_bookings_are_explained_one_by_one(folder: Path) -> None:
    """Each booking asked about has its sentences, in both languages, and its figures in the document."""
    worst = json.loads(pontual("explain", folder, "--json").stdout)["worst"]
    names = [listed["booking"] for listed in worst[:2]]
    done = pontual("explain", folder, *names, "--work", "1", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    found = json.loads(done.stdout)["explanations"]
    assert [explanation["booking"] for explanation in found] == names
    for explanation, listed in zip(found, worst, strict=False):
        assert explanation["placed"] is not listed["unplaced"]
        assert len(explanation["sentences"]) > 1
    told = pontual("explain", folder, names[0], "--work", "1")
    assert names[0] in told.stdout
    assert "Sem sessão" in pontual("explain", folder, _not_eligible(folder), "--lang", "pt-BR").stdout


def _not_eligible(folder: Path) -> str:
    run = PlanFolder(folder).current_run()
    assert run is not None
    with (run / "unplaced.csv").open(encoding="utf-8", newline="") as handle:
        return next(row["booking_id"] for row in csv.DictReader(handle) if row["reason"] == "not_eligible")


def test_rules_of_eligibility_are_told_with_their_sentences(folder: Path) -> None:
    """A booking that is not eligible names its rules, as many as the table of unplaced bookings has."""
    done = pontual("explain", folder, _not_eligible(folder), "--json")
    explanation = json.loads(done.stdout)["explanations"][0]
    assert explanation["reason"] == "not_eligible"
    assert explanation["causes"]
    for cause in explanation["causes"]:
        assert cause["rule"].startswith("R")
        assert cause["sentence"]


def test_unknown_bookings_are_named(folder: Path) -> None:
    """Ids that are not in the case: exit 2, all of them named."""
    done = pontual("explain", folder, "b-nobody", "b-nothing")
    assert done.returncode == ExitCode.USAGE
    assert "b-nobody" in done.stderr
    assert "b-nothing" in done.stderr


def test_both_languages_say_the_same_things() -> None:
    """The catalogues have the same keys with the same placeholders."""
    english, portuguese = CATALOGUES["en"], CATALOGUES["pt-BR"]
    assert english.keys() == portuguese.keys()
    for key, text in english.items():
        assert _placeholders(text) == _placeholders(portuguese[key]), key


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
