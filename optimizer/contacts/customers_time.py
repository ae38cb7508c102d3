"""When the people of concerned bookings are in sessions already."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.allocation.problem import held_from, span


class CustomersTime:
    """Slots in which people are held, by booking, so that a booking's own time can be set aside."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._held: dict[str, list[tuple[str, int]]] = {}

    def hold(self, people: Iterable[str], booking: str, first: int, end: int) -> None:
        """Hold people for a booking in slots from `first` until before `end`."""
        bits = span(max(0, first), end - 1)
        for person in people:
            self._held.setdefault(person, []).append((booking, bits))

    def starts(self, people: Iterable[str], booking: str, slots: int) -> int:
        """Starts at which none of them is held by another booking for so many slots, as bits."""
        busy = 0
        for person in people:
            for other, bits in self._held.get(person, ()):
                if other != booking:
                    busy |= bits
        everything = span(0, self._slots + slots)
        return held_from(everything & ~busy, slots) if busy else everything
