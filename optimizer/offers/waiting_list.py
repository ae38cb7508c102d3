"""The waiting list: who would take a start that becomes free, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from optimizer.offers.wanted import Wanted


@dataclass(frozen=True)
class Waiting:
    """A customer who waits.

    Attributes:
        seconds: time to answer a proposal.
        turn: place among those of equal priority; lower is earlier.
        passed: starts whose proposal was left unanswered, as bits; they are not proposed again.
    """

    wanted: Wanted
    seconds: int
    turn: int
    passed: int = 0

    @property
    def window(self) -> int:
        """Starts that may be proposed, as bits."""
        return self.wanted.window & ~self.passed


class WaitingList:
    """Waiting customers by booking; most urgent priority first, then first come, first served."""

    def __init__(self) -> None:
        self._waiting: dict[str, Waiting] = {}
        self._next_turn = 0

    def __contains__(self, booking: str) -> bool:
        return booking in self._waiting

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Waiting]:
        return iter(sorted(self._waiting.values(), key=lambda w: (w.wanted.priority, w.turn)))

    def join(self, wanted: Wanted, seconds: int) -> None:
        """Join the list; who is on it keeps the place, with the new wishes, unless the priority changes."""
        present = self._waiting.get(wanted.booking)
        if present is not None and present.wanted.priority == wanted.priority:
            self._waiting[wanted.booking] = replace(present, wanted=wanted, seconds=seconds)
        else:
            self._waiting[wanted.booking] = Waiting(wanted, seconds, self._turn())

    def put_back(self, waiting: Waiting) -> None:
        """Put a customer where he was in the queue, before anybody else joins."""
        self._waiting[waiting.wanted.booking] = waiting
        self._next_turn = max(self._next_turn, waiting.turn)

    def leave(self, booking: str) -> None:
        """Leave the list; nothing happens to who is not on it."""
        self._waiting.pop(booking, None)

    def pass_over(self, booking: str, start: int) -> None:
        """A proposal was left unanswered: behind all others of the priority, and never this start again."""
        present = self._waiting.get(booking)
        if present is not None:
            passed = present.passed | 1 << start
            self._waiting[booking] = replace(present, turn=self._turn(), passed=passed)

    def position(self, booking: str) -> int:
        """How many would be asked first, plus one.

        Raises:
            KeyError: when the booking is not on the list.
        """
        for place, waiting in enumerate(self, start=1):
            if waiting.wanted.booking == booking:
                return place
        raise KeyError(booking)

    def _turn(self) -> int:
        self._next_turn += 1
        return self._next_turn
