"""All that the referee says, and the readers of files, has its Portuguese."""

from __future__ import annotations

import ast
import itertools
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
from data.referee import judge
from data.referee.eligibility import ELIGIBILITY
from tests.referee.legal_case import legal_case
from tests.referee.mutations import MUTATIONS

ROOT = Path(data.__file__).parents[1]
MODULES = {
    "data/referee": (
        # Of rosters.
        "budget", "contract_limits", "labour", "labour_breaks", "roster_calendar", "roster_structure",
        "shift_types", "weekly_rest", "work_of_horizon",
        # Of schedules, of days that are mended, and of rosters that follow published ones.
        "facts", "held_back", "pins", "repair", "replanning", "rest_of_day", "session_agents",
        "session_windows", "sessions_structure", "unplaced", "violation",
    ),
    "data/files": (
        "added_bookings", "booking_history", "cells", "checks", "csv_text", "day_events", "instants",
        "journal", "json_rows", "parquet", "personal", "raw_table", "scenario_file", "tables", "yaml_file",
    ),
    "data/model": ("plan", "scenario"),
    "optimizer/live": ("live_day",),
    "optimizer/planning": ("faults", "following"),
    "optimizer/sweep": ("designs", "reading", "values"),
    "optimizer/sweep/levers": ("__init__", "day", "demand", "labour", "opening", "rules", "team"),
    "simulation/review": ("events_of_day",),
    "dashboard/app_pages": ("what_if_state",),
}  # fmt: skip
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
        "the duty {} is {} to {}",
        "not before",
        "later than",
        # Names of columns, and what only programmers can cause.
        "starts, minutes",
        "{}.{}: {} can't be written: {}",
        "surrogates come from an order number and a tax id, or from a CPF",
        "no kind of session is called {}",
        "expected an event before the first decision",
    }
)
PORTUGUESE = Texts("pt-BR")
VALUES = ("7", "Mon 2026-11-30 09:00", "Mon 2026-11-30 09:00-10:00")
ENGLISH = re.compile(
    r"(?i)\b(?:expected|expecting|found|input|should|value|cannot|valid|duty|the|of|and|or|an|at|is|are|not|"
    r"with|least|most|in|mon|sun|meal|agent|booking|participant|there|no such)\b"
)
"""Words that are in no Portuguese sentence, unless as the name of something."""


def _sentences(module: Path) -> Iterator[str]:
    """Texts of a module, its values as braces; docstrings, statements of rules, descriptions left out."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(id(node.value))
        if isinstance(node, ast.FunctionDef):
            left_out.update(id(part) for decorator in node.decorator_list for part in ast.walk(decorator))
        if isinstance(node, ast.keyword) and node.arg == "description":
            left_out.add(id(node.value))
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
    """Two words at least, no statement of a rule, and no pattern that cells are matched with."""
    words = re.findall(r"[a-zA-Z']{2,}", text)
    is_other = text.endswith(".") or "\\d" in text or text in NO_SENTENCES
    return " " in text.strip() and len(words) >= 2 and not is_other


def _is_told(text: str) -> bool:
    """Whether values of some kinds, filled in, leave nothing of the sentence in English."""
    for values in itertools.product(VALUES, repeat=text.count("{}")):
        said = "".join(
            itertools.chain(*itertools.zip_longest(text.strip().split("{}"), values, fillvalue=""))
        )
        if phrase(said, "pt-BR") != said and not ENGLISH.search(phrase(said, "pt-BR")):
            return True
    return False


@pytest.mark.parametrize("module", [f"{room}/{name}" for room, names in MODULES.items() for name in names])
def test_every_sentence_has_its_portuguese(module: str) -> None:
    found = [text for text in _sentences(ROOT / f"{module}.py") if _is_one(text)]
    assert found
    assert [text for text in found if not _is_told(text)] == []


def test_every_rule_of_eligibility_has_its_portuguese() -> None:
    assert [rule.broken for rule in ELIGIBILITY.values() if not _is_told(rule.broken)] == []


def test_both_languages_fill_in_the_same() -> None:
    for english, portuguese in PHRASES.items():
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", portuguese)), english


def test_every_broken_rule_is_told_in_portuguese() -> None:
    """Nothing of the sentence stays English, and dates are written as in Brazil; English stays as it was."""
    for code, mutation in MUTATIONS.items():
        for violation in judge(mutation.edit(legal_case())):
            (row,) = violation_rows([violation], PORTUGUESE)
            told = f"{row[1]} | {row[2]}"
            assert not ENGLISH.search(told), (code, told)
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


def test_names_are_no_words() -> None:
    """What is a word of the phrase book elsewhere stays as it is where a file wants it so."""
    assert phrase("expected one of meal, pause", "pt-BR") == "esperava-se um destes: meal, pause"
    assert phrase("Input should be 'meal' or 'pause'", "pt-BR") == "esperava-se 'meal' ou 'pause'"
    assert (
        phrase("expected 5,000 combinations at most", "pt-BR") == "esperavam-se no máximo 5.000 combinações"
    )


def test_no_template_takes_sentences_of_others() -> None:
    """What has no phrase stays whole, though it has commas, and, or, to."""
    for said in (
        "salt and pepper of the sea",
        "this, that",
        "here to there",
        "no one of us min",
        "cats or dogs, too",
    ):
        assert phrase(said, "pt-BR") == said
