"""Every reference case: by the exact models, and by the engine where a day can express it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from benchmarks.simulation.exact_cases import EXACT_CASES
from benchmarks.simulation.played_cases import PLAYED_CASES
from benchmarks.simulation.played_results import (
    FAMILY_RISK,
    RISK,
    SECOND_SEED,
    SEED,
    engines_differ,
    play_case,
)
from benchmarks.simulation.reference import BEGINS, ENDS, PAGE, page_with, saved
from benchmarks.simulation.reference_cases import SHARED, reference_cases
from simulation import TwinEngine
from simulation.outcome_log import OutcomeLog

CASES = reference_cases()


@pytest.mark.parametrize("name", EXACT_CASES)
def test_exact_case(name: str) -> None:
    """Our exact model gives the reference value within the stated tolerance, number by number."""
    case = CASES[name]
    difference, agrees = case.differences(EXACT_CASES[name].solve(case.parameters))
    assert agrees, f"{case.quantity}: off by {difference}, tolerance {case.tolerance}"


def test_no_case_is_left_out() -> None:
    """Each of the 71 cases is solved exactly or, if it is a simulation itself, played."""
    assert len(CASES) == 71
    assert set(EXACT_CASES) == {name for name, case in CASES.items() if case.kind != "simulation"}
    assert set(CASES) == set(EXACT_CASES) | set(PLAYED_CASES)


@pytest.mark.parametrize("name", PLAYED_CASES)
def test_a_sample_of_days(name: str) -> None:
    """The engine's interval holds the reference value, and is narrow enough to miss a wrong one."""
    for figure in play_case(CASES[name], TwinEngine(), SEED, most_days=1000, most_sessions=60_000):
        assert figure.agrees, figure
        assert figure.half_width <= max(0.4 * abs(figure.value), figure.allowed), figure


@pytest.mark.parametrize("name", PLAYED_CASES)
def test_simpy_plays_the_same_days(name: str) -> None:
    """What the twin shows of a case is what SimPy shows: the first days are the same to the last bit."""
    assert not engines_differ(CASES[name], SEED)


def test_an_engine_that_strays_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One wait a moment longer, and the engines differ."""
    play = TwinEngine.run

    def stray(self: TwinEngine, *day: Any) -> OutcomeLog:
        log = play(self, *day)
        log.begun[3] += 2.0**-20
        return log

    monkeypatch.setattr(TwinEngine, "run", stray)
    assert engines_differ(CASES["E02"], SEED)


@pytest.mark.soak
@pytest.mark.parametrize("name", PLAYED_CASES)
def test_all_days_with_a_second_seed(name: str) -> None:
    """With as many days as it takes and another seed, every figure is reproduced."""
    assert all(figure.reproduced for figure in play_case(CASES[name], TwinEngine(), SECOND_SEED))


def test_the_engine_notices_a_wrong_value() -> None:
    """A value off by a tenth is outside the interval of a sample."""
    case = replace(CASES["B20"], value=[1.1 * CASES["B20"].value[0], 1.1 * CASES["B20"].value[1]])
    found = play_case(case, TwinEngine(), SEED, most_days=1000, most_sessions=15_000)
    assert not any(figure.agrees for figure in found)


def test_a_wrong_number_does_not_agree() -> None:
    """One number beyond the tolerance is a miss; fewer numbers than there should be are refused."""
    case = CASES["A20"]
    right = list(case.value)
    assert case.differences(right)[1]
    assert not case.differences([*right[:-1], right[-1] + 2 * float(case.tolerance)])[1]
    with pytest.raises(ValueError, match="expected 3 numbers"):
        case.differences(right[:-1])
    rounded = CASES["E07"]
    cost, gaps = rounded.value
    assert rounded.differences([cost, [gap + 0.0004 for gap in gaps]])[1]
    assert not rounded.differences([cost, [gap + 0.0006 for gap in gaps]])[1]
    assert not rounded.differences([cost + 0.0004, gaps])[1]


def test_the_risk_is_shared_by_all_figures() -> None:
    """The family-wise 99 % counts every random figure that is played."""
    random = [f for name, make in PLAYED_CASES.items() for f in make(CASES[name]).figures if f.half_width > 0]
    assert pytest.approx(FAMILY_RISK / len(random)) == RISK


def test_the_page_shows_the_kept_result() -> None:
    """The tables of docs/validation.md are those of the result file, and every case is in it."""
    text, result = PAGE.read_text(encoding="utf-8"), saved()
    assert text.count(BEGINS) == text.count(ENDS) == 1
    assert page_with(text, result) == text
    assert {row["case"] for row in result["exact"]} == set(EXACT_CASES)
    assert {row["case"] for row in result["played"]} == set(PLAYED_CASES)


if SHARED.is_file():

    def test_the_facts_are_those_of_the_collection() -> None:
        """Where the collection lies beside the clone, values and tolerances are as it has them."""
        theirs = reference_cases(SHARED)
        assert list(theirs) == list(CASES)
        for name, case in CASES.items():
            assert (case.kind, case.value, case.tolerance) == (
                theirs[name].kind,
                theirs[name].value,
                theirs[name].tolerance,
            )


def test_days_are_played_until_the_interval_is_narrow() -> None:
    """Without a limit a case ends reproduced, and not long after; with a limit it says that it is not."""
    case = CASES["B10"]
    (found,) = play_case(case, TwinEngine(), SEED)
    assert found.reproduced
    assert found.half_width > 0.7 * found.allowed
    (limited,) = play_case(CASES["E10"], TwinEngine(), SEED, most_sessions=5000)
    assert limited.sessions <= 5000
    assert limited.agrees
    assert not limited.reproduced


def test_every_outcome_once_is_exact() -> None:
    """Where all outcomes are played the engine gives the exact cost, without an interval."""
    for name in ("B18", "B19"):
        (found,) = play_case(CASES[name], TwinEngine(), SEED)
        assert found.reproduced
        assert found.half_width == 0.0
