"""Random choices."""

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.generator.chance import Streams, dealt, pick, quotas, surrogates

SHARES = st.lists(st.floats(0.01, 1.0), min_size=1, max_size=12)


@settings(deadline=None, derandomize=True)
@given(SHARES, st.integers(0, 500))
def test_quotas_are_whole_and_near_their_shares(shares: list[float], count: int) -> None:
    """Quotas add up; every share gets one while there are enough, and at most one more than its part."""
    given_out = quotas(shares, count)
    assert given_out.sum() == count
    assert (given_out >= (1 if count >= len(shares) else 0)).all()
    exact = np.array(shares) / sum(shares) * count
    assert (given_out <= np.maximum(exact, 1) + 1).all()


@settings(deadline=None, derandomize=True)
@given(SHARES, st.integers(0, 300), st.integers(0, 9))
def test_dealt_classes_meet_their_quotas(shares: list[float], count: int, seed: int) -> None:
    """Dealing only changes the order, never the numbers."""
    classes = dealt(np.random.default_rng(seed), shares, count)
    assert np.bincount(classes, minlength=len(shares)).tolist() == quotas(shares, count).tolist()


def test_pick_follows_the_weights() -> None:
    """A weight of zero is never drawn, and the others about as often as they weigh."""
    drawn = np.bincount(pick(np.random.default_rng(1), 40_000, (3.0, 0.0, 1.0)), minlength=3) / 40_000
    assert drawn[1] == 0
    assert abs(drawn[0] - 0.75) < 0.02


def test_streams_do_not_depend_on_each_other() -> None:
    """A topic's stream is the same whatever other topics have drawn, and differs from theirs."""
    streams = Streams(7)
    before = streams.of("one").random(5)
    streams.of("two").random(100)
    assert (streams.of("one").random(5) == before).all()
    assert (streams.of("two").random(5) != before).all()
    assert (Streams(8).of("one").random(5) != before).all()


def test_surrogates_look_like_those_of_the_boundary() -> None:
    """They have the form of keyed surrogates, and do not repeat."""
    keys = surrogates(np.random.default_rng(1), "b-", 1000).tolist()
    assert len(set(keys)) == 1000
    assert all(re.fullmatch("b-[a-z2-7]{20}", key) for key in keys)
