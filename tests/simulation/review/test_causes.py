"""Causes of waits on days that can be worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simulation.review.causes import Cause
from simulation.review.review import harms
from tests.simulation.review.days import began, came, ended, facts, told, two_agents, went

Happened = tuple[float, str, dict[str, Any]]


def cause_of(name: str, *happened: Happened) -> tuple[str, Cause]:
    """Harm and cause of a session; A1's sessions are appointed 5, 35 and 65 minutes after 9 h."""
    planned = two_agents()
    found = {
        one.session.booking_id: (one.harm, one.cause) for one in harms(planned, facts(planned, *happened))
    }
    return found[name]


def gone(minute: float, who: str = "A1") -> Happened:
    return minute, "agent_gone", {"agent_id": who}


def test_the_session_before_was_longer_than_planned() -> None:
    """B1 begins at 5 and takes 42 minutes instead of 20; B2, there at 35, begins at 50."""
    day = [came(4, "B1"), began(5, "B1"), came(34, "B2"), ended(47, "B1"), began(50, "B2"), ended(70, "B2")]
    assert cause_of("B2", *day) == ("waited", Cause("overrun", "B1"))


def test_the_customer_before_came_late() -> None:
    """B1 is 14 minutes late and takes 24 minutes; 10 of the delay are the customer's, 4 the session's."""
    day = [came(19, "B1"), began(19, "B1"), came(34, "B2"), ended(46, "B1"), began(49, "B2")]
    assert cause_of("B2", *day) == ("waited", Cause("late_customer", "B1"))


def test_the_first_cause_of_a_chain_counts() -> None:
    """B1 overruns by 25; B2 begins 20 late and takes as long as planned; B3 is sent away at 80."""
    day = [
        *(came(4, "B1"), began(5, "B1"), came(34, "B2"), ended(50, "B1")),
        *(began(55, "B2"), came(65, "B3"), ended(75, "B2"), went(75, "B3", by_issuer=True)),
    ]
    assert cause_of("B2", *day) == ("waited", Cause("overrun", "B1"))
    assert cause_of("B3", *day) == ("rebooked", Cause("overrun", "B1"))


def test_the_agent_waited_for_a_customer_who_did_not_come() -> None:
    """B1's customer does not come until 31 (told late); B2's is there at 30, and counts from 35: so it is
    B2 itself that is begun late, after the agent had waited for B1 up to 40."""
    day = [came(30, "B2"), (40, "no_show", {"booking_id": "B1"}), began(46, "B2"), ended(66, "B2")]
    assert cause_of("B2", *day) == ("waited", Cause("no_show_before", "B1"))


def test_the_agent_was_not_there() -> None:
    """A1 never comes; B1's customer goes after 15 minutes, which is the issuer's rebooking, told or not."""
    day = [gone(0), came(3, "B1"), went(20, "B1"), came(35, "B2"), went(42, "B2")]
    assert cause_of("B1", *day) == ("rebooked", Cause("agent_absent", "A1"))
    assert cause_of("B2", *day) == ("left", Cause("agent_absent", "A1"))


def test_an_agent_who_goes_breaks_the_session_off() -> None:
    """B1 has begun; its customer goes at once when the agent is cut off."""
    day = [came(4, "B1"), began(5, "B1"), gone(12), went(13, "B1")]
    assert cause_of("B1", *day) == ("rebooked", Cause("agent_absent", "A1"))


def test_a_session_broken_off_before_lasted_until_then() -> None:
    """B1 begins 14 minutes late, and is broken off after 15 of 20: it was late, and not too long."""
    day = [came(19, "B1"), began(19, "B1"), gone(33), went(34, "B1"), (34, "agent_back", {"agent_id": "A1"})]
    day += [came(34, "B2"), began(46, "B2"), ended(66, "B2")]
    assert cause_of("B2", *day) == ("waited", Cause("late_customer", "B1"))


def test_the_platform_was_down() -> None:
    """Down from 30 to 48; B2 begins when it is up again. B1, broken off by it, is the outage's as well."""
    day = [
        *(came(4, "B1"), began(20, "B1"), (30, "platform_down", {}), went(31, "B1"), came(34, "B2")),
        *((48, "platform_up", {}), began(48, "B2"), ended(60, "B2")),
    ]
    assert cause_of("B2", *day) == ("waited", Cause("outage"))
    assert cause_of("B1", *day) == ("rebooked", Cause("outage"))


def test_a_break_that_was_late() -> None:
    """The pause planned at 120 is taken from 55 to 80: B3 waits from 65. That is early, so the plan's break
    is not the cause of the wait: it is moved. Late: the pause of a duty that should have been before."""
    pause = {"agent_id": "A1"}
    day = [(55, "break_started", pause), came(64, "B3"), (80, "break_ended", pause), began(80, "B3")]
    assert cause_of("B3", *day) == ("waited", Cause("planned_break", "A1"))


