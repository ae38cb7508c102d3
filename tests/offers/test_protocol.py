"""The protocol as a state machine: a plain model of what each booking has, against the service."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from optimizer.offers import Service
from tests.offers.selling import NOW, Talk, at, occupation, placeable, referee_agrees, small_case

BOOKINGS = st.sampled_from([f"N{n}" for n in range(7)])
STARTS = st.sampled_from(range(545, 720, 5))
WHAT = {"skill": "pf", "duration_minutes": 20}


class Selling(RuleBasedStateMachine):
    """Any order of requests, restarts and nonsense.

    Attributes:
        model: what each booking has: (status, minute of the start, end of the hold).
    """

    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk(small_case(2, agents=2, hours=2))
        self.model: dict[str, tuple[str, int, datetime | None]] = {}
        self.waiting: set[str] = set()
        self.keys = 0

    def say(self, op: str, **fields: Any) -> dict[str, Any]:
        """Send a request; take into the model what happened to others."""
        answer = self.talk.say(op, **fields)
        for event in answer.get("events", []):
            if event["event"] == "proposed":
                assert event["booking"] in self.waiting
                assert event["booking"] not in self.model
                self.note("proposed", event["booking"], event)
            else:
                assert event["event"] == "expired"
                until = self.model.pop(event["booking"])[2]
                assert until is not None
                assert until <= self.talk.now
        return answer

    def note(self, status: str, booking: str, told: dict[str, Any]) -> None:
        """Keep what was told of a booking."""
        moment = datetime.fromisoformat(told["start"])
        until = datetime.fromisoformat(told["until"]) if "until" in told else None
        self.model[booking] = (status, moment.hour * 60 + moment.minute, until)

    def forget_expired(self, booking: str) -> None:
        """The booking's own hold has ended, if its time is over."""
        present = self.model.get(booking)
        if present and present[2] is not None and present[2] <= self.talk.now:
            del self.model[booking]

    @rule(booking=BOOKINGS, start=STARTS, seconds=st.sampled_from([60, 600]))
    def hold(self, booking: str, start: int, seconds: int) -> None:
        """A hold is given unless there is a session; asked again with its key, it is the same."""
        self.keys += 1
        fields = {"key": f"k{self.keys}", "booking": booking, "start": at(start), "seconds": seconds, **WHAT}
        answer = self.say("hold", **fields)
        if self.model.get(booking, ("",))[0] == "sold":
            assert answer["error"] == "conflict"
        elif answer["ok"]:
            self.note("held", booking, answer)
            assert self.model[booking] == ("held", start, self.talk.now + timedelta(seconds=seconds))
            again = self.say("hold", **fields)
            assert again["repeated"]
            assert {n: again[n] for n in ("status", "start", "until")} == {
                n: answer[n] for n in ("status", "start", "until")
            }
            other = self.say("hold", **{**fields, "seconds": seconds + 1})
            assert other["error"] == "key_reused"
        else:
            assert answer["error"] == "not_possible"

    @rule(booking=BOOKINGS)
    def confirm(self, booking: str) -> None:
        """What is held or proposed becomes sold, and what is sold stays so."""
        self.forget_expired(booking)
        answer = self.say("confirm", booking=booking)
        assert answer["ok"] == (booking in self.model)
        if answer["ok"]:
            assert answer["status"] == "sold"
            self.model[booking] = ("sold", self.model[booking][1], None)
            self.waiting.discard(booking)

    @rule(booking=BOOKINGS)
    def release(self, booking: str) -> None:
        """A hold or proposal is given up; a session is not."""
        self.forget_expired(booking)
        present = self.model.get(booking)
        if present and present[0] != "sold":
            del self.model[booking]  # before the answer: what is free may be proposed to the same customer
            if present[0] == "proposed":
                self.waiting.discard(booking)
            assert self.say("release", booking=booking)["ok"]
        elif present:
            assert self.say("release", booking=booking)["error"] == "conflict"
        else:
            self.say("release", booking=booking)

    @rule(booking=BOOKINGS)
    def cancel(self, booking: str) -> None:
        """Whatever the booking has is given up, the place on the waiting list included; twice is once."""
        self.forget_expired(booking)
        had = booking in self.model or booking in self.waiting
        self.model.pop(booking, None)
        self.waiting.discard(booking)
        answer = self.say("cancel", booking=booking)
        assert answer["ok"] or not had
        assert self.say("cancel", booking=booking)["ok"] == answer["ok"]

    @rule(booking=BOOKINGS, start=STARTS)
    def reschedule(self, booking: str, start: int) -> None:
        """A session moves or keeps its start; it is never lost."""
        present = self.model.get(booking)
        answer = self.say("reschedule", booking=booking, start=at(start))
        if present and present[0] == "sold":
            assert answer["ok"] or answer["error"] == "not_possible"
            if answer["ok"]:
                self.model[booking] = ("sold", start, None)
                assert self.say("reschedule", booking=booking, start=at(start))["repeated"]
        else:
            assert not answer["ok"]

    @rule(booking=BOOKINGS, priority=st.sampled_from([1, 5]))
    def wait(self, booking: str, priority: int) -> None:
        """Who waits is asked at once when there is a start, and else when one becomes free."""
        self.forget_expired(booking)
        windows = [{"earliest": at(540), "ends_by": at(660)}]
        present = booking in self.model
        if not present:
            self.waiting.add(booking)
        answer = self.say("wait", booking=booking, windows=windows, priority=priority, seconds=300, **WHAT)
        assert answer["ok"] != present
        if answer.get("status") == "proposed" and booking not in self.model:
            self.note("proposed", booking, answer)

    @rule(seconds=st.sampled_from([30, 301, 700]))
    def time_passes(self, seconds: int) -> None:
        """Holds and proposals end with the next request."""
        self.talk.wait_seconds(seconds)
        self.say("tick")

    @rule(line=st.sampled_from([b"", b"{", b"[]", b'{"op":"hold"}', b"\xff\xfe", b'{"op":"tick","x":1}']))
    def nonsense(self, line: bytes) -> None:
        """A line that is no request is answered as such and changes nothing."""
        records = len(self.talk.records)
        answer = json.loads(Service(self.talk.desk, lambda: self.talk.now).answer(line + b"\n"))
        assert answer["error"] == "bad_request"
        assert len(self.talk.records) == records

    @precondition(lambda self: self.talk.records)
    @rule()
    def restart(self) -> None:
        """A new process with the same journal has the same state."""
        before, waiting = dict(self.talk.placed), [w.wanted.booking for w in self.talk.desk.state.waiting]
        agents = {name: self.talk.desk.state.agent_of(name) for name in before}
        self.talk.restart()
        assert self.talk.placed == before
        assert {name: self.talk.desk.state.agent_of(name) for name in before} == agents
        assert [w.wanted.booking for w in self.talk.desk.state.waiting] == waiting

    @invariant()
    def model_agrees(self) -> None:
        """Every booking has what the model says, and all of it is placeable."""
        found = {n: (p.status.value, p.start * 5, p.until) for n, p in self.talk.placed.items()}
        assert found == self.model
        assert {w.wanted.booking for w in self.talk.desk.state.waiting} == self.waiting
        assert placeable(self.talk.of, [occupation(p) for p in self.talk.placed.values()])

    def teardown(self) -> None:
        """In the end the referee agrees."""
        if self.talk.placed:
            referee_agrees(self.talk.desk)


