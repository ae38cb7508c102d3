"""The kernel against every assignment tried one by one."""

from __future__ import annotations

import random

import pytest

from optimizer.binding import Answer, Binder, Limits, Session
from optimizer.binding.chains import NEW
from optimizer.binding.cuts import find_cut
from optimizer.binding.exhaustive import UndecidedError, search_all
from optimizer.binding.team import members
from optimizer.binding.witness import Witness
from tests.binding.small import (
    able,
    is_witness,
    placeable,
    placeable_by_model,
    random_session,
    random_team,
    session,
    team,
)

THOROUGH = Limits(chain=10_000, exhaustive=1_000_000)


def play(seed: int, limits: Limits, agents: int = 4, steps: int = 25) -> dict[Answer, int]:
    """Add and remove random sessions, and compare every answer with brute force."""
    rng = random.Random(seed)
    of = random_team(rng, agents)
    binder, held = Binder(of, limits), dict[int, Session]()
    counts = dict.fromkeys(Answer, 0)
    for number in range(steps):
        if held and rng.random() < 0.25:
            gone = rng.choice(sorted(held))
            assert binder.remove(gone) == held.pop(gone)
        item = random_session(rng, of)
        truth = placeable(of, [*held.values(), item])
        verdict = binder.add(number, item)
        counts[verdict.answer] += 1
        assert verdict.answer in (Answer.UNDECIDED, Answer.YES if truth else Answer.NO)
        if verdict.answer is Answer.YES:
            held[number] = item
        assert binder.witness.sessions == held
        assert is_witness(of, held, binder.witness.agent_of)
    return counts


@pytest.mark.parametrize("seed", range(150))
def test_answers_equal_brute_force(seed: int) -> None:
    """On random small teams every answer is decided and right, and the witness is legal at any time."""
    assert play(seed, THOROUGH)[Answer.UNDECIDED] == 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1050))
def test_many_answers_equal_brute_force(seed: int) -> None:
    """The same on thousands of sequences, with teams of 3 to 6."""
    for more in range(60):
        assert play(100_000 * seed + more, THOROUGH, agents=3 + more % 4)[Answer.UNDECIDED] == 0


def test_without_work_a_no_is_never_guessed() -> None:
    """With hardly any work allowed some answers are undecided, and none is wrong."""
    undecided = sum(play(seed, Limits(chain=1, exhaustive=0))[Answer.UNDECIDED] for seed in range(80))
    assert undecided > 0


def crowded(seed: int, agents: int, slots: int, tries: int) -> Binder:
    """A larger team that is filled up; the witness is looked at after every session."""
    rng = random.Random(seed)
    of = random_team(rng, agents, slots)
    binder = Binder(of, Limits(chain=3_000, exhaustive=500))
    for number in range(tries):
        verdict = binder.add(number, random_session(rng, of))
        if len(verdict.moves) > 1:
            assert is_witness(of, binder.witness.sessions, binder.witness.agent_of)
    return binder


def test_chains_and_exchanges_are_legal() -> None:
    """On crowded teams of 12 every chain, however long, leaves each session with an agent of its own."""
    for seed in range(40):
        crowded(seed, agents=12, slots=60, tries=260)


@pytest.mark.soak
def test_longer_chains_are_legal() -> None:
    """The same with teams of 40 over a day."""
    for seed in range(8):
        crowded(seed, agents=40, slots=140, tries=2_500)


def test_the_complete_search_alone_equals_a_model() -> None:
    """Without cuts or chains before it, on crowded teams of 8, the complete search says what CP-SAT says."""
    counts = {True: 0, False: 0}
    for seed in range(30):
        rng = random.Random(seed)
        of = random_team(rng, agents=8, slots=36)
        binder = Binder(of, Limits(chain=10_000, exhaustive=3_000))
        for number in range(80):
            binder.add(number, random_session(rng, of))
        held = list(binder.witness.sessions.values())
        for _ in range(6):
            item = random_session(rng, of)
            try:
                moves = search_all(binder.witness, item, 30_000)
            except UndecidedError:
                continue
            truth = placeable_by_model(of, [*held, item])
            assert (moves is not None) == truth
            counts[truth] += 1
            if moves is not None:
                moved = {**binder.witness.agent_of, **moves}
                assert is_witness(of, {**binder.witness.sessions, NEW: item}, moved)
    assert min(counts.values()) > 15


