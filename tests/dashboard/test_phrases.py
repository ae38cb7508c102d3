"""All that the referee says of rosters, and the readers of tables of files, has its Portuguese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import data
from dashboard.results import problem_words
from dashboard.results.roster_quality import violation_rows
from dashboard.texts import Texts
from dashboard.texts.phrases import PHRASES, phrase
from data.files import BadDataError, Problem, read_case, write_case
from data.referee import judge_roster
from tests.referee.legal_case import legal_case
from tests.referee.mutations import MUTATIONS

ROOT = Path(data.__file__).parent
OF_ROSTERS = (
    "budget", "contract_limits", "labour", "labour_breaks", "roster_calendar", "roster_structure",
    "shift_types", "weekly_rest", "work_of_horizon",
)  # fmt: skip
OF_TABLES = (
    "booking_history", "cells", "checks", "csv_text", "instants", "json_rows", "parquet", "personal",
    "raw_table", "tables",
)  # fmt: skip
NO_SENTENCES = frozenset(
    {
        # Parts of sentences, which the phrase book has as wholes.
        ", {} at night counted by CLT 73",
        "{} of work on the day{}, expected {} at most",
        "no such column{}",
        "; did you mean {}?",
        "; known are {}",
        "{}; there is no such date or time",
        "{}; there is no such date",
        "not before",
        "later than",
        # Names of columns, and what only programmers can cause.
        "starts, minutes",
        "{}.{}: {} can't be written: {}",
    }
)
PORTUGUESE = Texts("pt-BR")


def _sentences(module: Path) -> Iterator[str]:
    """Texts of a module, its values as braces; docstrings and statements of rules are left out."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(id(node.value))
        if isinstance(node, ast.FunctionDef):
            left_out.update(id(part) for decorator in node.decorator_list for part in ast.walk(decorator))
        if isinstance(node, ast.JoinedStr):
            left_out.update(id(part) for part in node.values if isinstance(part, ast.Constant))
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _is_one(text: str) -> bool:
    """Two words at least, and no pattern that cells are matched with."""
    words = re.findall(r"[a-zA-Z']{2,}", text)
    return " " in text.strip() and len(words) >= 2 and "\\d" not in text and text not in NO_SENTENCES


@pytest.mark.parametrize(
    "module",
    [f"referee/{name}" for name in OF_ROSTERS] + [f"files/{name}" for name in OF_TABLES],
)
def test_every_sentence_has_its_portuguese(module: str) -> None:
    found = [text for text in _sentences(ROOT / f"{module}.py") if _is_one(text)]
    assert found
    unknown = [text for text in found if phrase(text.replace("{}", "7"), "pt-BR") == text.replace("{}", "7")]
    assert unknown == []


def test_both_languages_fill_in_the_same() -> None:
    for english, portuguese in PHRASES.items():
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", portuguese)), english


def test_every_broken_rule_of_rosters_is_told_in_portuguese() -> None:
    """Nothing of the sentence stays English, and dates are written as in Brazil; English stays as it was."""
    for code, mutation in MUTATIONS.items():
        for violation in judge_roster(mutation.edit(legal_case())):
            (row,) = violation_rows([violation], PORTUGUESE)
            told = f"{row[1]} | {row[2]}"
            assert not re.search(r"\b(?:expected|duty|the|of|at most|least|Mon|Sun|meal)\b", told), (
                code,
                told,
            )
            assert violation_rows([violation], Texts("en"))[0][1:] == (violation.where, violation.what)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "6 h 30 min of work on the day, 40 min at night counted by CLT 73, expected 6 h at most",
            "6 h 30 min de trabalho no dia, 40 min à noite pela contagem do art. 73 da CLT; no máximo 6 h",
        ),
        ("agent A1, meal Mon 2026-11-30 12:00-12:20", "agente A1, refeição seg 30/11/2026 12:00-12:20"),
        (
            "no such column; did you mean start?",
            "não há essa coluna; seria start?",
        ),
        ("expected an agent_id that is in agents.csv", "esperava-se agent_id que esteja em agents.csv"),
        ("words that nobody has put into Portuguese", "words that nobody has put into Portuguese"),
        ("Mon 2026-13-41", "Mon 2026-13-41"),
    ],
)
def test_sentences_are_told(said: str, told: str) -> None:
    assert phrase(said, "pt-BR") == told
    assert phrase(said, "en") == said


def test_problems_of_files_are_told(tmp_path: Path) -> None:
    write_case(tmp_path / "week", legal_case())
    agents = tmp_path / "week" / "agents.csv"
    header, first, *others = agents.read_text(encoding="utf-8").splitlines()
    agents.write_text("\n".join([header.replace("contract", "contrakt"), first, *others]), encoding="utf-8")
    with pytest.raises(BadDataError) as caught:
        read_case(tmp_path / "week")
    for problem in caught.value.problems:
        assert problem_words(problem, Texts("en")) == str(problem)
        assert "expected" not in problem_words(problem, PORTUGUESE).replace("expected_", "")
    assert problem_words(Problem("a.csv", 3, "skills", "x", "expected this column"), PORTUGUESE) == (
        "a.csv, linha 3, skills: 'x'; esperava-se esta coluna"
    )