def test_the_agent_held_a_colleagues_session() -> None:
    """A1 takes C1 over, for A2 is absent: B1 waits for A2's absence, not for A1."""
    day = [
        *(gone(0, "A2"), came(0, "C1"), began(1, "C1"), came(4, "B1"), ended(18, "C1"), began(21, "B1")),
        ended(41, "B1"),
    ]
    assert cause_of("B1", *day) == ("waited", Cause("agent_absent", "A2"))


def test_a_colleagues_session_without_a_reason() -> None:
    """A1 takes C1 although A2 is there and idle."""
    day = [came(4, "C1"), came(4, "B1"), began(5, "C1"), ended(18, "C1"), began(21, "B1"), ended(41, "B1")]
    assert cause_of("B1", *day) == ("waited", Cause("colleague", "C1"))


def test_an_idle_agent() -> None:
    """Nothing is told that kept A1 from beginning B1."""
    assert cause_of("B1", came(4, "B1"), began(17, "B1"))[1] == Cause("unexplained")


def test_the_set_up_began_late() -> None:
    """A1 is back at 3, when the set-up for B1 should have begun at 0: at 5 the customer is there, A1 is not
    ready."""
    day = [gone(0), (3, "agent_back", {"agent_id": "A1"}), came(4, "B1"), went(7, "B1")]
    assert cause_of("B1", *day) == ("left", Cause("agent_absent", "A1"))


def test_what_came_while_the_customer_waited() -> None:
    """A1 is idle when B1 is ready at 5, goes at 8, and is back at 17."""
    day = [came(4, "B1"), gone(8), (17, "agent_back", {"agent_id": "A1"}), began(18, "B1")]
    assert cause_of("B1", *day) == ("waited", Cause("agent_absent", "A1"))


def test_a_late_customer_is_not_our_cause() -> None:
    """B1 comes 14 minutes late and begins at once; B2 does not come at all: nobody was harmed by us."""
    planned = two_agents()
    day = [came(19, "B1"), began(20, "B1"), ended(40, "B1"), (50, "no_show", {"booking_id": "B2"})]
    found = facts(planned, *day)
    assert harms(planned, found) == []
    assert found.sessions["B1"].wait == pytest.approx(1.0)
    assert math.isnan(found.sessions["B2"].wait)


def test_a_booking_without_an_agent() -> None:
    """A booking that came during the day, of nobody, waits until somebody is free."""
    planned = two_agents()
    row = {
        "booking_id": "D1", "order_status": "paid", "holder_type": "person", "skill": "pf",
        "duration_minutes": 20, "booked_at": "2026-11-29T09:00:00-03:00",
    }  # fmt: skip
    person = {
        "booking_id": "D1", "participant_id": "P-D1", "role": "holder", "has_cnh": "true",
        "window_start": "2026-11-30T09:00:00-03:00", "window_end": "2026-11-30T20:00:00-03:00",
    }  # fmt: skip
    added = {"booking": row, "participants": [person], "start": "2026-11-30T09:10:00-03:00"}
    found = facts(planned, (1, "booking_added", added), came(10, "D1"), began(22, "D1"), ended(40, "D1"))
    assert found.sessions["D1"].added
    assert {one.session.booking_id: one.cause for one in harms(planned, found)} == {"D1": Cause("no_agent")}


def test_the_plan_left_no_time() -> None:
    """B1, in time and as planned, is still being wrapped up when B2, early today, is promised."""
    planned = two_agents()
    moved = (6, "booking_rescheduled", {
        "booking_id": "B2", "start": "2026-11-30T09:27:00-03:00", "agent_id": "A1",
    })  # fmt: skip
    day = [came(4, "B1"), began(5, "B1"), moved, came(20, "B2"), ended(25, "B1"), began(39, "B2")]
    found = facts(planned, *day)
    assert found.sessions["B2"].promised == 9 * 60 + 27
    assert {o.session.booking_id: o.cause for o in harms(planned, found)} == {"B2": Cause("tight_plan", "B1")}


def test_told_without_notice() -> None:
    """Moved from 35 to 50 while the customer is there already: the wait counts from 35 on."""
    planned = two_agents()
    moved = (33, "booking_rescheduled", {
        "booking_id": "B2", "start": "2026-11-30T09:50:00-03:00", "agent_id": "A1",
    })  # fmt: skip
    found = facts(planned, moved, came(40, "B2"), began(55, "B2"), ended(70, "B2"))
    assert found.sessions["B2"].promised == 9 * 60 + 35
    assert found.sessions["B2"].wait == pytest.approx(15.0)


def test_events_of_no_day_of_the_plan() -> None:
    """They are refused; events of the day before are of the day of most."""
    planned = two_agents()
    with pytest.raises(ValueError, match="expected events of a day of the plan"):
        told(planned, (-10 * 1440, "platform_down", {}))
    cancelled = (-1440, "booking_cancelled", {"booking_id": "B1"})
    assert told(planned, cancelled, came(4, "B2"), went(5, "B2")).day == 0
