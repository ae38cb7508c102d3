"""Scenario files: parameters over a base, with every fault named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from data.files import BadDataError, MissingInputError, read_scenario_file
from data.model import Scenario


def written(folder: Path, **changes: Any) -> Path:
    """A scenario file that sets two parameters, with these changes to the document."""
    document = {"format": "pontual-scenario", "version": 1, "parameters": {"late_median": 7.5}}
    path = folder / "scenario.json"
    path.write_text(json.dumps({**document, **changes}), encoding="utf-8")
    return path


def test_what_the_file_leaves_out_is_the_base(tmp_path: Path) -> None:
    """Only the parameters in the file differ from the base."""
    base = Scenario(late_tolerance=9.0)
    assert read_scenario_file(written(tmp_path), base) == base.model_copy(update={"late_median": 7.5})


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"format": "other"}, {"format"}),
        ({"version": 2}, {"version"}),
        ({"parameters": [1]}, {"parameters"}),
        ({"parameters": {"late_median": -1, "no_such": 3}}, {"parameters.late_median", "parameters.no_such"}),
        (
            {"parameters": {"late_by_hour": [1.0] * 23, "no_show_by_hour": [1.0] * 23 + [-1]}},
            {"parameters.late_by_hour", "parameters.no_show_by_hour.23"},
        ),
        ({"parameters": {"failure_rebook": 0.9, "failure_recoverable": 0.9}}, {"parameters"}),
    ],
)
def test_every_fault_is_named(tmp_path: Path, changes: dict[str, Any], fields: set[str]) -> None:
    """A wrong format, version or parameter is told by its field, all wrong parameters at once."""
    with pytest.raises(BadDataError) as caught:
        read_scenario_file(written(tmp_path, **changes), Scenario())
    assert {problem.column for problem in caught.value.problems} == fields


def test_what_is_no_json_or_not_there(tmp_path: Path) -> None:
    """A file that is no JSON is bad data; a file that is not there is missing input."""
    path = tmp_path / "scenario.json"
    path.write_bytes(b"\xff{")
    with pytest.raises(BadDataError):
        read_scenario_file(path, Scenario())
    with pytest.raises(MissingInputError):
        read_scenario_file(tmp_path / "absent.json", Scenario())
