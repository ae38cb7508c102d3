"""Processes that place, move and give up sessions of the same bookings at the same time.

Used by the tests as a program of its own, so that the writers are processes without anything in common.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from dataclasses import replace

from data.files import BusyError
from data.model import Case
from data.referee import judge_schedule
from data.store import ChangedMeanwhileError, DoubleBookingError, Run, SessionChange, Store
from tests.support.cases import agent, booking, case, participant

PLAN = "day"


def crowded(agents: int, bookings: int) -> Case:
    """More bookings than the agents can serve; every third shares its participant with the one before."""
    names = [f"B{n}" for n in range(bookings)]
    return case(
        agents=[agent(f"A{n}") for n in range(agents)],
        bookings=[booking(name) for name in names],
        participants=[participant(name, f"P{n - (n % 3 == 2)}", 480, 1200) for n, name in enumerate(names)],
        duties=[{"agent_id": f"A{n}", "starts_at": 480, "ends_at": 960} for n in range(agents)],
    )


def work(url: str, worker: int, requests: int, agents: int, bookings: int) -> Counter[str]:
    """Send requests; every one is answered, and the answers are counted."""
    chance = random.Random(worker)
    store = Store(url)
    answers: Counter[str] = Counter()
    for _ in range(requests):
        name = f"B{chance.randrange(bookings)}"
        start, who = 490 + 5 * chance.randrange(90), f"A{chance.randrange(agents)}"
        change = SessionChange(name, who, start, 20) if chance.random() < 0.75 else SessionChange(name)
        try:
            if chance.random() < 0.1:
                # Somebody who reads the whole plan, takes time, and writes it back.
                read = store.read_case(PLAN)
                kept = read.case.sessions.take(read.case.sessions.booking_id != name)
                schedule = replace(read.case, sessions=kept).schedule
                store.write_schedule(PLAN, schedule, Run("whole", who=str(worker)), based_on=read.revision)
                answers["accepted"] += 1
            else:
                store.change_sessions(PLAN, [change], Run("one", who=str(worker)))
                answers["accepted"] += 1
        except DoubleBookingError:
            answers["taken"] += 1
        except ChangedMeanwhileError:
            answers["too_late"] += 1
        except BusyError:
            answers["busy"] += 1
    return answers


def race(url: str, workers: int, requests: int, agents: int, bookings: int) -> None:
    """Let the workers loose, wait for them, and check the store."""
    store = Store(url)
    store.put_case(PLAN, crowded(agents, bookings), Run("test"))
    children = []
    for worker in range(workers):
        hear, tell = os.pipe()
        child = os.fork()
        if not child:
            os.write(tell, json.dumps(work(url, worker, requests, agents, bookings)).encode())
            os._exit(0)
        os.close(tell)
        children.append((child, hear))
    answers: Counter[str] = Counter()
    for child, hear in children:
        with os.fdopen(hear) as heard:
            answers.update(json.loads(heard.read()))
        assert os.waitpid(child, 0)[1] == 0
    assert answers.total() == workers * requests
    assert answers["accepted"] > 0
    assert answers["taken"] > 0
    check(store, answers["accepted"])


def check(store: Store, accepted: int) -> None:
    """Nothing that was accepted is lost, nothing else was written, and nobody is taken twice."""
    stored = store.read_case(PLAN)
    broken = {violation.rule for violation in judge_schedule(stored.case)}
    assert not broken & {"AGENT-OVERLAP", "PARTICIPANT-OVERLAP", "SESSION-TWICE", "BOOKING-BOTH"}
    assert stored.revision == accepted + 1
    assert len(store.recorded_runs()) == accepted + 1
    present = stored.case.sessions.position
    for name in stored.case.bookings.booking_id.tolist():
        at = None
        for change in store.history(name):
            assert change.before == at
            at = change.after
        assert (at is None) == (name not in present)
        if at is not None:
            row = stored.case.sessions.row(present[name])
            assert (at.agent_id, stored.case.axis.minute_of(at.starts_at)) == (
                row["agent_id"],
                row["starts_at"],
            )
    with store.database.reading() as connection:
        for table, key, start, end in (
            ("sessions", "agent_id", "occupied_from", "occupied_until"),
            ("attendances", "participant_id", "held_from", "held_until"),
        ):
            doubled = (
                f"SELECT count(*) FROM {table} a JOIN {table} b ON a.{key} = b.{key} "
                f"AND a.booking_id < b.booking_id AND a.{start} < b.{end} AND b.{start} < a.{end}"
            )
            assert connection.exec_driver_sql(doubled).scalar_one() == 0
