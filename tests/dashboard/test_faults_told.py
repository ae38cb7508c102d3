"""Real faults of scenario files, events and documents, and refusals, as Portuguese pages tell them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from dashboard.results import error_words
from dashboard.texts import Texts
from dashboard.texts.phrases import phrase
from data.files import BadDataError, BusyError, CannotWriteError, MissingInputError, Problem
from data.files.day_events import read_day_events
from data.model import Scenario
from data.referee import judge
from optimizer.planning.faults import IllegalRosterError, sentences
from optimizer.sweep.reading import scenarios_of
from tests.dashboard.test_phrases import ENGLISH, PORTUGUESE
from tests.referee.legal_case import legal_case
from tests.referee.mutations import MUTATIONS

BAD_SCENARIOS = (
    "a: [1",
    "a: b: c",
    "a: &x 1\nb: *x",
    "a: {b: 1, b: 2}",
    "? [a, b]\n: 1",
    "a: 'b",
    "a: @b",
    "a: }",
    "a: {b: 1]",
    "a:\n  b: 1\n c: 2",
    "--- a\n--- b",
    "- a\n- b",
    "scenarios: []",
    "scenarios: {a: 1}\nother: 1",
    "scenarios:\n  - {name: today, late_tolerance: 5}\n  - {late_tolerance: 5}\n"
    "  - {name: twice, no_show: 150%}\n  - {name: twice, late_tolerance: }\n  - just words",
    "design: guess\nlevers: {late_tolerance: [1, 2]}\npoints: 3",
    "design: latin_hypercube\nlevers: {late_tolerance: {from: 20, to: 5}, no_show: [3%], patience_median: 5}",
    "design: factorial\nlevers: {late_tolerance: {from: 1, to: 2}}",
    "design: factorial\nlevers: {late_tolerance: {from: 1, to: 2, steps: 1}}",
    "design: factorial\nlevers: {late_tolerance: {from: 1, to: 60, steps: 99}, "
    "patience_median: {from: 1, to: 60, steps: 99}}",
    "no_such: 1",
    "late_tolerance: -5",
    "late_tolerance: {a: 5}",
    "late_tolerance: words",
    "walk_ups_by_hour: [1, 2]",
    "a: !!strange 1",
    "cancellation_probability: 1\ncancellation_probability: 1",
    "return_delay_low: 90\nreturn_delay_high: 10",
    "outage: {from: noon, day: 40, minutes: 0, until: 1}",
    "pool_size: many",
    "demand: 0",
    "buffer_minutes: {strange: 5, single: half}",
    "regimes: {all: {no_such: 5}, CLT_44H: {weekly_max_minutes: words}}",
    "contracts: {nobody: {daily_minutes: 5}, all: {daily_minutes: -5, regime: guess}}",
    "reform: guess",
    "opening: {someday: closed, friday: 08:00-12:00, saturday: early}",
    "opening: {saturday: closed, sunday: closed, monday: closed}",
    "plan: {no_such: 1, wish_price: -1}",
    "plan: {overtime_price: words, work_minutes_budget: +20%}",
    "service: {no_such: 1, late_tolerance_minutes: 5}",
    "service: {lead_minutes: -1, single: {longest_minutes: 1}}",
    "training: {who: A1}",
    "training: {agents: nobody, skill: none, share: 150%}",
    "training: {agents: nobody, skill: none}",
    "hired: {nobody: 1}",
    "hired: {clt: -99}",
)
BAD_EVENTS = (
    '{"schema": "other"}',
    "nonsense",
    "[1]",
    '{"number": 1',
    "{number: 1}",
    '{"number": 1} and',
    '{"number" 1}',
    '{"number',
    r'{"kind": "\q"}',
    '{"number": 0}',
    '{"number": 0, "at": "2026-11-30T09:00:00", "kind": "session_started", "booking_id": "", "more": 1}',
    '{"number": 1.5, "at": "2026-13-30T09:00:00Z", "kind": "no_show", "booking_id": 5}',
    '{"number": 1, "at": "30/11/2026 09:00", "kind": "no_such_kind"}',
    '{"number": "x", "at": [], "kind": "session_ended", "booking_id": "B", "outcome": "well", '
    '"interrupted_minutes": 999}',
    '{"number": 2, "at": "2026-11-30T09:00:00Z", "kind": "booking_added", '
    '"booking": {"booking_id": "single"}, "participants": [], "start": "2026-11-30T12:00:00Z"}',
    '{"number": 3, "at": "2026-11-30T09:00:00Z", "kind": "booking_added", '
    '"booking": {"booking_id": "new", "skill": 7}, "participants": [{"role": "guest"}], '
    '"start": "2026-11-30T12:00:00Z"}',
    '{"number": 4, "at": "2026-11-30T09:00:00Z", "kind": "snapshot", "sessions": {}, '
    '"agents": [{"agent_id": "A"}, {"agent_id": "A"}]}',
    '{"number": 5, "at": "2026-11-30T09:00:00Z", "kind": "snapshot", "sessions": [], '
    '"agents": [{"agent_id": "A"}, {"agent_id": "A"}]}',
)
DOCUMENT_FAULTS: dict[str, tuple[Any, object]] = {
    "string_type": (str, 1),
    "string_too_short": (Annotated[str, Field(min_length=2)], ""),
    "string_too_long": (Annotated[str, Field(max_length=2)], "abc"),
    "string_pattern_mismatch": (Annotated[str, Field(pattern="^a$")], "b"),
    "int_type": (int, None),
    "int_parsing": (int, "x"),
    "int_from_float": (int, 1.5),
    "float_type": (float, None),
    "float_parsing": (float, "x"),
    "finite_number": (Annotated[float, Field(allow_inf_nan=False)], float("inf")),
    "bool_type": (bool, None),
    "bool_parsing": (bool, "x"),
    "greater_than": (Annotated[float, Field(gt=0.5)], 0),
    "greater_than_equal": (Annotated[int, Field(ge=1)], 0),
    "less_than": (Annotated[int, Field(lt=1)], 2),
    "less_than_equal": (Annotated[int, Field(le=1)], 2),
    "multiple_of": (Annotated[int, Field(multiple_of=5)], 2),
    "literal_error": (Literal["a", "b", "c"], "d"),
    "list_type": (list[int], 1),
    "tuple_type": (tuple[int, ...], 1),
    "dict_type": (dict[str, int], 1),
    "model_type": (Scenario, 1),
    "too_short": (Annotated[tuple[int, ...], Field(min_length=2)], [1]),
    "too_long": (Annotated[list[int], Field(max_length=1)], [1, 2]),
    "date_type": (date, []),
    "date_from_datetime_parsing": (date, "2026-13-01"),
    "time_type": (time, []),
    "time_parsing": (time, "25:00"),
    "datetime_type": (AwareDatetime, []),
    "datetime_from_date_parsing": (AwareDatetime, "2026-11-31T00:00:00Z"),
    "timezone_aware": (AwareDatetime, "2026-11-30T00:00:00"),
}


@pytest.mark.parametrize("content", BAD_SCENARIOS)
def test_bad_scenario_files_are_told(content: str) -> None:
    with pytest.raises(BadDataError) as caught:
        scenarios_of({"cenario.yaml": content.encode()}, legal_case(), Scenario(), seed=0)
    _nothing_stays_english(caught.value.problems)


def test_bad_events_are_told(tmp_path: Path) -> None:
    """Lines that are no JSON, no events, events with bad fields, and a booking with bad columns."""
    (tmp_path / "dia.jsonl").write_text("\n".join(BAD_EVENTS), encoding="utf-8")
    with pytest.raises(BadDataError) as caught:
        read_day_events(tmp_path / "dia.jsonl", legal_case())
    assert {problem.row for problem in caught.value.problems} == set(range(1, len(BAD_EVENTS) + 1))
    _nothing_stays_english(caught.value.problems)


def _nothing_stays_english(problems: Iterable[Problem]) -> None:
    for problem in problems:
        told = PORTUGUESE.phrase(problem.expected)
        assert told != problem.expected, problem
        assert not ENGLISH.search(told), (problem.expected, told)


@pytest.mark.parametrize("kind", DOCUMENT_FAULTS)
def test_faults_of_documents_are_told(kind: str) -> None:
    """What pydantic says, in the words of the version that is installed."""
    field, value = DOCUMENT_FAULTS[kind]
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(field).validate_python(value)
    (fault,) = caught.value.errors()
    assert fault["type"] == kind
    assert not ENGLISH.search(phrase(fault["msg"], "pt-BR")), fault["msg"]
    assert phrase(fault["msg"], "pt-BR") != fault["msg"]


def test_refusals_are_told_line_by_line() -> None:
    """What broke a rule keeps its place and its code; English stays as the error says it."""
    broken = [found for code in ("CLT-66", "SKILL") for found in judge(MUTATIONS[code].edit(legal_case()))]
    error = IllegalRosterError(sentences(broken * 20))
    assert error_words(error, Texts("en")) == str(error)
    head, first, *others, rest = error_words(error, PORTUGUESE).split("\n")
    assert head == "a escala viola regras obrigatórias; crie outra ou corrija esta"
    assert first.startswith("  CLT-66 agente A1, jornada sáb 28/11/2026 08:00-17:00: 10 h 55 min de descanso")
    assert rest == f"  e mais {20 * len(broken) - 20}"
    assert not ENGLISH.search("\n".join([first, *others]))


@pytest.mark.parametrize(
    "error",
    [
        BusyError("plans/week is being written to by another process; try again later"),
        CannotWriteError("cannot write plans/week: No space left on device"),
        MissingInputError(["plan.json"]),
        MissingInputError(["plan.json"], "can't be read"),
        MissingInputError(["plan.json"], "No such file or directory"),
    ],
)
def test_refusals_of_files_are_told(error: Exception) -> None:
    assert not ENGLISH.search(error_words(error, PORTUGUESE)), error_words(error, PORTUGUESE)


def test_many_problems_are_counted() -> None:
    """A file that is bad from end to end does not fill the page."""
    error = BadDataError(Problem("a.jsonl", row, "", "", "expected an object") for row in range(1, 31))
    *lines, rest = error_words(error, PORTUGUESE).split("\n")
    assert lines[0] == "a.jsonl, linha 1: esperava-se um objeto"
    assert (len(lines), rest) == (20, "e mais 10")
