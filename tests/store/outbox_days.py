"""Small days in a store, their messages, and a clock that stands where a test puts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from data.store import Message, Run, SessionChange, Store
from tests.store.test_double_booking import scheduled, session
from tests.support.cases import tiny_case

AXIS = tiny_case().axis
DAY_BEFORE = AXIS.instant_of(-600)

Clock = Callable[[datetime], None]
Told = list[tuple[str, str, int | None, int | None]]


def settable_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the clock of stores; it stands at the day before."""

    def put_clock(moment: datetime) -> None:
        monkeypatch.setattr("data.store.clock.seconds_now", lambda: int(moment.timestamp()))

    put_clock(DAY_BEFORE)
    return put_clock


def run(**fields: Any) -> Run:
    """A run of its own."""
    return Run("test", **fields)


def put(store: Store, *starts: tuple[str, int], name: str = "day", **options: Any) -> str:
    """Put the tiny case with these sessions into the store; returns the id of the run."""
    sent = run()
    rows = [session(booking, f"A{n % 2 + 1}", start) for n, (booking, start) in enumerate(starts)]
    store.put_case(name, scheduled(*rows), sent, **options)
    return sent.run_id


def move(store: Store, booking: str, start: int | None, agent: str = "A1", minutes: int = 20) -> None:
    """Give a booking's session another start, or give it up."""
    wanted = SessionChange(booking) if start is None else SessionChange(booking, agent, start, minutes)
    store.change_sessions("day", [wanted], run())


def told(messages: list[Message]) -> Told:
    """Kind, booking, start before and start after (minutes on the axis) of messages."""

    def minute(moment: datetime | None) -> int | None:
        return None if moment is None else AXIS.minute_of(moment)

    return [(one.kind, one.booking_id, minute(one.before), minute(one.after)) for one in messages]


def waiting(store: Store) -> Told:
    """What waits, in the order in which it is due."""
    return told(store.messages(states=("waiting",)))


def announced(store: Store) -> Told:
    """Announcements that wait."""
    return [one for one in waiting(store) if not one[0].endswith("_mail")]


def take(store: Store, limit: int = 100) -> list[str]:
    """Claim what is due; returns the ids."""
    return [one.message_id for one in store.claim_messages(limit, 600)]


def send(store: Store) -> None:
    """Claim and acknowledge what is due."""
    store.acknowledge_messages(take(store))
