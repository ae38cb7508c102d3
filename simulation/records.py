"""Flat, immutable records of what happened: one row a session, one row a piece of an agent's time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.model.columns import FloatArray, TextArray


class Outcome(IntEnum):
    """How a session ended; each session has exactly one.

    REBOOKED_BY_ISSUER is a session that the issuer could not start in time, whose customer does not come back
    the same day, or comes back in vain; REBOOKED_SAME_DAY one whose customer comes back and is served.
    """

    FULFILLED = 0
    NO_SHOW = 1
    LEFT = 2
    REBOOKED_BY_ISSUER = 3
    FAILED_TECHNICAL = 4
    FAILED_DOCUMENTS = 5
    CANCELLED = 6
    REBOOKED_SAME_DAY = 7
    WALK_UP_SERVED = 8
    WALK_UP_FAILED = 9
    WALK_UP_TURNED_AWAY = 10

    @property
    def label(self) -> str:
        """The word that records and files carry."""
        return self.name.lower()


OUTCOMES: tuple[str, ...] = tuple(outcome.label for outcome in Outcome)
"""The words of the column `outcome`."""

ACTIVITIES = ("set_up", "session", "wrap_up", "meal", "pause")
"""What an agent's time went into."""


class SessionRecord(NamedTuple):
    """What happened to one session; minutes on the planning axis, nan for what did not happen."""

    booking_id: str
    skill: str
    kind: str
    appointed: float
    arrived: float
    started: float
    ended: float
    wait: float
    agent_id: str
    outcome: str


@dataclass(frozen=True, eq=False)
class SessionRecords:
    """The sessions of one replication, in the order of the schedule, and then its walk-ups, in order of
    arrival, whose `booking_id` is only a number; read-only columns of equal length.

    Attributes:
        appointed: start that the customer was told (nan: a walk-up).
        arrived: when the last required participant logged in (nan: somebody never did).
        started: when the session began (nan: it never did).
        ended: when the session ended or, when it never began, when it was given up.
        wait: from the later of appointment and arrival to the start, giving up or the rebooking; nan for
            no-shows and cancellations. A participant whom another session of ours still holds arrives when
            that one ends.
        agent_id: who served; "" when nobody did.
        outcome: one of OUTCOMES.
    """

    booking_id: TextArray
    skill: TextArray
    kind: TextArray
    appointed: FloatArray
    arrived: FloatArray
    started: FloatArray
    ended: FloatArray
    wait: FloatArray
    agent_id: TextArray
    outcome: TextArray

    def __post_init__(self) -> None:
        _freeze(self)

    def __len__(self) -> int:
        return len(self.booking_id)

    def __iter__(self) -> Iterator[SessionRecord]:
        columns = (getattr(self, name).tolist() for name in SessionRecord._fields)
        return (SessionRecord(*row) for row in zip(*columns, strict=True))

    def frame(self) -> pd.DataFrame:
        """The records as a data frame."""
        return pd.DataFrame({f.name: getattr(self, f.name) for f in fields(self)})


@dataclass(frozen=True, eq=False)
class ActivityRecords:
    """How agents spent one replication's time in service and on breaks; idle time is what is left.

    Attributes:
        starts_at, ends_at: minutes on the planning axis.
        activity: one of ACTIVITIES.
        booking_id: the booking worked on; "" for breaks.
    """

    agent_id: TextArray
    starts_at: FloatArray
    ends_at: FloatArray
    activity: TextArray
    booking_id: TextArray

    def __post_init__(self) -> None:
        _freeze(self)

    def __len__(self) -> int:
        return len(self.agent_id)

    def frame(self) -> pd.DataFrame:
        """The records as a data frame."""
        return pd.DataFrame({f.name: getattr(self, f.name) for f in fields(self)})


def texts(values: list[str]) -> TextArray:
    """An object array of these words."""
    column: NDArray[np.object_] = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _freeze(record: SessionRecords | ActivityRecords) -> None:
    for spec in fields(record):
        column = getattr(record, spec.name).view()
        column.flags.writeable = False
        object.__setattr__(record, spec.name, column)
