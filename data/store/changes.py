"""What one run changes in a plan, written as a whole: the one place that knows all of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.model import Bookings, Participants, PlanningAxis, Promise, Roster, Unplaced
from data.store.days import Offer, replace_offers
from data.store.plans import OfferedKind, StoredPlan, next_revision
from data.store.promises import replace_promises
from data.store.rows import insert_rows, parts_of, replace_rows, rows_of
from data.store.schedules import SessionChange, change_sessions
from data.store.schema import OF_PLAN, PLANS, RUNS


@dataclass(frozen=True)
class PlanChanges:
    """What a run changes; whatever is not in here stays as it is.

    Attributes:
        sessions: that are placed, moved or given up, each with its reason.
        bookings, participants: new, or in the place of those with the same keys; of each booking all its
            participants.
        unplaced: all bookings left out, in the place of the present ones; None: only those leave the table
            that get a session.
        promises: of these bookings, in the place of what there is.
        without_promises: bookings of which none is left.
        roster: duties with their breaks; None: as they are.
        offers: by day, what can be sold; only days that are named are touched.
        offered_kinds: of which whatever sells keeps the table of offers up to date; None: as before.
        moment: when the run took place; the plan's moment never goes back.
    """

    sessions: tuple[SessionChange, ...] = ()
    bookings: Bookings = field(default_factory=Bookings.empty)
    participants: Participants = field(default_factory=Participants.empty)
    unplaced: Unplaced | None = None
    promises: tuple[Promise, ...] = ()
    without_promises: Collection[str] = ()
    roster: Roster | None = None
    offers: Mapping[int, Sequence[Offer]] = field(default_factory=dict)
    offered_kinds: tuple[OfferedKind, ...] | None = None
    moment: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the plan stays as it is, offers and the moment aside."""
        listed = (self.bookings, self.sessions, self.promises, self.without_promises)
        return not any(len(part) for part in listed) and self.unplaced is None and self.roster is None


def write_changes(
    connection: Connection,
    run_number: int,
    stored: StoredPlan,
    changes: PlanChanges,
    based_on: int | None = None,
    numbers: Mapping[str, float | None] | None = None,
) -> dict[str, Any]:
    """Write what a run changes.

    Args:
        based_on: revision of the case from which the changes were made; None: read in this transaction.
        numbers: objective and bound of the run, as far as they are known only now.

    Returns:
        `revision`, and how many sessions each kind of change befell.

    Raises:
        BadDataError: when a booking or agent is unknown.
        DoubleBookingError: when somebody would be in two sessions at once.
        ChangedMeanwhileError: when somebody else has written to the plan since `based_on`.
    """
    plan_id, axis = stored.plan_id, stored.plan.axis
    revision = stored.revision
    if based_on is not None or not changes.is_empty:
        revision = next_revision(connection, stored, based_on)
    _put_bookings(connection, plan_id, changes, axis)
    if changes.roster is not None:
        for table in changes.roster.to_tables():
            replace_rows(connection, plan_id, table, axis)
    counts = change_sessions(connection, run_number, plan_id, stored.plan, changes.sessions)
    if changes.unplaced is not None:
        replace_rows(connection, plan_id, changes.unplaced, axis)
    replace_promises(connection, stored, changes.promises, changes.without_promises)
    for day, offers in changes.offers.items():
        replace_offers(connection, stored, offers, day)
    if changes.offered_kinds is not None:
        kinds = json.dumps(changes.offered_kinds, ensure_ascii=False)
        connection.execute(sa.update(PLANS).where(PLANS.c.plan_id == plan_id).values(offered_kinds=kinds))
    if changes.moment is not None:
        moment = int(changes.moment.timestamp())
        later = sa.or_(PLANS.c.moment.is_(None), PLANS.c.moment < moment)
        connection.execute(sa.update(PLANS).where(PLANS.c.plan_id == plan_id, later).values(moment=moment))
    if numbers:
        connection.execute(sa.update(RUNS).where(RUNS.c.run_number == run_number).values(numbers))
    return {"revision": revision, **counts}


def _put_bookings(connection: Connection, plan_id: int, changes: PlanChanges, axis: PlanningAxis) -> None:
    """Insert bookings with their participants, below the others, or where those with their keys were."""
    names = changes.bookings.booking_id.tolist()
    if not names:
        return
    for table in (changes.bookings, changes.participants):
        stored = OF_PLAN[type(table)]
        of_plan = stored.c.plan_id == plan_id
        highest = sa.select(sa.func.coalesce(sa.func.max(stored.c.place), -1)).where(of_plan)
        last = int(connection.execute(highest).scalar_one())
        keys = type(table).key_columns()
        places: dict[tuple[Any, ...], int] = {}
        for part in parts_of(names):
            wanted = (of_plan, stored.c.booking_id.in_(part))
            for found in connection.execute(sa.select(stored).where(*wanted)):
                places[tuple(found._mapping[key] for key in keys)] = found.place
            connection.execute(sa.delete(stored).where(*wanted))
        rows = []
        for row in rows_of(table, axis):
            key = tuple(row[name] for name in keys)
            last += key not in places
            rows.append(row | {"plan_id": plan_id, "place": places.get(key, last)})
        insert_rows(connection, stored, rows)
