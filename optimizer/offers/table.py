"""The offer table: for each kind of booking, the starts that can still be sold, and how many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from optimizer.binding import Answer, Session
from optimizer.offers.kinds import KindOfBooking
from optimizer.offers.state import Offers, OfferState
from optimizer.offers.wanted import Wanted


@dataclass(frozen=True)
class OffersOfKind:
    """What can be sold of one kind."""

    kind: KindOfBooking
    offers: Offers


def offer_table(
    state: OfferState, kinds: Iterable[KindOfBooking], priority: int, among: int | None = None
) -> list[OffersOfKind]:
    """The offers of each kind, by opening hours, lead time, agents and the capacity held back.

    Any one offer that is accepted leaves all that is sold placeable. The count of a start is how many of the
    kind could be sold at this start together; offers of different starts or kinds exclude each other as far
    as they need the same agents. Kinds that occupy agents alike are looked at once.

    Args:
        among: starts to look at, as bits; None: all.
    """
    rooms: dict[Session, tuple[int, Answer]] = {}
    table = []
    for kind in kinds:
        window = state.terms.open_starts(kind.duration_minutes)
        if among is not None:
            window &= among
        wanted = Wanted("", kind, priority=priority, window=window)
        table.append(OffersOfKind(kind, state.count(wanted, state.possible(wanted), rooms)))
    return table
