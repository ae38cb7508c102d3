"""Holding, confirming, releasing, cancelling, rescheduling and waiting on a store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from data.identity import SurrogateKey
from data.model import Agents, Bookings, Participants, Sessions
from data.policies import default_service_policies
from data.store import Run, SessionChange, Store
from tests.batch.asking import Asking, at, doubled, judged
from tests.support.cases import agent, booking, participant, tiny_case

SECRET = "a secret of the tests, not short"
ORDER, TAX_ID = "CERTI-17", "111.444.777-35"

PJ = {"skill": "pj", "duration_minutes": 20}
"""Only A1 has this skill."""


def row(name: str, skill: str = "pj") -> dict[str, Any]:
    """A booking as a request brings it along."""
    return {
        "booking_id": name, "order_status": "paid", "holder_type": "person", "skill": skill,
        "duration_minutes": 20, "booked_at": "2026-11-27T09:00:00-03:00",
    }  # fmt: skip


def person(name: str, who: str, first: int = 540, last: int = 780) -> dict[str, Any]:
    """Its participant."""
    return {
        "booking_id": name, "participant_id": who, "role": "holder", "has_cnh": True,
        "window_start": at(first), "window_end": at(last),
    }  # fmt: skip


def test_a_start_is_held_and_sold(tiny: Asking) -> None:
    """A hold keeps a start, confirm makes a session of it with its reason in the history."""
    held = tiny.one("hold", booking="B1", start=at(605))
    assert (held["ok"], held["status"], held["until"]) == (True, "held", "2026-11-29T18:10:00-03:00")
    assert tiny.starts() == {}
    assert tiny.one("hold", booking="B2", start=at(605))["ok"]
    full = tiny.one("hold", booking="B4", start=at(610))
    assert (full["ok"], full["error"], full["reason"]) == (False, "not_possible", "full")
    result = tiny.ask("confirm", items=[{"booking": "B1"}], why="paid")
    assert result["answers"][0]["status"] == "sold"
    assert [(c["booking"], c["change"], c["why"]) for c in result["changes"]] == [("B1", "placed", "paid")]
    assert tiny.starts() == {"B1": 605}
    (change,) = tiny.store.history("B1")
    assert (change.change, change.reason, change.command) == ("placed", "paid", "batch confirm")
    assert tiny.one("confirm", booking="B1")["repeated"] is True
    assert judged(tiny.case()) == []


def test_a_kind_is_held_and_sold_to_the_booking_that_comes_along(tiny: Asking) -> None:
    """Before the order is paid, its kind is held; confirm brings the row, which must be of this kind."""
    assert tiny.one("hold", booking="cart", start=at(605), **PJ)["ok"]
    assert tiny.one("hold", booking="other", start=at(610), **PJ)["reason"] == "full"
    nameless = tiny.one("confirm", booking="cart")
    assert (nameless["error"], nameless["field"]) == ("unknown_booking", "booking")
    wrong = tiny.ask("confirm", items=[{"booking": "cart"}], bookings=[row("cart", "pf")],
                     participants=[person("cart", "Q")])  # fmt: skip
    assert wrong["answers"][0]["error"] == "conflict"
    assert "cart" not in tiny.case().bookings.position
    elsewhere = tiny.ask("confirm", items=[{"booking": "cart"}], bookings=[row("cart")],
                         participants=[person("cart", "Q", 700, 780)])  # fmt: skip
    assert elsewhere["answers"][0]["reason"] == "outside_window"
    sold = tiny.ask("confirm", items=[{"booking": "cart"}], bookings=[row("cart")],
                    participants=[person("cart", "Q")])  # fmt: skip
    assert sold["answers"][0]["status"] == "sold"
    assert tiny.starts() == {"cart": 605}
    assert judged(tiny.case()) == []


def test_holds_end(tiny: Asking) -> None:
    """When its time is over, a hold is gone for everybody, and its customer is told."""
    tiny.one("hold", booking="cart", start=at(605), seconds=60, **PJ)
    tiny.now = "2026-11-29T18:00:59-03:00"
    assert tiny.one("hold", booking="other", start=at(605), **PJ)["reason"] == "full"
    tiny.now = "2026-11-29T18:01:00-03:00"
    result = tiny.ask("hold", items=[{"booking": "other", "start": at(605), **PJ}])
    assert result["answers"][0]["ok"]
    assert result["events"] == [{"event": "expired", "booking": "cart"}]
    late = tiny.one("confirm", booking="cart")
    assert (late["error"], "expired" in late["message"]) == ("unknown_booking", True)
    assert tiny.one("release", booking="other")["status"] == "released"
    assert tiny.one("release", booking="other")["repeated"] is True


def test_giving_up_and_moving_by_order_number(sqlite_url: str) -> None:
    """Cancel and reschedule by order number and CPF, as often as they are sent; neither number is kept."""
    key = SurrogateKey(SECRET.encode())
    name = key.booking(ORDER, TAX_ID)
    case = tiny_case()
    Store(sqlite_url).put_case(
        "day",
        replace(
            case,
            bookings=Bookings.from_rows([booking(name)]),
            participants=Participants.from_rows([participant(name, "P1", 540, 780)]),
            sessions=Sessions.from_rows(
                [{"booking_id": name, "agent_id": "A1", "starts_at": 600, "duration_minutes": 20}]
            ),
        ),
        Run("test"),
    )
    asking = Asking(sqlite_url, key=key)
    who = {"order_number": ORDER, "tax_id": TAX_ID}
    moved = asking.one("reschedule", **who, start=at(700))
    assert (moved["booking"], moved["start"]) == (name, at(700))
    assert asking.one("reschedule", **who, start=at(700))["repeated"] is True
    assert asking.one("cancel", **who)["status"] == "cancelled"
    assert asking.one("cancel", **who)["repeated"] is True
    assert [c.change for c in asking.store.history(name)] == ["placed", "moved", "removed"]
    for bad in ({"tax_id": "111.444.777-36"}, {"order_number": "X-1"}):
        refused = asking.ask("cancel", 65, items=[who | bad])
        assert refused["outcome"] == "refused"
    assert asking.ask("cancel", 65, items=[{"booking": name} | who])["error"]["kind"] == "bad_data"
    stranger = Asking(sqlite_url, prefix="s").ask("cancel", 65, items=[who])
    assert "PONTUAL_KEY" in stranger["error"]["message"] or stranger["error"]["problems"]
    with asking.store.database.reading() as connection:
        kept = repr(connection.exec_driver_sql("SELECT * FROM requests").all())
    assert ORDER not in kept
    assert "444" not in kept


def test_a_slot_that_is_freed_is_on_offer_at_once(tiny: Asking) -> None:
    """What cancel and reschedule free is in the table of offers of the same transaction."""

    def pj() -> dict[int, int]:
        return {o.start: o.count for o in tiny.store.offers("day") if o.skill == "pj"}

    tiny.one("hold", booking="cart", start=at(605), **PJ)
    tiny.ask(
        "confirm", items=[{"booking": "cart"}], bookings=[row("cart")], participants=[person("cart", "Q")]
    )
    assert tiny.store.offers("day") == []
    shown = tiny.ask("offers")["offers"]
    assert {kind["skill"] for kind in shown} == {"pf", "pj"}
    assert 605 not in pj()
    assert 700 in pj()
    tiny.one("reschedule", booking="cart", start=at(700))
    assert pj()[605] == 1
    assert 700 not in pj()
    tiny.one("cancel", booking="cart")
    assert 700 in pj()
    assert tiny.one("hold", booking="cart", start=at(605))["ok"]
    assert 605 not in pj()


def test_a_slot_that_is_freed_is_proposed_to_who_waits(tiny: Asking) -> None:
    """Customers who wait are asked in their order, once each; who does not answer goes to the end."""
    for n, minute in enumerate(range(545, 765, 30)):
        tiny.one("hold", booking=f"full-{n}", start=at(minute), seconds=7200, **PJ)
    windows = [{"earliest": at(540), "ends_by": at(780)}]
    first, second = (
        tiny.one("wait", booking=name, windows=windows, seconds=300, **PJ) for name in ("w1", "w2")
    )
    assert [(a["status"], a["position"]) for a in (first, second)] == [("waiting", 1), ("waiting", 2)]
    result = tiny.ask("release", items=[{"booking": "full-2"}])
    proposed = {"event": "proposed", "booking": "w1", "start": at(605), "until": "2026-11-29T18:05:00-03:00"}
    assert result["events"] == [proposed]
    tiny.now = "2026-11-29T18:05:00-03:00"
    later = tiny.ask("offers", table=False)["events"]
    assert [(e["event"], e["booking"]) for e in later] == [("expired", "w1"), ("proposed", "w2")]
    again = tiny.one("wait", booking="w1", windows=windows, seconds=300, **PJ)
    assert (again["status"], again["position"]) == ("waiting", 2)
    sold = tiny.ask(
        "confirm", items=[{"booking": "w2"}], bookings=[row("w2")], participants=[person("w2", "Q")]
    )
    assert sold["answers"][0]["status"] == "sold"
    assert tiny.one("cancel", booking="w1")["status"] == "cancelled"


def test_nothing_is_sold_beside_sessions_that_the_roster_cannot_hold(tiny: Asking) -> None:
    """Selling stops (10) and names them; giving them up is possible, and reoptimise mends it."""
    case = tiny_case()
    tiny.store.put_case("day", case, Run("test"))
    tiny.store.change_sessions("day", [SessionChange("B1", "A1", 605, 20)], Run("test"))
    late = replace(case, duties=type(case.duties).from_rows(
        [{"agent_id": name, "starts_at": 630, "ends_at": 780} for name in ("A1", "A2")]
    ), sessions=tiny.case().sessions)  # fmt: skip
    tiny.store.put_case("day", late, Run("test"))
    refused = tiny.ask("hold", 10, items=[{"booking": "B2", "start": at(640)}])
    assert refused["outcome"] == "infeasible"
    assert "B1" in refused["search"]["clashes"][0]
    moved = tiny.ask("reoptimise")
    changes = {c["booking"]: (c["change"], c["why"]) for c in moved["changes"]}
    assert changes["B1"] == ("moved", "could not be held as it was")
    assert tiny.starts()["B1"] >= 635
    assert judged(tiny.case()) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_many_items_in_one_request(kind: str, request: pytest.FixtureRequest) -> None:
    """Each item is carried out on its own, in order; agents change so that all fit."""
    asking = Asking(request.getfixturevalue(f"{kind}_url"))
    asking.store.put_case("day", tiny_case(), Run("test"))
    starts = {"B1": 605, "B2": 605, "B3": 650, "B4": 605}
    held = asking.ask("hold", items=[{"booking": n, "start": at(s)} for n, s in starts.items()])
    assert [a["ok"] for a in held["answers"]] == [True, True, True, False]
    asking.ask("confirm", items=[{"booking": n} for n in ("B1", "B2", "B3")])
    both = [{"booking": "B1", "start": at(650)}, {"booking": "B2", "start": at(1000)}]
    moved = asking.ask("reschedule", items=both)
    assert [a.get("reason") for a in moved["answers"]] == [None, "outside_window"]
    assert asking.starts() == {"B1": 650, "B2": 605, "B3": 650}
    assert doubled(asking.store) == 0
    assert judged(asking.case()) == []


def test_capacity_held_back_is_for_priority_1(sqlite_url: str) -> None:
    """Ordinary customers leave the share free; a rebooking may use it."""
    policies = tuple(p.model_copy(update={"held_back_share": 0.5}) for p in default_service_policies())
    case = tiny_case()
    plan = case.plan.model_copy(update={"service": policies})
    Store(sqlite_url).put_case("day", replace(case, plan=plan), Run("test"))
    asking = Asking(sqlite_url)
    answers = [
        asking.one("hold", booking=f"c{n}", start=at(605 + 5 * n), skill="pf", duration_minutes=20)
        for n in range(3)
    ]
    assert [a.get("reason") for a in answers] == [None, None, "held_back"] or answers[-1]["reason"] == "full"
    urgent = asking.one("hold", booking="u", start=at(640), skill="pf", duration_minutes=20, priority=1)
    assert urgent["ok"]


def test_holds_that_the_roster_lost_stop_nothing_once_they_end(tiny: Asking) -> None:
    """While it lasts, a hold that nobody could serve stops the selling; giving up goes on."""
    assert tiny.one("hold", booking="cart", start=at(605), **PJ)["ok"]
    agents = Agents.from_rows([agent("A1", "pf"), agent("A2", "pf")])
    without_pj = replace(tiny_case(), agents=agents)
    tiny.store.put_case("day", without_pj, Run("test"))
    assert "cart" in tiny.ask("hold", 10, items=[{"booking": "B1", "start": at(700)}])["search"]["clashes"][0]
    assert tiny.one("cancel", booking="B1")["error"] == "unknown_booking"
    tiny.now = "2026-11-29T18:10:00-03:00"
    result = tiny.ask("hold", items=[{"booking": "B1", "start": at(700)}])
    assert result["answers"][0]["ok"]
    assert result["events"] == [{"event": "expired", "booking": "cart"}]
