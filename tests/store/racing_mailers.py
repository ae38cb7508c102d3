"""Mailers who ask for messages at the same time, while sessions go on moving.

Used by the tests as a program of its own, so that mailers and writers are processes without anything in
common.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from data.files import BusyError
from data.store import DoubleBookingError, Message, Run, SessionChange, Store, clock
from tests.store.racing_writers import PLAN, crowded
from tests.support.cases import tiny_case

Handed = list[tuple[str, str, int, str | None]]
"""Id, booking, SEQUENCE and start of announcements that a mailer was given."""


def mail(url: str, worker: int, rounds: int) -> Handed:
    """Take messages and acknowledge most; returns the announcements."""
    chance = random.Random(worker)
    store = Store(url)
    handed: Handed = []
    for _ in range(rounds):
        try:
            taken = store.claim_messages(chance.randint(1, 7), 600)
            handed += given(taken)
            store.acknowledge_messages([one.message_id for one in taken])
        except BusyError:
            continue
    return handed


def given(taken: list[Message]) -> Handed:
    """The announcements among messages."""
    return [
        (one.message_id, one.booking_id, one.sequence, None if one.after is None else one.after.isoformat())
        for one in taken
        if one.sequence is not None
    ]


def move(url: str, worker: int, requests: int, agents: int, bookings: int) -> Handed:
    """Place, move and give up sessions."""
    chance = random.Random(worker)
    store = Store(url)
    for _ in range(requests):
        name, who = f"B{chance.randrange(bookings)}", f"A{chance.randrange(agents)}"
        start = 490 + 5 * chance.randrange(90)
        change = SessionChange(name, who, start, 20) if chance.random() < 0.75 else SessionChange(name)
        try:
            store.change_sessions(PLAN, [change], Run("move", who=str(worker)))
        except (DoubleBookingError, BusyError):
            continue
    return []


def race(url: str, mailers: int, movers: int, rounds: int) -> None:
    """Let them loose, wait for them, hand out what is left, and check what customers have read."""
    before = int(tiny_case().axis.instant_of(-600).timestamp())
    clock.seconds_now = lambda: before
    store = Store(url)
    store.put_case(PLAN, crowded(4, 12), Run("test"))
    works: list[Callable[[], Handed]] = [lambda n=n: mail(url, n, rounds) for n in range(mailers)]
    works += [lambda n=n: move(url, n, rounds, 4, 12) for n in range(movers)]
    handed: Handed = []
    for child, hear in [_started(work) for work in works]:
        with os.fdopen(hear) as heard:
            handed += [tuple(one) for one in json.loads(heard.read())]
        assert os.waitpid(child, 0)[1] == 0
    handed += given(store.claim_messages(1000, 600))
    assert max(Counter(key for key, *_ in handed).values()) == 1
    assert len({(booking, sequence) for _, booking, sequence, _ in handed}) == len(handed)
    check(store, handed)


def check(store: Store, handed: Handed) -> None:
    """Who reads what was handed out, in the order of SEQUENCE, knows the present sessions."""
    last: dict[str, tuple[int, str | None]] = {}
    for _, booking, sequence, start in handed:
        last[booking] = max(last.get(booking, (-1, None)), (sequence, start), key=lambda pair: pair[0])
    case = store.read_case(PLAN).case
    present = {
        booking: case.axis.instant_of(start).isoformat()
        for booking, start in zip(
            case.sessions.booking_id.tolist(), case.sessions.starts_at.tolist(), strict=True
        )
    }
    assert {booking: start for booking, (_, start) in last.items() if start is not None} == present


def _started(work: Callable[[], Any]) -> tuple[int, int]:
    hear, tell = os.pipe()
    child = os.fork()
    if not child:
        os.write(tell, json.dumps(work()).encode())
        os._exit(0)
    os.close(tell)
    return child, hear
