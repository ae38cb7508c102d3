"""A planned day of one or more pools, with sessions in a row, and what happened on it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from data.day import Event
from data.model import Case, Scenario, Sessions, Standby
from simulation.recorded_day import recorded_day
from simulation.replications import Player
from tests.support.cases import agent, booking, case, participant

OPENS = 8 * 60
DUTY_MINUTES = 360
SLOT = 40
"""From one session of an agent to the next: 5 of set-up, 25, 3 of wrap-up, and something to spare."""


def planned_day_case(agents: int = 4, pools: int = 1, standby: int = 0) -> Case:
    """Agents of one skill from 8 to 14 h, with a 10-minute pause and a meal, and a session every 40 minutes.

    `standby` agents of the first pool have no duty and can be called from 8 to 14 h.
    """
    names = [f"A{n:03}" for n in range(agents)]
    people = [agent(name, skills="pf", pool=f"pool-{n % pools}") for n, name in enumerate(names)]
    people += [agent(f"S{n:03}", skills="pf", pool="pool-0") for n in range(standby)]
    sessions, bookings, participants, duties, breaks = [], [], [], [], []
    for n, name in enumerate(names):
        begins = OPENS + 5 * (n % 4)
        duties.append({"agent_id": name, "starts_at": begins, "ends_at": begins + DUTY_MINUTES})
        pauses = [(begins + 125, begins + 135, "pause"), (begins + 215, begins + 235, "meal")]
        breaks += [{"agent_id": name, "starts_at": s, "ends_at": e, "kind": kind} for s, e, kind in pauses]
        at, end = begins + 5, begins + DUTY_MINUTES
        while at + 30 <= end:
            if any(start < at + 30 and at - 5 < stop for start, stop, _ in pauses):
                at += 5
                continue
            number = len(bookings)
            bookings.append(booking(f"B{number:04}", duration=25, booked_at=-1440))
            participants.append(participant(f"B{number:04}", f"P{number:04}", OPENS, 20 * 60))
            sessions.append(
                {"booking_id": f"B{number:04}", "agent_id": name, "starts_at": at, "duration_minutes": 25}
            )
            at += SLOT
    built = case(agents=people, bookings=bookings, participants=participants, duties=duties, breaks=breaks)
    on_call = [
        {"agent_id": f"S{n:03}", "starts_at": OPENS, "ends_at": OPENS + DUTY_MINUTES} for n in range(standby)
    ]
    return replace(built, sessions=Sessions.from_rows(sessions), standby=Standby.from_rows(on_call))


@cache
def day_with_events(
    seed: int, agents: int = 4, pools: int = 1, snapshot_minutes: float | None = None
) -> tuple[Case, tuple[Event, ...]]:
    """A planned day, and what happened on it by chance, with much going wrong."""
    planned = planned_day_case(agents, pools)
    rough = Scenario(
        agent_absence=0.15, login_late_probability=0.3, cancellation_probability=0.05, duration_sigma=0.5
    )
    player = Player(planned, rough)
    log = player.play(seed, 0, with_activities=True)
    return planned, tuple(recorded_day(planned, player.week, log, 0, snapshot_minutes))
