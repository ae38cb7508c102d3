"""Who is on the floor, who comes, and what is counted of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Scenario
from optimizer.requirement.appointments import ExpectedCustomers
from optimizer.requirement.by_skill import counted_by_skill, rostered
from optimizer.requirement.frame import Frame, TeamMix, separate_teams
from optimizer.requirement.load import OfferedLoad
from optimizer.requirement.played_day import DayPlayer, Stretches
from optimizer.requirement.requirement import Request, day_tasks
from optimizer.requirement.service import Counts, Periods, ServiceTarget
from tests.requirement.small_days import CLOSES, OPENS, expecting

TARGET = ServiceTarget.parse("wait_over_10<=2%")


def team(*skills: str) -> TeamMix:
    """Agents with these skills; demand for all of them."""
    wanted = sorted({skill for cell in skills for skill in cell.split("|")})
    return TeamMix.of(expecting(dict.fromkeys(wanted, 1.0), skills), wanted)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12))
def test_stretches_are_the_staffing(counts: list[int]) -> None:
    """In each interval as many agents are there as the staffing says, and never one in two stretches."""
    frame = Frame(480, 15, len(counts), team("pf", "pf|pj"))
    stretches = Stretches.of(np.array(counts), frame)
    for interval, start in enumerate(frame.starts.tolist()):
        there = (stretches.start <= start) & (start + 15 <= stretches.end)
        assert int(there.sum()) == counts[interval]
        assert len(set(stretches.agent[there].tolist())) == counts[interval]


def test_any_number_of_agents_is_a_picture_of_the_team() -> None:
    """The first agents have all skills between them; of many, each skill set has its share, within one."""
    mix = team(*["pf"] * 50, *["pf|pj"] * 45, *["pj|libras"] * 5)
    assert mix.sets[mix.first(2)].any(axis=0).all()
    for agents in (20, 77, 100):
        given_ = np.bincount(mix.first(agents), minlength=3)
        assert np.abs(given_ - agents * mix.counts / 100.0).max() <= 1.0


def test_a_skill_that_nobody_has_is_there_all_the_same() -> None:
    """The requirement of a skill does not end because the team lacks it."""
    mix = TeamMix.of(expecting({"pf": 1.0, "libras": 1.0}, ("pf", "pf")), ("libras", "pf"))
    assert mix.sets[mix.first(2)].any(axis=0).all()


def test_teams_without_a_common_agent_are_apart() -> None:
    """Skills that some chain of agents connects are one team's."""
    case = expecting(dict.fromkeys(("a", "b", "c", "d"), 1.0), ("a|b", "b|c", "d"))
    assert separate_teams(case, ("a", "b", "c", "d")) == [("a", "b", "c"), ("d",)]
    assert len(day_tasks(case, Scenario(), Request((TARGET,)), 1.0)) == 2


def customers_of(expected: float, seed: int = 5, replications: int = 400) -> tuple[np.ndarray, list[float]]:
    """Starts of all bookings, and how many there were in each replication."""
    case = expecting({"pf": expected})
    task = day_tasks(case, Scenario(), Request((TARGET,)), 1.0)[0]
    weeks = [task.customers.draw(seed, replication)[0] for replication in range(replications)]
    return np.concatenate([week.appointed for week in weeks]), [float(len(week)) for week in weeks]


def test_bookings_come_as_a_poisson_number_at_all_starts() -> None:
    """Mean and variance are those expected; starts lie on the grid, sessions within the opening hours."""
    starts, counts = customers_of(4.0)
    assert np.mean(counts) == pytest.approx(24.0, abs=3.5 * np.sqrt(24.0 / 400))
    assert np.var(counts) == pytest.approx(24.0, rel=0.35)
    assert set(np.unique(starts % 5).tolist()) == {0.0}
    assert starts.min() == OPENS + 5
    assert starts.max() == CLOSES - 25
    inside = starts[(starts >= OPENS + 60) & (starts < CLOSES - 60)]
    shares = np.unique(inside, return_counts=True)[1] / len(inside)
    assert shares == pytest.approx(np.full(48, 1.0 / 48.0), abs=0.006)


def test_the_load_is_that_of_the_sessions() -> None:
    """All come on time: the load is the bookings' set-up, session and wrap-up minutes."""
    certain = Scenario(
        duration_sigma=0.0,
        no_show_single=0.0,
        no_show_per_lead_day=0.0,
        late_probability=0.0,
        early_mean=0.0,
        failure_rebook=0.0,
        failure_recoverable=0.0,
        documents_missing=0.0,
    )
    task = day_tasks(expecting({"pf": 4.0}), certain, Request((TARGET,)), 1.0)[0]
    load = OfferedLoad.of(task.frame, task.customers, certain, 5)
    minutes = 5.0 + 22.0 * 20.0 / 25.0 + 3.0
    assert load.occupation[0] == pytest.approx(minutes)
    assert load.busy.sum() * 60.0 == pytest.approx(load.customers.sum() * minutes)
    assert load.customers.sum() == pytest.approx(24.0, rel=0.15)


