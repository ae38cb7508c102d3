"""The offer table against brute force: what is offered can be sold, and what is not cannot."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from data.model import Case
from optimizer.offers import offer_table
from optimizer.offers.kinds import KindOfBooking
from optimizer.offers.wanted import Wanted
from tests.offers.selling import Talk, at, occupation, occupation_at, placeable, small_case
from tests.support.cases import agent, booking, case, participant

KINDS = [
    KindOfBooking("pf", "single", 15, 1),
    KindOfBooking("pf", "single", 20, 1),
    KindOfBooking("pj", "single", 30, 1),
    KindOfBooking("joint", "joint", 45, 2),
]


def sold_at_random(of: Case, seed: int, tries: int) -> Talk:
    """A case from which some bookings are sold already."""
    rng = random.Random(seed)
    talk = Talk(of)
    for n in range(tries):
        talk.say(
            "hold", key=f"k{n}", booking=f"N{n}", skill=rng.choice(["pf", "pj"]),
            duration_minutes=rng.choice([15, 20, 30]), start=at(5 * rng.randint(108, 145)), seconds=86_400,
        )  # fmt: skip
    return talk


def starts() -> Iterator[int]:
    """All grid points of the day."""
    return iter(range(0, 1440, 5))


@pytest.mark.parametrize("seed", range(25))
def test_every_cell_equals_brute_force(seed: int) -> None:
    """On tiny cases every start is offered exactly when it can be sold, and counts are exact."""
    talk = sold_at_random(small_case(seed, agents=2 + seed % 2), seed, 8)
    held = [occupation(placed) for placed in talk.placed.values()]
    offered = 0
    for row in offer_table(talk.desk.state, KINDS, priority=5):
        kind, offers = row.kind, row.offers
        assert not offers.undecided
        for start in starts():
            wanted = occupation_at(kind.skill, kind.duration_minutes, start)
            opens = start >= 480 and start + kind.duration_minutes <= 1200
            count = offers.counts.get(start // 5, 0)
            assert (count > 0) == (opens and placeable(talk.of, [*held, wanted])), (kind, at(start))
            if count:
                offered += 1
                assert placeable(talk.of, [*held, *[wanted] * count])
                if start // 5 not in offers.at_least:
                    assert not placeable(talk.of, [*held, *[wanted] * (count + 1)])
    assert offered or len(held) > 2


@pytest.mark.parametrize("seed", range(15))
def test_checks_agree_with_the_table(seed: int) -> None:
    """A single check says of each start what the offers of the same kind say."""
    talk = sold_at_random(small_case(seed), seed, 8)
    what = {"skill": "pf", "duration_minutes": 20}
    listed = {row["start"] for row in talk.say("offers", **what)["starts"]}
    for start in range(480, 800, 5):
        answer = talk.say("check", start=at(start), **what)["answer"]
        assert answer == ("yes" if at(start) in listed else "no")


def test_accepting_any_offer_keeps_all_placeable() -> None:
    """Whichever offer is taken next, by whoever, until nothing is left: nobody is ever left out."""
    rng = random.Random(3)
    talk = Talk(small_case(5, agents=4))
    n = 0
    while True:
        table = offer_table(talk.desk.state, KINDS, priority=5)
        cells = [(row.kind, start) for row in table for start in row.offers.counts]
        if not cells:
            break
        kind, start = rng.choice(cells)
        answer = talk.say(
            "hold", key=f"k{n}", booking=f"N{n}", skill=kind.skill, duration_minutes=kind.duration_minutes,
            participants=kind.participants, start=at(5 * start),
        )  # fmt: skip
        assert answer["ok"], answer
        assert placeable(talk.of, [occupation(placed) for placed in talk.placed.values()])
        n += 1
    assert n > 12


def test_lead_time_counts_from_now() -> None:
    """R2: no start is offered sooner than the lead time (60 minutes) after the present moment."""
    talk = Talk(small_case(1))
    talk.wait_seconds(15 * 3600 + 1)  # 9:00:01 on the Monday
    first = talk.say("offers", skill="pf", duration_minutes=15)["starts"][0]["start"]
    assert first == at(605)
    refused = talk.say("check", skill="pf", duration_minutes=15, start=at(600))
    assert (refused["answer"], refused["reason"]) == ("no", "too_soon")


def test_opening_hours_end_every_session() -> None:
    """A session must end by closing time, 20:00, even when agents are on duty longer."""
    of = case(
        agents=[agent("A1")],
        duties=[{"agent_id": "A1", "starts_at": 1020, "ends_at": 1260}],
        bookings=[booking("B1")],
        participants=[participant("B1", "P1", 0, 1440)],
    )
    listed = Talk(of).say("offers", skill="pf", duration_minutes=20)["starts"]
    assert [listed[0]["start"], listed[-1]["start"]] == [at(1025), at(1180)]


def test_a_fixed_pin_binds_its_agent() -> None:
    """A session pinned to an agent is not moved to another for the sake of a sale; others are."""
    duties = [{"agent_id": a, "starts_at": 540, "ends_at": 600} for a in ("A1", "A2")]
    pin = {"pin": "fixed", "pinned_start": 550}

    def answer(**pinned: str) -> str:
        of = case(
            agents=[agent("A1", "pf|pj"), agent("A2", "pf")],
            duties=duties,
            bookings=[booking("B1", "pf", **pin, **pinned)],
            participants=[participant("B1", "P1", 540, 720)],
        )
        return str(Talk(of).say("check", skill="pj", duration_minutes=20, start=at(550))["answer"])

    assert answer() == "yes"
    assert answer(pinned_agent="A2") == "yes"
    assert answer(pinned_agent="A1") == "no"


def test_known_bookings_keep_their_rules() -> None:
    """Of a booking in the plan folder, windows, eligibility and participants are those of the folder."""
    talk = Talk(small_case(0))
    assert talk.say("check", booking="B2", start=at(660))["reason"] == "not_eligible"
    assert talk.say("check", booking="B1", start=at(560))["reason"] == "outside_window"
    assert talk.say("hold", key="k", booking="B0", start=at(605))["ok"]
    busy = talk.say("check", booking="X", skill="pf", duration_minutes=20, participants=["P0"], start=at(615))
    assert busy["reason"] == "participant_busy"
    told = talk.say("check", booking="B0", start=at(600), skill="pf")
    assert told["problems"][0]["field"] == "skill"


def test_the_present_start_counts_as_given_up() -> None:
    """A booking may be checked for a start that only its own session is in the way of."""
    of = case(
        agents=[agent("A1")],
        duties=[{"agent_id": "A1", "starts_at": 540, "ends_at": 580}],
        bookings=[booking("B1")],
        participants=[participant("B1", "P1", 0, 1440)],
    )
    talk = Talk(of)
    assert talk.say("hold", key="k", booking="B1", start=at(545))["ok"]
    assert talk.say("confirm", booking="B1")["ok"]
    assert talk.say("check", booking="B1", start=at(550))["answer"] == "yes"
    assert talk.say("check", skill="pf", duration_minutes=20, start=at(550))["answer"] == "no"
    assert [occupation(placed) for placed in talk.placed.values()] == [occupation_at("pf", 20, 545, ["P1"])]


def test_a_nobodys_skill_is_not_offered() -> None:
    """A kind whose skill no agent has is listed without a start."""
    talk = Talk(small_case(0))
    wanted = Wanted(
        "", KindOfBooking("libras", "single", 20, 1), window=talk.desk.state.terms.open_starts(20)
    )
    assert not talk.desk.state.offers(wanted).counts
