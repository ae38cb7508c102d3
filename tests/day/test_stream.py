"""The day depends on which events there are, not on when and how often they come."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.day import DayState, EventStream, Reception, Status, planned_day
from data.day.events import EVENT
from data.day.snapshots import snapshot_of
from tests.support.planned_days import day_with_events


def folded(seed: int) -> DayState:
    """The day after all events in order."""
    case, events = day_with_events(seed)
    stream = EventStream(case.axis, planned_day(case, 0))
    for event in events:
        assert stream.receive(event) is Reception.NEW
    return stream.state


def is_possible(state: DayState) -> bool:
    """Whether each agent holds one session at most, and what each session says of itself fits its status."""
    holding = Counter(s.agent_id for s in state.sessions.values() if s.status is Status.RUNNING)
    times = all(
        (s.started_at is not None) == (s.status is Status.RUNNING) or s.status is Status.ENDED
        for s in state.sessions.values()
    )
    indexed = all(
        state.running_with(s.agent_id) == s for s in state.sessions.values() if s.status is Status.RUNNING
    )
    busy = all(
        a.on_break_since is None or state.running_with(a.agent_id) is None for a in state.agents.values()
    )
    return all(count == 1 for count in holding.values()) and times and indexed and busy


@pytest.mark.parametrize("seed", range(5))
def test_a_played_day_ends_without_anomalies(seed: int) -> None:
    """What the simulation tells in order makes sense throughout, and closes every session."""
    state = folded(seed)
    assert state.anomalies == []
    assert all(s.status not in {Status.EXPECTED, Status.RUNNING} for s in state.sessions.values())


@given(st.integers(0, 4), st.integers(0, 2**32 - 1), st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_order_and_repetition_do_not_matter(seed: int, chance: int, reach: int) -> None:
    """Events that come out of order by some places, and some of them twice, make the same day."""
    case, events = day_with_events(seed)
    draw = np.random.default_rng(chance)
    twice = [*events, *(events[n] for n in draw.integers(0, len(events), 20))]
    keys = [event.number + float(draw.uniform(0, reach)) for event in twice]
    stream = EventStream(case.axis, planned_day(case, 0))
    seen = Counter(stream.receive(twice[n]) for n in np.argsort(keys, kind="stable").tolist())
    assert seen[Reception.REPEATED] == 20
    assert seen[Reception.CONFLICTING] == 0
    assert stream.gaps() == []
    assert stream.state == folded(seed)


@given(st.integers(0, 4), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_lost_events_show_as_gaps_and_the_next_snapshot_makes_up_for_them(seed: int, chance: int) -> None:
    """With 5 % lost, the day stays possible, the gaps are what was lost, and a snapshot mends all of it."""
    case, events = day_with_events(seed, snapshot_minutes=60.0)
    draw = np.random.default_rng(chance)
    whole = EventStream(case.axis, planned_day(case, 0))
    torn = EventStream(case.axis, planned_day(case, 0))
    lost: list[int] = []
    for event in events:
        whole.receive(event)
        if event.kind != "snapshot" and draw.random() < 0.05:
            lost.append(event.number)
            continue
        torn.receive(event)
        assert is_possible(torn.state)
        if event.kind == "snapshot":
            assert torn.state == whole.state
            assert torn.gaps() == []
            lost = []
        elif lost:
            listed = [n for first, last in torn.gaps() for n in range(first, last + 1)]
            assert listed == [n for n in lost if n < event.number]


@pytest.mark.parametrize("seed", range(3))
def test_a_snapshot_is_the_day(seed: int) -> None:
    """A state written as a snapshot and read from its JSON again is the same state."""
    case, _ = day_with_events(seed)
    state = folded(seed)
    text = snapshot_of(case.axis, state, state.number + 1).model_dump_json()
    stream = EventStream(case.axis, planned_day(case, 0))
    stream.receive(EVENT.validate_json(text))
    found = stream.state
    assert found.sessions == state.sessions
    assert found.agents == state.agents


def test_another_event_with_a_known_number_is_refused() -> None:
    """The first event of a number stays; the second is told apart from a repetition."""
    case, events = day_with_events(0)
    stream = EventStream(case.axis, planned_day(case, 0))
    stream.receive(events[0])
    other = EVENT.validate_python({"kind": "platform_down", "number": 1, "at": events[0].at})
    assert stream.receive(events[0]) is Reception.REPEATED
    assert stream.receive(other) is Reception.CONFLICTING
    assert stream.state.platform_down_since is None
