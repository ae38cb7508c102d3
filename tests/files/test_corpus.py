"""Files that people and programs send: each is read for a stated reason, or refused with clear problems."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.files import BadDataError, read_table
from data.files.plan_file import read_plan
from data.identity import SurrogateKey, masked
from data.model import INPUT_TABLES, PlanningAxis

CORPUS = Path(__file__).parent / "corpus"
MANIFEST: list[dict[str, Any]] = json.loads((CORPUS / "manifest.json").read_text(encoding="utf-8"))
AXIS = PlanningAxis(date(2026, 11, 30), 7)
KEY = SurrogateKey(b"a secret that is only for tests")
KINDS = {kind.TABLE: kind for kind in INPUT_TABLES}


def read(entry: dict[str, Any]) -> Any:
    """Read a file of the corpus as its entry says."""
    path = CORPUS / entry["file"]
    if entry["table"] == "plan":
        plan, problems = read_plan(path.read_bytes(), path.name)
        if problems:
            raise BadDataError(problems)
        return plan
    key = KEY if entry.get("key") else None
    return read_table(path, KINDS[entry["table"]], AXIS, key, tuple(entry.get("prefixes", ())))


def test_a_refusal_shows_no_whole_tax_id() -> None:
    """Where a CPF or CNPJ is refused as a name, the problem shows it masked."""
    (entry,) = (e for e in MANIFEST if e["file"] == "personal-as-names.csv")
    with pytest.raises(BadDataError) as caught:
        read(entry)
    told = str(caught.value)
    assert masked(told) == told
    assert [p.value for p in caught.value.problems[:4]] == [
        "***.444.777-**", "***.444.777-**", "pf|***.444.777-**", "**.222.333/****-**"
    ]  # fmt: skip


def named(entries: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(entry, id=entry["file"]) for entry in entries]


@pytest.mark.parametrize("entry", named([e for e in MANIFEST if "accepted" in e]))
def test_what_is_accepted_is_read_right(entry: dict[str, Any]) -> None:
    """The file is read, with the rows and values that the manifest states."""
    table = read(entry)
    if entry["table"] != "plan":
        assert len(table) == entry["rows"]
        for column, values in entry["values"].items():
            assert getattr(table, column).tolist() == values


@pytest.mark.parametrize("entry", named([e for e in MANIFEST if "refused" in e]))
def test_what_is_refused_names_every_problem(entry: dict[str, Any]) -> None:
    """The problems are those of the manifest, no more and no fewer, each in its place."""
    with pytest.raises(BadDataError) as caught:
        read(entry)
    problems = caught.value.problems
    assert {p.file for p in problems} == {entry["file"]}
    assert [[p.row, p.column] for p in problems] == [place[:2] for place in entry["refused"]], problems
    for problem, (_, _, fragment) in zip(problems, entry["refused"], strict=True):
        assert fragment in problem.expected
        assert problem.expected


@pytest.mark.parametrize("entry", named([e for e in MANIFEST if e["file"].startswith("personal-")]))
def test_no_personal_value_is_shown(entry: dict[str, Any]) -> None:
    """Neither the message nor the list of problems holds a CPF, CNPJ, order number, e-mail or telephone."""
    try:
        read(entry)
    except BadDataError as error:
        told = f"{error} {error.problems}"
        for secret in ("111.444", "11144477735", "joana", "98765", "CERTI1", "17000123", "11.222.333/0001"):
            assert secret not in told
        assert not any(part in told for part in ("1234567890", "000181", "34501"))


def test_lost_zeros_give_the_same_surrogate() -> None:
    """A CPF with its zeros cut off becomes the surrogate of the whole CPF."""
    entry = next(e for e in MANIFEST if e["file"] == "personal-lost-zeros.csv")
    people = read(entry).participant_id.tolist()
    assert people[0] == people[1] != people[2]


def test_the_manifest_lists_the_corpus() -> None:
    """Every file has one entry, and there are at least sixty."""
    files = {path.name for path in CORPUS.iterdir() if not path.name.startswith(".")} - {"manifest.json"}
    assert sorted(entry["file"] for entry in MANIFEST) == sorted(files)
    assert len(files) >= 60
