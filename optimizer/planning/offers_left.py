"""Which starts can still be sold, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.model import Case
from data.progress import Progress, no_progress
from optimizer.offers import offer_table, open_desk
from optimizer.offers.kinds import KindOfBooking

ORDINARY = 5
"""Priority of whoever asks."""


@dataclass(frozen=True)
class OffersLeft:
    """What is left for one kind of booking.

    Attributes:
        starts: how many could be sold together at each start, in minutes on the planning axis.
        undecided: starts of which that is not known.
    """

    kind: KindOfBooking
    starts: Mapping[int, int]
    undecided: int


def offers_left(
    case: Case, records: Sequence[Mapping[str, Any]], progress: Progress = no_progress
) -> tuple[OffersLeft, ...]:
    """The offers of each kind that occurs, when the schedule and the journal's sales stand.

    Args:
        records: of the offers' journal, in order.

    Raises:
        BadDataError: when a record cannot be understood.
        UnplaceableError: when the sold sessions cannot all be held.
    """
    desk = open_desk(case, records, case.plan.as_of)
    desk.end_holds()
    state, found = desk.state, []
    kinds = state.known.kinds
    for number, kind in enumerate(kinds):
        progress(number / len(kinds), "offers")
        (row,) = offer_table(state, [kind], ORDINARY)
        starts = {state.minute(start): count for start, count in row.offers.counts.items()}
        found.append(OffersLeft(kind, starts, len(row.offers.undecided)))
    return tuple(found)
