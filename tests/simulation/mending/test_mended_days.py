"""Days that are mended: both engines do the same, and figures can't be made up by moving appointments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.day import DayState, Decision
from data.model import Case, Scenario
from simulation import DayPolicy, Mended, Player, PoolLateBinding, SimpyEngine, TwinEngine, draw
from simulation.mending import Reviews
from simulation.outcome_log import MendingLog, OutcomeLog
from simulation.replications import Engine
from tests.simulation.mending.menders import Gambler, Idler, mendable_day
from tests.simulation.test_twin import POLICIES, assert_same, on_the_grid
from tests.support.planned_days import planned_day_case


def played(
    case: Case, scenario: Scenario, policy: Mended, engine: Engine, seed: int, ties: bool = False
) -> OutcomeLog:
    """The log of one replication with activities."""
    player = Player(case, scenario, policy, engine)
    draws = draw(player.week, scenario, seed, 0)
    if ties:
        draws = on_the_grid(draws)
    reviews = Reviews(case, player.week, scenario, policy)
    play = engine.begin(player.week, scenario, draws, policy.base, with_activities=True)
    return reviews.play(play, draws)


def both(case: Case, scenario: Scenario, policy: Mended, seed: int, ties: bool = False) -> OutcomeLog:
    """The log of a day on which both engines agree."""
    expected = played(case, scenario, policy, SimpyEngine(), seed, ties)
    assert_same(expected, played(case, scenario, policy, TwinEngine(), seed, ties))
    return expected


def mending(log: OutcomeLog) -> MendingLog:
    """What was changed of the plan."""
    assert log.mending is not None
    return log.mending


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    policy=st.sampled_from(POLICIES),
    ties=st.booleans(),
    boldness=st.sampled_from((0.01, 0.05, 0.3)),
    review=st.sampled_from((1, 5, 60)),
)
def test_both_engines_mend_alike(
    seed: int, policy: DayPolicy, ties: bool, boldness: float, review: int
) -> None:
    """Random weeks of up to 8 agents, with many decisions of every kind: the same logs to the last bit."""
    case, scenario = mendable_day(seed, most_agents=8)
    both(case, scenario, Mended(policy, Gambler(case, seed, boldness), review), seed, ties)


@pytest.mark.soak
def test_both_engines_mend_alike_on_a_thousand_days() -> None:
    """1,000 random days of up to 40 agents, each policy in turn, with and without ties."""
    for seed in range(1000):
        case, scenario = mendable_day(seed, most_agents=40 if seed % 10 == 0 else 12)
        gambler = Gambler(case, seed, boldness=(0.01, 0.05, 0.3)[seed % 3])
        policy = Mended(POLICIES[seed % len(POLICIES)], gambler, review_minutes=(1, 5, 60)[seed // 3 % 3])
        both(case, scenario, policy, seed, ties=seed % 2 == 0)


def test_the_random_days_show_every_decision() -> None:
    """The comparison would be empty otherwise: each kind of decision is made and has its effects."""
    found: Counter[str] = Counter()
    for seed in range(30):
        case, scenario = mendable_day(seed, most_agents=8)
        policy = Mended(PoolLateBinding(), Gambler(case, seed))
        log = both(case, scenario, policy, seed)
        week = Player(case, scenario, policy).week
        made = mending(log)
        for name in ("delays", "new_times", "rebinds", "rebooked", "breaks_moved"):
            found[name] += int(getattr(made, name).sum())
        called = [d.on_call and t > 0 for d, t in zip(week.duties, log.came_at, strict=True)]
        found["called"] += sum(called)
        moved = made.appointed != week.appointed
        found["moved and held"] += int(np.count_nonzero(moved & ~np.isnan(log.begun)))
        found["moved without notice"] += int(np.count_nonzero(moved & (made.promised == week.appointed)))
        found["told with notice"] += int(np.count_nonzero(made.promised != week.appointed))
        longer = log.waits_beyond_original(week) > log.waits() + 1.0
        found["waits longer beyond the original"] += int(np.count_nonzero(longer))
    assert min(found.values()) >= 20, found
    assert len(found) == 10


def test_agents_of_the_table_are_called() -> None:
    """Agents on standby in the case's table come when they are called, and hold sessions."""
    case = planned_day_case(agents=6, pools=1, standby=2)
    served = 0
    for seed in range(10):
        policy = Mended(PoolLateBinding(), Gambler(case, seed, 0.1))
        log = both(case, Scenario(), policy, seed)
        week = Player(case, Scenario(), policy).week
        served += sum(d >= 0 and week.duties[d].on_call for d in log.agent)
    assert served >= 10


@settings(derandomize=True, deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6), policy=st.sampled_from(POLICIES))
def test_looking_on_changes_nothing(seed: int, policy: DayPolicy) -> None:
    """With a mender who decides nothing, the day goes as without one."""
    case, scenario = mendable_day(seed, most_agents=8)
    scenario = scenario.model_copy(update={"standby_agents": 0})
    without = Player(case, scenario, policy).play(seed, 0, with_activities=True)
    log = Player(case, scenario, Mended(policy, Idler())).play(seed, 0, with_activities=True)
    assert not sum(int(getattr(mending(log), n).sum()) for n in ("delays", "rebinds", "rebooked"))
    log.mending = None
    assert_same(without, log)


class Recorder:
    """Keeps what it was shown."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def decide(self, state: DayState) -> Sequence[Decision]:
        self.seen.append(state.now)
        return ()


def test_reviews_are_on_the_grid_while_something_is_open() -> None:
    """A review each five minutes from the first duty on; none once all sessions of the day are closed."""
    case = planned_day_case(agents=2)
    recorder = Recorder()
    log = Player(case, Scenario(), Mended(PoolLateBinding(), recorder)).play(1, 0)
    assert recorder.seen[0] == 480
    assert np.diff(recorder.seen).tolist() == [5.0] * (len(recorder.seen) - 1)
    begun_or_closed = np.where(np.isnan(log.begun), log.ended, log.begun)
    assert 0 <= max(begun_or_closed) - recorder.seen[-1] < 5
