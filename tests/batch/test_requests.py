"""Requests that are sent again, that come too early or too late, and that say what they must not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data.store import BatchAnswer, Run, Store, requests
from pontual.batch import BatchJob
from tests.batch.asking import NOW, Asking, at
from tests.support.cases import tiny_case


@pytest.fixture
def asking(url: str) -> Asking:
    """A job on a store of each kind."""
    Store(url).put_case("day", tiny_case(), Run("test"))
    return Asking(url)


def test_the_same_request_gets_its_first_answer(asking: Asking) -> None:
    """Word for word, and nothing happens again; also when it was written in another order or with blanks."""
    document = asking.document("hold", items=[{"booking": "B1", "start": at(605)}])
    first = asking.send(document)
    asking.one("release", booking="B1")
    assert asking.send(document) == first
    other_way = json.dumps(dict(reversed(document.items())), indent=3).encode()
    assert asking.job.answer(other_way) == first
    assert len(asking.store.recorded_runs()) == 3
    refused = asking.send(document | {"items": [{"booking": "B1", "start": at(610)}]})
    assert refused.exit_code == 65
    assert "another request has this one" in refused.document


def test_a_refused_request_may_be_sent_again(asking: Asking) -> None:
    """Its key is free: what could not be carried out yet can be once the reason is gone."""
    document = asking.document("allocate", plan="other")
    assert asking.send(document).exit_code == 66
    asking.store.put_case("other", tiny_case().with_schedule(tiny_case().schedule), Run("test"))
    assert asking.send(document).exit_code == 0


def test_an_answer_that_was_lost_is_found(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run was committed by somebody with the same key meanwhile: its answer is given, nothing is done."""
    document = asking.document("hold", items=[{"booking": "B1", "start": at(605)}])
    first = asking.send(document)
    monkeypatch.setattr("data.store.store.requests.answer_to", _once_blind())
    assert asking.send(document) == first
    assert len(asking.store.recorded_runs()) == 2


def _once_blind() -> Any:
    seen = requests.answer_to
    calls: list[int] = []

    def answer_to(*arguments: Any) -> Any:
        calls.append(1)
        return None if len(calls) == 1 else seen(*arguments)

    return answer_to


def test_pending_requests_are_answered_in_their_order(asking: Asking) -> None:
    """Enqueued, they wait; each is answered once, refused ones too; the answers are there for who asks."""
    documents = [
        asking.document("hold", items=[{"booking": "B1", "start": at(605)}]),
        asking.document("confirm", items=[{"booking": "B1"}]),
        asking.document("allocate", bookings=[], now="2020-01-01T00:00:00-03:00"),
    ]
    for document in documents:
        receipt = json.loads(asking.job.enqueue(json.dumps(document).encode()).document)
        assert receipt["outcome"] == "enqueued"
    assert asking.starts() == {}
    waiting = asking.job.pending()
    assert [batch.mode for batch in waiting] == ["hold", "confirm", "allocate"]
    answers = [asking.job.answer_pending(batch) for batch in waiting]
    assert [answer.exit_code for answer in answers] == [0, 0, 65]
    assert asking.starts() == {"B1": 605}
    assert asking.job.pending() == []
    assert asking.send(documents[1]) == answers[1]
    assert asking.job.enqueue(json.dumps(documents[2]).encode()) == answers[2]


