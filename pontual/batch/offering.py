"""What can be sold: of kinds of booking, day by day, as a table that the store keeps; and of bookings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.batch import results
from data.batch.reading import ResolvedRequest
from data.batch.requests import OffersRequest
from data.files import BadDataError, Problem
from data.files.instants import format_day, format_instant
from data.model import PlanningAxis
from data.store import BatchAnswer, BatchRequest, Decided, Offer, OpenPlan, PlanChanges, Run, Store
from optimizer.allocation.problem import span
from optimizer.offers.kinds import KindOfBooking
from optimizer.planning.selling import SellingDesk, UnheldError
from pontual.batch.documents import result_text
from pontual.batch.steps import Steps
from pontual.exit_codes import ExitCode


@dataclass
class OffersOfDays:
    """Offers by day, and starts of which it was not decided whether they can be sold.

    Attributes:
        not_computed: days that were left when there was no time any more.
    """

    offers: dict[int, list[Offer]] = field(default_factory=dict)
    undecided: dict[KindOfBooking, list[int]] = field(default_factory=dict)
    not_computed: list[int] = field(default_factory=list)


def offers_of_days(
    desk: SellingDesk,
    axis: PlanningAxis,
    days: Iterable[int],
    kinds: Iterable[KindOfBooking],
    priority: int = 5,
    is_late: Callable[[], bool] = lambda: False,
) -> OffersOfDays:
    """What can be sold on each of some days."""
    found = OffersOfDays()
    listed = tuple(kinds)
    grid = axis.grid_minutes
    for day in sorted(days):
        if is_late():
            found.not_computed.append(day)
            continue
        among = span(-(-axis.midnight(day) // grid), -(-axis.midnight(day + 1) // grid) - 1)
        rows = found.offers[day] = []
        for row in desk.table(listed, priority, among):
            for start, count in row.offers.counts.items():
                exact = start not in row.offers.at_least
                rows.append(Offer(*row.kind, start * grid, count, exact))
            found.undecided.setdefault(row.kind, []).extend(start * grid for start in row.offers.undecided)
    return found


def offer(
    store: Store,
    resolved: ResolvedRequest,
    request: OffersRequest,
    batch: BatchRequest,
    run: Run,
    steps: Steps,
) -> BatchAnswer:
    """Tell what can be sold, and keep the table in the store, where whatever sells brings it up to date.

    Raises:
        BusyError: when the deadline was over before it was this request's turn.
        BadDataError, FilesError: for whatever the request says wrongly, or the store refuses.
    """
    from pontual.batch.selling import unheld

    def work(plan: OpenPlan) -> Decided:
        steps.refuse_when_late()
        axis = plan.stored.plan.axis
        with steps.step("reading"):
            now = steps.moment(request, plan.stored)
            days = _days(request, axis)
            names = {item.booking for item in request.items if item.booking is not None}
            promises = plan.promises(names)
            case = plan.case()
        with steps.step("selling"):
            desk = SellingDesk(case, promises, now, is_late=steps.is_late)
            try:
                selling = desk.carry_out(request.mode, request.items)
            except UnheldError as error:
                return unheld(resolved, steps, now, error)
        with steps.step("offers"):
            found = OffersOfDays()
            kinds = desk.kinds(KindOfBooking(*kind) for kind in plan.stored.offered_kinds or ())
            if request.table:
                found = offers_of_days(desk, axis, days, kinds, request.priority, steps.is_late)
        kept = request.table and request.priority > 1
        changes = PlanChanges(
            promises=selling.promises,
            without_promises=selling.without_promises,
            offers=found.offers if kept else {},
            offered_kinds=tuple(kinds) if kept else None,
            moment=now,
        )

        def document(revision: int) -> str:
            fields: dict[str, Any] = {
                "answers": list(selling.answers),
                "events": list(selling.events),
                "offers": _of_kinds(found, axis),
                "not_computed": [format_day(day, axis) for day in found.not_computed],
                "reproducible": not found.not_computed
                and all(a.get("error") != "deadline" for a in selling.answers),
            }
            return result_text(resolved, steps, now, revision, **fields)

        return Decided(changes, document, int(ExitCode.OK))

    return store.carry_out(batch, run, work)


def _of_kinds(found: OffersOfDays, axis: PlanningAxis) -> list[results.OfferOfKind]:
    starts: dict[KindOfBooking, list[results.StartOffered]] = {kind: [] for kind in found.undecided}
    for day in sorted(found.offers):
        for row in found.offers[day]:
            kind = KindOfBooking(row.skill, row.session, row.duration_minutes, row.participants)  # type: ignore[arg-type]
            start = results.StartOffered(
                start=format_instant(row.start, axis), count=row.count, exact=row.exact
            )
            starts.setdefault(kind, []).append(start)
    return [
        results.OfferOfKind(
            **kind._asdict(),
            starts=listed,
            undecided=[format_instant(minute, axis) for minute in found.undecided.get(kind, [])],
        )
        for kind, listed in sorted(starts.items())
    ]


def _days(request: OffersRequest, axis: PlanningAxis) -> set[int]:
    """The days asked about; all of the horizon where none are named.

    Raises:
        BadDataError: when a date is none, or outside the horizon, or the last day is before the first.
    """
    problems: list[Problem] = []
    edges = {"first_day": 0, "last_day": axis.days - 1}
    for name in edges:
        text = getattr(request, name)
        if text is None:
            continue
        try:
            edges[name] = axis.day_number(date.fromisoformat(text))
        except ValueError:
            edges[name] = -1
        if not 0 <= edges[name] < axis.days:
            last = axis.date_of(axis.days - 1)
            expected = f"expected a day of the horizon, {axis.first_day} to {last}"
            problems.append(Problem("request", None, name, "", expected))
    if not problems and edges["last_day"] < edges["first_day"]:
        first = axis.date_of(edges["first_day"])
        problems.append(
            Problem("request", None, "last_day", "", f"expected none before the first day, {first}")
        )
    if problems:
        raise BadDataError(problems)
    return set(range(edges["first_day"], edges["last_day"] + 1))