class TestSelling(Selling.TestCase):
    """The machine, at the count of every day."""

    settings = settings(max_examples=60, stateful_step_count=30)


@pytest.mark.soak
def test_selling_at_length() -> None:
    """The machine, at full count."""

    class Long(Selling.TestCase):
        settings = settings(max_examples=1500, stateful_step_count=50)

    Long("runTest").runTest()


def one_place() -> Talk:
    """Room for exactly one session of 20 minutes: 9:05, with one agent."""
    from tests.support.cases import agent, case

    duties = [{"agent_id": "A1", "starts_at": 540, "ends_at": 570}]
    return Talk(case(agents=[agent("A1")], duties=duties))


def wait_for(talk: Talk, booking: str, priority: int = 5, seconds: int = 300) -> dict[str, Any]:
    """Join the waiting list for the morning."""
    windows = [{"earliest": at(540), "ends_by": at(720)}]
    return talk.say("wait", booking=booking, windows=windows, priority=priority, seconds=seconds, **WHAT)


def test_freed_capacity_goes_to_the_waiting_list_in_order() -> None:
    """Priority first, then who came first; an unanswered proposal ends and goes to the next."""
    talk = one_place()
    assert talk.say("hold", key="k", booking="N", start=at(545), **WHAT)["ok"]
    assert talk.say("confirm", booking="N")["ok"]
    for booking, priority in (("W1", 5), ("W2", 5), ("W3", 1)):
        assert wait_for(talk, booking, priority)["status"] == "waiting"
    assert talk.say("status", booking="W2")["position"] == 3
    until = (NOW + timedelta(seconds=300)).isoformat()
    freed = talk.say("cancel", booking="N")
    assert freed["events"] == [{"event": "proposed", "booking": "W3", "start": at(545), "until": until}]
    assert talk.say("hold", key="x", booking="X", start=at(545), **WHAT)["reason"] == "full"
    talk.wait_seconds(300)
    events = talk.say("tick")["events"]
    assert [(e["event"], e["booking"]) for e in events] == [("expired", "W3"), ("proposed", "W1")]
    declined = talk.say("release", booking="W1")
    assert [(e["event"], e["booking"]) for e in declined["events"]] == [("proposed", "W2")]
    assert talk.say("status", booking="W1")["status"] == "released"
    assert talk.say("confirm", booking="W2")["status"] == "sold"
    assert [w.wanted.booking for w in talk.desk.state.waiting] == ["W3"]


