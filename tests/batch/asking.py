"""Somebody who sends request documents, and looks at what comes of them."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from data.model import Case
from data.referee import judge_schedule
from data.store import BatchAnswer, Store
from pontual.batch import BatchJob

NOW = "2026-11-29T18:00:00-03:00"
"""The moment of planning of the small cases: the eve of their Monday."""

INTERNAL = 70


def at(minute: int) -> str:
    """A minute of the Monday as an instant."""
    return f"2026-11-30T{minute // 60:02d}:{minute % 60:02d}:00-03:00"


def without_timings(document: str) -> str:
    """A result document but for the field that may differ."""
    told = json.loads(document)
    del told["timings"]
    return json.dumps(told)


class Asking:
    """Sends requests to a job on a store; each has a key of its own."""

    def __init__(self, url: str, now: str | None = NOW, prefix: str = "k", **of_job: Any) -> None:
        self.url = url
        self.now = now
        self.job = BatchJob(url, **of_job)
        self.codes: Counter[int] = Counter()
        self._keys = (f"{prefix}{n}" for n in itertools.count(1))

    def document(self, mode: str, **fields: Any) -> dict[str, Any]:
        """A request document."""
        shared = {"schema": "pontual/batch-request@1.0", "key": next(self._keys), "plan": "day", "mode": mode}
        moment = {"now": self.now} if self.now is not None else {}
        return {**shared, **moment, **fields}

    def send(self, document: dict[str, Any]) -> BatchAnswer:
        """Send a document."""
        answer = self.job.answer(json.dumps(document).encode())
        self.codes[answer.exit_code] += 1
        return answer

    def ask(self, mode: str, code: int = 0, **fields: Any) -> dict[str, Any]:
        """Send a request that is to end with an exit code, and return the result."""
        answer = self.send(self.document(mode, **fields))
        assert answer.exit_code == code, answer.document
        result: dict[str, Any] = json.loads(answer.document)
        assert result["exit_code"] == code
        return result

    def one(self, mode: str, **item: Any) -> dict[str, Any]:
        """Send one item, and return its answer."""
        (answer,) = self.ask(mode, items=[item])["answers"]
        assert isinstance(answer, dict)
        return answer

    @property
    def store(self) -> Store:
        """The store behind the job."""
        return Store(self.url)

    def case(self) -> Case:
        """The plan as it is stored now."""
        return self.store.read_case("day").case

    def starts(self) -> dict[str, int]:
        """The starts of the sessions, in minutes."""
        sessions = self.case().sessions
        return dict(zip(sessions.booking_id.tolist(), sessions.starts_at.tolist(), strict=True))


def judged(case: Case) -> list[str]:
    """What the referee finds wrong with the sessions of a case, all taken as confirmed."""
    starts = dict(zip(case.sessions.booking_id.tolist(), case.sessions.starts_at.tolist(), strict=True))
    rows = [
        row | {"pin": "fixed", "pinned_start": starts[row["booking_id"]], "pinned_agent": ""}
        for row in case.bookings.rows()
        if row["booking_id"] in starts
    ]
    people = [row for row in case.participants.rows() if row["booking_id"] in starts]
    placed = replace(
        case,
        bookings=type(case.bookings).from_rows(rows),
        participants=type(case.participants).from_rows(people),
        unplaced=type(case.unplaced).empty(),
    )
    return [f"{found.rule} {found.where}: {found.what}" for found in judge_schedule(placed)]


def doubled(store: Store) -> int:
    """By SQL: pairs of sessions that take an agent or a participant twice at once."""
    found = 0
    with store.database.reading() as connection:
        for table, key, start, end in (
            ("sessions", "agent_id", "occupied_from", "occupied_until"),
            ("attendances", "participant_id", "held_from", "held_until"),
        ):
            query = (
                f"SELECT count(*) FROM {table} a JOIN {table} b ON a.{key} = b.{key} "
                f"AND a.booking_id < b.booking_id AND a.{start} < b.{end} AND b.{start} < a.{end}"
            )
            found += connection.execute(sa.text(query)).scalar_one()
    return int(found)
