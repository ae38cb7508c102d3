"""What agents wish for: to work at some time, or to be free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from data.model.columns import Choice, Instant, IntArray, Integer, Table, Text, TextArray, column

WISH_KINDS = ("work", "off")
"""A wish to work is met by a duty at some time in its interval, a wish to be off by the lack of any; where
the wish names a shift type, duties of other types are as none."""


@dataclass(frozen=True, eq=False)
class Wishes(Table):
    """Wishes of agents, met where coverage does not suffer, or weighed against it by the plan's `wish_price`.

    Absences, unlike wishes, always hold.
    """

    TABLE: ClassVar[str] = "wishes"

    agent_id: TextArray = column(Text(), "the agent", key=True, refers_to="agents.agent_id")
    starts_at: IntArray = column(Instant(), "first minute of the interval", key=True)
    ends_at: IntArray = column(Instant(), "end of the interval, not included", key=True)
    kind: TextArray = column(
        Choice(WISH_KINDS), "work: on duty at some time in the interval; off: free during all of it"
    )
    weight: IntArray = column(
        Integer(1, 100), "how much the wish counts beside other wishes", optional=True, default=1
    )
    shift_type: TextArray = column(
        Text(),
        "the wish concerns only duties of this type; empty: all duties",
        optional=True,
        key=True,
        refers_to="shift_types.shift_type",
    )
