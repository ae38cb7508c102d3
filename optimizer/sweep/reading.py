"""Scenario files: YAML of one scenario, of many, or of levers that a design moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from data.files import BadDataError, MissingInputError, Problem
from data.files.errors import shown
from data.files.yaml_file import read_yaml
from data.model import Case, Scenario
from optimizer.sweep.designs import (
    KINDS,
    Choices,
    Levels,
    Range,
    combinations,
    full_factorial,
    latin_hypercube_design,
)
from optimizer.sweep.levers import Path as LeverPath
from optimizer.sweep.scenarios import TODAY, SweepScenario, SweepSpecification, faults_of
from optimizer.sweep.values import Setting

SUFFIXES = (".yaml", ".yml")
MOST_SCENARIOS = 5_000
"""Each is compared with each other."""

MOST_STEPS = 1_000
_DESIGN_KEYS = ("design", "levers", "points")
_RANGE_KEYS = ("from", "to", "steps")


@dataclass
class _Read:
    """What was read so far."""

    scenarios: list[SweepScenario] = field(default_factory=list)
    design: dict[LeverPath, Choices] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, file: str, place: LeverPath, value: Any, expected: str) -> None:
        text = "" if value is None or isinstance(value, dict | list) else shown(str(value))
        self.problems.append(Problem(file, None, ".".join(place), text, expected))


def read_scenarios(path: Path, case: Case, base: Scenario, seed: int) -> SweepSpecification:
    """The scenarios of a file, or of all YAML files of a folder; what they don't say stays as it is.

    Args:
        path: file or folder.
        case: that the levers are of.
        base: what happens on the day, where a scenario does not say otherwise.
        seed: of a space-filling design.

    Raises:
        MissingInputError: when there is no such file, or no YAML file in the folder.
        BadDataError: with every problem of every file.
    """
    contents: dict[str, bytes] = {}
    for file in _files(path):
        try:
            contents[file.name] = file.read_bytes()
        except OSError as error:
            raise MissingInputError([file.name], error.strerror or "can't be read") from error
    return scenarios_of(contents, case, base, seed)


def scenarios_of(contents: Mapping[str, bytes], case: Case, base: Scenario, seed: int) -> SweepSpecification:
    """The scenarios of files that are held already; what they don't say stays as it is.

    Args:
        contents: of YAML files, by their names.
        case: that the levers are of.
        base: what happens on the day, where a scenario does not say otherwise.
        seed: of a space-filling design.

    Raises:
        BadDataError: with every problem of every file.
    """
    read = _Read()
    for file, content in contents.items():
        try:
            document = read_yaml(content, file)
        except BadDataError as error:
            read.problems += error.problems
            continue
        _read_document(read, file, PurePath(file).stem, document, seed)
    _names_are_unique(read)
    # Levers of scenarios that were read are looked at even when others could not be: all is told at once.
    for fault in faults_of(read.scenarios, case, base):
        read.wrong(fault.file, fault.place, shown(fault.value) if fault.value else None, fault.expected)
    if read.problems:
        raise BadDataError(read.problems)
    if not read.scenarios:
        raise BadDataError([Problem(", ".join(contents), None, "", "", "expected a scenario or more")])
    return SweepSpecification((SweepScenario(TODAY), *read.scenarios), read.design)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES and file.is_file())
    if not found:
        raise MissingInputError([str(path)], "there is no file that ends with .yaml or .yml")
    return found


def _read_document(read: _Read, file: str, stem: str, document: Any, seed: int) -> None:
    if not isinstance(document, dict):
        read.wrong(file, (), None, "expected a mapping: a scenario, scenarios, or levers and a design")
        return
    holds_many = "scenarios" in document or any(key in document for key in _DESIGN_KEYS)
    if not holds_many:
        _read_scenario(read, file, (), document, stem)
        return
    for key in document:
        if key not in ("scenarios", *_DESIGN_KEYS):
            read.wrong(file, (key,), document[key], f"expected scenarios, or {', '.join(_DESIGN_KEYS)}")
    listed = document.get("scenarios", [])
    if isinstance(listed, list):
        for number, entry in enumerate(listed):
            _read_scenario(read, file, (f"scenarios[{number + 1}]",), entry, "")
    else:
        read.wrong(file, ("scenarios",), listed, "expected a list of scenarios")
    if any(key in document for key in _DESIGN_KEYS):
        _read_design(read, file, document, seed)


def _read_scenario(read: _Read, file: str, place: LeverPath, entry: Any, default_name: str) -> None:
    if not isinstance(entry, dict):
        read.wrong(file, place, entry, "expected a mapping: a name, and the levers that are moved")
        return
    name = entry.get("name", default_name)
    if not isinstance(name, str) or not name.strip():
        read.wrong(file, (*place, "name"), name, "expected a name")
        name = ""
    elif name.strip() == TODAY:
        read.wrong(file, (*place, "name"), name, "expected another name: this one is for no change at all")
    changes: list[tuple[LeverPath, Setting]] = []
    for path, value in _leaves({key: value for key, value in entry.items() if key != "name"}):
        if value is None or value == {}:
            read.wrong(file, (*place, *path), None, "expected a value")
        else:
            changes.append((path, Setting.of(value)))
    if not changes:
        read.wrong(file, place, None, "expected a lever or more to be moved")
    read.scenarios.append(SweepScenario(name.strip(), tuple(changes), file=file, place=place))


def _leaves(document: dict[str, Any], above: LeverPath = ()) -> list[tuple[LeverPath, Any]]:
    found: list[tuple[LeverPath, Any]] = []
    for key, value in document.items():
        path = (*above, str(key))
        found += _leaves(value, path) if isinstance(value, dict) and value else [(path, value)]
    return found


def _read_design(read: _Read, file: str, document: dict[str, Any], seed: int) -> None:
    before = len(read.problems)
    if read.design:
        read.wrong(file, ("levers",), None, "expected one design in all files together")
        return
    kind = document.get("design")
    if kind not in KINDS:
        read.wrong(file, ("design",), kind, f"expected {' or '.join(KINDS)}")
    levers = document.get("levers")
    if not isinstance(levers, dict) or not levers:
        read.wrong(file, ("levers",), levers, "expected levers, each with its values")
        return
    design: dict[LeverPath, Choices] = {}
    for path, value in _choices(levers):
        choices = _read_choices(read, file, ("levers", *path), value)
        if choices is not None:
            design[path] = choices
    points = _points(read, file, kind, document.get("points"))
    if len(read.problems) > before:
        return
    try:
        if kind == "factorial" and combinations(design) > MOST_SCENARIOS:
            read.wrong(
                file, ("levers",), combinations(design), f"expected {MOST_SCENARIOS:,} combinations at most"
            )
            return
        made = full_factorial(design) if kind == "factorial" else latin_hypercube_design(design, points, seed)
    except ValueError as error:
        read.wrong(file, ("levers",), None, str(error))
        return
    read.design = design
    digits = len(str(len(made)))
    read.scenarios += [
        SweepScenario(f"design {number:0{digits}}", tuple(changes.items()), True, file, ("levers",))
        for number, changes in enumerate(made, 1)
    ]


def _points(read: _Read, file: str, kind: Any, points: Any) -> int:
    """How many points a design has; 0 where it does not say."""
    if kind == "latin_hypercube":
        if _is_whole(points) and 2 <= points <= MOST_SCENARIOS:
            return int(points)
        read.wrong(file, ("points",), points, f"expected a number of scenarios from 2 to {MOST_SCENARIOS:,}")
    elif points is not None:
        expected = "expected no points: a full factorial design has all combinations"
        read.wrong(file, ("points",), points, expected)
    return 0


def _choices(document: dict[str, Any], above: LeverPath = ()) -> list[tuple[LeverPath, Any]]:
    """The levers of a design: each ends in a list, or in from and to."""
    found: list[tuple[LeverPath, Any]] = []
    for key, value in document.items():
        path = (*above, str(key))
        nested = isinstance(value, dict) and value and not any(word in value for word in _RANGE_KEYS)
        found += _choices(value, path) if nested else [(path, value)]
    return found


def _read_choices(read: _Read, file: str, place: LeverPath, value: Any) -> Choices | None:
    if isinstance(value, list):
        values = tuple(Setting.of(item) for item in value)
        if len(values) >= 2 and len(set(map(str, values))) == len(values):
            return Levels(values)
        read.wrong(file, place, None, "expected two different values or more")
        return None
    if not isinstance(value, dict) or set(value) - set(_RANGE_KEYS) or not {"from", "to"} <= set(value):
        read.wrong(file, place, value, "expected a list of values, or from and to (and steps)")
        return None
    low, high = Setting.of(value["from"]), Setting.of(value["to"])
    if not (low.is_number and high.is_number) or low.kind != high.kind or low.value >= high.value:
        expected = "expected two numbers of one kind, the smaller first, such as from: 5 and to: 20"
        read.wrong(file, place, f"{low} to {high}", expected)
        return None
    steps = value.get("steps")
    if steps is None:
        return Range(low, high)
    if not _is_whole(steps) or not 2 <= steps <= MOST_STEPS:
        read.wrong(file, (*place, "steps"), steps, f"expected a number of steps from 2 to {MOST_STEPS:,}")
        return None
    return Range(low, high).levels(steps)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _names_are_unique(read: _Read) -> None:
    seen: set[str] = set()
    for scenario in read.scenarios:
        if scenario.name and scenario.name in seen:
            read.wrong(scenario.file, (*scenario.place, "name"), scenario.name, "expected each name once")
        seen.add(scenario.name)
