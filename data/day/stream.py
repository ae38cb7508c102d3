"""The stream of a day's events, in whatever order and however often they come, and the day they make.

The day is what the events make of it in the order of their numbers, with each decision after the events that
it was made after. So it depends on which events and decisions there are, and on nothing else: an event that
comes late is brought in where it belongs, one that comes again changes nothing, and one that is lost shows
as a gap until it comes or a snapshot makes up for it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from enum import StrEnum

from data.day.decisions import Decision, carry_out
from data.day.events import Event, Snapshot
from data.day.happenings import happen
from data.day.records import DayState
from data.model import PlanningAxis


class Reception(StrEnum):
    """What became of an event on arrival.

    LATE is new, with a number below one that had come; CONFLICTING has the number of another event, which
    stays.
    """

    NEW = "new"
    LATE = "late"
    REPEATED = "repeated"
    CONFLICTING = "conflicting"


class EventStream:
    """Collects the events and decisions of one day.

    Args:
        axis: the planning axis.
        planned: the day before anything happened (`planned_day`); it is not changed.
    """

    def __init__(self, axis: PlanningAxis, planned: DayState) -> None:
        self._axis = axis
        self._planned = planned
        self._events: dict[int, Event] = {}
        self._numbers: list[int] = []
        self._decided: dict[int, list[Decision]] = {}
        self._state = planned.copy()

    @property
    def state(self) -> DayState:
        """The day as it stands; a reader must not change it."""
        return self._state

    @property
    def events(self) -> Sequence[Event]:
        """All events, in the order of their numbers."""
        return [self._events[number] for number in self._numbers]

    @property
    def last_number(self) -> int:
        """The highest number of an event; 0 before the first."""
        return self._numbers[-1] if self._numbers else 0

    def receive(self, event: Event) -> Reception:
        """Take an event in."""
        known = self._events.get(event.number)
        if known is not None:
            return Reception.REPEATED if known == event else Reception.CONFLICTING
        self._events[event.number] = event
        if not self._numbers or event.number > self._numbers[-1]:
            self._numbers.append(event.number)
            happen(self._axis, self._state, event)
            return Reception.NEW
        insort(self._numbers, event.number)
        self._tell_anew()
        return Reception.LATE

    def decide(self, decisions: Iterable[Decision]) -> list[Decision]:
        """Carry out decisions after the last event; returns those that could be."""
        after = self.last_number
        done = [decision for decision in decisions if carry_out(self._state, decision)]
        self._decided.setdefault(after, []).extend(done)
        return done

    def recall(self, after: int, decisions: Iterable[Decision]) -> None:
        """Take in decisions that had been made after an event, as a journal tells."""
        made = list(decisions)
        self._decided.setdefault(after, []).extend(made)
        if not self._numbers or after >= self._numbers[-1]:
            for decision in made:
                carry_out(self._state, decision)
        else:
            self._tell_anew()

    def gaps(self) -> list[tuple[int, int]]:
        """Numbers that are missing since the last snapshot, as ranges with both ends in them."""
        snapshots = [n for n in self._numbers if isinstance(self._events[n], Snapshot)]
        first = bisect_left(self._numbers, snapshots[-1]) if snapshots else 0
        before = self._numbers[first] - 1 if snapshots else 0
        found = []
        for number in self._numbers[first:]:
            if number > before + 1:
                found.append((before + 1, number - 1))
            before = number
        return found

    def _tell_anew(self) -> None:
        """Make the state from the plan, or from the last snapshot, which leaves nothing of before."""
        state = self._planned.copy()
        snapshots = [n for n in self._numbers if isinstance(self._events[n], Snapshot)]
        first = bisect_left(self._numbers, snapshots[-1]) if snapshots else 0
        made = sorted(self._decided)
        made = made[bisect_right(made, self._numbers[first] - 1) if snapshots else 0 :]
        for number in sorted({*self._numbers[first:], *made}):
            if number in self._events:
                happen(self._axis, state, self._events[number])
            for decision in self._decided.get(number, ()):
                carry_out(state, decision)
        self._state = state
