"""One day that is followed: every event is taken in, and the plan is mended when it has to be.

What was taken in, decided and told is in a journal, one record an event, written before anybody hears of it.
So a process that is killed leaves either all of an event or nothing, and one that starts anew goes on where
the journal ends: events that come again change nothing, and what was decided is not decided anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from data.day import EVENT, Anomaly, DayState, Decision, Event, EventStream, Reception, planned_day
from data.day.decisions import DECISION
from data.files import BadDataError, Problem
from data.files.added_bookings import read_added
from data.model import Case

SCHEMA = "pontual/live-journal@1.0"
JOURNAL_FILE = "days/{date}.jsonl"
"""Within the plan folder."""

DISRUPTIVE = frozenset(
    {
        "agent_gone",
        "agent_back",
        "platform_down",
        "platform_up",
        "booking_added",
        "booking_rescheduled",
        "session_overrunning",
        "snapshot",
    }
)
"""Events after which the plan is looked at at once; after others when the interval is over."""


class Mend(Protocol):
    """Mends the plan of the day."""

    def __call__(self, state: DayState, now: float) -> Sequence[Decision]:
        """What to do at this moment; `now` is in minutes on the planning axis."""


class Tell(Protocol):
    """Lists whom to contact."""

    def __call__(
        self,
        case: Case,
        state: DayState,
        decisions: Sequence[Decision],
        now: float,
        told: Mapping[str, Mapping[str, Any]],
    ) -> Mapping[str, Mapping[str, Any]]:
        """Whom decisions concern: documents by an id that is the same for the same change.

        `case` lacks bookings that events have added, `state` is that before the decisions, `told` has what
        was told before, which is left out.
        """


class Record(Protocol):
    """Writes to the journal."""

    def __call__(self, record: Mapping[str, Any], *, flush: bool) -> None:
        """Add a record, and with `flush` have it on the disk."""


@dataclass(frozen=True)
class Output:
    """What an event led to.

    Attributes:
        number: of the event.
        reception: what became of it.
        decisions: carried out now.
        contacts: documents of whom to contact now, customers and agents.
        anomalies: of this event, or, when it came late, of the whole day since the last snapshot.
        gaps: numbers that are missing now, as ranges with both ends in them.
    """

    number: int
    reception: Reception
    decisions: tuple[Decision, ...] = ()
    contacts: tuple[Mapping[str, Any], ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()


@dataclass
class LiveDay:
    """The day as it is followed.

    Attributes:
        case: with roster and schedule.
        day: number of the day in the horizon.
        mend, tell: what decides, and whom that concerns.
        record: writes to the journal.
        every: minutes of the day's own time after which the plan is looked at in any case; 0: at every event.
    """

    case: Case
    day: int
    mend: Mend
    tell: Tell
    record: Record
    every: float = 5.0
    stream: EventStream = field(init=False)
    _looked_at: float | None = None
    _told: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stream = EventStream(self.case.axis, planned_day(self.case, self.day))

    def begin(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Go on where the records of a journal end, or begin with a journal that has none.

        Raises:
            BadDataError: when the journal is of another plan of the day.
        """
        plan = _digest(planned_day(self.case, self.day))
        if not records:
            self.record({"plan": plan}, flush=True)
        elif records[0].get("plan") != plan:
            date = self.case.axis.date_of(self.day).isoformat()
            expected = (
                "expected the journal of this plan; roster or schedule of the day have changed since it was "
                "begun: put the journal away to follow the new plan, and begin with a snapshot"
            )
            raise BadDataError([Problem(JOURNAL_FILE.format(date=date), None, "plan", "", expected)])
        for record in records[1:]:
            self.stream.receive(event_of(record))
            if record["decisions"]:
                self.stream.recall(record["after"], decisions_of(record))
            self._told.update(record["contacts"])
            if record["looked_at"] is not None:
                self._looked_at = record["looked_at"]

    def take(self, event: Event) -> Output:
        """Take an event in, and mend the plan if it is time.

        Raises:
            BadDataError: when it adds a booking that can't be read; the event is not taken in then.
        """
        if event.kind == "booking_added":
            read_added(self.case, event.booking, event.participants)
        before = len(self.stream.state.anomalies)
        reception = self.stream.receive(event)
        if reception in (Reception.REPEATED, Reception.CONFLICTING):
            return Output(event.number, reception, gaps=tuple(self.stream.gaps()))
        state = self.stream.state
        odd = state.anomalies[before:] if reception is Reception.NEW else state.anomalies
        decisions: list[Decision] = []
        contacts: Mapping[str, Mapping[str, Any]] = {}
        looked = self._is_time(event, state)
        if looked:
            self._looked_at = state.now
            decisions, contacts = self._mended()
        self._told.update(contacts)
        entry = self._entry(event, decisions, contacts, looked=looked)
        self.record(entry, flush=bool(decisions or contacts))
        return Output(
            event.number,
            reception,
            tuple(decisions),
            tuple(contacts.values()),
            tuple(odd),
            tuple(self.stream.gaps()),
        )

    def accept(self, decisions: Sequence[Decision]) -> Output:
        """Carry out what somebody has decided after the last event, and note it as one's own decisions are:
        with that event once more, which changes nothing when it is read again.

        Raises:
            ValueError: before the first event.
        """
        if not self.stream.events:
            raise ValueError("expected an event before the first decision")
        event, state = self.stream.events[-1], self.stream.state.copy()
        done = self.stream.decide(decisions)
        contacts = self.tell(self.case, state, done, state.now, self._told) if done else {}
        self._told.update(contacts)
        self.record(self._entry(event, done, contacts, looked=False), flush=True)
        return Output(event.number, Reception.REPEATED, tuple(done), tuple(contacts.values()))

    def _entry(
        self,
        event: Event,
        decisions: Sequence[Decision],
        contacts: Mapping[str, Mapping[str, Any]],
        *,
        looked: bool,
    ) -> dict[str, Any]:
        return {
            "event": event.model_dump(mode="json"),
            "after": self.stream.last_number,
            "decisions": [decision.model_dump() for decision in decisions],
            "contacts": dict(contacts),
            "looked_at": self._looked_at if looked else None,
        }

    @property
    def contacts(self) -> Mapping[str, Mapping[str, Any]]:
        """All contacts of the day so far, by id."""
        return self._told

    def _is_time(self, event: Event, state: DayState) -> bool:
        due = self._looked_at is None or state.now >= self._looked_at + self.every
        return due or event.kind in DISRUPTIVE

    def _mended(self) -> tuple[list[Decision], Mapping[str, Mapping[str, Any]]]:
        state = self.stream.state.copy()
        done = self.stream.decide(self.mend(state, state.now))
        return done, self.tell(self.case, state, done, state.now, self._told) if done else {}


def event_of(record: Mapping[str, Any]) -> Event:
    """The event of a record of a journal."""
    return EVENT.validate_python(record["event"])


def decisions_of(record: Mapping[str, Any]) -> list[Decision]:
    """What was decided after the event of number `after` of a record."""
    return [DECISION.validate_python(one) for one in record["decisions"]]


def _digest(planned: DayState) -> str:
    """A fingerprint of the plan of a day."""
    rows = [repr(one) for one in (*planned.sessions.values(), *planned.agents.values())]
    return sha256("\n".join(rows).encode()).hexdigest()
