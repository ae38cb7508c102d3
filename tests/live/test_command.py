"""`pontual live` as a process: killed, restarted, disturbed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.day import Event
from data.files import PlanFolder, write_case
from data.store import STATES, Database, Run, Store, create_or_upgrade
from tests.support.planned_days import day_with_events


def folder_with_events(
    root: Path, seed: int, agents: int = 8, snapshot_minutes: float | None = 120.0
) -> tuple[Path, list[Event]]:
    """A plan folder, and the events of a rough day."""
    case, events = day_with_events(seed, agents, snapshot_minutes=snapshot_minutes)
    write_case(root / "plan", case)
    return root / "plan", list(events)


def written(path: Path, events: list[Event]) -> Path:
    """A file of events."""
    heading = json.dumps({"schema": "pontual/day-events@1.0"})
    path.write_text("\n".join([heading, *(event.model_dump_json() for event in events)]) + "\n")
    return path


def live(folder: Path, events: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "pontual", "live", str(folder), "--events", str(events), *more],
        capture_output=True,
        text=True,
        check=False,
    )


def contacts_in(folder: Path) -> list[str]:
    """Ids of all contacts in the journal, in order."""
    (journal,) = (folder / "days").glob("*.jsonl")
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    return [name for record in records for name in record.get("contacts", {})]


def final(output: str) -> dict[str, Any]:
    """The last document."""
    document: dict[str, Any] = json.loads(output.splitlines()[-1])
    return document


def disturbed(events: list[Event], chance: int) -> list[Event]:
    """The events out of order, and some of them twice."""
    draw = np.random.default_rng(chance)
    twice = [*events, *(events[n] for n in draw.integers(0, len(events), 15))]
    keys = [event.number + float(draw.uniform(0, 12)) for event in twice]
    return [twice[n] for n in np.argsort(keys).tolist()]


def killed_and_restarted(tmp_path: Path, kills: int, seed: int, agents: int = 8) -> None:
    """The command is killed at random moments and started anew; in the end the day is the undisturbed one."""
    draw = np.random.default_rng(seed)
    calm, events = folder_with_events(tmp_path / "calm", seed, agents)
    rough, _ = folder_with_events(tmp_path / "rough", seed, agents)
    path = written(tmp_path / "events.jsonl", disturbed(events, seed))
    began = time.perf_counter()
    undisturbed = live(calm, path, "--json")
    took = time.perf_counter() - began
    assert undisturbed.returncode == 0, undisturbed.stderr
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-m", "pontual", "live", str(rough), "--events", str(path), "--json"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(float(draw.uniform(0.3, 1.1)) * took)
        process.kill()
        process.wait()
    done = live(rough, path, "--json")
    assert done.returncode == 0, done.stderr
    assert final(done.stdout)["snapshot"] == final(undisturbed.stdout)["snapshot"]
    assert contacts_in(rough) == contacts_in(calm)
    assert len(set(contacts_in(rough))) == len(contacts_in(rough))


def test_killed_three_times(tmp_path: Path) -> None:
    """Events repeated and out of order, the process killed three times: the same day, the same contacts."""
    killed_and_restarted(tmp_path, kills=3, seed=1, agents=3)


def test_contacts_are_in_the_outbox_once(tmp_path: Path) -> None:
    """Sent with the day or, where a kill came before the store had them, from the journal: each just once."""
    folder, events = folder_with_events(tmp_path, 1, agents=3)
    path, place = written(tmp_path / "events.jsonl", events[:14]), str(tmp_path / "store.db")
    create_or_upgrade(Database(place))
    store = Store(place)
    store.put_case("week", PlanFolder(folder).read(), Run("test"), customers_know=True)
    some = written(tmp_path / "some.jsonl", events[:8])
    assert live(folder, some, "--json").returncode == 0
    first = contacts_in(folder)
    outbox = ("--store", place, "--plan", "week", "--json")
    assert live(folder, path, *outbox).returncode == 0

    def told() -> list[str]:
        messages = store.messages(states=STATES, limit=10_000)
        return sorted(str(m.details["contact_id"]) for m in messages if m.kind == "contact")

    (journal,) = (folder / "days").glob("*.jsonl")
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    customers = [n for r in records for n, one in r.get("contacts", {}).items() if "notice_id" not in one]
    assert told() == sorted(customers)
    assert set(first) & set(customers)
    assert set(customers) - set(first)
    before = len(store.messages(states=STATES, limit=10_000))
    assert live(folder, path, *outbox).returncode == 0
    assert len(store.messages(states=STATES, limit=10_000)) == before
    assert live(folder, path, "--store", place, "--plan", "nobody").returncode == 66


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 7))
def test_killed_a_hundred_times(tmp_path: Path, seed: int) -> None:
    """The same with twenty kills on each of five days."""
    killed_and_restarted(tmp_path, kills=20, seed=seed)


@pytest.mark.shows_personal_data("events.jsonl")
def test_lines_that_are_no_events_are_told_and_left_out(tmp_path: Path) -> None:
    """Each with its row and what was expected; the others count; exit 65 in the end; no CPF is shown."""
    folder, events = folder_with_events(tmp_path, 0)
    path = written(tmp_path / "events.jsonl", events[:5])
    with path.open("a") as file:
        file.write('{"kind": "no_show", "number": 6, "at": "2026-11-30", "booking_id": "123.456.789-09"}\n')
        file.write("nonsense\n")
        file.write('{"kind": "dance", "number": 7, "at": "2026-11-30T09:00:00-03:00"}\n')
    done = live(folder, path, "--json")
    assert done.returncode == 65
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    bad = [one for document in documents for one in document.get("not_taken_in", ())]
    assert [one["row"] for one in bad] == [7, 8, 9]
    assert documents[-1]["events"] == 5
    assert documents[-1]["bad_lines"] == 3
    assert "123.456.789-09" not in done.stdout + done.stderr
    told = live(folder, path, "--lang", "pt-BR")
    assert told.returncode == 65
    assert "não recebido: events, row 8" in told.stderr
    assert "Continua depois do evento 5" in told.stderr


def test_a_changed_plan_is_not_followed_with_the_old_journal(tmp_path: Path) -> None:
    """When the schedule has changed since the journal was begun, the command says so and stops."""
    folder, events = folder_with_events(tmp_path, 0)
    path = written(tmp_path / "events.jsonl", events[:5])
    assert live(folder, path, "--json").returncode == 0
    sessions = (folder / "sessions.csv").read_text().splitlines()
    (folder / "sessions.csv").write_text("\n".join(sessions[:-1]) + "\n")
    done = live(folder, path, "--json")
    assert done.returncode == 65
    assert "expected the journal of this plan" in done.stdout + done.stderr


@pytest.mark.parametrize("wrong", ["2026-12-01", "tomorrow"])
def test_a_day_outside_the_plan_is_refused(tmp_path: Path, wrong: str) -> None:
    """The option names a day of the horizon."""
    folder, events = folder_with_events(tmp_path, 0)
    path = written(tmp_path / "events.jsonl", events[:5])
    done = live(folder, path, "--day", wrong)
    assert done.returncode == 2
    assert "--day" in done.stderr