def test_a_passed_start_is_not_proposed_again() -> None:
    """Who let a proposal end is not asked about the same start once more, and does not block others."""
    talk = one_place()
    assert wait_for(talk, "W1")["status"] == "proposed"
    talk.wait_seconds(300)
    assert [e["event"] for e in talk.say("tick")["events"]] == ["expired"]
    assert talk.say("status", booking="W1")["status"] == "waiting"
    assert talk.say("hold", key="k", booking="N", start=at(545), **WHAT)["ok"]


def test_two_holds_never_sell_one_place() -> None:
    """The second hold on the last place is refused until the first has ended."""
    talk = one_place()
    assert talk.say("hold", key="a", booking="A", start=at(545), seconds=60, **WHAT)["ok"]
    assert talk.say("hold", key="b", booking="B", start=at(545), **WHAT)["reason"] == "full"
    talk.wait_seconds(60)
    assert talk.say("hold", key="b", booking="B", start=at(545), **WHAT)["ok"]
    late = talk.say("confirm", booking="A")
    assert late["error"] == "unknown_booking"
    assert "expired" in late["problems"][0]["message"]


def test_a_repeated_cancel_does_not_cancel_the_next_sale() -> None:
    """With a key, the repetition of an old cancellation leaves what was sold since alone."""
    talk = one_place()
    assert talk.say("hold", key="a", booking="A", start=at(545), **WHAT)["ok"]
    assert talk.say("cancel", key="c", booking="A")["status"] == "cancelled"
    assert talk.say("hold", key="a2", booking="A", start=at(545), **WHAT)["ok"]
    again = talk.say("cancel", key="c", booking="A")
    assert again["repeated"]
    assert again["present"]["status"] == "held"
    assert "A" in talk.placed


