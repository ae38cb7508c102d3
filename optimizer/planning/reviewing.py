"""Days read from files of events, or from the journals of followed days, and held against their plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from data.day import Decision, Event
from data.files import BadDataError, Problem
from data.files.day_events import read_day_events
from data.files.journal import read_journal
from data.model import Case, Scenario
from data.progress import Progress, no_progress
from optimizer.live import SCHEMA as JOURNAL_SCHEMA
from optimizer.live import decisions_of, event_of
from optimizer.planning.faults import NoRosterError, NoSessionsError
from simulation.review import (
    REPLICATIONS,
    EventsOfDay,
    Review,
    events_of_day,
    review,
    review_document,
    review_files,
)

JOURNALS = "days/*.jsonl"
"""Within the plan folder."""

FIRST_RECORD = 3
"""Row of a journal's first record, below the schema and the plan."""


def journals(folder: Path) -> list[Path]:
    """The journals of the followed days of a plan folder, by date."""
    return sorted(folder.glob(JOURNALS))


class ReviewedDays(NamedTuple):
    """A review as its document, and its files by name."""

    document: dict[str, Any]
    files: dict[str, bytes]


def reviewed_contents(
    case: Case, contents: Mapping[str, bytes], scenario: Scenario, progress: Progress = no_progress
) -> ReviewedDays:
    """`reviewed_days` of files that are given as their contents by name."""
    with TemporaryDirectory() as folder:
        files = [Path(folder, PurePath(name).name) for name in contents]
        for file, content in zip(files, contents.values(), strict=True):
            file.write_bytes(content)
        found = reviewed_days(case, files, scenario, progress=progress)
    document = review_document(case.axis, found)
    return ReviewedDays(document, review_files(case.axis, found, document))


def reviewed_days(
    case: Case,
    files: Sequence[Path],
    scenario: Scenario,
    replications: int = REPLICATIONS,
    progress: Progress = no_progress,
) -> Review:
    """Hold the days of files against the plan.

    Args:
        files: a day each; events, or the journal of a followed day, whose decisions count as carried out.
        scenario: what was expected of the days.

    Raises:
        BadDataError: with everything that is wrong with the files; also where two are of one day.
        MissingInputError: when a file is not there, or can't be opened.
        NoRosterError, NoSessionsError: when the case has no roster, or no sessions.
    """
    if not len(case.duties):
        raise NoRosterError("there is no roster; make one first: pontual roster")
    if not len(case.sessions):
        raise NoSessionsError("there are no sessions; make them first: pontual allocate")
    problems: list[Problem] = []
    told: dict[int, EventsOfDay] = {}
    for file in files:
        try:
            found = read_told_day(case, file)
        except BadDataError as error:
            problems += error.problems
            continue
        if found.day in told:
            date = case.axis.date_of(found.day).isoformat()
            problems.append(Problem(file.name, None, "at", date, "expected one file for each day"))
        told[found.day] = found
    if problems:
        raise BadDataError(problems)
    return review(case, list(told.values()), scenario, replications, progress)


def read_told_day(case: Case, file: Path) -> EventsOfDay:
    """The events of a file of events or of a journal.

    Raises:
        BadDataError: with everything that is wrong with the file.
        MissingInputError: when it is not there, or can't be opened.
    """
    events: Sequence[Event]
    decided: dict[int, tuple[Decision, ...]] = {}
    if is_journal(file):
        events, decided = _of_journal(file)
    else:
        events = read_day_events(file, case)
    try:
        return events_of_day(case, events, decided)
    except ValueError as error:
        raise BadDataError([Problem(file.name, None, "at", "", str(error))]) from error


def _of_journal(file: Path) -> tuple[list[Event], dict[int, tuple[Decision, ...]]]:
    """The events of a journal, and by event what was decided after it.

    Raises:
        BadDataError: with every record that is none of a followed day.
    """
    events: list[Event] = []
    decided: dict[int, tuple[Decision, ...]] = {}
    problems: list[Problem] = []
    for row, record in enumerate(read_journal(file, JOURNAL_SCHEMA)[1:], start=FIRST_RECORD):
        try:
            event, made, after = event_of(record), decisions_of(record), int(record["after"])
        except (KeyError, TypeError, ValueError):
            expected = "expected a record of a followed day, as pontual live writes them"
            problems.append(Problem(file.name, row, "", "", expected))
            continue
        events.append(event)
        decided[after] = (*decided.get(after, ()), *made)
    if problems:
        raise BadDataError(problems)
    return events, decided


def is_journal(file: Path) -> bool:
    """Whether a file begins as the journal of a followed day."""
    try:
        with file.open("rb") as opened:
            return JOURNAL_SCHEMA.encode() in opened.readline(200)
    except OSError:
        return False
