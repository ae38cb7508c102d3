"""What is wrong with a lever."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

Path = tuple[str, ...]
"""Where a lever is: the words that lead to it, from the outermost on."""


class Fault(NamedTuple):
    """One thing wrong: where, what was found, and what was expected."""

    path: Path
    value: str
    expected: str

    def under(self, name: str) -> Fault:
        """The same below another word."""
        return self._replace(path=(name, *self.path))


Faults = list[Fault]


class LeverError(Exception):
    """Levers that there are not, or that can't be set so.

    Attributes:
        faults: all of them.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{'.'.join(path)}: {expected}" for path, _, expected in self.faults))
