"""Following a day: a process that dies loses nothing and repeats nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.day import EVENT, Reception, Status
from data.files import BadDataError
from tests.live.following import Followed
from tests.support.cases import booking, participant
from tests.support.planned_days import day_with_events


@given(st.integers(0, 4), st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_a_restart_changes_nothing(seed: int, chance: int) -> None:
    """Events out of order and repeated, the process restarted at random: the same day, and the same contacts.

    After a restart the sender begins again with its first event.
    """
    case, events = day_with_events(seed, snapshot_minutes=90.0)
    draw = np.random.default_rng(chance)
    keys = [event.number + float(draw.uniform(0, 15)) for event in events]
    sent = [events[n] for n in np.argsort(keys).tolist()]
    undisturbed = Followed(case)
    undisturbed.take(sent)
    killed = Followed(case)
    for end in sorted(draw.integers(0, len(sent), 5).tolist()):
        killed.take(sent[:end])
        killed.restart()
    killed.take(sent)
    assert killed.live.stream.state == undisturbed.live.stream.state
    assert killed.journal == undisturbed.journal
    assert killed.contacted == undisturbed.contacted
    assert len(set(killed.contacted)) == len(killed.contacted)


def test_nobody_is_contacted_twice_for_one_change() -> None:
    """A snapshot that knows nothing of a decision has it made again; its contact is not asked for again."""
    case, events = day_with_events(1, snapshot_minutes=30.0)
    followed = Followed(case)
    followed.take(events)
    decided = [decision for output in followed.outputs for decision in output.decisions]
    assert len(decided) > len(followed.contacted) > 0
    assert len(set(followed.contacted)) == len(followed.contacted)


@given(st.integers(0, 4), st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_after_a_snapshot_a_day_with_lost_events_is_the_undisturbed_one(seed: int, chance: int) -> None:
    """With 5 % lost, decisions may differ until the next snapshot; then state and decisions agree."""
    case, events = day_with_events(seed, snapshot_minutes=60.0)
    draw = np.random.default_rng(chance)
    whole, torn = Followed(case), Followed(case)
    for event in events:
        whole.take([event])
        if event.kind != "snapshot" and draw.random() < 0.05:
            continue
        torn.take([event])
        if event.kind == "snapshot":
            assert torn.live.stream.state == whole.live.stream.state
            assert torn.outputs[-1].decisions == whole.outputs[-1].decisions
            assert torn.outputs[-1].gaps == ()


def test_a_booking_that_is_added_has_its_session() -> None:
    """It is read with all checks, and expected at its time; one that is wrong is not taken in."""
    case, events = day_with_events(0)
    rows = {
        "booking": booking("NEW", duration=25) | {"booked_at": "2026-11-29T09:00:00-03:00"},
        "participants": [
            participant("NEW", "P-NEW", 0, 0)
            | {"window_start": "2026-11-30T08:00:00-03:00", "window_end": "2026-11-30T18:00:00-03:00"}
        ],
    }
    added = {"kind": "booking_added", "number": 1, "at": events[0].at, "start": "2026-11-30T13:20:00-03:00"}
    followed = Followed(case)
    wrong = EVENT.validate_python(added | rows | {"booking": rows["booking"] | {"duration_minutes": 1000}})
    with pytest.raises(BadDataError, match="duration_minutes"):
        followed.take([wrong])
    assert len(followed.journal) == 1
    followed.take([EVENT.validate_python(added | rows | {"agent_id": "A001"})])
    assert followed.outputs[0].reception is Reception.NEW
    session = followed.live.stream.state.sessions["NEW"]
    assert (session.status, session.start, session.agent_id) == (Status.EXPECTED, 800, "A001")
