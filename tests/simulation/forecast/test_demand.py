"""Profiles, the work of bookings, agents required, and what-if shares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.forecast import Shares
from simulation.forecast.demand import busy, shared_out
from simulation.forecast.intraday import day_profiles, profile_spread


@given(
    st.lists(st.floats(0.0, 50.0), min_size=1, max_size=12),
    st.floats(5.0, 90.0),
    st.sampled_from([5, 15, 30, 60]),
)
def test_work_is_neither_lost_nor_made(bookings: list[float], minutes: float, length: int) -> None:
    """Agents busy, times the length of intervals, are bookings times minutes, with time left to end them."""
    padded = np.array([[*bookings, *[0.0] * 25]])
    work = busy(padded, minutes, length)
    assert work.sum() * length == pytest.approx(sum(bookings) * minutes)
    assert (work >= -1e-12).all()


def test_work_against_a_count_of_minutes() -> None:
    """Sessions that start evenly over their interval, counted minute by minute."""
    bookings, minutes, length = np.array([[2.0, 0.0, 5.0, 1.0, 0.0, 0.0]]), 25.0, 15
    steps = 600
    starts = np.concatenate([slot * length + (np.arange(steps) + 0.5) * length / steps for slot in range(6)])
    weight = np.repeat(bookings[0] / steps, steps)
    edges = np.arange(7) * length
    overlap = np.clip(
        np.minimum(starts[:, None] + minutes, edges[1:]) - np.maximum(starts[:, None], edges[:-1]), 0, None
    )
    counted = (weight[:, None] * overlap).sum(axis=0) / length
    assert busy(bookings, minutes, length)[0] == pytest.approx(counted, rel=1e-4)


@given(st.lists(st.floats(0.0, 30.0), min_size=1, max_size=8))
def test_agents_are_shared_out_by_their_work(need: list[float]) -> None:
    """Whole agents add up to the need of all, rounded up; none is a whole agent off its own need."""
    shared = shared_out(np.array([need]))[0]
    assert shared.sum() == np.ceil(np.round(sum(need), 6))
    assert (np.abs(shared - np.array(need)) < 1.0 + 1e-6).all()


def test_profiles_follow_the_days_and_lean_on_all() -> None:
    """A series with many bookings has its own hours, by group of days; a rare one those of all."""
    rng = np.random.default_rng(1)
    groups = np.arange(140) % 2
    shares = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    count = np.zeros((140, 3, 2), dtype=np.int64)
    for day in range(140):
        count[day, :, 0] = rng.multinomial(2000, shares[groups[day]])
    count[139, 0, 1] = 1
    used = np.ones(140, dtype=np.bool_)
    found = day_profiles(count, groups, used, 3)
    assert found.sum(axis=1) == pytest.approx(np.ones((3, 2)))
    assert found[:2, :, 0] == pytest.approx(shares, abs=0.01)
    assert found[:2, :, 1] == pytest.approx(shares, abs=0.02)
    assert found[2, :, 0] == pytest.approx(shares.mean(axis=0), abs=0.03)


@pytest.mark.parametrize("planted", [0.0, 0.04])
def test_the_noise_of_intervals_is_recovered(planted: float) -> None:
    """Days whose hours have gamma noise of a known variance beyond a multinomial split show it."""
    rng = np.random.default_rng(2)
    share = np.full(12, 1 / 12)
    count = np.empty((400, 12, 1), dtype=np.int64)
    for day in range(400):
        noise = rng.gamma(1 / planted, planted, 12) if planted else np.ones(12)
        count[day, :, 0] = rng.multinomial(600, share * noise / (share * noise).sum())
    used, groups = np.ones(400, dtype=np.bool_), np.zeros(400, dtype=np.int64)
    profiles = day_profiles(count, groups, used, 1)
    # The noise is relative to the mean of the day's twelve, which takes one degree of freedom of them.
    found = profile_spread(count, profiles, groups, used)[0]
    assert found == pytest.approx(planted * 11 / 12, abs=0.003)


def test_shares_of_video_and_automation() -> None:
    """Half as many by video, and a tenth without an agent, leave 45 %; today's shares change nothing."""
    assert Shares(0.4, 0.8, 0.1, 0.0).factor == pytest.approx(0.45)
    assert Shares(0.7, 0.7, 0.2, 0.2).factor == pytest.approx(1.0)
    assert Shares(automated=1.0).factor == 0.0
    for wrong in ({"video": 1.2}, {"past_video": 0.0}, {"automated": -0.1}, {"past_automated": 1.0}):
        with pytest.raises(ValueError, match=r"share (of video )?is"):
            Shares(**wrong)
