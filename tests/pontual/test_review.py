"""`pontual review`: its document, its tables in two languages, what it writes, and bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from data.files import read_past_sessions, read_scenario_file, write_case
from data.model import Scenario
from pontual.exit_codes import ExitCode
from simulation.records import Outcome
from tests.simulation.review.days import played

TRUTH = Scenario(agent_absence=0.2, no_show_single=0.25)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[int]]:
    """A plan of 40 agents, the events of a day on which much went wrong, and how its sessions ended."""
    case, _, log, events = played(TRUTH, 1, agents=40, pools=4)
    path = tmp_path_factory.mktemp("review")
    write_case(path / "plan", case)
    file = path / "monday.jsonl"
    file.write_text("".join(event.model_dump_json() + "\n" for event in events), encoding="utf-8")
    return path / "plan", file, list(log.outcome)


def test_the_document(pontual: Any, day: tuple[Path, Path, list[int]], tmp_path: Path) -> None:
    """Counts are those of the simulation; what differs is proposed, in a scenario that others read."""
    plan, events, outcomes = day
    out = tmp_path / "reviewed"
    done = pontual("review", plan, "--events", events, "--out", out, "--json")
    assert (done.code, done.err) == (ExitCode.OK, "")
    document = done.document
    figures = {row["name"]: row for row in document["figures"]}
    assert figures["sessions"]["happened"] == len(outcomes) == 320
    for name, outcome in (("no_shows", Outcome.NO_SHOW), ("rebooked_by_issuer", Outcome.REBOOKED_BY_ISSUER)):
        assert figures[name]["happened"] == pytest.approx(outcomes.count(outcome) / 320, abs=1e-6)
    assert figures["no_shows"]["is_usual"] is False
    assert document["recalibration"]["parameters"].keys() >= {"no_show_single", "no_show_per_lead_day"}
    assert json.loads((out / "review.json").read_text(encoding="utf-8")) == {
        name: value for name, value in document.items() if name != "folder"
    }
    proposed = read_scenario_file(out / "scenario.json", Scenario())
    assert proposed.no_show_single == pytest.approx(0.25, abs=0.08)
    read = read_past_sessions(out / "past_sessions.csv")
    assert read.bad == ()
    assert len(read.history) == 320


def test_the_tables(pontual: Any, day: tuple[Path, Path, list[int]]) -> None:
    """A sentence first, then tables, in both languages; nothing of one in the other."""
    plan, events, _ = day
    portuguese = pontual("review", plan, "--events", events, "--replications", "20")
    english = pontual("review", plan, "--events", events, "--replications", "20", "--lang", "en")
    assert portuguese.code == english.code == ExitCode.OK
    assert portuguese.out.startswith("Em 30/11/2026, 320 sessões planejadas")
    assert english.out.startswith("On 30 Nov 2026, 320 sessions were planned")
    for words in ("Por que clientes esperaram por nós", "o agente não estava lá", "Aderência dos agentes"):
        assert words in portuguese.out
    for words in ("Why customers waited for us", "the agent was not there", "Adherence of agents"):
        assert words in english.out


def test_journals_of_the_folder(pontual: Any, day: tuple[Path, Path, list[int]], tmp_path: Path) -> None:
    """Without files, the journals of followed days; where there are none, that is said."""
    plan, _, _ = day
    done = pontual("review", plan)
    assert done.code == ExitCode.MISSING_INPUT
    assert "--events" in done.err


def test_bad_events(pontual: Any, day: tuple[Path, Path, list[int]], tmp_path: Path) -> None:
    """Every bad line is named, nothing is written."""
    plan, _, _ = day
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"number": 0}\n{"kind": "nap"}\n', encoding="utf-8")
    out = tmp_path / "reviewed"
    done = pontual("review", plan, "--events", bad, "--out", out, "--json")
    assert done.code == ExitCode.BAD_DATA
    assert {problem["row"] for problem in done.document["error"]["problems"]} == {1, 2}
    assert not out.exists()
    missing = pontual("review", plan, "--events", tmp_path / "nowhere.jsonl")
    assert missing.code == ExitCode.MISSING_INPUT


def test_a_folder_that_is_there(pontual: Any, day: tuple[Path, Path, list[int]], tmp_path: Path) -> None:
    """It is not overwritten."""
    plan, events, _ = day
    (tmp_path / "kept").write_text("kept", encoding="utf-8")
    assert pontual("review", plan, "--events", events, "--out", tmp_path).code == ExitCode.CANNOT_WRITE
    assert (tmp_path / "kept").read_text(encoding="utf-8") == "kept"
