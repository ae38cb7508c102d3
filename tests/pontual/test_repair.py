"""`pontual repair`: its document, its sentences, and how it treats bad input."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data.day import EVENT, Event
from data.files import write_case
from data.model import Sessions
from pontual.exit_codes import ExitCode
from tests.support.planned_days import planned_day_case

AT = "2026-11-30T{}-03:00"


def pontual(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pontual", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def event(number: int, clock: str, kind: str, **rest: str) -> Event:
    return EVENT.validate_python({"number": number, "at": AT.format(clock), "kind": kind, **rest})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four agents of one pool."""
    path = tmp_path_factory.mktemp("repair") / "plan"
    write_case(path, planned_day_case(4))
    return path


def write(path: Path, *events: Event) -> Path:
    path.write_text("".join(one.model_dump_json() + "\n" for one in events), encoding="utf-8")
    return path


def test_an_agent_who_is_gone(folder: Path, tmp_path: Path) -> None:
    """Every session of the agent is in a decision, in both languages, with levels, gaps and anomalies."""
    happened = [
        event(1, "07:50:00", "agent_gone", agent_id="A001"),
        event(2, "07:55:00", "session_ended", booking_id="unheard-of"),
        event(4, "07:55:00", "customer_left", booking_id="B0000"),
        event(4, "07:56:00", "customer_left", booking_id="B0001"),
    ]
    path = write(tmp_path / "day.jsonl", *happened)
    done = pontual("repair", folder, "--events", path, "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    document = json.loads(done.stdout)
    of_the_agent = {
        row["booking_id"] for row in planned_day_case(4).sessions.rows() if row["agent_id"] == "A001"
    }
    decided = {one["booking_id"] for one in document["decisions"] if "booking_id" in one}
    assert of_the_agent <= decided
    assert all(one["sentence"] for one in document["decisions"])
    assert all(one["reason"] for one in document["decisions"] if one["kind"] == "rebook")
    assert next(level["name"] for level in document["levels"]) == "rebooked"
    assert document["now"] == AT.format("07:55:00")
    assert document["missing_events"] == [[3, 3]]
    assert document["conflicting_events"] == [4]
    assert [odd["event"] for odd in document["anomalies"]] == [2]
    told = pontual("repair", folder, "--events", path, "--lang", "pt-BR", "--now", AT.format("08:00:00"))
    assert told.returncode == ExitCode.OK, told.stderr
    assert "assume no lugar de A001" in told.stdout
    assert "eventos que faltam: 3" in told.stderr


def test_the_outlook_is_that_of_the_mended_day(folder: Path, tmp_path: Path) -> None:
    """Customers who are likely to wait are listed with the starts that the repair has given them."""
    path = write(tmp_path / "day.jsonl", event(1, "09:00:00", "agent_gone", agent_id="A001"))
    slow = {"format": "pontual-scenario", "version": 1, "parameters": {"duration_mean": 35.0}}
    (tmp_path / "slow.json").write_text(json.dumps(slow), encoding="utf-8")
    asked: list[str | Path] = ["repair", folder, "--events", path, "--scenario", tmp_path / "slow.json"]
    told = pontual(*asked).stdout
    document = json.loads(pontual(*asked, "--json").stdout)
    starts = {
        one["booking_id"]: one["start"][11:16]
        for one in document["decisions"]
        if one["kind"] in ("delay", "new_time")
    }
    listed = dict(re.findall(r"(\S+) \((\d\d:\d\d)\): \d+% likely to wait", told))
    assert listed.keys() == {one["booking_id"] for one in document["foreseen"]["likely_late"]}
    both = listed.keys() & starts.keys()
    assert both
    assert {booking: listed[booking] for booking in both} == {booking: starts[booking] for booking in both}


def test_a_day_on_which_nothing_is_wrong(folder: Path, tmp_path: Path) -> None:
    """No decisions; without any event the moment says which day it is."""
    path = write(tmp_path / "day.jsonl")
    done = pontual("repair", folder, "--events", path, "--now", AT.format("07:00:00"))
    assert done.returncode == ExitCode.OK, done.stderr
    assert "nothing is wrong" in done.stdout
    assert pontual("repair", folder, "--events", path).returncode == ExitCode.BAD_DATA


def test_bad_input(folder: Path, tmp_path: Path) -> None:
    """Bad lines, other days, and events after the moment are bad data; missing files are missing."""
    path = tmp_path / "day.jsonl"
    path.write_text("no json\n{}\n", encoding="utf-8")
    done = pontual("repair", folder, "--events", path, "--json")
    assert done.returncode == ExitCode.BAD_DATA
    assert [one["row"] for one in json.loads(done.stdout)["error"]["problems"]] == [1, 2]
    nowhere = pontual("repair", folder, "--events", tmp_path / "nowhere")
    assert nowhere.returncode == ExitCode.MISSING_INPUT
    late = write(path, event(1, "09:00:00", "agent_gone", agent_id="A001"))
    early = pontual("repair", folder, "--events", late, "--now", AT.format("08:00:00"))
    assert early.returncode == ExitCode.BAD_DATA
    other = {"number": 1, "at": "2027-11-30T09:00:00-03:00", "kind": "platform_up"}
    away = write(path, EVENT.validate_python(other))
    assert pontual("repair", folder, "--events", away).returncode == ExitCode.BAD_DATA


@pytest.mark.shows_personal_data("day.jsonl", "more.jsonl")
def test_personal_numbers_are_masked(folder: Path, tmp_path: Path) -> None:
    """A CPF that stands where an agent should is not repeated."""
    one, two = (event(n, "09:00:00", "agent_gone", agent_id="111.444.777-35") for n in (1, 2))
    path, more = write(tmp_path / "day.jsonl", one), write(tmp_path / "more.jsonl", one, two)
    done = [
        pontual("repair", folder, "--events", path, "--json"),
        pontual("live", folder, "--events", path),
        pontual("live", folder, "--events", more, "--json"),
    ]
    for each, said in zip(done, ("no_such_agent", "no such agent", "no_such_agent"), strict=True):
        assert said in each.stdout
    assert not any("111.444.777-35" in each.stdout + each.stderr for each in done)


def test_a_plan_without_sessions(tmp_path: Path) -> None:
    """There is nothing to mend, and it says what is missing."""
    write_case(tmp_path / "plan", replace(planned_day_case(2), sessions=Sessions.empty()))
    path = write(tmp_path / "day.jsonl", event(1, "07:50:00", "agent_gone", agent_id="A001"))
    done = pontual("repair", tmp_path / "plan", "--events", path)
    assert done.returncode == ExitCode.MISSING_INPUT
    assert "pontual allocate" in done.stderr