def test_a_refusal_that_comes_later_replaces_no_answer(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two schedulers at one request, the second is overtaken before it begins: the first answer counts."""
    document = asking.document("allocate")
    asking.job.enqueue(json.dumps(document).encode())
    other = Asking(asking.url)
    (waiting,) = other.job.pending()
    begin = BatchJob._carry_out

    def overtaken(*arguments: Any) -> Any:
        monkeypatch.undo()
        first.append(asking.job.answer_pending(waiting))
        asking.now = "2026-11-29T18:01:00-03:00"
        asking.ask("release", items=[{"booking": "B1"}])
        return begin(*arguments)

    first: list[BatchAnswer] = []
    monkeypatch.setattr(BatchJob, "_carry_out", overtaken)
    assert [other.job.answer_pending(waiting)] == first
    assert first[0].exit_code == 0
    assert asking.send(document) == first[0]


def test_days_are_asked_for_in_their_order(asking: Asking) -> None:
    """A last day before the first is refused."""
    case = tiny_case()
    two = replace(case, plan=case.plan.model_copy(update={"days": 2}))
    asking.store.put_case("two", two, Run("test"))
    days = {"first_day": "2026-12-01", "last_day": "2026-11-30"}
    told = asking.ask("offers", 65, plan="two", items=[], table=True, **days)
    assert told["error"]["problems"][0]["column"] == "last_day"
    asking.ask("offers", plan="two", items=[], table=True, **days | {"last_day": "2026-12-01"})


def test_the_moment_does_not_go_back(asking: Asking) -> None:
    """A request for the past is refused; a clock that lags a little is passed over, one far behind told."""
    asking.one("hold", booking="B1", start=at(605))
    asking.now = "2026-11-29T17:59:00-03:00"
    past = asking.ask("cancel", 65, items=[{"booking": "B1"}])
    assert "not before" in past["error"]["problems"][0]["expected"]
    latest = datetime.fromisoformat(NOW)

    def job_at(clock: datetime) -> Asking:
        return Asking(asking.url, now=None, prefix=f"c{clock:%H%M}", clock=lambda: clock.astimezone(UTC))

    behind = job_at(latest - timedelta(hours=3)).ask("cancel", 75, items=[{"booking": "B1"}])
    assert "the clock of this machine" in behind["error"]["message"]
    near = job_at(latest - timedelta(minutes=2)).ask("cancel", items=[{"booking": "B1"}])
    assert near["now"] == NOW
    later = job_at(latest + timedelta(minutes=2)).ask("cancel", items=[{"booking": "B1"}])
    assert later["now"] == "2026-11-29T18:02:00-03:00"


BAD: dict[str, tuple[Any, str]] = {
    "no JSON": (b"{", "expected JSON"),
    "a list": (b"[]", "expected"),
    "twice the same name": (b'{"mode": "hold", "mode": "cancel"}', "twice"),
    "no mode": ({"mode": None}, "expected one of allocate"),
    "another schema": ({"schema": "pontual/batch-request@9.0"}, "expected the name of the schema"),
    "an unknown field": ({"colour": "red"}, "expected no such field"),
    "no items": ({"items": []}, "expected a list of 1 or more"),
    "a moment without offset": ({"now": "2026-11-29T18:00:00"}, "expected a time with its offset"),
    "no such year": ({"now": "9999-11-29T18:00:00Z"}, "expected a moment from 2000"),
    "a deadline of no time": ({"deadline_seconds": 0}, "greater than 0"),
    "not a number": (b'{"mode": "cancel", "deadline_seconds": NaN}', "ordinary size"),
    "a name that is a CPF": ({"key": "111.444.777-35"}, "without personal data"),
    "a booking without a name": ({"items": [{}]}, "expected booking, or order_number and tax_id"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_no_request_may_say(tiny: Asking, what: str) -> None:
    """Refused with 65, with the field and what was expected; values are not repeated."""
    changes, expected = BAD[what]
    good = tiny.document("cancel", items=[{"booking": "B1"}])
    content = changes if isinstance(changes, bytes) else json.dumps(good | changes).encode()
    answer = tiny.job.answer(content)
    assert answer.exit_code == 65
    error = json.loads(answer.document)["error"]
    assert any(expected in problem["sentence"] for problem in error["problems"]), error
    assert "777" not in answer.document


def test_rows_that_come_along_are_checked_like_files(tiny: Asking) -> None:
    """All faults at once, by table, row and column; nothing is written."""
    bookings = [
        {"booking_id": "N1", "order_status": "paid", "holder_type": "robot", "skill": "pf",
         "duration_minutes": 500, "booked_at": "yesterday"},
        {"booking_id": "N2", "order_status": "paid", "holder_type": "person", "skill": "pf", "pin": "fixed",
         "pinned_start": at(605), "pinned_agent": "A9", "duration_minutes": 20, "booked_at": at(0)},
    ]  # fmt: skip
    error = tiny.ask("allocate", 65, bookings=bookings)["error"]
    assert {(p["file"], p["row"], p["column"]) for p in error["problems"]} >= {
        ("bookings", 2, "holder_type"), ("bookings", 2, "duration_minutes"), ("bookings", 2, "booked_at"),
    }  # fmt: skip
    stranger = tiny.ask("allocate", 65, bookings=bookings[1:])["error"]
    assert stranger["problems"][0]["expected"] == "expected an agent of the plan"
    loose = {"booking_id": "N9", "participant_id": "P", "role": "holder", "window_start": at(540),
             "window_end": at(600)}  # fmt: skip
    assert tiny.ask("allocate", 65, participants=[loose])["error"]["problems"][0]["column"] == "booking_id"
    unnamed = bookings[1] | {"pin": None, "pinned_start": None, "pinned_agent": None}
    refused = tiny.ask("hold", 65, items=[{"booking": "B1", "start": at(605)}], bookings=[unnamed])
    assert refused["error"]["problems"][0]["expected"] == "expected a booking that an item names"
    assert "N2" not in tiny.case().bookings.position


def test_a_person_who_is_forgotten_is_in_no_request(tiny: Asking) -> None:
    """Erasing a booking takes it out of answers, of requests that wait, and of what it was promised."""
    tiny.one("hold", booking="B1", start=at(605))
    waiting = tiny.document("confirm", items=[{"booking": "B1"}, {"booking": "B2"}])
    tiny.job.enqueue(json.dumps(waiting).encode())
    tiny.store.forget("B1", Run("test"))
    with tiny.store.database.reading() as connection:
        for table in ("requests", "promises"):
            assert "B1" not in repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
    (batch,) = tiny.job.pending()
    answered = json.loads(tiny.job.answer_pending(batch).document)
    assert [a["booking"] for a in answered["answers"]] == ["B2"]
