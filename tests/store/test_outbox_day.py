"""The outbox on the day: contact lists of repairs, and sessions that are not held."""

from __future__ import annotations

import json
from typing import Any

import pytest

from data.day import Delay, NewTime, Rebook, planned_day
from data.day.events import EVENT
from data.files import BadDataError
from data.files.contact_entries import ContactEntry, read_contact_entries
from data.store import Store
from optimizer.contacts import contact_list
from tests.store.outbox_days import AXIS, Clock, announced, move, put, run, send, settable_clock, waiting
from tests.store.test_double_booking import scheduled, session
from tests.support.cases import MONDAY

TEN, NOON = 600, 720


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock; it stands at the day before."""
    return settable_clock(monkeypatch)


def entries(*decisions: Any, now: int = 550) -> list[ContactEntry]:
    """The contact list of decisions about a day on which B1 has ten o'clock, as it is printed and read."""
    case = scheduled(session("B1", "A1", TEN))
    listed = contact_list(case, planned_day(case, 0), decisions, now)
    line = json.dumps({"contacts": listed.document()["contacts"]}).encode()
    return read_contact_entries("list", [line, b"", b'{"day": "2026-11-30"}'])


def new_time(start: int) -> NewTime:
    """B1 gets another start."""
    return NewTime(booking_id="B1", agent_id="A1", start=start)


@pytest.fixture
def day(store: Store, at: Clock) -> Store:
    """A store in which B1 knows that it has ten o'clock, ten to nine."""
    put(store, ("B1", TEN))
    send(store)
    at(AXIS.instant_of(550))
    return store


def test_an_entry_is_the_announcement_of_its_change(day: Store) -> None:
    """The list comes first, then the schedule that carries it out: the customer is told once, by the list."""
    (entry,) = entries(new_time(NOON))
    assert day.add_contacts("day", [entry], run()) == {"contacts": 1, "known": 0}
    assert announced(day) == [("contact", "B1", TEN, NOON)]
    move(day, "B1", NOON)
    assert waiting(day) == [
        ("contact", "B1", TEN, NOON),
        ("link_mail", "B1", None, NOON),
        ("install_mail", "B1", None, NOON),
    ]
    (message,) = day.claim_messages(10, 600)
    assert message.details["contact_id"] == entry.contact_id
    assert message.details["message"]["email"] == entry.message.email
    assert message.details["by"] == "2026-11-30T09:30:00-03:00"
    assert message.sequence == 1


def test_an_entry_goes_before_what_waits(day: Store) -> None:
    """The schedule comes first, then the list: its entry stands in for the reschedule that waited."""
    move(day, "B1", NOON)
    assert announced(day) == [("reschedule", "B1", TEN, NOON)]
    day.add_contacts("day", entries(new_time(NOON)), run())
    assert announced(day) == [("contact", "B1", TEN, NOON)]


def test_a_rebooking_stops_the_link(day: Store) -> None:
    """Of a session that is to be rebooked no link goes out; the new one, once placed, is confirmed."""
    day.add_contacts("day", entries(Rebook(booking_id="B1")), run())
    assert waiting(day) == [("contact", "B1", TEN, None)]
    send(day)
    move(day, "B1", NOON)
    assert announced(day) == [("confirmation", "B1", None, NOON)]


def test_the_same_list_again_tells_nobody(day: Store) -> None:
    """An entry that waits, or was the last thing told, is known; told something else since, it is new."""
    found = entries(Delay(booking_id="B1", agent_id="A1", start=TEN + 10))
    assert day.add_contacts("day", found, run())["contacts"] == 1
    assert day.add_contacts("day", found, run()) == {"contacts": 0, "known": 1}
    send(day)
    assert day.add_contacts("day", found, run()) == {"contacts": 0, "known": 1}
    move(day, "B1", NOON)
    send(day)
    assert day.add_contacts("day", found, run())["contacts"] == 1


def test_all_that_is_wrong_with_a_list_is_told() -> None:
    """Every bad line and entry is named with its place; nothing is taken."""
    (good,) = entries(new_time(NOON))
    bad = json.loads(good.model_dump_json()) | {"by": "now", "priority": 0}
    lines = [b"{", b"[]", json.dumps({"contacts": [good.model_dump(mode="json"), bad]}).encode()]
    with pytest.raises(BadDataError) as refused:
        read_contact_entries("list", lines)
    assert [(one.row, one.column) for one in refused.value.problems] == [
        (1, ""), (2, "contacts"), (3, "contacts.2.by"), (3, "contacts.2.priority"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["no_show", "booking_cancelled"])
def test_of_a_session_that_is_not_held_nothing_is_to_be_installed(day: Store, at: Clock, kind: str) -> None:
    """The mails of the session are withdrawn, and stay so; placed anew, the booking gets new ones."""
    event = {"number": 1, "kind": kind, "at": AXIS.instant_of(560).isoformat(), "booking_id": "B1"}
    day.add_events("day", MONDAY, [EVENT.validate_python(event)], run())
    assert waiting(day) == []
    move(day, "B1", TEN, agent="A2")
    assert waiting(day) == []
    move(day, "B1", NOON)
    assert [one[0] for one in waiting(day)] == ["reschedule", "link_mail", "install_mail"]
    # Told again of what happened before the booking was placed anew, its new mails stay.
    day.add_events(
        "day", MONDAY, [EVENT.validate_python(event | {"number": 2, "at": "2026-11-29T10:00Z"})], run()
    )
    assert len(waiting(day)) == 3
