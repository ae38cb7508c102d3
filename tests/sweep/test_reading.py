"""Scenario files: what they say, and everything that is wrong with them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.files import BadDataError, MissingInputError
from data.model import Scenario
from optimizer.sweep.reading import read_scenarios
from tests.sweep.days import day, specification


def problems(path: Path) -> dict[str, tuple[str, str]]:
    """By file and place: what was found and expected."""
    with pytest.raises(BadDataError) as error:
        read_scenarios(path, day(), Scenario(), 1)
    return {
        f"{problem.file}:{problem.column}": (problem.value, problem.expected)
        for problem in error.value.problems
    }


def test_one_file_of_many_scenarios_and_a_design(tmp_path: Path) -> None:
    """Today comes first, then those listed, then those of the design."""
    found = specification(tmp_path)
    names = [scenario.name for scenario in found.scenarios]
    assert names[:2] == ["today", "platform down"]
    assert names[2:] == [f"design {number:02}" for number in range(1, 17)]
    assert not found.changes_plan
    assert list(found.design) == [("late_tolerance",), ("no_show",), ("pool_size",), ("standby_agents",)]


def test_a_folder_of_files_of_one_scenario_each(tmp_path: Path) -> None:
    """A file is named after itself unless it says a name; other files are passed over."""
    (tmp_path / "b.yaml").write_text("late_tolerance: 10", encoding="utf-8")
    (tmp_path / "a.yml").write_text("name: busy\ndemand: +20%", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no scenario", encoding="utf-8")
    found = read_scenarios(tmp_path, day(), Scenario(), 1)
    assert [scenario.name for scenario in found.scenarios] == ["today", "busy", "b"]
    assert found.changes_plan


def test_all_that_is_wrong_in_all_files_is_told(tmp_path: Path) -> None:
    """Structure, names, fields, values and designs, each with its place and what was expected."""
    (tmp_path / "a.yaml").write_text(
        """
scenarios:
  - {name: today, late_tolerance: 5}
  - {late_tolerance: 5}
  - {name: twice, late_tolerance: -5, no_such: 1}
  - {name: twice, no_show: 150%}
  - {name: nothing}
  - just words
other: 1
""",
        encoding="utf-8",
    )
    (tmp_path / "b.yaml").write_text(
        """
design: latin_hypercube
levers:
  late_tolerance: {from: 20, to: 5}
  no_show: [3%]
  patience_median: {from: 5, to: 10%, upto: 3}
""",
        encoding="utf-8",
    )
    (tmp_path / "c.yaml").write_text("a: [1", encoding="utf-8")
    found = problems(tmp_path)
    assert {
        "a.yaml:other",
        "a.yaml:scenarios[1].name",
        "a.yaml:scenarios[2].name",
        "a.yaml:scenarios[3].late_tolerance",
        "a.yaml:scenarios[3].no_such",
        "a.yaml:scenarios[4].name",
        "a.yaml:scenarios[4].no_show",
        "a.yaml:scenarios[5]",
        "a.yaml:scenarios[6]",
        "b.yaml:levers.late_tolerance",
        "b.yaml:levers.no_show",
        "b.yaml:levers.patience_median",
        "b.yaml:points",
        "c.yaml:",
    } == set(found)
    assert found["a.yaml:scenarios[3].late_tolerance"] == (
        "-5",
        "Input should be greater than or equal to 0",
    )
    assert found["a.yaml:scenarios[4].no_show"][0] == "1.5"


def test_a_bad_level_of_a_design_is_told_once(tmp_path: Path) -> None:
    """However many combinations it is in."""
    path = tmp_path / "design.yaml"
    path.write_text(
        "design: factorial\nlevers:\n  late_tolerance: [-5, 5]\n  standby_agents: [0, 1, 2]", encoding="utf-8"
    )
    assert list(problems(path)) == ["design.yaml:levers.late_tolerance"]


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("design: guess\nlevers: {late_tolerance: [1, 2]}", "design", "factorial or latin_hypercube"),
        ("design: factorial", "levers", "expected levers"),
        ("design: factorial\npoints: 5\nlevers: {late_tolerance: [1, 2]}", "points", "no points"),
        ("design: factorial\nlevers: {late_tolerance: {from: 1, to: 2}}", "levers", "from, to and steps"),
        (
            "design: factorial\nlevers: {late_tolerance: {from: 1, to: 60, steps: 100}, "
            "patience_median: {from: 1, to: 60, steps: 100}}",
            "levers",
            "combinations at most",
        ),
        ("- a\n- b", "", "expected a mapping"),
        ("scenarios: []", "", "expected a scenario or more"),
    ],
)
def test_designs_and_files_that_make_no_sense(tmp_path: Path, text: str, place: str, expected: str) -> None:
    """Each is told with what was expected."""
    path = tmp_path / "f.yaml"
    path.write_text(text, encoding="utf-8")
    ((where, (_, told)),) = problems(path).items()
    assert (where, expected in told) == (f"f.yaml:{place}", True)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """A file, and a folder without any."""
    with pytest.raises(MissingInputError, match=r"no\.yaml"):
        read_scenarios(tmp_path / "no.yaml", day(), Scenario(), 1)
    with pytest.raises(MissingInputError, match=r"ends with \.yaml"):
        read_scenarios(tmp_path, day(), Scenario(), 1)


def test_personal_data_in_a_file_is_masked(tmp_path: Path) -> None:
    """A CPF that somebody has put into a scenario file does not come out in the error."""
    path = tmp_path / "f.yaml"
    path.write_text("late_tolerance: 111.444.777-35", encoding="utf-8")
    assert "111.444.777-35" not in str(problems(path))
