"""A scenario as a file: versioned parameters of the simulation; those left out keep their base."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from data.files.atomic import replace_files, writing
from data.files.errors import BadDataError, MissingInputError, Problem, shown
from data.model import Scenario

FORMAT = "pontual-scenario"
VERSION = 1


def read_scenario_file(path: Path, base: Scenario) -> Scenario:
    """The scenario of a file; what it does not say is as in `base`.

    Raises:
        BadDataError: with every problem of the file.
        MissingInputError: when the file is not there, or can't be opened.
    """
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise MissingInputError([path.name], error.strerror or "can't be read") from error
    except (ValueError, RecursionError) as error:
        raise BadDataError([Problem(path.name, None, "", "", "expected a JSON document")]) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadDataError([Problem(path.name, None, "format", "", f"expected {FORMAT}")])
    if document.get("version") != VERSION:
        found = shown(str(document.get("version")))
        raise BadDataError([Problem(path.name, None, "version", found, f"expected {VERSION}")])
    parameters = document.get("parameters")
    if not isinstance(parameters, dict):
        raise BadDataError([Problem(path.name, None, "parameters", "", "expected an object")])
    try:
        return Scenario.model_validate({**base.model_dump(), **parameters})
    except ValidationError as error:
        raise BadDataError(
            Problem(
                path.name,
                None,
                ".".join(["parameters", *map(str, problem["loc"])]),
                shown(str(problem["input"])) if problem["loc"] else "",
                problem["msg"],
            )
            for problem in error.errors()
        ) from error


def scenario_bytes(parameters: Mapping[str, Any], origin: Mapping[str, Any]) -> bytes:
    """A file that `read_scenario_file` takes; see `write_scenario_file`."""
    document = {"format": FORMAT, "version": VERSION, "parameters": dict(parameters), "origin": dict(origin)}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def write_scenario_file(
    path: Path,
    parameters: Mapping[str, Any],
    origin: Mapping[str, Any],
    beside: Mapping[Path, bytes] | None = None,
) -> None:
    """Write parameters so that `read_scenario_file` takes them; the file is swapped at once.

    Args:
        path: the file; what it held is replaced.
        parameters: by their names in `Scenario`; others keep their base when the file is read.
        origin: where they come from, for people and audits; not read again.
        beside: other files to write, or none of them.

    Raises:
        CannotWriteError: when a file can't be written; what they held stays.
    """
    files = {path: scenario_bytes(parameters, origin), **(beside or {})}
    with writing(path if len(files) == 1 else Path(" or ".join(str(file) for file in files))):
        replace_files(files)
