"""`pontual store`, `why` and `forget`: from a plan folder into a store and out, and what they refuse."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.files import PlanFolder, write_case
from data.identity import SurrogateKey
from data.model import Sessions
from data.store.upgrade import newest_version
from tests.pontual.conftest import Outcome
from tests.support.cases import booking, participant, tiny_case

Command = Callable[..., Outcome]
SECRET = "a secret of the tests, not short"
ORDER, TAX_ID = "CERTI-17", "111.444.777-35"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan folder with one booking, which has a session."""
    name = SurrogateKey(SECRET.encode()).booking(ORDER, TAX_ID)
    case = tiny_case()
    placed = {"booking_id": name, "agent_id": "A1", "starts_at": 600, "duration_minutes": 20}
    write_case(
        tmp_path / "week",
        replace(
            case,
            bookings=type(case.bookings).from_rows([booking(name)]),
            participants=type(case.participants).from_rows([participant(name, "P1", 540, 780)]),
            sessions=Sessions.from_rows([placed]),
        ),
    )
    return tmp_path / "week"


@pytest.fixture
def store(pontual: Command, tmp_path: Path) -> Path:
    """A new store in a file."""
    path = tmp_path / "store.db"
    assert pontual("store", "init", "--store", path).code == 0
    return path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a line on standard input, with a key in the environment."""

    def put(line: str) -> None:
        monkeypatch.setenv("PONTUAL_KEY", SECRET)
        monkeypatch.setattr(sys, "stdin", io.StringIO(line + "\n"))

    return put


def test_a_folder_goes_in_and_comes_out(pontual: Command, folder: Path, store: Path, tmp_path: Path) -> None:
    """What is exported has the bytes of what was imported; a new run is told as a change, with its reason."""
    first = pontual("store", "import", folder, "--store", store, "--json").document
    assert (first["plan"], first["placed"], first["revision"]) == ("week", 1, 1)
    plan_folder = PlanFolder(folder)
    case = plan_folder.read()
    moved: Any = Sessions.from_rows([case.sessions.row(0) | {"starts_at": 660}])
    plan_folder.write_run(replace(case, sessions=moved), command="test")
    again = pontual("store", "import", folder, "--store", store, "--why", "fewer waits", "--json").document
    assert (again["placed"], again["moved"], again["revision"]) == (0, 1, 2)
    out = tmp_path / "out"
    assert pontual("store", "export", "week", "--store", store, "--out", out).code == 0
    run = plan_folder.current_run()
    assert run is not None
    for path in out.iterdir():
        assert path.read_bytes() == (run / path.name).read_bytes()
    runs = pontual("store", "runs", "--store", store, "--json").document["runs"]
    assert [r["reason"] for r in runs] == ["", "fewer waits"]
    assert "store import" in pontual("store", "runs", "--store", store).out


def test_why_and_forget_by_order_number(
    pontual: Command, folder: Path, store: Path, typed: Callable[[str], None]
) -> None:
    """The order number with the CPF from standard input finds the session; neither is ever printed."""
    pontual("store", "import", folder, "--store", store, "--why", "first plan")
    typed(TAX_ID)
    told = pontual("why", ORDER, "--store", store)
    assert (told.code, "placed" in told.out, "first plan" in told.out) == (0, True, True)
    typed(TAX_ID)
    (change,) = pontual("why", ORDER, "--store", store, "--json").document["changes"]
    assert change["after"] == {
        "start": "2026-11-30T10:00:00-03:00", "agent_id": "A1", "duration_minutes": 20,
    }  # fmt: skip
    typed(TAX_ID)
    erased = pontual("forget", ORDER, "--store", store)
    assert (erased.code, "Erased from 1 plans" in erased.out) == (0, True)
    typed(TAX_ID)
    gone = pontual("why", ORDER, "--store", store)
    assert gone.code == 66
    for outcome in (told, erased, gone):
        assert ORDER not in outcome.out + outcome.err
        assert "111" not in outcome.out + outcome.err


def test_a_surrogate_needs_no_key(pontual: Command, folder: Path, store: Path) -> None:
    """By its surrogate a booking is found without a key."""
    pontual("store", "import", folder, "--store", store)
    name = SurrogateKey(SECRET.encode()).booking(ORDER, TAX_ID)
    assert pontual("why", name, "--store", store, "--json").document["booking"] == name


def test_a_tax_id_that_is_not_given_is_asked_for(
    pontual: Command, store: Path, typed: Callable[[str], None]
) -> None:
    """An empty standard input is missing input."""
    typed("")
    outcome = pontual("forget", ORDER, "--store", store)
    assert (outcome.code, "on standard input: nothing was given" in outcome.err) == (66, True)


def test_a_wrong_tax_id_is_told_without_showing_it(
    pontual: Command, store: Path, typed: Callable[[str], None]
) -> None:
    """Wrong check digits are bad data; the message says what was expected, and not what was typed."""
    typed("111.444.777-36")
    outcome = pontual("why", ORDER, "--store", store)
    assert outcome.code == 65
    assert "check digits" in outcome.err
    assert "777" not in outcome.err


def test_what_is_no_store_has_its_exit_code(
    pontual: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No store, no such plan, no such order, a server that is not there, a folder that is taken."""
    monkeypatch.setattr("data.store.database.FIRST_PAUSE_SECONDS", 0.001)
    store = tmp_path / "store.db"
    assert pontual("store", "import", folder, "--store", store).code == 66
    assert pontual("store", "init", "--store", "mysql://x/y").code == 66
    assert pontual("store", "init", "--store", tmp_path / "none" / "store.db").code == 73
    assert pontual("store", "init", "--store", store, "--json").document["version"] == newest_version()
    assert pontual("store", "upgrade", "--store", store).code == 0
    assert pontual("store", "export", "week", "--store", store, "--out", tmp_path / "out").code == 66
    assert pontual("forget", "B1", "--store", store).code == 66
    assert pontual("why", "B1", "--store", store).code == 66
    assert pontual("store", "import", folder, "--store", store).code == 0
    assert pontual("store", "export", "week", "--store", store, "--out", folder).code == 73
    nobody = "postgresql://x:hidden-word@127.0.0.1:1/y"
    outcome = pontual("store", "init", "--store", nobody)
    assert outcome.code == 75
    assert "hidden-word" not in outcome.out + outcome.err
