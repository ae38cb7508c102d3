"""The store: one object for all that is kept, each method one transaction."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Connection

from data.files import case_files
from data.model import Case, Promise, Schedule
from data.store import (
    clock,
    days,
    forgetting,
    history,
    plans,
    promises,
    requests,
    retention,
    runs,
    schedules,
)
from data.store.changes import PlanChanges, write_changes
from data.store.database import Database
from data.store.figures import Figures, figures_of
from data.store.open_plan import OpenPlan
from data.store.outbox import handing_over
from data.store.outbox.contacts import add_contacts
from data.store.outbox.entries import STATES, writer_of
from data.store.settings import Settings, change_settings, read_settings
from data.store.upgrade import check_version

if TYPE_CHECKING:
    from data.day.events import Event
    from data.files.contact_entries import ContactEntry


def case_hash(case: Case) -> str:
    """SHA-256 of a case, results included: of its files as CSV, in the order of their names.

    Raises:
        ValueError: when the case holds a value that could not be read back.
    """
    digest = hashlib.sha256()
    for name, content in sorted(case_files(case, "csv").items()):
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


@dataclass(frozen=True)
class PlanNow:
    """A plan with its case and promises, all of one moment."""

    stored: plans.StoredPlan
    case: Case
    promises: tuple[Promise, ...]


@dataclass(frozen=True)
class Decided:
    """What a request of the batch job changes, and its answer.

    Attributes:
        document: the answer, given the revision that the plan has then.
        based_on: revision of the case from which the changes were made; None: read in this transaction.
        numbers: objective and bound of the run.
    """

    changes: PlanChanges
    document: Callable[[int], str]
    exit_code: int
    based_on: int | None = None
    numbers: Mapping[str, float | None] | None = None


class Store:
    """A store of planning cases.

    Whatever writes takes a `Run`, is carried out as a whole or not at all, and once however often the same
    run is sent. Every method raises FilesError for what the database refuses: `StoreUnreachableError` and
    `BusyError` (try again), `CannotWriteError`, or `BadDataError`.
    """

    def __init__(self, place: str, seconds_to_wait: float | None = None) -> None:
        """Open the store at a URL, or in a file.

        Args:
            seconds_to_wait: how long a writer stands in line at most; None: 30.

        Raises:
            MissingInputError: when there is none.
            BadDataError: when it has other tables than this program knows.
            FilesError: for whatever the database refuses.
        """
        self.database = Database(place, seconds_to_wait)
        check_version(self.database)

    def plan_names(self) -> list[str]:
        """The names of all plans, in order."""
        with self.database.reading() as connection:
            return plans.plan_names(connection)

    def read_case(self, plan: str) -> plans.StoredCase:
        """A plan's case as it is at one moment.

        Raises:
            MissingInputError: when there is no such plan.
        """
        with self.database.reading() as connection:
            return plans.read_case(connection, plan)

    def find_plan(self, plan: str) -> plans.StoredPlan:
        """A plan without its tables.

        Raises:
            MissingInputError: when there is no such plan.
        """
        with self.database.reading() as connection:
            return plans.known_plan(connection, plan)

    def read_with_promises(self, plan: str) -> PlanNow:
        """A plan's case with its promises, those that bind and those that ended, as they are at one moment.

        Raises:
            MissingInputError: when there is no such plan.
        """
        with self.database.reading() as connection:
            stored = plans.known_plan(connection, plan)
            case = plans.case_of(connection, stored)
            return PlanNow(stored, case, tuple(promises.promises_of(connection, stored, None)))

    def put_case(
        self,
        plan: str,
        case: Case,
        run: runs.Run,
        *,
        reasons: Mapping[str, str] = {},
        based_on: int | None = None,
        customers_know: bool = False,
    ) -> dict[str, Any]:
        """Put a case under a name, in the place of what is there; histories of sessions go on.

        Args:
            plan: the name.
            case: inputs, roster and schedule.
            run: who writes, and why; where it names no input, the case's own hash is recorded.
            reasons: by booking, why its session changes.
            based_on: revision of the stored case from which this one was made; None: of no matter.
            customers_know: they were told of these sessions already, so nothing is announced to them.

        Returns:
            `revision`, and how many sessions were `placed`, `moved`, and so on.

        Raises:
            BadDataError: when something refers to what is not there.
            DoubleBookingError: when somebody would be in two sessions at once.
            ChangedMeanwhileError: when somebody else has written to the plan since `based_on`.
        """
        named = run if run.input_hash else replace(run, input_hash=case_hash(case))

        def work(connection: Connection, number: int) -> tuple[int, dict[str, Any]]:
            return plans.put_case(
                connection, number, plan, case, reasons, based_on, customers_know=customers_know
            )

        return runs.carry_out(self.database, named, work)

    def write_schedule(
        self,
        plan: str,
        schedule: Schedule,
        run: runs.Run,
        *,
        reasons: Mapping[str, str] = {},
        based_on: int | None = None,
    ) -> dict[str, Any]:
        """Make a schedule the plan's one; what differs is written, and becomes visible together.

        Args, returns and errors are those of `put_case`.

        Raises:
            MissingInputError: when there is no such plan.
            BadDataError: when a booking or agent is unknown.
            DoubleBookingError: when somebody would be in two sessions at once.
            ChangedMeanwhileError: when somebody else has written to the plan since `based_on`.
        """

        def work(connection: Connection, number: int) -> tuple[int, dict[str, Any]]:
            case = plans.read_case(connection, plan).case.with_schedule(schedule)
            stored = plans.known_plan(connection, plan)
            revision = plans.next_revision(connection, stored, based_on)
            counts = schedules.write_sessions(connection, number, stored.plan_id, case, reasons)
            return stored.plan_id, {"revision": revision, **counts}

        return runs.carry_out(self.database, run, work)

    def change_sessions(
        self, plan: str, changes: Sequence[schedules.SessionChange], run: runs.Run
    ) -> dict[str, Any]:
        """Place, move or give up the sessions of some bookings, and touch no others.

        Returns:
            As `put_case`.

        Raises:
            MissingInputError: when there is no such plan.
            BadDataError: when a booking or agent is unknown, or a booking is named twice.
            DoubleBookingError: when somebody would be in two sessions at once; then nothing is changed.
        """

        def work(connection: Connection, number: int) -> tuple[int, dict[str, Any]]:
            stored = plans.known_plan(connection, plan)
            revision = plans.next_revision(connection, stored, None)
            counts = schedules.change_sessions(
                connection, number, stored.plan_id, stored.plan, tuple(changes)
            )
            return stored.plan_id, {"revision": revision, **counts}

        return runs.carry_out(self.database, run, work)

    def add_events(self, plan: str, day: date, events: Sequence[Event], run: runs.Run) -> dict[str, Any]:
        """Keep events of a day; those that are there already change nothing.

        Raises:
            MissingInputError: when there is no such plan.
            BadDataError: with every event whose number another event of the day has.
        """

        def work(connection: Connection, _number: int) -> tuple[int, dict[str, Any]]:
            stored = plans.known_plan(connection, plan)
            return stored.plan_id, days.add_events(connection, stored, day, events)

        return runs.carry_out(self.database, run, work)

    def events(self, plan: str, day: date) -> list[Event]:
        """The events of a day, in the order of their numbers.

        Raises:
            MissingInputError: when there is no such plan.
        """
        with self.database.reading() as connection:
            return days.events_of(connection, plans.known_plan(connection, plan), day)

    def replace_offers(self, plan: str, offers: Sequence[days.Offer], run: runs.Run) -> dict[str, Any]:
        """Put offers in the place of the plan's present ones.

        Raises:
            MissingInputError: when there is no such plan.
        """

        def work(connection: Connection, _number: int) -> tuple[int, dict[str, Any]]:
            stored = plans.known_plan(connection, plan)
            return stored.plan_id, days.replace_offers(connection, stored, offers)

        return runs.carry_out(self.database, run, work)

    def offers(self, plan: str) -> list[days.Offer]:
        """The offers of a plan, by kind and start.

        Raises:
            MissingInputError: when there is no such plan.
        """
        with self.database.reading() as connection:
            return days.offers_of(connection, plans.known_plan(connection, plan))

    def answer_to(self, request: requests.BatchRequest) -> requests.BatchAnswer | None:
        """The answer that a request got before; None when it has none yet.

        Raises:
            BadDataError: when another request has its key.
        """
        with self.database.reading() as connection:
            return requests.answer_to(connection, request)

    def enqueue(self, request: requests.BatchRequest) -> bool:
        """Keep a request until it is answered; False when it is known already.

        Raises:
            BadDataError: when another request has its key.
        """
        return self.database.write(lambda connection: requests.enqueue(connection, request))

    def pending_requests(self) -> list[requests.BatchRequest]:
        """Requests without an answer, in the order in which they came."""
        with self.database.reading() as connection:
            return requests.pending(connection)

    def keep_answer(
        self, request: requests.BatchRequest, answer: requests.BatchAnswer
    ) -> requests.BatchAnswer:
        """Keep the answer of a request that changes nothing; returns the first one, if there is one already.

        Raises:
            BadDataError: when another request has its key, or its answer is not kept any more.
        """
        return self.database.write(lambda connection: requests.keep_answer(connection, request, answer))

    def carry_out(
        self,
        request: requests.BatchRequest,
        run: runs.Run,
        work: Callable[[OpenPlan], Decided],
    ) -> requests.BatchAnswer:
        """Carry out a request in one transaction: what it changes and its answer become visible together.

        A request that was answered meanwhile, by whomever, is not carried out again. Work may be done more
        than once.

        Args:
            run: its id stands for the key of the request.
            work: finds, in the transaction, what the request changes and how it is answered.

        Raises:
            MissingInputError: when there is no such plan.
            BadDataError: when another request has its key, or a booking or agent is unknown.
            DoubleBookingError: when somebody would be in two sessions at once; then nothing is changed.
            ChangedMeanwhileError: when somebody else has written to the plan since `based_on`.
        """

        def once(connection: Connection, number: int) -> tuple[int, dict[str, Any]]:
            stored = plans.known_plan(connection, request.plan)
            decided = work(OpenPlan(connection, stored))
            counts = write_changes(
                connection, number, stored, decided.changes, decided.based_on, decided.numbers
            )
            answer = requests.BatchAnswer(decided.document(counts["revision"]), decided.exit_code)
            requests.keep_answer(connection, request, answer)
            return stored.plan_id, counts

        runs.carry_out(self.database, run, once)
        answer = self.answer_to(request)
        assert answer is not None  # noqa: S101 - written with the run
        return answer

    def recorded_runs(self) -> list[runs.RecordedRun]:
        """All runs, in the order in which they were committed."""
        with self.database.reading() as connection:
            return runs.recorded_runs(connection)

    def history(self, booking: str) -> list[history.RecordedChange]:
        """Everything that befell the session of a booking, in order, over all plans."""
        with self.database.reading() as connection:
            return history.history_of(connection, booking)

    def statistics(self, plan: str) -> list[forgetting.Statistic]:
        """Sums by day, skill and outcome, erased bookings included.

        Raises:
            MissingInputError: when there is no such plan.
        """
        with self.database.reading() as connection:
            return forgetting.statistics_of(connection, plan)

    def forget(self, booking: str, run: runs.Run) -> dict[str, Any]:
        """Erase everything that is kept under a booking, and leave the statistics.

        Returns:
            `plans` it was in, and `sessions_ahead` that were given up.

        Raises:
            MissingInputError: when nothing is kept under it.
        """

        def work(connection: Connection, _number: int) -> tuple[None, dict[str, Any]]:
            return None, forgetting.forget(connection, booking)

        outcome = runs.carry_out(self.database, run, work)
        self.database.tidy_after_erasing()
        return outcome

    def expired(self, days: int) -> retention.Expired:
        """Personal data of plans that have been over for more than so many days, and what belongs to it."""
        with self.database.reading() as connection:
            return retention.expired(connection, days, clock.seconds_now())

    def erase_expired(self, days: int, run: runs.Run) -> dict[str, Any]:
        """Erase personal data of plans that have been over for more than so many days; statistics stay.

        Returns:
            How many `plans` lost theirs, and how many rows of each table went.
        """

        def work(connection: Connection, _number: int) -> tuple[None, dict[str, Any]]:
            return None, retention.erase_expired(connection, days, clock.seconds_now())

        outcome = runs.carry_out(self.database, run, work)
        self.database.tidy_after_erasing()
        return outcome

    def add_contacts(self, plan: str, entries: Sequence[ContactEntry], run: runs.Run) -> dict[str, Any]:
        """Announce changes of a repaired day by the entries of its contact list.

        Returns:
            How many `contacts` were new, and how many were `known`.

        Raises:
            MissingInputError: when there is no such plan.
        """

        def work(connection: Connection, number: int) -> tuple[int, dict[str, Any]]:
            stored = plans.known_plan(connection, plan)
            writer = writer_of(connection, number, stored.plan_id)
            return stored.plan_id, add_contacts(connection, writer, stored, entries)

        return runs.carry_out(self.database, run, work)

    def claim_messages(self, limit: int, seconds: int) -> list[handing_over.Message]:
        """Messages that are due and that no other mailer has, the longest due first.

        Args:
            limit: how many at most.
            seconds: how long they are the caller's; then they go to whoever asks, unless acknowledged.
        """
        name = uuid.uuid4().hex
        return self.database.write(
            lambda connection: handing_over.claim(connection, name, limit, seconds, clock.seconds_now())
        )

    def acknowledge_messages(self, keys: Sequence[str]) -> handing_over.Acknowledged:
        """Remember that messages were sent, however often it is said."""
        return self.database.write(
            lambda connection: handing_over.acknowledge(connection, keys, clock.seconds_now())
        )

    def messages(
        self, *, since: datetime | None = None, states: Sequence[str] = STATES, limit: int | None = None
    ) -> list[handing_over.Message]:
        """Messages written since a moment, in the order in which they are due; nobody claims them."""
        with self.database.reading() as connection:
            return handing_over.messages_since(connection, since, states, limit)

    def messages_of_run(self, run_id: str) -> list[handing_over.Message]:
        """The messages that a run has written, in the order in which they are due."""
        with self.database.reading() as connection:
            return handing_over.messages_of_run(connection, run_id)

    def figures(self) -> Figures:
        """Figures for whoever watches the store, of one moment."""
        with self.database.reading() as connection:
            return figures_of(connection, clock.seconds_now())

    def settings(self) -> Settings:
        """The settings of the store."""
        with self.database.reading() as connection:
            return read_settings(connection)

    def change_settings(self, wanted: Settings) -> Settings:
        """Set what is not None, and leave the rest; returns what holds now.

        Raises:
            BadDataError: with every value that can't be one.
        """
        return self.database.write(lambda connection: change_settings(connection, wanted))
