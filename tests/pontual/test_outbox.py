"""`pontual outbox` and `pontual store settings`: what a mailer reads, and what it says back."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from data.files import write_case
from data.model import Sessions
from data.store import Run, SessionChange, Store
from tests.pontual.conftest import Outcome
from tests.support.cases import MONDAY, plan, tiny_case

Command = Callable[..., Outcome]


@pytest.fixture
def store(pontual: Command, tmp_path: Path) -> Path:
    """A store with a day that is to come, and one session in it."""
    first_day = MONDAY + timedelta(days=-(-(date.today() - MONDAY).days // 7) * 7 + 7)  # noqa: DTZ011
    placed = {"booking_id": "B1", "agent_id": "A1", "starts_at": 600, "duration_minutes": 20}
    case = replace(tiny_case(), plan=plan(first_day=first_day), sessions=Sessions.from_rows([placed]))
    write_case(tmp_path / "day", case)
    path = tmp_path / "store.db"
    assert pontual("store", "init", "--store", path).code == 0
    assert pontual("store", "import", tmp_path / "day", "--store", path).code == 0
    return path


def lines(outcome: Outcome) -> list[dict[str, Any]]:
    """Standard output as one JSON document a line."""
    assert (outcome.code, outcome.err) == (0, "")
    return [json.loads(line) for line in outcome.out.splitlines()]


def test_a_mailer_takes_and_acknowledges(
    pontual: Command, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is due is handed out once, with a calendar file; looking at it claims nothing."""
    organizer = ("--organizer", "agenda@issuer.invalid", "--organizer-name", "Emissor; S.A.")
    assert pontual("store", "settings", "--store", store, *organizer).code == 0
    assert "link mail" in pontual("outbox", "list", "--store", store).out
    assert len(lines(pontual("outbox", "list", "--store", store, "--json"))) == 3
    (taken,) = lines(pontual("outbox", "take", "--store", store))
    assert (taken["kind"], taken["booking"], taken["attempt"], taken["sequence"]) == (
        "confirmation", "B1", 1, 0,
    )  # fmt: skip
    calendar = Calendar.from_ical(taken["ics"])
    (event,) = calendar.walk("VEVENT")
    assert str(calendar["method"]) == "REQUEST"
    assert event.decoded("dtstart") == datetime.fromisoformat(taken["start"])
    assert event.decoded("dtend") == datetime.fromisoformat(taken["end"])
    assert (str(event["organizer"]), event["organizer"].params["CN"]) == (
        "mailto:agenda@issuer.invalid",
        "Emissor; S.A.",
    )
    assert str(event["attendee"]) == "mailto:B1@attendee.invalid"
    assert lines(pontual("outbox", "take", "--store", store)) == []
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{taken['id']}\nnobody\n"))
    done = pontual("outbox", "ack", "-", "--store", store, "--json").document
    assert done == {"acknowledged": 1, "repeated": 0, "unknown": ["nobody"]}
    again = pontual("outbox", "ack", taken["id"], "--store", store)
    assert (again.code, "Acknowledged 0, 1 more before" in again.out) == (0, True)


def test_a_cancellation_is_of_the_same_event(pontual: Command, store: Path) -> None:
    """Cancelled, the appointment has the UID of its confirmation, a higher SEQUENCE and METHOD CANCEL."""
    pontual("store", "settings", "--store", store, "--organizer", "agenda@issuer.invalid")
    (first,) = lines(pontual("outbox", "take", "--store", store))
    Store(str(store)).change_sessions("day", [SessionChange("B1")], Run("test"))
    (last,) = lines(pontual("outbox", "take", "--store", store))
    files = [Calendar.from_ical(one["ics"]) for one in (first, last)]
    events = [file.walk("VEVENT")[0] for file in files]
    assert [str(file["method"]) for file in files] == ["REQUEST", "CANCEL"]
    assert [int(event["sequence"]) for event in events] == [0, 1]
    assert len({str(event["uid"]) for event in events}) == 1
    assert (last["start_before"], last["start"]) == (first["start"], None)
    for event in events:
        assert all(name in event for name in ("organizer", "attendee", "dtstamp", "dtstart", "summary"))


def test_without_an_organizer_there_is_no_calendar_file(pontual: Command, store: Path) -> None:
    """An invitation needs somebody who invites (RFC 5546, 3.2.2)."""
    (taken,) = lines(pontual("outbox", "take", "--store", store))
    assert taken["ics"] is None


def test_settings_are_kept_and_checked(pontual: Command, store: Path) -> None:
    """What is set stays; every value that can't be one is told, and nothing is set then."""
    given = ("--organizer", "nobody", "--organizer-name", "", "--retention-days", "-1")
    refused = pontual("store", "settings", "--store", store, *given, "--json")
    assert refused.code == 65
    assert [one["column"] for one in refused.document["error"]["problems"]] == [
        "retention_days", "organizer", "organizer_name",
    ]  # fmt: skip
    pontual("store", "settings", "--store", store, "--retention-days", "0")
    pontual("store", "settings", "--store", store, "--organizer-name", "Emissor")
    assert pontual("store", "settings", "--store", store, "--json").document == {
        "retention_days": 0, "organizer": None, "organizer_name": "Emissor",
    }  # fmt: skip
    assert "Retention days" in pontual("store", "settings", "--store", store).out


def test_personal_data_is_kept_as_long_as_is_set(
    pontual: Command, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a setting nothing is erased; a dry run erases nothing; after it nothing is left to erase."""
    unlimited = pontual("store", "retain", "--store", store, "--json")
    assert (unlimited.code, unlimited.document) == (0, {"days": None, "plans": 0})
    assert "no limit is set" in unlimited.err
    pontual("store", "settings", "--store", store, "--retention-days", "30")
    assert pontual("store", "retain", "--store", store, "--json").document == {"days": 30, "plans": 0}
    later = int((datetime.now(UTC) + timedelta(days=60)).timestamp())
    monkeypatch.setattr("data.store.clock.seconds_now", lambda: later)
    told = pontual("store", "retain", "--store", store, "--dry-run", "--json").document
    assert (told["plans"], told["bookings"], told["outbox"]) == (["day"], 4, 3)
    done = pontual("store", "retain", "--store", store, "--json").document
    assert (done["plans"], done["bookings"]) == (1, 4)
    again = pontual("store", "retain", "--store", store, "--dry-run", "--json").document
    assert again == {"days": 30, "plans": []}
