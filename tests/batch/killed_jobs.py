"""A process that has batch jobs killed, again and again, and checks that the next one carries on.

Used by the tests as a program of its own, so that the killed processes are real ones.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from typing import Any

from data.store import Run, Store
from tests.batch.asking import Asking, at, doubled, judged
from tests.support.cases import agent, booking, case, participant

BOOKINGS, AGENTS = 24, 3
MODES = ("hold", "hold", "confirm", "confirm", "cancel", "reschedule", "release", "allocate")
NAMES = [f"B{n}" for n in range(BOOKINGS)]


def day() -> Any:
    """Three agents and two dozen bookings, every third with the participant of the one before."""
    return case(
        agents=[agent(f"A{n}") for n in range(AGENTS)],
        bookings=[booking(name) for name in NAMES],
        participants=[participant(name, f"P{n - (n % 3 == 2)}", 480, 1200) for n, name in enumerate(NAMES)],
        duties=[{"agent_id": f"A{n}", "starts_at": 480, "ends_at": 720} for n in range(AGENTS)],
    )


def some_request(chance: random.Random, asking: Asking) -> dict[str, Any]:
    """A request by chance: mostly small ones, now and then an allocation."""
    mode = chance.choice(MODES)
    if mode == "allocate":
        return asking.document(mode, work=1.0)
    items: list[dict[str, Any]] = [{"booking": name} for name in chance.sample(NAMES, chance.randint(1, 4))]
    if mode in ("hold", "reschedule"):
        items = [item | {"start": at(485 + 5 * chance.randrange(42))} for item in items]
    return asking.document(mode, items=items)


def killed_at_random(url: str, kills: int) -> None:
    """Kill jobs at moments of chance; each request is sent again then, and answered as a whole."""
    chance = random.Random(11)
    Store(url).put_case("day", day(), Run("test"))
    asking = Asking(url)
    lost = 0
    for _ in range(kills):
        document = some_request(chance, asking)
        child = os.fork()
        if not child:
            os._exit(0 if asking.send(document).exit_code in (0, 10) else 3)
        time.sleep(chance.uniform(0.0, 0.12))
        os.kill(child, signal.SIGKILL)
        lost += os.waitpid(child, 0)[1] != 0
        # The server may be at the last commit of a job that is dead; whoever writes next waits for it.
        asking.store.database.write(lambda _connection: None)
        was_done = _answered(asking, document)
        answer = asking.send(document)
        assert answer.exit_code in (0, 10), answer.document
        if was_done:
            assert _answered(asking, document) == was_done == answer.document
        check(asking)
    assert lost > 0


def _answered(asking: Asking, document: dict[str, Any]) -> str:
    """The answer that the store has for a request; empty when it has none."""
    with asking.store.database.reading() as connection:
        query = f"SELECT answer FROM requests WHERE request_key = '{document['key']}'"
        found = connection.exec_driver_sql(query).first()
    return "" if found is None or found[0] is None else str(found[0])


def check(asking: Asking) -> None:
    """Every run has its answer, the history leads to what is there, and nobody is taken twice."""
    store = asking.store
    runs = {run.run.run_id for run in store.recorded_runs() if run.run.run_id.startswith("batch/")}
    with store.database.reading() as connection:
        answered = connection.exec_driver_sql("SELECT request_key, answer FROM requests").all()
    assert {f"batch/{key}" for key, _ in answered} == runs
    now = asking.case()
    present = now.sessions.position
    for name in NAMES:
        last = None
        for change in store.history(name):
            assert change.before == last
            last = change.after
        assert (last is None) == (name not in present)
    told: dict[str, str | None] = {}
    for _, answer in answered:
        for change in json.loads(answer)["changes"]:
            told[change["booking"]] = change.get("after", {}).get("start")
    starts = {name: now.axis.instant_of(minute).isoformat() for name, minute in asking.starts().items()}
    assert {name: start for name, start in told.items() if start is not None} == starts
    assert doubled(store) == 0
    assert judged(now) == []
