"""What customers are told of what the batch job sells, moves and gives up."""

from __future__ import annotations

import pytest

from tests.batch.asking import Asking, at
from tests.store.outbox_days import announced, send, settable_clock


def test_what_is_sold_is_told_and_what_is_held_is_not(tiny: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hold tells nobody; confirm, reschedule and cancel tell once, however often they are sent."""
    settable_clock(monkeypatch)
    tiny.one("hold", booking="B1", start=at(605))
    assert tiny.store.messages() == []
    confirm = tiny.document("confirm", items=[{"booking": "B1"}])
    assert tiny.send(confirm) == tiny.send(confirm)
    assert announced(tiny.store) == [("confirmation", "B1", None, 605)]
    send(tiny.store)
    tiny.one("reschedule", booking="B1", start=at(660))
    assert announced(tiny.store) == [("reschedule", "B1", 605, 660)]
    send(tiny.store)
    cancel = tiny.document("cancel", items=[{"booking": "B1"}])
    for _ in range(2):
        tiny.send(cancel)
    assert announced(tiny.store) == [("cancellation", "B1", 660, None)]
    assert [one.kind for one in tiny.store.messages(states=("waiting",))] == ["cancellation"]
