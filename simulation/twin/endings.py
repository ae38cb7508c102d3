"""How sessions end, and how waits do; compiled, as in `simulation.simpy_engine`."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.records import Outcome
from simulation.twin.compiling import compiled
from simulation.twin.floor import CLOSED, THERE, place
from simulation.week import NOBODY

_FULFILLED, _REBOOKED_SAME_DAY = int(Outcome.FULFILLED), int(Outcome.REBOOKED_SAME_DAY)
_REBOOKED_BY_ISSUER = int(Outcome.REBOOKED_BY_ISSUER)
_WALK_UP_SERVED, _WALK_UP_FAILED = int(Outcome.WALK_UP_SERVED), int(Outcome.WALK_UP_FAILED)


@compiled
def end_wait(floor: Any, session: int) -> None:
    """The customer has waited until now; of those who come back, the wait before counts."""
    it = floor.sessions[session]
    if np.isnan(it.wait):
        it.wait = max(0.0, floor.clock[0].now - it.waits_since)


@compiled
def close(floor: Any, session: int, outcome: int) -> None:
    """Give up a session that has not begun; the caller lets the nominal agent decide again."""
    it = floor.sessions[session]
    if it.state == THERE:
        end_wait(floor, session)
    it.state = CLOSED
    place(floor, session)
    end(floor, session, outcome)


@compiled
def ending(floor: Any, session: int) -> Any:
    """How a session ends that has started."""
    it = floor.sessions[session]
    if not it.walk_up:
        return it.result
    if session < floor.clock[0].appointments:
        return _REBOOKED_SAME_DAY if it.result == _FULFILLED else _REBOOKED_BY_ISSUER
    return _WALK_UP_SERVED if it.result == _FULFILLED else _WALK_UP_FAILED


@compiled
def end(floor: Any, session: int, outcome: int) -> None:
    """The one outcome of a session."""
    it = floor.sessions[session]
    if it.outcome != NOBODY:
        raise RuntimeError("a session has two outcomes")
    it.ended = floor.clock[0].now
    it.outcome = outcome
