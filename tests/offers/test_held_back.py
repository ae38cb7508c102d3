"""Capacity held back: exactly the share, in every hour and set of skills, and only for priority 1."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from ortools.graph.python import max_flow

from optimizer.binding import Kind, Session, Team
from optimizer.binding.team import members
from optimizer.offers.held_back import HeldBack
from tests.binding.small import random_team
from tests.offers.selling import Talk, at, small_case


def spreads(of: Team, sold: list[Session], share: Fraction, an_hour: int) -> bool:
    """Whether the slots sold in each hour can be spread over sets of equal agents: a maximum flow."""
    for hour in range(0, of.slots, an_hour):
        slots = range(hour, min(hour + an_hour, of.slots))
        asked = [
            sum(len(set(slots) & set(range(s.begin, s.end))) for s in sold if s.kind.skill == skill)
            for skill in range(len(of.skills))
        ]
        supply: dict[tuple[int, ...], int] = {}
        for slot in slots:
            for agent in members(of.on_duty[slot]):
                skills = tuple(k for k, who in enumerate(of.skills) if who >> agent & 1)
                supply[skills] = supply.get(skills, 0) + 1
        flow = max_flow.SimpleMaxFlow()
        source, sink, first = 0, 1, 2 + len(of.skills)
        scale = share.denominator
        for skill, amount in enumerate(asked):
            flow.add_arc_with_capacity(source, 2 + skill, amount * scale)
        for place, (skills, amount) in enumerate(sorted(supply.items())):
            flow.add_arc_with_capacity(first + place, sink, amount * (scale - share.numerator))
            for skill in skills:
                flow.add_arc_with_capacity(2 + skill, first + place, 10**6)
        if not any(asked):
            continue
        assert flow.solve(source, sink) == flow.OPTIMAL
        if flow.optimal_flow() < sum(asked) * scale:
            return False
    return True


def compare_room(seed: int) -> int:
    """Sell and cancel at random and compare each count; returns how often nothing more could be sold."""
    rng = random.Random(seed)
    of = random_team(rng, agents=5)
    share = rng.choice([Fraction(1, 10), Fraction(1, 4), Fraction(1, 2)])
    held_back = HeldBack(of, float(share), 12)
    sold: list[Session] = []
    refused = 0
    for _ in range(25):
        item = Session(
            Kind(rng.randrange(len(of.skills)), 0, rng.randint(2, 6)), rng.randint(0, of.slots - 6)
        )
        room = held_back.room(item)
        assert spreads(of, [*sold, *[item] * room], share, 12)
        assert not spreads(of, [*sold, *[item] * (room + 1)], share, 12)
        refused += room == 0
        if room:
            held_back.count(item, +1)
            sold.append(item)
        if sold and rng.random() < 0.2:
            gone = sold.pop(rng.randrange(len(sold)))
            held_back.count(gone, -1)
    return refused


def test_room_equals_a_maximum_flow() -> None:
    """The sums over sets of skills say the same as a flow of minutes to agents, for each count."""
    assert sum(compare_room(seed) for seed in range(80)) > 200


def sell_out(talk: Talk, priority: int, name: str) -> int:
    """Sell pf sessions of 20 minutes until no start is left; returns how many."""
    count = 0
    while listed := talk.say("offers", skill="pf", duration_minutes=20, priority=priority)["starts"]:
        start = listed[0]["start"]
        assert talk.say(
            "hold", key=f"{name}{count}", booking=f"{name}{count}", skill="pf", duration_minutes=20,
            start=start, priority=priority, seconds=86_400,
        )["ok"]  # fmt: skip
        count += 1
    return count


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5])
def test_ordinary_bookings_leave_the_share_free(share: float) -> None:
    """When nothing ordinary can be sold, each hour has its share left, and priority 1 may still use it."""
    talk = Talk(small_case(4, agents=4, hours=4, share=share))
    ordinary = sell_out(talk, 5, "O")
    team = talk.desk.state.binder.team
    pf = talk.desk.state.terms.skill_numbers["pf"]
    used, service = np.zeros(24), np.zeros(24)
    for placed in talk.placed.values():
        item = talk.desk.state.session_of(placed.wanted, placed.start)
        for slot in range(item.begin, item.end):
            used[slot // 12] += 1
    for slot in range(team.slots):
        service[slot // 12] += (team.on_duty[slot] & team.skills[pf]).bit_count()
    assert (used <= (1 - share) * service + 1e-9).all()
    reason = {
        talk.say("check", skill="pf", duration_minutes=20, start=at(start)).get("reason")
        for start in range(545, 780, 5)
    }
    assert ("held_back" in reason) == (share > 0)
    rebooked = sell_out(talk, 1, "R")
    assert (rebooked > 0) == (share > 0)
    assert ordinary > rebooked if share < 0.5 else ordinary


def test_what_priority_1_uses_does_not_count() -> None:
    """A rebooking uses what is held back: what ordinary bookings may use in its hour is not less for it."""
    talk = Talk(small_case(4, agents=4, hours=4, share=0.5))
    sell_out(talk, 5, "O")
    what = {"skill": "pf", "duration_minutes": 20}
    start = talk.say("offers", priority=1, **what)["starts"][0]["start"]
    assert talk.say("check", start=start, **what)["reason"] == "held_back"
    assert talk.say("hold", key="R", booking="R", priority=1, start=start, **what)["ok"]
    hour = talk.placed["R"].start // 12
    mine = next(name for name, placed in talk.placed.items() if name != "R" and placed.start // 12 == hour)
    again = talk.say("status", booking=mine)["start"]
    assert talk.say("cancel", booking=mine)["ok"]
    assert talk.say("hold", key="again", booking="Z", start=again, **what)["ok"]