def test_cuts_are_proofs() -> None:
    """Every cut found counts one session more than it has agents, and nobody else may hold any of them."""
    found = 0
    for seed in range(60):
        rng = random.Random(seed)
        of = random_team(rng)
        binder = Binder(of, THOROUGH)
        for number in range(30):
            item = random_session(rng, of)
            cut = find_cut(binder.witness, item)
            if cut is not None and able(of, item):
                sessions = [*(binder.witness.sessions[n] for n in cut.sessions), item]
                agents = set(members(cut.agents))
                assert all(s.begin <= cut.slot < s.end for s in sessions)
                assert all(set(able(of, s)) <= agents for s in sessions)
                assert len(sessions) == len({*cut.sessions}) + 1 == len(agents) + 1
                found += 1
            binder.add(number, item)
    assert found > 50


def test_counts_per_grid_point_are_not_sufficient() -> None:
    """Two agents, never more than two sessions at once, each held by somebody alone: and yet no binding."""
    of = team(["a", "a"], [(0, 0, 6), (1, 2, 12)])
    binder = Binder(of)
    assert binder.add(0, session(0, 0, 4)).answer is Answer.YES
    assert binder.add(1, session(0, 4, 8)).answer is Answer.YES
    last = session(0, 3, 3)
    assert find_cut(binder.witness, last) is None
    assert able(of, last) == [0, 1]
    assert not placeable(of, [session(0, 0, 4), session(0, 4, 8), last])
    assert binder.check(last).answer is Answer.NO


@pytest.mark.parametrize("seed", range(30))
def test_a_trial_leaves_no_trace(seed: int) -> None:
    """After a trial everything is as before, the agents of all sessions and remembered answers included."""
    rng = random.Random(seed)
    of = random_team(rng)
    binder = Binder(of, THOROUGH)
    for number in range(12):
        binder.add(number, random_session(rng, of))
    witness = binder.witness
    before = (
        dict(witness.sessions),
        dict(witness.agent_of),
        list(witness.idle),
        [*map(list, witness.holder)],
    )
    with binder.trial():
        for number in list(witness.sessions)[::2]:
            binder.remove(number)
        for number in range(100, 115):
            binder.add(number, random_session(rng, of))
    assert before == (witness.sessions, witness.agent_of, witness.idle, witness.holder)
    for _ in range(10):
        item = random_session(rng, of)
        truth = placeable(of, [*witness.sessions.values(), item])
        assert binder.check(item).answer is (Answer.YES if truth else Answer.NO)


@pytest.mark.parametrize("seed", range(40))
def test_room_is_what_brute_force_counts(seed: int) -> None:
    """The number of equal sessions that can be added together is exact."""
    rng = random.Random(seed)
    of = random_team(rng)
    binder = Binder(of, THOROUGH)
    for number in range(6):
        binder.add(number, random_session(rng, of))
    item = random_session(rng, of)
    count, more = binder.room(item, 1000)
    held = list(binder.witness.sessions.values())
    assert more is Answer.NO
    assert placeable(of, [*held, *[item] * count])
    assert not placeable(of, [*held, *[item] * (count + 1)])


def test_the_complete_search_gives_up_when_told() -> None:
    """Out of work it says so, and the witness is as it was."""
    rng = random.Random(4)
    of = random_team(rng)
    witness = Witness(of)
    item = random_session(rng, of)
    with pytest.raises(UndecidedError):
        search_all(witness, item, 0)
    assert not witness.sessions
    assert not witness.able
    assert witness.idle == list(of.on_duty)


def test_numbers_are_not_used_twice() -> None:
    """A number of a session that is there, or a negative one, is refused."""
    binder = Binder(team(["a"], [(0, 0, 20)]))
    binder.add(0, session(0, 0, 4))
    for number in (0, -1):
        with pytest.raises(ValueError, match="is there already, or is no number"):
            binder.add(number, session(0, 8, 4))
