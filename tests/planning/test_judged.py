"""An answer that the referee rejects never leaves the pipeline."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from data.model import Roster, Schedule
from optimizer.planning import RefereeDisagreesError, judged, judged_allocation, judged_roster
from optimizer.solve_result import SolveLimits
from tests.support.cases import tiny_case

LIMITS = SolveLimits(work=2.0)


def test_a_legal_answer_passes() -> None:
    """Roster and schedule of the tiny case come back with the case that carries them."""
    planned, roster = judged_roster(tiny_case(), LIMITS)
    assert roster.answer is not None
    assert len(planned.duties) == len(roster.answer.duties)
    planned, allocation = judged_allocation(tiny_case(), LIMITS)
    assert allocation.answer is not None
    assert len(planned.sessions) == 4


def test_a_session_moved_by_the_solver_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A schedule with a session in the night is refused, with the rules it breaks."""
    honest = judged.allocate

    def faulty(*arguments: Any) -> Any:
        result = honest(*arguments)
        sessions = result.answer.sessions
        starts = sessions.starts_at.copy()
        starts[0] = 180
        return replace(result, answer=Schedule(replace(sessions, starts_at=starts), result.answer.unplaced))

    monkeypatch.setattr(judged, "allocate", faulty)
    with pytest.raises(RefereeDisagreesError, match="DUTY") as caught:
        judged_allocation(tiny_case(), LIMITS)
    assert any(fault.startswith("WINDOW") for fault in caught.value.faults)


def test_a_wrong_objective_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stated objective that the plan does not hold is refused, for the roster and the allocation."""
    for name, run in (("allocate", judged_allocation), ("solve_roster", judged_roster)):
        honest = getattr(judged, name)

        def faulty(*arguments: Any, honest: Any = honest) -> Any:
            result = honest(*arguments)
            wrong = replace(result.levels[0], objective=result.levels[0].objective + 1)
            return replace(result, levels=(wrong, *result.levels[1:]))

        monkeypatch.setattr(judged, name, faulty)
        with pytest.raises(RefereeDisagreesError, match="OBJECTIVE"):
            run(tiny_case(), LIMITS)


def test_an_illegal_roster_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A duty longer than the law allows is refused."""
    honest = judged.solve_roster

    def faulty(*arguments: Any) -> Any:
        result = honest(*arguments)
        first, *rest = result.answer.duties
        return replace(result, answer=Roster.of([replace(first, end=first.start + 700, breaks=()), *rest]))

    monkeypatch.setattr(judged, "solve_roster", faulty)
    with pytest.raises(RefereeDisagreesError, match="CLT-58"):
        judged_roster(tiny_case(), LIMITS)
