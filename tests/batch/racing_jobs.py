"""Processes that send requests about the same bookings at the same time.

Used by the tests as a program of its own, so that the jobs are processes without anything in common.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from data.store import Run, Store
from tests.batch.asking import Asking, doubled, judged
from tests.support.cases import agent, booking, case, participant, plan

AT_ONCE, OTHERS = 50, 3
"""Bookings of a request, and those of other jobs that are moved or cancelled with them."""


def crowded(agents: int, days: int, bookings: int) -> Any:
    """More bookings than the agents can serve on some days, every third with a participant of another one."""
    of = plan(days)
    opens = [of.axis.midnight(day) for day in range(days) if of.axis.date_of(day).weekday() < 5]
    names = [f"B{n}" for n in range(bookings)]
    return case(
        days=days,
        agents=[agent(f"A{n}") for n in range(agents)],
        bookings=[booking(name) for name in names],
        participants=[
            participant(name, f"P{n - (n % 3 == 2)}", 480, opens[-1] + 1200) for n, name in enumerate(names)
        ],
        duties=[
            {"agent_id": f"A{n}", "starts_at": midnight + 480, "ends_at": midnight + 960}
            for midnight in opens
            for n in range(agents)
        ],
    ), opens


def work(url: str, worker: int, workers: int, agents: int, days: int, bookings: int) -> Counter[str]:
    """Deal with all bookings that are this job's, and some of others; what became of each item is counted."""
    chance = random.Random(worker)
    asking = Asking(url, prefix=f"w{worker}-")
    of, opens = crowded(0, days, 0)
    own = [f"B{n}" for n in range(worker, bookings, workers)]
    answers: Counter[str] = Counter()

    def start(midnight: int) -> str:
        return str(of.axis.instant_of(midnight + 490 + 5 * chance.randrange(90)).isoformat())

    def send(mode: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        while True:
            answer = asking.send(asking.document(mode, items=items))
            assert answer.exit_code in (0, 75), answer.document
            if answer.exit_code == 0:
                break
            answers["again"] += 1
        found: list[dict[str, Any]] = json.loads(answer.document)["answers"]
        answers.update(f"{mode} {a.get('status') or a.get('reason') or a['error']}" for a in found)
        return found

    for first in range(0, len(own), AT_ONCE):
        day = chance.choice(opens)
        items = [{"booking": name, "start": start(day)} for name in own[first : first + AT_ONCE]]
        held = [a["booking"] for a in send("hold", [item | {"seconds": 86_400} for item in items]) if a["ok"]]
        if held:
            send("confirm", [{"booking": name} for name in held])
        others = [f"B{chance.randrange(bookings)}" for _ in range(OTHERS)]
        send("reschedule", [{"booking": name, "start": start(day)} for name in [*others, *held[::5]]])
        gone = chance.sample(held, len(held) // 5) + others[:1]
        send("cancel", [{"booking": name} for name in gone])
    return answers


def race(url: str, workers: int, agents: int, days: int, bookings: int) -> None:
    """Let the jobs loose, wait for them, and check the store."""
    of, _ = crowded(agents, days, bookings)
    Store(url).put_case("day", of, Run("test"))
    children = []
    for worker in range(workers):
        hear, tell = os.pipe()
        child = os.fork()
        if not child:
            counted = work(url, worker, workers, agents, days, bookings)
            os.write(tell, json.dumps(counted).encode())
            os._exit(0)
        os.close(tell)
        children.append((child, hear))
    answers: Counter[str] = Counter()
    for child, hear in children:
        with os.fdopen(hear) as heard:
            answers.update(json.loads(heard.read()))
        assert os.waitpid(child, 0)[1] == 0
    print(datetime.now(UTC).isoformat(), dict(answers.most_common()))
    assert sum(n for name, n in answers.items() if name.startswith("hold")) == bookings
    assert answers["confirm sold"] > 0
    assert answers["cancel cancelled"] > 0
    assert answers["reschedule sold"] > 0
    asking = Asking(url)
    now = asking.case()
    with asking.store.database.reading() as connection:
        told: dict[str, str | None] = {}
        query = (
            "SELECT r.answer FROM requests r JOIN runs ON run_id = 'batch/' || request_key "
            "ORDER BY run_number"
        )
        for (answer,) in connection.exec_driver_sql(query):
            for change in json.loads(answer)["changes"]:
                told[change["booking"]] = change.get("after", {}).get("start")
    starts = {name: now.axis.instant_of(minute).isoformat() for name, minute in asking.starts().items()}
    assert {name: start for name, start in told.items() if start is not None} == starts
    assert doubled(asking.store) == 0
    assert judged(now) == []
