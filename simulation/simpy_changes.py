"""The plan changes while SimPy plays, and what is seen of the play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from data.model.columns import FloatArray
from simulation.floor import SessionState
from simulation.plays import (
    BreakMoved,
    Called,
    Change,
    GivenUp,
    PlatformDown,
    PlatformUp,
    Rebound,
    Retimed,
    Sight,
)
from simulation.records import Outcome
from simulation.simpy_alarms import ARRIVING

if TYPE_CHECKING:
    from simulation.simpy_engine import SimpyPlay


def sight(play: SimpyPlay) -> Sight:
    """Where everything stands; walk-ups are left out."""
    floor, log, count = play.floor, play.log, len(play.week)

    def minutes(values: Sequence[float]) -> FloatArray:
        return np.array(values[:count], dtype=np.float64)

    since = np.array(floor.on_break_since, dtype=np.float64)
    return Sight(
        state=np.array(floor.state[:count], dtype=np.int64),
        arrived=minutes(log.arrived),
        begun=minutes(log.begun),
        ended=minutes(log.ended),
        agent=np.array(log.agent[:count], dtype=np.int64),
        outcome=np.array(log.outcome[:count], dtype=np.int64),
        rebooked_at=minutes(log.rebooked_at),
        came_at=np.array(log.came_at, dtype=np.float64),
        on_break_since=np.where(np.array(floor.on_break, dtype=np.bool_), since, np.nan),
        breaks_past=np.array(floor.breaks_past, dtype=np.int64),
    )


def change(play: SimpyPlay, changes: Sequence[Change]) -> None:
    """Change the plan now. Lists follow first; then the sessions are offered, and then agents decide anew."""
    floor = play.floor
    sessions: dict[int, None] = {}
    duties: dict[int, None] = {}
    for made in changes:
        match made:
            case Rebound():
                duties |= dict.fromkeys((floor.nominal[made.session], made.duty))
                floor.nominal[made.session] = made.duty
                sessions[made.session] = None
            case Retimed():
                _retime(play, made)
                sessions[made.session] = None
                duties[floor.nominal[made.session]] = None
            case GivenUp():
                play.give_up(made.session, Outcome.REBOOKED_BY_ISSUER)
                duties[floor.nominal[made.session]] = None
            case BreakMoved():
                _move_break(play, made)
                duties[made.duty] = None
            case Called():
                if not play.draws.absent[made.duty]:
                    floor.ends[made.duty] = min(floor.ends[made.duty], made.end)
                    play.call(made.duty, made.start)
            case PlatformDown() | PlatformUp():
                floor.platform_is_down = isinstance(made, PlatformDown)
                _platform_changed(play)
    if sessions:
        floor.order_anew()
    for session in sessions:
        play.on_opportunity(session)
    for duty in duties:
        play.reconsider(duty)


def _platform_changed(play: SimpyPlay) -> None:
    """Those who are there may be served now, or may not any more."""
    floor = play.floor
    there = [
        session
        for session, state in enumerate(floor.state)
        if state is SessionState.THERE and not floor.taken[session]
    ]
    for session in there:
        floor.place(session)
    if not floor.platform_is_down:
        for session in there:
            play.on_opportunity(session)


def _retime(play: SimpyPlay, made: Retimed) -> None:
    floor, session = play.floor, made.session
    floor.appointed[session], floor.promised[session] = made.appointed, made.promised
    if play.is_awaited(session):
        floor.ready[session], floor.put_off[session] = made.appointed, made.put_off
        play.arrival[session] = made.arrival
        if not play.cancelled_at[session] <= made.appointed + play.tolerance:
            play.cancelled_at[session] = np.inf
            play.await_customer(session)
    else:
        if floor.state[session] is SessionState.THERE:
            floor.ready[session] = max(floor.ready[session], made.appointed)
        play.await_appointment(session)
    if made.appointed - floor.set_up[session] > play.env.now:
        play.await_set_up(session)


def _move_break(play: SimpyPlay, made: BreakMoved) -> None:
    breaks = play.floor.breaks[made.duty]
    breaks[made.place] = replace(breaks[made.place], start=made.start)
    play.at(made.start, ARRIVING, play.on_clock, made.duty)
