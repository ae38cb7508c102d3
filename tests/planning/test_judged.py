"""An answer that the referee rejects never leaves the pipeline."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from data.model import Duties, Roster, Schedule
from optimizer.planning import judged_allocations, judged_rosters
from optimizer.planning.faults import IllegalRosterError, RefereeDisagreesError
from optimizer.planning.judged_allocations import judged_allocation
from optimizer.planning.judged_rosters import judged_roster
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
    honest = judged_allocations.allocate

    def faulty(*arguments: Any, **options: Any) -> Any:
        result = honest(*arguments, **options)
        sessions = result.answer.sessions
        starts = sessions.starts_at.copy()
        starts[0] = 180
        return replace(result, answer=Schedule(replace(sessions, starts_at=starts), result.answer.unplaced))

    monkeypatch.setattr(judged_allocations, "allocate", faulty)
    with pytest.raises(RefereeDisagreesError, match="DUTY") as caught:
        judged_allocation(tiny_case(), LIMITS)
    assert any(fault.startswith("WINDOW") for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("name", "level"),
    [*(("allocate", level) for level in range(6)), *(("solve_roster", level) for level in range(3))],
)
def test_a_wrong_objective_is_caught(monkeypatch: pytest.MonkeyPatch, name: str, level: int) -> None:
    """A stated objective that the plan does not hold is refused, at every level."""
    module = judged_rosters if name == "solve_roster" else judged_allocations
    honest = getattr(module, name)

    def faulty(*arguments: Any, **options: Any) -> Any:
        result = honest(*arguments, **options)
        levels = list(result.levels)
        levels[level] = replace(levels[level], objective=levels[level].objective + 1)
        return replace(result, levels=tuple(levels))

    monkeypatch.setattr(module, name, faulty)
    run = judged_allocation if name == "allocate" else judged_roster
    with pytest.raises(RefereeDisagreesError, match="OBJECTIVE"):
        run(tiny_case(), LIMITS)


def test_an_illegal_roster_is_refused_before_the_search() -> None:
    """A schedule is only made on a roster that the referee accepts."""
    duties = [{"agent_id": "A1", "starts_at": 300, "ends_at": 1200}]
    with pytest.raises(IllegalRosterError, match="CLT-58"):
        judged_allocation(replace(tiny_case(), duties=Duties.from_rows(duties)), LIMITS)


def test_an_illegal_roster_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A duty longer than the law allows is refused."""
    honest = judged_rosters.solve_roster

    def faulty(*arguments: Any, **options: Any) -> Any:
        result = honest(*arguments, **options)
        first, *rest = result.answer.duties
        return replace(result, answer=Roster.of([replace(first, end=first.start + 700, breaks=()), *rest]))

    monkeypatch.setattr(judged_rosters, "solve_roster", faulty)
    with pytest.raises(RefereeDisagreesError, match="CLT-58"):
        judged_roster(tiny_case(), LIMITS)
