"""The catalogue is complete in both languages, and numbers and dates are written as their readers do."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dashboard
from dashboard.texts import CATALOGUES, Texts, skill_order
from data.files.past_sessions import FAULTS
from data.model import BREAK_KINDS, SESSION_KINDS, UNPLACED_REASONS
from optimizer.solve_result import SolveStatus
from simulation import KPIS
from simulation.calibration import DISTRIBUTIONS, NOTES
from simulation.review import CAUSES, FIGURES, HARMS
from simulation.review.recalibration import COUNTED
from tests.simulation.calibration.test_recovery import PARAMETERS

PORTUGUESE, ENGLISH = Texts("pt-BR"), Texts("en")
SOURCES = [p for p in Path(dashboard.__file__).parent.rglob("*.py") if p.parent.name != "texts"]

BY_DATA = {
    "reason": set(UNPLACED_REASONS),
    "status": {status.value for status in SolveStatus},
    "kpi": set(KPIS),
    "roster": {"duty", *BREAK_KINDS},
    "skill": {"pf", "pj", "joint", "judicial", "libras"},
    "fault": set(FAULTS),
    "kind": set(SESSION_KINDS),
    "distribution": set(DISTRIBUTIONS),
    "note": set(NOTES),
    "parameter": PARAMETERS | set(COUNTED),
    "review_figure": set(FIGURES),
    "cause": set(CAUSES),
    "harm": set(HARMS),
    "forecast_model": {"seasonal_naive", "steady_growth", "local_level", "combined"},
}
"""Families of keys whose last part comes from data, and all that data may say."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def written_keys() -> tuple[set[str], set[str]]:
    """Texts in the sources that may be keys, and the beginnings of keys that are put together there."""
    whole, beginnings = set(), set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "label":
                beginnings.add(f"{getattr(node.args[0], 'value', '?')}.")
    return whole, {b for b in beginnings if re.fullmatch(r"[a-z_]+\.", b)}


def test_both_languages_have_the_same_keys() -> None:
    """A key of one language is a key of the other."""
    assert set(CATALOGUES["pt-BR"]) == set(CATALOGUES["en"])


@pytest.mark.parametrize("key", sorted(CATALOGUES["pt-BR"]))
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    """Every text takes the same values in both languages, and says something."""
    assert placeholders(CATALOGUES["pt-BR"][key]) == placeholders(CATALOGUES["en"][key])
    assert CATALOGUES["pt-BR"][key].strip()
    assert CATALOGUES["en"][key].strip()


def test_every_key_is_used() -> None:
    """No text lies unused: each is named in the sources, or belongs to a family that data name."""
    whole, beginnings = written_keys()
    unused = [
        key
        for key in CATALOGUES["en"]
        if key not in whole
        and key.removesuffix(".one").removesuffix(".many") not in whole
        and not any(key.startswith(beginning) for beginning in beginnings)
    ]
    assert unused == []


def test_every_key_that_the_sources_say_exists() -> None:
    """`say` and `count` never ask for a text that is not there."""
    missing = []
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            key = node.args[0].value
            asked = {"say": [key], "count": [f"{key}.one", f"{key}.many"]}.get(
                getattr(node.func, "attr", ""), []
            )
            missing += [name for name in asked if name not in CATALOGUES["en"]]
    assert missing == []


@pytest.mark.parametrize(("family", "names"), BY_DATA.items())
def test_families_cover_what_data_may_say(family: str, names: set[str]) -> None:
    """Every reason, status, indicator, kind of break and default skill has a name for people."""
    listed = {key.removeprefix(f"{family}.") for key in CATALOGUES["pt-BR"] if key.startswith(f"{family}.")}
    assert listed == names


def test_brazilian_numbers() -> None:
    """Decimal comma, points between thousands, dates as DD/MM."""
    assert PORTUGUESE.decimal(1234567.891, 2) == "1.234.567,89"
    assert PORTUGUESE.integer(2874) == "2.874"
    assert PORTUGUESE.percent(0.9736) == "97,4%"
    assert PORTUGUESE.money(-1234.5) == "R$ -1.234,50"
    assert PORTUGUESE.minutes(1.25) == "1,2 min"
    assert PORTUGUESE.hours(90, 1) == "1,5 h"
    assert PORTUGUESE.short_day(date(2026, 12, 5)) == "sáb 05/12"
    assert PORTUGUESE.full_day(date(2026, 12, 5)) == "05/12/2026"
    assert PORTUGUESE.instant(datetime(2026, 11, 30, 9, 5, tzinfo=UTC)) == "seg 30/11 09:05"
    assert PORTUGUESE.hour(480) == "08h"


def test_english_numbers() -> None:
    """Decimal point, commas between thousands, months by name."""
    assert ENGLISH.decimal(1234567.891, 2) == "1,234,567.89"
    assert ENGLISH.percent(0.9736) == "97.4%"
    assert ENGLISH.short_day(date(2026, 12, 5)) == "Sat 5 Dec"
    assert ENGLISH.weekday(date(2026, 12, 6)) == "Sunday"
    assert ENGLISH.hour(1440) == "00:00"


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), -float("inf")])
def test_unknown_numbers_are_a_dash(value: float | None) -> None:
    """What is not a number is never shown as one."""
    assert {PORTUGUESE.decimal(value), PORTUGUESE.percent(value), PORTUGUESE.money(value)} == {"\u2013"}
    assert {PORTUGUESE.minutes(value), PORTUGUESE.hours(value), PORTUGUESE.integer(value)} == {"\u2013"}


def test_no_minus_zero() -> None:
    """A number that rounds to zero has no sign."""
    assert PORTUGUESE.decimal(-0.04) == "0,0"
    assert ENGLISH.integer(-0.4) == "0"


@settings(deadline=None, derandomize=True)
@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_both_languages_write_the_same_number(value: float, places: int) -> None:
    """Reading the Brazilian form back gives the English one."""
    brazilian = PORTUGUESE.decimal(value, places)
    english = ENGLISH.decimal(value, places)
    assert float(brazilian.replace(".", "").replace(",", ".")) == float(english.replace(",", ""))
    assert float(english.replace(",", "")) == pytest.approx(value, abs=0.51 * 10.0**-places)


def test_unknown_names_stay_as_they_are() -> None:
    """A skill that the catalogue does not know keeps its own name, and follows the known ones."""
    assert PORTUGUESE.label("skill", "mandarim") == "mandarim"
    assert skill_order(["zulu", "pj", "alemão", "pf"]) == ["pf", "pj", "alemão", "zulu"]
