"""Days as a booking system writes them, to be handed to the pages."""

from __future__ import annotations

from pathlib import Path

from data.files import PlanFolder
from simulation import scenario_of
from simulation.recorded_day import recorded_day
from simulation.replications import Player


def written_day(folder: Path, until: str) -> bytes:
    """Events of the sample week's Monday as chance brings them, up to a time of the day, at which the first
    two sessions that run are told to go on for another hour."""
    case = PlanFolder(folder).read()
    player = Player(case, scenario_of(case.plan.policy))
    events = recorded_day(case, player.week, player.play(7, 0, with_activities=True), 0)
    end = f"{case.axis.first_day}T{until}"
    told = [event for event in events if event.at.isoformat() < end]
    running: dict[str, None] = {}
    for event in told:
        if event.kind == "session_started":
            running[event.booking_id] = None
        elif event.kind == "session_ended":
            running.pop(event.booking_id, None)
    lines = [event.model_dump_json() for event in told]
    for booking in list(running)[-2:]:
        lines.append(
            f'{{"number": {len(lines) + 1}, "at": "{told[-1].at.isoformat()}", "kind": "session_overrunning",'
            f' "booking_id": "{booking}", "remaining_minutes": 60}}'
        )
    return ("\n".join(lines) + "\n").encode()
