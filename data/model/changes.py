"""Changes of a published roster: what a new roster makes different, and who must be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from data.model.columns import (
    BoolArray,
    Choice,
    Day,
    Flag,
    Instant,
    IntArray,
    Table,
    Text,
    TextArray,
    column,
)

CHANGE_KINDS = ("new", "cancelled", "moved", "breaks")
"""A duty on a day off; a day off instead of a duty; another start or end; the same duty with other breaks."""


@dataclass(frozen=True, eq=False)
class Changes(Table):
    """Days of agents on which a new roster differs from the published one.

    Moved breaks are a change like any other: the agent must be told.
    """

    TABLE: ClassVar[str] = "changes"

    agent_id: TextArray = column(Text(), "the agent", key=True, refers_to="agents.agent_id")
    day: IntArray = column(Day(), "day on which the duty starts, or started", key=True)
    change: TextArray = column(
        Choice(CHANGE_KINDS), "a new duty, one cancelled, one with another start or end, or with other breaks"
    )
    before_starts_at: IntArray = column(Instant(), "start of the published duty", optional=True)
    before_ends_at: IntArray = column(Instant(), "its end, not included", optional=True)
    after_starts_at: IntArray = column(Instant(), "start of the duty instead", optional=True)
    after_ends_at: IntArray = column(Instant(), "its end, not included", optional=True)
    by_absence: BoolArray = column(
        Flag(),
        "the published duty touches an absence of the agent, so it could not stay; not counted as a change",
    )
    within_notice: BoolArray = column(
        Flag(),
        "the day lies within the notice period (`plan.json`): the agent must be told in person, unless an "
        "absence took the duty away and there is none instead",
    )
