"""The events of one day, in order, with what was decided after each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.day import Decision, Event, EventStream, Reception, planned_day
from data.model import Case


@dataclass(frozen=True)
class EventsOfDay:
    """What was told of a day.

    Attributes:
        day: number of the day in the horizon.
        events: in the order of their numbers, each once.
        decided: by number of an event, what was decided after it and before the next.
        gaps: numbers that are missing since the last snapshot, as ranges with both ends in them.
        conflicts: numbers of events that were there before in other words, and are left out.
    """

    day: int
    events: tuple[Event, ...]
    decided: Mapping[int, tuple[Decision, ...]]
    gaps: tuple[tuple[int, int], ...] = ()
    conflicts: tuple[int, ...] = ()


def events_of_day(
    case: Case, events: Sequence[Event], decided: Mapping[int, tuple[Decision, ...]] | None = None
) -> EventsOfDay:
    """Bring events into order; the day is that of most events, as some are cancelled the day before.

    Raises:
        ValueError: when no event is of a day of the horizon.
    """
    axis = case.axis
    days = Counter(axis.day_of(axis.minute_of(event.at)) for event in events)
    within = [(-count, day) for day, count in days.items() if 0 <= day < axis.days]
    if not within:
        last = axis.date_of(axis.days - 1)
        raise ValueError(f"expected events of a day of the plan, {axis.first_day} to {last}")
    day = min(within)[1]
    stream = EventStream(axis, planned_day(case, day))
    conflicts = tuple(e.number for e in events if stream.receive(e) is Reception.CONFLICTING)
    return EventsOfDay(day, tuple(stream.events), dict(decided or {}), tuple(stream.gaps()), conflicts)
