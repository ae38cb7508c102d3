"""The sample week."""

from pathlib import Path

from data.eligibility import evaluate
from data.model import INPUT_TABLES, RESULT_TABLES, ShiftDemand, ShiftLimits, ShiftTypes, Standby, Wishes
from data.referee import judge_roster
from data.sample import SAMPLE_SETTINGS, load_sample, sample_folder, write_sample


def test_the_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    """Generated anew, every file is the same byte for byte, and none is missing or superfluous."""
    write_sample(tmp_path / "week")
    kept = {path.name: path.read_bytes() for path in sample_folder().iterdir()}
    made = {path.name: path.read_bytes() for path in (tmp_path / "week").iterdir()}
    assert made.keys() == kept.keys()
    assert [name for name in kept if kept[name] != made[name]] == []


def test_the_sample_can_be_planned_at_once() -> None:
    """3,000 bookings, most of them eligible, and a legal roster for them; no schedule, wishes or types."""
    case = load_sample()
    assert len(case.bookings) == SAMPLE_SETTINGS.bookings == 3000
    assert len(case.agents) == SAMPLE_SETTINGS.agents
    assert evaluate(case).eligible.mean() > 0.95
    assert len(case.duties) > 200
    assert judge_roster(case) == []
    assert len(case.sessions) == len(case.unplaced) == 0
    assert [kind for kind in INPUT_TABLES if not len(case.table(kind))] == [
        ShiftTypes,
        ShiftLimits,
        Standby,
        Wishes,
        ShiftDemand,
    ]
    assert {kind.TABLE for kind in RESULT_TABLES} == {"duties", "breaks", "sessions", "unplaced"}
