"""The published schemas, the worked examples, and the clients of the documentation."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from data.batch.requests import MODES, request_schema
from data.batch.results import result_schema
from data.files import PlanFolder
from data.store import Database, Run, Store, create_or_upgrade
from tests.batch import worked_examples
from tests.batch.worked_examples import FOLDER, KEY
from tests.support.cases import tiny_case

Command = Callable[..., Any]


def documents(what: str) -> list[Path]:
    """The example documents of this kind, in their order."""
    return sorted(FOLDER.glob(f"*.{what}.json"))


def read(path: Path) -> dict[str, Any]:
    """A document."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_there_is_an_example_of_each_mode() -> None:
    """A request and a result, which are as the schemas say."""
    asked, told = documents("request"), documents("result")
    assert {read(path)["mode"] for path in asked} == set(MODES)
    for path in asked:
        jsonschema.validate(read(path), request_schema())
    for path in told:
        timings = {"total": 0.0, "steps": {}}
        jsonschema.validate(read(path) | {"timings": timings}, result_schema())
    assert len(asked) == len(told) == len(MODES)


def test_the_examples_are_what_happens(sqlite_url: str, tmp_path: Path) -> None:
    """Sent in their order to a store with the example's plan, requests get the results that are shown."""
    case = PlanFolder(FOLDER / "plan").read()
    found = list(worked_examples.results(str(tmp_path / "store.db"), case))
    assert [read(path) for path in documents("request")] == [request for _, request, _ in found]
    assert [read(path) for path in documents("result")] == [result for _, _, result in found]


def test_schemas_are_published(pontual: Command) -> None:
    """By short and by full name; they are schemas; without a name, the documents are listed."""
    listed = pontual("schema").document["schemas"]
    for short, full in listed.items():
        schema = pontual("schema", short).document
        assert schema == pontual("schema", full).document
        assert schema["$id"] == full
        jsonschema.Draft202012Validator.check_schema(schema)
    assert pontual("schema", "other").code == 2


@pytest.mark.parametrize("kind", ["python", "shell"])
def test_the_clients_of_the_documentation(kind: str, tmp_path: Path) -> None:
    """Each sends a request to the real command and tells what came of it; a refusal is told as one."""
    if kind == "shell" and shutil.which("jq") is None:
        pytest.skip("jq is not installed (Debian: jq)")
    place = str(tmp_path / "store.db")
    create_or_upgrade(Database(place))
    Store(place).put_case("example", tiny_case(), Run("test"))
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "pontual").write_text(f'#!/bin/sh\nexec {sys.executable} -m pontual "$@"\n')
    (programs / "pontual").chmod(0o755)
    environment = dict(
        os.environ,
        PATH=f"{programs}:{os.environ['PATH']}",
        PONTUAL_KEY=KEY.decode(),
        PYTHONPATH=str(FOLDER.parents[1]),
    )
    client = [sys.executable, str(FOLDER / "client.py")] if kind == "python" else [str(FOLDER / "client.sh")]

    def sent(store: str, request: str = "04-hold") -> subprocess.CompletedProcess[str]:
        command = [*client, store, str(FOLDER / f"{request}.request.json")]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    offered = sent(place, "03-offers")
    assert offered.returncode == 0, offered.stderr
    assert re.fullmatch(r"any booking \d+ starts ?\n", offered.stdout)
    held = sent(place)
    assert held.returncode == 0, held.stderr
    assert "held 2026-11-30T10:05:00-03:00" in held.stdout
    refused = sent(str(tmp_path / "none.db"))
    assert refused.returncode != 0
    assert "no such store" in refused.stderr
    assert "444" not in held.stdout + held.stderr + refused.stderr
