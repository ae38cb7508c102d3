"""The day as it goes: a stream of events, what they make of the plan, and what is decided about it."""

from data.day.decisions import (
    CallStandby,
    Decision,
    Delay,
    MoveBreak,
    NewTime,
    Rebind,
    Rebook,
    carried_out,
    carry_out,
)
from data.day.events import EVENT, Event, Snapshot
from data.day.planned_day import planned_day
from data.day.records import CLOSED, OPEN, AgentNow, Anomaly, DayState, Odd, SessionNow, Status
from data.day.stream import EventStream, Reception

__all__ = [
    "CLOSED",
    "EVENT",
    "OPEN",
    "AgentNow",
    "Anomaly",
    "CallStandby",
    "DayState",
    "Decision",
    "Delay",
    "Event",
    "EventStream",
    "MoveBreak",
    "NewTime",
    "Odd",
    "Rebind",
    "Rebook",
    "Reception",
    "SessionNow",
    "Snapshot",
    "Status",
    "carried_out",
    "carry_out",
    "planned_day",
]
