"""A followed day for those who decide themselves: its journal is read, added to, and never decides.

The journal is that of `pontual live`, in the same words: whichever reads it goes on where the other ended.
While one process writes to it, others are told to come back.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from data.day import Anomaly, DayState, Decision, Event, Reception
from data.files import BadDataError, Problem
from data.files.added_bookings import with_added
from data.files.contact_messages import read_contact_messages
from data.files.day_events import read_day_events
from data.files.journal import open_journal, read_journal
from data.model import Case, Scenario
from data.progress import Progress, no_progress
from optimizer.live import JOURNAL_FILE, SCHEMA, ContactDocuments, LiveDay
from optimizer.planning.faults import NoRosterError, NoSessionsError
from optimizer.planning.repairing import Considered, JudgedRepair
from optimizer.solve_result import SolveLimits
from simulation.prediction import Prediction, Predictor
from simulation.review import events_of_day

REPAIR_WORK = 2.0
"""Of one repair, about seconds at the most: somebody is waiting for it."""


class DayHasGoneOnError(Exception):
    """What was decided was decided for another state of the day."""


@dataclass(frozen=True)
class FollowedDay:
    """A day as its journal tells it.

    Attributes:
        day: number in the horizon.
        last_at: when the last event happened; None: none has.
        events: how many.
        contacts: whom to contact, customers and agents, in the order in which that was found out.
    """

    day: int
    state: DayState
    last_at: datetime | None
    events: int
    contacts: tuple[Mapping[str, Any], ...]
    gaps: tuple[tuple[int, int], ...]
    anomalies: tuple[Anomaly, ...]

    @property
    def now(self) -> int:
        """The minute of the planning axis from which plans for the rest of the day are made."""
        return ceil(self.state.now)


class LookAhead(NamedTuple):
    """What is to be expected of the rest of a day, and what should be done about it now."""

    prediction: Prediction
    considered: Considered


def journal_path(case: Case, folder: Path, day: int) -> Path:
    """Where the journal of a day is, in the plan folder."""
    return folder / JOURNAL_FILE.format(date=case.axis.date_of(day).isoformat())


def followed_days(case: Case, folder: Path) -> list[int]:
    """Days of the horizon that have a journal."""
    return [day for day in range(case.axis.days) if journal_path(case, folder, day).is_file()]


def followed_day(case: Case, folder: Path, day: int) -> FollowedDay:
    """The day as its journal tells it.

    Raises:
        BadDataError: when the journal is damaged, or of another plan of the day.
        MissingInputError: when it can't be read.
    """
    live = LiveDay(case, day, _decides_nothing, _tells_nobody, _writes_nothing)
    live.begin(read_journal(journal_path(case, folder, day), SCHEMA))
    stream = live.stream
    events = stream.events
    return FollowedDay(
        day=day,
        state=stream.state,
        last_at=max((event.at for event in events), default=None),
        events=len(events),
        contacts=tuple(live.contacts.values()),
        gaps=tuple(stream.gaps()),
        anomalies=tuple(stream.state.anomalies),
    )


class TakenIn(NamedTuple):
    """What became of events: the day that they are of, new ones, those known, and those in other words."""

    day: int
    new: int
    repeated: int
    conflicting: int


def take_events(case: Case, folder: Path, name: str, content: bytes) -> TakenIn:
    """Bring the events of a file into the journal of their day; all of them, or none where one is bad.

    Raises:
        BadDataError: with everything that is wrong with the file, or when the journal is of another plan.
        BusyError: when another process follows the day.
        CannotWriteError: when the journal can't be written to.
        NoRosterError, NoSessionsError: when the case has no roster, or no sessions.
    """
    if not len(case.duties):
        raise NoRosterError("there is no roster; make one first: pontual roster")
    if not len(case.sessions):
        raise NoSessionsError("there are no sessions; make them first: pontual allocate")
    events = _read(case, name, content)
    try:
        day = events_of_day(case, events).day
    except ValueError as error:
        raise BadDataError([Problem(name, None, "at", "", str(error))]) from error
    path = journal_path(case, folder, day)
    with open_journal(path, SCHEMA) as journal:
        live = LiveDay(case, day, _decides_nothing, _tells_nobody, journal.add)
        live.begin(read_journal(path, SCHEMA))
        received = [live.take(event).reception for event in events]
    new = sum(one in (Reception.NEW, Reception.LATE) for one in received)
    return TakenIn(day, new, received.count(Reception.REPEATED), received.count(Reception.CONFLICTING))


def accept(
    case: Case, folder: Path, seen: FollowedDay, decisions: Sequence[Decision], language: str
) -> tuple[Mapping[str, Any], ...]:
    """Have decisions carried out on a day, and note them in its journal.

    Args:
        seen: the day as it was when it was decided.

    Returns:
        Whom to contact about them, customers and agents.

    Raises:
        DayHasGoneOnError: when the day is not as it was any more; nothing is written then.
        BusyError: when another process follows the day.
        CannotWriteError: when the journal can't be written to.
    """
    path = journal_path(case, folder, seen.day)
    tell = ContactDocuments(read_contact_messages(folder), language)
    with open_journal(path, SCHEMA) as journal:
        live = LiveDay(case, seen.day, _decides_nothing, tell, journal.add)
        live.begin(read_journal(path, SCHEMA))
        if live.stream.state != seen.state:
            raise DayHasGoneOnError
        return live.accept(decisions).contacts


def look_ahead(
    case: Case, scenario: Scenario, state: DayState, now: int, progress: Progress = no_progress
) -> LookAhead:
    """Play the rest of the day, and mend it as `pontual live` would; the referee judges the repair.

    Raises:
        RefereeDisagreesError: when the referee finds a fault with the repair.
    """
    prediction = Predictor(with_added(case, state), scenario).predict(state, float(now))
    progress(0.4, "")
    mend = JudgedRepair(case, scenario, SolveLimits(work=REPAIR_WORK))
    return LookAhead(prediction, mend.considered(state, float(now)))


def _read(case: Case, name: str, content: bytes) -> list[Event]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, Path(name).name)
        file.write_bytes(content)
        return read_day_events(file, case)


def _decides_nothing(state: DayState, now: float) -> Sequence[Decision]:  # noqa: ARG001 - a `Mend`
    return ()


def _tells_nobody(
    case: Case,  # noqa: ARG001 - a `Tell`
    state: DayState,  # noqa: ARG001
    decisions: Sequence[Decision],  # noqa: ARG001
    now: float,  # noqa: ARG001
    told: Mapping[str, Mapping[str, Any]],  # noqa: ARG001
) -> Mapping[str, Mapping[str, Any]]:
    return {}


def _writes_nothing(record: Mapping[str, Any], *, flush: bool) -> None:
    """Reading alone: a journal that is there has its first record."""
