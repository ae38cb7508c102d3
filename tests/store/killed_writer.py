"""A process that has writers of schedules killed, again and again, and checks what the store holds then.

Used by the tests as a program of its own, so that the killed processes are real ones.
"""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import replace
from typing import NoReturn

from data.model import Case, Sessions, Unplaced
from data.store import Run, Store, clock
from data.store.history import history_of
from data.store.outbox.handing_over import messages_since
from data.store.plans import read_case
from data.store.runs import recorded_runs
from tests.support.cases import tiny_case

PLAN = "day"
STARTS = range(540, 740, 5)


def marked(number: int) -> Case:
    """A case whose sessions and unplaced bookings carry the same number."""
    start = STARTS[number % len(STARTS)]
    rows = [
        {"booking_id": f"B{n}", "agent_id": f"A{n}", "starts_at": start, "duration_minutes": 20}
        for n in (1, 2)
    ]
    unplaced = [{"booking_id": "B3", "reason": "capacity_full", "alternatives": (number,)}]
    return replace(tiny_case(), sessions=Sessions.from_rows(rows), unplaced=Unplaced.from_rows(unplaced))


def check(store: Store) -> int:
    """The number that the store holds: all that was written with it is there, and nothing else."""
    with store.database.reading() as connection:
        stored = read_case(connection, PLAN)
        histories = [history_of(connection, booking) for booking in ("B1", "B2")]
        runs = recorded_runs(connection)
        waiting = messages_since(connection, None, ("waiting",), None)
    number = int(stored.case.unplaced.alternatives[0][0])
    assert stored.case.sessions.same_as(marked(number).sessions)
    assert runs[-1].run.reason == str(number)
    assert stored.revision == len(runs) == number + 1
    for booking, history, start in zip(
        ("B1", "B2"), histories, stored.case.sessions.starts_at.tolist(), strict=True
    ):
        assert len(history) == number + 1
        assert history[-1].reason == str(number)
        assert history[-1].after is not None
        assert stored.case.axis.minute_of(history[-1].after.starts_at) == start
        told = [one for one in waiting if one.booking_id == booking]
        assert sorted(one.kind for one in told) == ["confirmation", "install_mail", "link_mail"]
        assert {one.after for one in told} == {history[-1].after.starts_at}
    return number


def write_for_ever(url: str, number: int, told: int) -> NoReturn:
    """Write schedules one after the other, and say each number once it is committed."""
    store = Store(url)
    while True:
        number += 1
        store.write_schedule(PLAN, marked(number).schedule, Run("test", reason=str(number)))
        os.write(told, f"{number}\n".encode())


def killed_at_random(url: str, kills: int) -> None:
    """Kill a busy writer so many times, at moments of chance; the next one goes on."""
    chance = random.Random(7)
    # The sessions are to come, whenever the test is run.
    before = int(tiny_case().axis.instant_of(-600).timestamp())
    clock.seconds_now = lambda: before
    store = Store(url)
    store.put_case(PLAN, marked(0), Run("test", reason="0"))
    number = committed = 0
    for _ in range(kills):
        hear, tell = os.pipe()
        child = os.fork()
        if not child:
            write_for_ever(url, number, tell)
        os.close(tell)
        with os.fdopen(hear) as heard:
            # Now and then it dies before its first writing, mostly in one of those after it.
            first = heard.readline() if chance.random() < 0.9 else ""
            time.sleep(chance.uniform(0.0, 0.1))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            said = [int(line) for line in (first, *heard) if line.endswith("\n")]
        # The server may be at the last commit of a writer that is dead; whoever writes next waits for it.
        store.database.write(lambda _connection: None)
        number = check(store)
        assert number >= max(said, default=committed)
        committed = number
    assert committed > 0
