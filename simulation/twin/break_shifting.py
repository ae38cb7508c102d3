"""The rules of `simulation.breaks` and `simulation.break_shifting`, compiled; named as there."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.break_shifting import BREAK_SHIFTING, AfterSession, HoldBack
from simulation.breaks import BreakFault
from simulation.twin.compiling import compiled
from simulation.twin.floor import planned_end
from simulation.twin.layout import EARLIEST, LATEST, LONGEST_STRETCH, MINUTES, START
from simulation.week import NOBODY

_AFTER_SESSION, _HOLD_BACK = BREAK_SHIFTING.index(AfterSession()), BREAK_SHIFTING.index(HoldBack())
_EDGE, _STRETCH, _SKIPPED = int(BreakFault.EDGE), int(BreakFault.STRETCH), int(BreakFault.SKIPPED)


@compiled
def shifting_of(floor: Any, duty: int) -> Any:
    """The number, in `BREAK_SHIFTING`, of the policy that the agent of the duty follows."""
    clock = floor.clock[0]
    by_list = not clock.pooled or floor.duties[duty].pool == NOBODY
    return clock.shifting_of_lists if by_list else clock.shifting_of_pools


@compiled
def stays(floor: Any, duty: int) -> Any:
    """Whether a free agent who is needed stays past the start of a break."""
    return shifting_of(floor, duty) == _AFTER_SESSION


@compiled
def may_begin(floor: Any, duty: int, session: int) -> Any:
    """Whether the session, begun now, runs no further into the agent's next break than is allowed."""
    shifting = shifting_of(floor, duty)
    if shifting == _AFTER_SESSION:
        return True
    return planned_end(floor, session, floor.clock[0].now) <= _latest_end(floor, duty, shifting)


@compiled
def _latest_end(floor: Any, duty: int, shifting: int) -> Any:
    agent = floor.duties[duty]
    if agent.next_break >= agent.end_break:
        return np.inf
    start = floor.breaks[agent.next_break, START]
    if shifting == _HOLD_BACK:
        return start
    stretched = agent.in_service_since + floor.breaks[agent.next_break, LONGEST_STRETCH]
    return max(start, min(floor.breaks[agent.next_break, LATEST], stretched))


@compiled
def skip_breaks(floor: Any, duty: int) -> None:
    """The breaks that would end after the duty are not taken any more."""
    agent, now = floor.duties[duty], floor.clock[0].now
    while (
        agent.next_break < agent.end_break
        and max(floor.breaks[agent.next_break, START], now) + floor.breaks[agent.next_break, MINUTES]
        > agent.end
    ):
        floor.break_times[agent.next_break, 1] = 0.0
        floor.break_faults[agent.next_break] = _SKIPPED
        agent.next_break += 1


@compiled
def begin_break(floor: Any, duty: int) -> None:
    """The agent's next break begins, late perhaps; it is taken whole."""
    agent, now = floor.duties[duty], floor.clock[0].now
    number = agent.next_break
    broken = 0
    if now < floor.breaks[number, EARLIEST] or now > floor.breaks[number, LATEST]:
        broken += _EDGE
    if now - agent.in_service_since > floor.breaks[number, LONGEST_STRETCH]:
        broken += _STRETCH
    floor.break_times[number, 0] = now - floor.breaks[number, START]
    floor.break_times[number, 1] = floor.breaks[number, MINUTES]
    floor.break_faults[number] = broken
    agent.next_break += 1
    agent.on_break = True
    agent.free_at = now + floor.breaks[number, MINUTES]