def test_keys_are_known_after_a_restart() -> None:
    """A request that was answered before the process ended is not done twice after it."""
    talk = one_place()
    fields = {"key": "a", "booking": "A", "start": at(545), **WHAT}
    first = talk.say("hold", **fields)
    talk.restart()
    again = talk.say("hold", **fields)
    assert again["repeated"]
    assert again["until"] == first["until"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"op": "sell"}, "op"),
        ({}, "op"),
        ({"op": "check", "start": at(545), "skill": "pf"}, "duration_minutes"),
        ({"op": "check", "start": at(545), "duration_minutes": 20}, "skill"),
        ({"op": "check", "start": at(545), "duration_minutes": 20, "skill": "xx"}, "skill"),
        ({"op": "check", "start": at(545), "duration_minutes": 90, "skill": "pf"}, "duration_minutes"),
        ({"op": "check", "start": at(547), **WHAT}, "start"),
        ({"op": "check", "start": "2026-11-30T09:05:00", **WHAT}, "start"),
        ({"op": "check", "start": "0001-01-01T00:00:00Z", **WHAT}, "start"),
        ({"op": "check", "start": at(545), **WHAT, "participants": 0}, "participants"),
        ({"op": "check", "start": at(545), **WHAT, "participants": ["P1", 5]}, "participants"),
        ({"op": "check", "start": at(545), **WHAT, "session": "joint"}, "session"),
        ({"op": "check", "start": at(545), **WHAT, "priority": 0}, "priority"),
        ({"op": "hold", "start": at(545), **WHAT, "key": "k"}, "booking"),
        ({"op": "hold", "start": at(545), **WHAT, "booking": "A"}, "key"),
        ({"op": "hold", "start": at(545), **WHAT, "booking": "A", "key": "52998224725"}, "key"),
        ({"op": "hold", "start": at(545), **WHAT, "booking": "529.982.247-25", "key": "k"}, "booking"),
        ({"op": "cancel", "order_number": "CERTI1"}, "tax_id"),
        ({"op": "cancel", "order_number": "CERTI1", "tax_id": "52998224725"}, "order_number"),
        ({"op": "cancel", "booking": "A", "order_number": "CERTI1"}, "booking"),
        ({"op": "cancel", "booking": "A", "now": "2026-11-29T17:59:59-03:00"}, "now"),
        ({"op": "cancel", "booking": "A", "colour": "red"}, "colour"),
        ({"op": "wait", "booking": "A", **WHAT, "windows": []}, "windows"),
        ({"op": "wait", "booking": "A", **WHAT, "windows": [{"earliest": at(545)}]}, "windows.ends_by"),
    ],
)
def test_the_wrong_field_is_named(fields: dict[str, Any], field: str) -> None:
    """Every wrong request is answered with the name of the field that is wrong, and without its value."""
    talk = one_place()
    line = json.dumps(fields).encode() + b"\n"
    raw = Service(talk.desk, lambda: NOW, told=True).answer(line)
    answer = json.loads(raw)
    assert answer["error"] == "bad_request"
    assert field in [problem["field"] for problem in answer["problems"]]
    assert b"52998224725" not in raw
    assert b"529.982.247-25" not in raw
    assert b"CERTI1" not in raw


def test_windows_where_nothing_can_be_are_refused() -> None:
    """Nobody is put on the waiting list for a time at which the service is closed."""
    windows = [{"earliest": at(0), "ends_by": at(400)}]
    answer = one_place().say("wait", booking="A", windows=windows, **WHAT)
    assert (answer["error"], answer["reason"]) == ("not_possible", "outside_window")


def test_time_is_not_told_by_customers() -> None:
    """Unless the process was started so, a request cannot say what time it is."""
    talk = one_place()
    line = json.dumps({"op": "tick", "now": (NOW + timedelta(days=1)).isoformat()}).encode()
    answer = json.loads(Service(talk.desk, lambda: NOW).answer(line))
    assert answer["problems"][0]["field"] == "now"
    assert talk.desk.state.now == NOW


def test_a_line_that_is_too_long_is_refused() -> None:
    """A line of more than a million bytes is not read."""
    talk = one_place()
    answer = json.loads(Service(talk.desk, lambda: NOW).answer(b" " * 1_000_001))
    assert answer["error"] == "bad_request"