def test_nobody_begins_what_ends_after_the_stretch() -> None:
    """Two agents for one interval shorter than a session serve nobody; for the whole day they do."""
    task = day_tasks(expecting({"pf": 2.0}, length=15), Scenario(), Request((TARGET,)), 1.0)[0]
    player = DayPlayer(task.frame, task.customers, Scenario(), 5)
    short = np.zeros(task.frame.intervals, dtype=np.int64)
    short[8] = 2
    for replication in range(5):
        played = player.play(Stretches.of(short, task.frame), replication)
        assert np.isnan(played.delay).all()
        whole = player.play(Stretches.of(np.full_like(short, 12), task.frame), replication)
        assert not np.isnan(whole.delay[~np.isnan(whole.wait)]).any()


@given(st.integers(0, 20), st.integers(0, 50))
def test_more_agents_serve_no_worse(interval: int, replication: int) -> None:
    """Single sessions of one length: one agent more in an interval never makes the day's long waits more by
    more than one of those whom another order of service lets wait."""
    task = day_tasks(expecting({"pf": 3.0}, ("pf",), length=15), Scenario(), Request((TARGET,)), 1.0)[0]
    player = DayPlayer(task.frame, task.customers, Scenario(), 5)
    few = np.full(task.frame.intervals, 4)
    more = few.copy()
    more[interval] += 1
    bad = [
        int(
            Counts.of([player.play(Stretches.of(s, task.frame), replication)], [TARGET], task.frame).bad.sum()
        )
        for s in (few, more)
    ]
    assert bad[1] <= bad[0] + 1


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.floats(0.3, 1.0))
def test_who_is_counted_and_who_is_rostered(counts: list[int], present: float) -> None:
    """Every agent counts once, for a skill that the agent has; the roster has no more than are needed."""
    mix = team("pf", "pf|pj", "pf|pj", "pj|libras")
    frame = Frame(0, 15, len(counts), mix)
    staffing = np.array(counts)
    load = np.tile(np.array([0.5, 6.0, 3.0]), (len(counts), 1))
    by_skill = counted_by_skill(staffing, load, frame)
    assert (by_skill.sum(axis=1) == staffing).all()
    holders = np.array([mix.sets[mix.first(n)].sum(axis=0) for n in counts])
    assert (by_skill <= holders).all()
    more = rostered(staffing, present)
    assert (more * present >= staffing - 1e-6).all()
    assert ((more - 1) * present < staffing).all()


@given(st.lists(st.floats(0.0, 30.0), min_size=1, max_size=30))
def test_periods_are_intervals_in_a_row(expected: list[float]) -> None:
    """Periods part the day in order, and all bring customers enough if the day does."""
    periods = Periods.of(np.array(expected))
    assert (np.diff(periods.number) >= 0).all()
    assert set(periods.number.tolist()) == set(range(periods.count))
    sums = np.bincount(periods.number, weights=expected)
    assert periods.count == 1 or sums.min() >= 10.0
    assert periods.sums(np.array(expected)[:, np.newaxis]) == pytest.approx(sums)


@pytest.mark.parametrize(
    ("text", "most"),
    [("wait_over_7.5<=0.05", 0.05), ("on_time_share>=90%", 0.1), ("rebooked_by_issuer <= 1%", 0.01)],
)
def test_targets(text: str, most: float) -> None:
    """A target is read from words, and written as it was read."""
    target = ServiceTarget.parse(text)
    assert target.most_bad == pytest.approx(most)
    assert ServiceTarget.parse(str(target)) == target


@pytest.mark.parametrize(
    "text", ["wait<=2%", "wait_over_10>=2%", "on_time_share<=2%", "wait_over_10<=120%", "x", "idle<=3"]
)
def test_what_is_no_target(text: str) -> None:
    """What can't be read is told with what was expected."""
    with pytest.raises(ValueError, match="expected"):
        ServiceTarget.parse(text)


def test_expected_customers_are_the_same_for_the_same_seed() -> None:
    """A replication is a pure function of seed and number."""
    task = day_tasks(expecting({"pf": 4.0}), Scenario(), Request((TARGET,)), 1.0)[0]
    assert isinstance(task.customers, ExpectedCustomers)
    first, again = (task.customers.draw(3, 7) for _ in range(2))
    assert np.array_equal(first[0].appointed, again[0].appointed)
    assert np.array_equal(first[1].service, again[1].service)
    assert not np.array_equal(first[0].appointed, task.customers.draw(4, 7)[0].appointed)
