"""`pontual live`: follow the events of a day, and say what to do about each."""

from __future__ import annotations

import contextlib
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from pontual.options import (
    JsonOption,
    Language,
    OptionalStoreOption,
    PlanFolderArgument,
    ScenarioOption,
)

WORK = 4.0
"""Of one repair, about seconds at the most."""

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from data.day import SessionNow
    from data.model import Case
    from optimizer.live import BadLineError, LiveDay, Output

    AddContacts = Callable[[Iterable[Mapping[str, Any]]], None]


def command(
    folder: PlanFolderArgument,
    events: Annotated[
        str,
        typer.Option(
            "--events",
            metavar="FILE",
            help="Events, one JSON object a line (docs/live.md); - reads standard input as it comes.",
        ),
    ] = "-",
    day: Annotated[
        str | None,
        typer.Option(
            "--day",
            metavar="DATE",
            help="The day to follow, like 2026-11-30. [default: of the horizon's first]",
        ),
    ] = None,
    every: Annotated[
        float,
        typer.Option(
            "--every",
            min=0.0,
            max=240.0,
            metavar="MINUTES",
            help="Look at the plan after so many minutes of the day's own time, besides after disruptions; "
            "0: after every event.",
        ),
    ] = 5.0,
    scenario: ScenarioOption = None,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the sentences.")
    ] = Language.ENGLISH,
    store: OptionalStoreOption = None,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan", metavar="NAME", help="The plan in the store whose outbox whom to contact goes into."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Follow a day: take events in, mend the plan when it has to be, say what to do and whom to contact.

    What was taken in, decided and told is in a journal in the plan folder, days/DATE.jsonl; started anew, the
    command goes on where it ends, and events that come again change nothing. Lines that are no events are
    told and left out (exit 65 in the end). With --plan, whom to contact goes into the outbox of the store,
    each change once.
    """
    from data.files import MissingInputError, PlanFolder
    from data.files.contact_messages import read_contact_messages
    from data.files.journal import open_journal, read_journal
    from data.files.plan_folder import RUN_FILE
    from optimizer.live import JOURNAL_FILE, LONGEST_LINE, SCHEMA, ContactDocuments, LiveDay
    from optimizer.planning.repairing import JudgedRepair
    from optimizer.solve_result import SolveLimits
    from pontual.commands.follow import follow_lines
    from pontual.commands.runs import key_from_environment, scenario_from, warn_of_tables_passed_over
    from pontual.exit_codes import ExitCode

    if (folder / RUN_FILE).is_file():
        raise typer.BadParameter(f"{folder} is a run; give the plan folder that it belongs to")
    plan_folder = PlanFolder(folder)
    case = plan_folder.read(key_from_environment())
    warn_of_tables_passed_over(plan_folder)
    if not len(case.sessions):
        raise MissingInputError([f"sessions in {folder}"], "make them first: pontual allocate")
    likely = scenario_from(case, scenario)
    number = _day_of(case, day)
    path = folder / JOURNAL_FILE.format(date=case.axis.date_of(number).isoformat())
    messages = read_contact_messages(folder)
    outbox = _outbox(store, plan)
    with contextlib.ExitStack() as stack:
        source = _opened(events, stack)
        journal = stack.enter_context(open_journal(path, SCHEMA))
        tell = ContactDocuments(messages, language.value)
        mend = JudgedRepair(case, likely, SolveLimits(work=WORK))
        live = LiveDay(case, number, mend, tell, journal.add, every)
        records = list(read_journal(path, SCHEMA))
        live.begin(records)
        for record in records:
            outbox(record.get("contacts", {}).values())
        followed = _Followed(live, language.value, outbox, as_json=as_json)
        followed.resumed()
        code = follow_lines(followed.answer, source, LONGEST_LINE)
    followed.ended()
    if code is ExitCode.OK and followed.lines.bad:
        code = ExitCode.BAD_DATA
    if code is not ExitCode.OK:
        raise typer.Exit(int(code))


def _outbox(place: str | None, plan: str | None) -> AddContacts:
    """What puts contacts into the outbox of a plan in a store; without a plan, nothing.

    What was decided at once is one run of the store, which knows it by the contacts and carries it out once:
    so whoever begins anew sends all that the journal holds, nothing is lost with a process that died between
    journal and store, and nobody is told again of what has changed since.

    Raises:
        MissingInputError: when the store has no such plan.
    """
    if plan is None:
        return lambda _contacts: None
    if place is None:
        raise typer.BadParameter("a plan needs its store (--store, or PONTUAL_STORE)", param_hint="--plan")
    import hashlib

    from data.files.contact_entries import read_contact_entries
    from data.store import Run, Store
    from optimizer.live import line_of
    from pontual.order_names import account

    opened, run_by = Store(place), account()
    opened.find_plan(plan)

    def add(contacts: Iterable[Mapping[str, Any]]) -> None:
        entries = read_contact_entries("contacts", [line_of({"contacts": list(contacts)})])
        if entries:
            said = "\n".join([plan, *(entry.model_dump_json() for entry in entries)])
            digest = hashlib.sha256(said.encode()).hexdigest()
            run = Run("live", who=run_by, input_hash=digest, run_id=f"live/{digest[:40]}")
            opened.add_contacts(plan, entries, run)

    return add


def _day_of(case: Case, text: str | None) -> int:
    """The number of the day that the option names."""
    if text is None:
        return 0
    try:
        number = case.axis.day_number(date.fromisoformat(text))
    except ValueError:
        raise typer.BadParameter("expected a date such as 2026-11-30", param_hint="--day") from None
    if not 0 <= number < case.axis.days:
        last = case.axis.date_of(case.axis.days - 1)
        expected = f"expected a day of the horizon, {case.axis.first_day} to {last}"
        raise typer.BadParameter(expected, param_hint="--day")
    return number


def _opened(events: str, stack: contextlib.ExitStack) -> BinaryIO:
    """The input: a file, or standard input."""
    from data.files import MissingInputError

    if events == "-":
        return sys.stdin.buffer
    try:
        return stack.enter_context(Path(events).open("rb"))
    except OSError as error:
        raise MissingInputError([events], error.strerror or "can't be read") from error


class _Followed:
    """Turns lines of events into lines of output.

    Attributes:
        lines: takes them in.
    """

    def __init__(self, live: LiveDay, language: str, outbox: AddContacts, *, as_json: bool) -> None:
        from optimizer.live import Lines

        self.lines = Lines(live)
        self._live = live
        self._language = language
        self._outbox = outbox
        self._as_json = as_json
        self._gaps: tuple[tuple[int, int], ...] = ()

    def resumed(self) -> None:
        """Say where the journal ends, if it has anything."""
        from optimizer.live import say as text
        from pontual.console import say

        count = len(self._live.stream.events)
        if count:
            number = self._live.stream.last_number
            say(text(self._language, "resumed", number=number, count=f"{count:,}"))

    def answer(self, line: bytes) -> bytes:
        """Take a line in; what to print."""
        from optimizer.live import BadLineError

        before = self._live.stream.state
        known = dict(before.sessions) if not self._as_json else {}
        try:
            output = self.lines.take(line)
        except BadLineError as error:
            return self._bad(error)
        if output is not None:
            self._outbox(output.contacts)
        return b"" if output is None else self._told(output, known)

    def _bad(self, error: BadLineError) -> bytes:
        from optimizer.live import line_of
        from optimizer.live import say as text
        from pontual.console import say

        if self._as_json:
            problems = [
                {"row": one.row, "field": one.column, "value": one.value, "expected": one.expected}
                for one in error.problems
            ]
            return line_of({"not_taken_in": problems})
        for problem in error.problems:
            say(text(self._language, "bad", problem=str(problem)))
        return b""

    def _told(self, output: Output, known: Mapping[str, SessionNow]) -> bytes:
        from optimizer.live import line_of, output_document, ranges, sentences
        from optimizer.live import say as text

        axis = self._live.case.axis
        more = output.gaps != self._gaps
        self._gaps = output.gaps
        if self._as_json:
            document = output_document(axis, output, with_gaps=more)
            return b"" if document is None else line_of(document)
        clock = f"{axis.instant_of(int(self._live.stream.state.now)):%H:%M}"
        told = list(sentences(self._live, output, known, self._language))
        if more and output.gaps:
            told.append(text(self._language, "missing", ranges=ranges(output.gaps)))
        return "".join(f"{clock}  {sentence}\n" for sentence in told).encode()

    def ended(self) -> None:
        """Say how the day stands."""
        from optimizer.live import final_document, line_of
        from optimizer.live import say as text
        from pontual.console import print_summary

        document = final_document(self._live, self.lines)
        if self._as_json:
            sys.stdout.buffer.write(line_of(document))
            sys.stdout.buffer.flush()
            return
        rows = [
            (text(self._language, f"status.{name}"), f"{n:,}") for name, n in document["sessions"].items()
        ]
        title = text(self._language, "summary", date=document["day"], events=f"{document['events']:,}")
        print_summary(title, rows)
