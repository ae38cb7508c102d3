"""What a repair makes of the day: its decisions, and the plan that they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from data.day.decisions import Decision


class Planned(NamedTuple):
    """A session as it is to be held: minutes on the planning axis."""

    agent_id: str
    start: int


class Disruption(NamedTuple):
    """What a repair does to people, level by level; the less, the better, the first level before all others.

    Attributes:
        rebooked: sessions that are rebooked, by class: those whose customer (or one of the participants) is
            there before the others, and in each group by priority, the most urgent first: 18 counts.
        new_times: sessions with a new time today.
        told_delays: sessions whose customer is told of a later start.
        agents_disturbed: agents on standby who are called, and breaks that are moved.
        minutes: by how many minutes starts are later than they could be, or, with a new time, elsewhere.
        rebound: sessions held today by another agent than before.
    """

    rebooked: tuple[int, ...] = (0,) * 18
    new_times: int = 0
    told_delays: int = 0
    agents_disturbed: int = 0
    minutes: int = 0
    rebound: int = 0

    def plus(self, other: Disruption) -> Disruption:
        """Both together."""
        rebooked = tuple(a + b for a, b in zip(self.rebooked, other.rebooked, strict=True))
        return Disruption(rebooked, *(a + b for a, b in zip(self[1:], other[1:], strict=True)))


PRIORITIES = 9


def rebooking_class(somebody_there: bool, priority: int) -> int:
    """The place of a session in `Disruption.rebooked`."""
    return (0 if somebody_there else PRIORITIES) + priority - 1


@dataclass(frozen=True)
class RepairPlan:
    """Decisions, and what the rest of the day looks like when they are carried out.

    Attributes:
        sessions: by booking, the sessions that are still to begin.
        breaks: by agent and place among the duty's breaks, the starts of those not yet taken.
        awaited: bookings whose customer has not come within the tolerance and is not planned for any more.
    """

    decisions: tuple[Decision, ...] = ()
    sessions: Mapping[str, Planned] = field(default_factory=dict)
    breaks: Mapping[tuple[str, int], int] = field(default_factory=dict)
    awaited: tuple[str, ...] = ()
