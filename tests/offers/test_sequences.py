"""Random sequences of sales never leave a sold session without an agent, as two independent judges see it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from data.generator import GeneratorSettings, generate
from data.model import Case
from tests.offers.selling import (
    SKILLS,
    Talk,
    at,
    occupation,
    occupation_at,
    placeable,
    referee_agrees,
    small_case,
)

STEPS = 22
CASES = 12


def cases() -> list[Case]:
    """Small cases of two to four agents."""
    return [small_case(seed, agents=2 + seed % 3, hours=2 + seed % 2) for seed in range(CASES)]


def play(of: Case, seed: int) -> int:
    """One sequence; every answer to a hold or reschedule is compared with the oracle. Returns the sales."""
    rng = random.Random(seed)
    talk = Talk(of)
    sold = 0
    for step in range(STEPS):
        names = sorted(talk.placed)
        op = rng.choice(
            ["hold", "hold", "hold", "confirm", "release", "cancel", "reschedule", "wait", "tick"]
        )
        start = 5 * rng.randint(106, 145)
        if op == "tick":
            talk.wait_seconds(rng.choice([60, 400, 1000]))
        before = {name: occupation(placed) for name, placed in talk.placed.items()}
        held_until = {name: placed.until for name, placed in talk.placed.items()}
        alive = {n: x for n, x in before.items() if held_until[n] is None or held_until[n] > talk.now}
        if op == "hold":
            skill, duration = rng.choice(SKILLS[:2]), rng.choice([15, 20, 25, 30])
            people = [f"Q{rng.randint(0, 3)}"]
            answer = talk.say(
                "hold", key=f"k{step}", booking=f"N{step}", skill=skill, duration_minutes=duration,
                participants=people, start=at(start), seconds=rng.choice([300, 900]),
            )  # fmt: skip
            wanted = occupation_at(skill, duration, start, people)
            assert answer["ok"] == placeable(of, [*alive.values(), wanted]), answer
        elif op == "reschedule" and names:
            name = rng.choice(names)
            answer = talk.say("reschedule", booking=name, start=at(start))
            if name in alive and talk.placed[name].until is None and alive[name].start != start:
                x = alive.pop(name)
                moved = occupation_at(x.skill, x.duration, start, x.people)
                assert answer["ok"] == placeable(of, [*alive.values(), moved]), answer
        elif op == "wait":
            talk.say(
                "wait", booking=f"W{step}", skill=rng.choice(SKILLS[:2]), duration_minutes=20,
                windows=[{"earliest": at(540), "ends_by": at(720)}], seconds=300,
                priority=rng.choice([1, 5]),
            )  # fmt: skip
        elif names:
            sold += talk.say(op, booking=rng.choice(names))["ok"] if op != "tick" else talk.say("tick")["ok"]
        assert placeable(of, [occupation(placed) for placed in talk.placed.values()])
    if talk.placed:
        referee_agrees(talk.desk)
    if seed % 4 == 0:
        placed = dict(talk.placed)
        waiting = [w.wanted.booking for w in talk.desk.state.waiting]
        talk.restart()
        assert talk.placed == placed
        assert [w.wanted.booking for w in talk.desk.state.waiting] == waiting
    return sold


def test_random_sequences() -> None:
    """240 sequences on small cases: every answer equals the oracle's, and all that is sold is placeable."""
    of = cases()
    assert sum(play(of[seed % CASES], seed) for seed in range(240)) > 500


@pytest.mark.soak
@pytest.mark.parametrize("part", range(20))
def test_ten_thousand_sequences(part: int) -> None:
    """10,000 sequences in all, 500 in each part."""
    of = [small_case(100 * part + n, agents=2 + n % 3, hours=2 + n % 2) for n in range(CASES)]
    for seed in range(500):
        play(of[seed % CASES], 100_000 * part + seed)


def sell_a_day(agents: int, seed: int, steps: int) -> Talk:
    """A generated day at load 0.9, sold as planted; then sales, cancellations and changes at random."""
    rng = random.Random(seed)
    made = generate(GeneratorSettings(agents=agents, days=1, load=0.9, seed=seed))
    talk = Talk(replace(made.case, sessions=made.planted))
    for step in range(steps):
        names = list(talk.placed)
        roll = rng.random()
        start = at(5 * rng.randint(98, 230))
        if roll < 0.55:
            answer = talk.say(
                "hold", key=f"k{step}", booking=f"N{step}", skill=rng.choice(["pf", "pj"]),
                duration_minutes=rng.choice([15, 20, 30]), start=start, seconds=rng.choice([60, 3600]),
            )  # fmt: skip
            if answer["ok"] and rng.random() < 0.7:
                assert talk.say("confirm", booking=f"N{step}")["ok"]
        elif roll < 0.7:
            talk.say("cancel", booking=rng.choice(names))
        elif roll < 0.85:
            talk.say("reschedule", booking=rng.choice(names), start=start)
        elif roll < 0.95:
            windows = [{"earliest": start, "ends_by": at(1200)}]
            talk.say("wait", booking=f"W{step}", skill="pf", duration_minutes=20, windows=windows)
        else:
            talk.wait_seconds(120)
            talk.say("tick")
    return talk


@pytest.mark.parametrize("seed", [1, 2])
def test_a_day_of_sales(seed: int) -> None:
    """After hundreds of sales on a full day of 30 agents the referee finds nothing wrong."""
    talk = sell_a_day(30, seed, 400)
    referee_agrees(talk.desk)
    placed = dict(talk.placed)
    talk.restart()
    assert talk.placed == placed
    referee_agrees(talk.desk)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(6))
def test_an_issuers_day_of_sales(seed: int) -> None:
    """The same with thousands of operations and 200 agents."""
    referee_agrees(sell_a_day(200, seed, 4000).desk)
